from django.apps import AppConfig


class PreferencesConfig(AppConfig):
    name = "accessibility.preferences"
    label = "preferences"
