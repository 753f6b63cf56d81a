from django.apps import AppConfig


class ConductConfig(AppConfig):
    name = "moderation.conduct"
    label = "conduct"

    def ready(self) -> None:
        from hub.contracts import register_arrival
        from moderation.conduct.code import AgreedAtTheDoor

        register_arrival(AgreedAtTheDoor())
