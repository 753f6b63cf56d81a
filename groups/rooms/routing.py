"""The sockets there are."""

from typing import Any

from django.urls import re_path

from groups.rooms.consumers import nowhere, room_feed

# Django's re_path is typed for views; Channels calls what it finds as an ASGI application.
feed: Any = room_feed
closed: Any = nowhere
sockets = [re_path(r"^rooms/(?P<slug>[-\w]{1,64})/feed/$", feed), re_path(r"", closed)]
