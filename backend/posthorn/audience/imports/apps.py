from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "posthorn.audience.imports"
    label = "imports"
