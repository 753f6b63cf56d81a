from django.apps import AppConfig


class TranslationsConfig(AppConfig):
    name = "accessibility.translations"
    label = "translations"
