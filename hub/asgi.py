"""Where HTTP and sockets meet. Pages go to Django, `/rooms/<slug>/feed/` to the doorman."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
pages = get_asgi_application()

# Models may be imported only once Django is set up.
from groups.rooms.routing import sockets  # noqa: E402
from hub.checks import refuse_to_start  # noqa: E402
from hub.finishing import Finishing  # noqa: E402

refuse_to_start()
application = ProtocolTypeRouter({"http": Finishing(pages), "websocket": URLRouter(sockets)})
