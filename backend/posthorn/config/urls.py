"""Django's part of the addresses; the event streams and the SPA are mounted in `asgi.py`."""

from django.urls import include, path

from posthorn.api.media.public import media_file
from posthorn.ops.health import healthz, readyz
from posthorn.ops.metrics import metrics

urlpatterns = [
    path("api/", include("posthorn.api.urls")),
    path("media/<str:file>", media_file, name="public-media"),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]

handler400 = "posthorn.api.errors.bad_request"
handler403 = "posthorn.api.errors.forbidden"
handler404 = "posthorn.api.errors.not_found"
handler500 = "posthorn.api.errors.server_error"
