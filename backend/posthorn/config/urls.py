"""Django's part of the addresses; the event streams and the SPA are mounted in `asgi.py`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
