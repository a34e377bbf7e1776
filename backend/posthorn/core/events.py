"""Tells the live streams what changed: in process when embedded, else by Redis pub/sub.

A change is a topic and a number: "campaigns", 7. What is told here may be lost; a stream shows a
snapshot at each connection and reads the database, so a lost event only delays a number.
"""

from __future__ import annotations

import logging
import threading
from functools import cache
from typing import NamedTuple

import redis
from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)

CHANNEL = "posthorn:changed"


class Change(NamedTuple):
    """Something of `topic` is no longer as it was."""

    topic: str
    id: int


_changed: set[Change] = set()
_lock = threading.Lock()


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.ENV.redis_url, socket_timeout=1, socket_connect_timeout=1)


def publish(topic: str, id_: int) -> None:
    """Say that it changed, now."""
    if settings.ENV.embedded:
        with _lock:
            _changed.add(Change(topic, id_))
        return
    try:
        _redis().publish(CHANNEL, f"{topic}:{id_}")
    except redis.RedisError as error:
        logger.debug("No live event for %s %s: %s", topic, id_, error)


def publish_on_commit(topic: str, id_: int) -> None:
    """Say so once the current transaction has committed."""
    transaction.on_commit(lambda: publish(topic, id_))


def read_change(data: bytes) -> Change:
    """What `publish` wrote to the channel. Raises ValueError when it was somebody else."""
    topic, _, number = data.decode().partition(":")
    return Change(topic, int(number))


def take_changed() -> set[Change]:
    """What changed in this process since the last call (embedded mode)."""
    with _lock:
        taken = _changed.copy()
        _changed.clear()
    return taken
