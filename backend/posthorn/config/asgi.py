"""The web process: event streams, Django, and in embedded mode the SPA and the workers."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posthorn.config.settings")
_django = get_asgi_application()

import drf_spectacular_sidecar  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from starlette.responses import PlainTextResponse  # noqa: E402
from starlette.staticfiles import StaticFiles  # noqa: E402
from starlette.types import ASGIApp, Receive, Scope, Send  # noqa: E402

from posthorn.api.public.head import campaign_head  # noqa: E402
from posthorn.audience.imports.services import largest_upload  # noqa: E402
from posthorn.config.bodies import BoundedBodies  # noqa: E402
from posthorn.config.broker import EmbeddedWorker  # noqa: E402
from posthorn.config.spa import single_page_application  # noqa: E402
from posthorn.core.metrics import LIVE_VIEWERS  # noqa: E402
from posthorn.live.answers import PublicAnswers  # noqa: E402
from posthorn.live.changes import LocalChanges, RedisChanges  # noqa: E402
from posthorn.live.hub import Hub  # noqa: E402
from posthorn.live.stream import Stream  # noqa: E402
from posthorn.live.topics import MANAGEMENT, PUBLIC, READERS  # noqa: E402

_ENV = settings.ENV
_SIDECAR = "/static/drf_spectacular_sidecar"
_PROBES = ("/healthz", "/readyz", "/metrics")

_management = Stream(topics=MANAGEMENT, door=READERS, max_viewers=1000)
_public = Stream(topics=PUBLIC, max_viewers=5000)
hub = Hub(
    _management,
    _public,
    changes=LocalChanges() if _ENV.embedded else RedisChanges(_ENV.redis_url),
)
LIVE_VIEWERS.set_function(lambda: hub.viewers)
_streams = {"/api/v1/events/": _management, "/api/v1/public/events/": _public}
_public_answers = PublicAnswers(_django)  # type: ignore[arg-type]
_SAME_FOR_EVERYBODY = re.compile(r"/api/v1/public/(campaigns/([0-9]{1,18}/(timeline/)?)?|totals/)")

_swagger = StaticFiles(
    directory=Path(drf_spectacular_sidecar.__file__).parent / "static" / "drf_spectacular_sidecar"
)


def _most_bytes(path: str) -> int:
    """How large a request to `path` may be; a multipart body is a little larger than its file."""
    if path == "/api/v1/imports/":
        return largest_upload() + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


async def _to_django(scope: Scope, receive: Receive, send: Send) -> None:
    await _django(dict(scope), receive, send)  # type: ignore[arg-type]


_bounded_django = BoundedBodies(_to_django, most=_most_bytes)


def _head_of(campaign_id: int) -> str:
    close_old_connections()
    try:
        return campaign_head(campaign_id)
    finally:
        close_old_connections()


def _rest() -> ASGIApp:
    if (_ENV.spa_dir / "index.html").exists():
        return single_page_application(_ENV.spa_dir, _head_of)
    return PlainTextResponse("The API is at /api/docs/. The pages are not built here.", 404)


_pages = _rest()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        return await _live(receive, send)
    if scope["type"] != "http":
        return None
    path: str = scope["path"]
    if path in _streams:
        return await hub.serve(_streams[path], scope, receive, send)
    if _SAME_FOR_EVERYBODY.fullmatch(path):
        return await _public_answers(scope, receive, send)
    if path.startswith(("/api/", "/media/")):
        return await _bounded_django(scope, receive, send)
    if path in _PROBES:
        return await _bounded_django(_by_any_name(scope), receive, send)
    if path.startswith(_SIDECAR + "/"):
        return await _swagger({**scope, "root_path": _SIDECAR}, receive, send)
    return await _pages(scope, receive, send)


def _by_any_name(scope: Scope) -> Scope:
    """Whoever probes or scrapes may know this process by its address alone."""
    others = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {**scope, "headers": [(b"host", b"localhost"), *others]}


async def _live(receive: Receive, send: Send) -> None:
    """Start and end, with the server, what runs beside the requests."""
    worker = EmbeddedWorker() if _ENV.embedded else None
    await receive()
    await hub.start()
    if worker is not None:
        worker.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await hub.stop()
    if worker is not None:
        worker.stop()
    await send({"type": "lifespan.shutdown.complete"})
