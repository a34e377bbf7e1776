"""Whether this process lives, and whether it has what it needs. Not exposed by nginx."""

from __future__ import annotations

import dramatiq
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from dramatiq.brokers.redis import RedisBroker
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from posthorn.core.duties import anybody_works
from posthorn.core.models import Leader

_ALL = ("database", "broker", "workers")


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """What is missing. `?needs=database` asks for less, for who can serve without the rest."""
    asked = request.GET.get("needs", "").split(",")
    missing = find_missing([name for name in _ALL if name in asked] or _ALL)
    return JsonResponse(
        {"ready": not missing, "missing": missing},
        status=503 if missing else 200,
        headers={"Cache-Control": "no-store"},
    )


def find_missing(needs: tuple[str, ...] | list[str] = _ALL) -> dict[str, str]:
    """Of `needs`, what is not there, with the reason in words."""
    checks = {"database": _database, "broker": _broker, "workers": _workers}
    found = {name: checks[name]() for name in needs}
    return {name: reason for name, reason in found.items() if reason}


def _database() -> str:
    try:
        Leader.objects.exists()
    except (DatabaseError, PoolTimeout) as error:
        return f"can't be read: {type(error).__name__}; is it up, and migrated?"
    return ""


def _broker() -> str:
    broker = dramatiq.get_broker()
    if not isinstance(broker, RedisBroker):
        return ""
    try:
        broker.client.ping()
    except RedisError as error:
        return f"Redis does not answer: {type(error).__name__}"
    return ""


def _workers() -> str:
    try:
        alive = anybody_works()
    except (DatabaseError, PoolTimeout):
        return "can't be told without the database"
    return "" if alive else "no worker has reported for some seconds"
