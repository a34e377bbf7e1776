"""Django's part of the addresses; the event streams and the SPA are mounted in `asgi.py`."""

from django.urls import URLPattern, path

from posthorn.config.health import healthz, readyz
from posthorn.config.metrics import metrics

urlpatterns: list[URLPattern] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]
