"""The time that leases and schedules are measured by: the database's, shared by all hosts."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection

#: How long what was learnt of the database's clock is good for: clocks drift by microseconds in it.
_RECALL_SECONDS = 10.0

_asked_at = float("-inf")
_ahead = timedelta()


def database_now() -> datetime:
    """The database server's clock, in UTC, with microseconds.

    Asked every ten seconds and counted on from there, since the engine reads it several times a
    slice. SQLite has no clock of its own: its one host's is the one that everybody shares.
    """
    global _asked_at, _ahead
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    monotonic = time.monotonic()
    if monotonic - _asked_at > _RECALL_SECONDS:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                (now,) = cursor.fetchone()
        except DatabaseError:
            # What was learnt before is good enough for a while; whoever needs the database itself
            # will be told soon enough.
            if not _asked():
                raise
        else:
            _ahead = now - datetime.fromtimestamp(time.monotonic(), UTC)
            _asked_at = monotonic
    return datetime.fromtimestamp(monotonic, UTC) + _ahead


def learnt_now() -> datetime:
    """The database's clock as it was learnt last; never asks, so it may be read anywhere."""
    return datetime.fromtimestamp(time.monotonic(), UTC) + _ahead if _asked() else datetime.now(UTC)


def _asked() -> bool:
    return _asked_at != float("-inf")
