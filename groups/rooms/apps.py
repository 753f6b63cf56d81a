from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "groups.rooms"
    label = "rooms"

    def ready(self) -> None:
        from groups.rooms import notices, rules  # noqa: F401  (they register themselves)
        from groups.rooms.membership import RoomDoors
        from hub.contracts import register_doorkeeper

        register_doorkeeper(RoomDoors())
