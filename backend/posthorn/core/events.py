"""Tells the live feed which campaigns changed: in process when embedded, else by Redis pub/sub.

What is told here may be lost; the feed shows a snapshot at each connection and reads the
database, so a lost event only delays a number.
"""

from __future__ import annotations

import logging
import threading
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)

CHANNEL = "posthorn:changed"

_changed: set[int] = set()
_lock = threading.Lock()


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.ENV.redis_url, socket_timeout=1, socket_connect_timeout=1)


def publish(campaign_id: int) -> None:
    """Say that the campaign's row changed, now."""
    if settings.ENV.embedded:
        with _lock:
            _changed.add(campaign_id)
        return
    try:
        _redis().publish(CHANNEL, str(campaign_id))
    except redis.RedisError as error:
        logger.debug("No live event for campaign %s: %s", campaign_id, error)


def publish_on_commit(campaign_id: int) -> None:
    """Say so once the current transaction has committed."""
    transaction.on_commit(lambda: publish(campaign_id))


def take_changed() -> set[int]:
    """The campaigns that changed in this process since the last call (embedded mode)."""
    with _lock:
        taken = _changed.copy()
        _changed.clear()
    return taken
