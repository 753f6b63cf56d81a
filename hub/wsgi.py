"""Pages from WSGI workers (gunicorn). Sockets are served by hub.asgi in a process of their own."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
application = get_wsgi_application()

from hub.checks import refuse_to_start  # noqa: E402  (models may be imported only once Django is set up)

refuse_to_start()
