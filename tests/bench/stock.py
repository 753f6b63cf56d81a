"""The upper floor: a room as the Channels tutorial builds it. Each socket joins a group, each consumer sends.

`daphne tests.bench.stock:application`, Redis in BENCH_REDIS. No sign-in and no database, which flatters it.
"""

import os

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter
from django.conf import settings

GROUP = "room"

settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # Without the None, redis-py ends a subscription that was silent for five seconds.
            "CONFIG": {"hosts": [{"address": os.environ["BENCH_REDIS"], "socket_timeout": None}]},
        }
    },
)
django.setup()


class RoomConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def room_message(self, event: dict[str, str]) -> None:
        await self.send(text_data=event["frame"])


async def send_to_room(frame: str) -> None:
    await get_channel_layer().group_send(GROUP, {"type": "room.message", "frame": frame})


application = ProtocolTypeRouter({"websocket": RoomConsumer.as_asgi()})
