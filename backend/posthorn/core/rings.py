"""The doorbell: tells a worker by name to look at the ledger. A lost ring loses nothing."""

from __future__ import annotations

import logging

import dramatiq
from django.db import transaction
from dramatiq.errors import ConnectionClosed
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

QUEUE = "default"


def ring(actor: str, *ids: int, times: int = 1, delay_ms: int = 0) -> None:
    """Ring for `actor` with ids only, at once, `times` over, after `delay_ms` milliseconds.

    A broker that is away is no error: the sweeper rings again for whatever went silent.
    """
    broker = dramatiq.get_broker()
    try:
        for _ in range(times):
            message: dramatiq.Message[None] = dramatiq.Message(
                queue_name=QUEUE, actor_name=actor, args=ids, kwargs={}, options={}
            )
            broker.enqueue(message, delay=delay_ms or None)
    except (ConnectionClosed, RedisError, OSError) as error:
        logger.warning("The broker is away, the sweeper will ring for %s%s: %s", actor, ids, error)


def ring_on_commit(actor: str, *ids: int, times: int = 1) -> None:
    """Ring once the current transaction has committed: before, the actor would find nothing."""
    transaction.on_commit(lambda: ring(actor, *ids, times=times))
