"""The sockets there are."""

from django.urls import re_path

from groups.rooms.consumers import room_feed

sockets = [re_path(r"^rooms/(?P<slug>[-\w]{1,64})/feed/$", room_feed)]
