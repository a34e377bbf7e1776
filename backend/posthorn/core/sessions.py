"""How long a database session may hold others up: every time-out in one place.

A process that is frozen, not dead (a paused VM, a cut network), may hold a row that everybody
needs. PostgreSQL ends its session after `idle_in_transaction_session_timeout`; whoever waits gives
up after `lock_timeout`; what runs too long ends after `statement_timeout`. Each connection begins
with the limits of a request, which suit the lanes too; longer work says so by `work_as`.
docs/operations.md explains the figures. SQLite has one host and needs none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError, connection
from psycopg_pool import PoolTimeout

#: What says that the database is away or too busy, rather than that something is wrong. A session
#: that the server ended in a transaction shows as InternalError (SQLSTATE 25P03) in psycopg.
OUTAGES = (OperationalError, InterfaceError, InternalError, PoolTimeout)


@dataclass(frozen=True, slots=True)
class Limits:
    """In milliseconds; 0 is no limit. `idle` is between two statements of one transaction."""

    statement: int
    lock: int
    idle: int


class Work(Enum):
    """The kinds of work, by what they may keep others waiting for."""

    #: Also the lanes: their statements take milliseconds, and `stop` waits for their row.
    REQUEST = Limits(statement=15_000, lock=5_000, idle=1_500)
    #: One statement writes a ledger of a million rows; nobody waits for it but the lanes it feeds.
    FREEZE = Limits(statement=1_800_000, lock=10_000, idle=1_500)
    #: Imports, exports, reconciliations: long, and with pauses in which Python parses or writes.
    BULK = Limits(statement=300_000, lock=10_000, idle=30_000)


def connection_options() -> dict[str, Any]:
    """What each connection to PostgreSQL begins with.

    The peer counts as gone when it answers nothing for about ten seconds, on both ends:
    `keepalives` while a connection is quiet, `tcp_user_timeout` (milliseconds) while something is
    on its way.
    """
    limits = Work.REQUEST.value
    server = {
        "statement_timeout": limits.statement,
        "lock_timeout": limits.lock,
        "idle_in_transaction_session_timeout": limits.idle,
        "tcp_keepalives_idle": 5,
        "tcp_keepalives_interval": 2,
        "tcp_keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in server.items()),
        "connect_timeout": 5,
        "keepalives": 1,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }


def work_as(work: Work) -> None:
    """Give the current transaction the limits of `work`; they end with it.

    Raises RuntimeError outside a transaction, where they would have no effect.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Limits belong to a transaction: enter one first.")
    if connection.vendor != "postgresql":
        return
    limits = work.value
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true),"
            " set_config('lock_timeout', %s, true),"
            " set_config('idle_in_transaction_session_timeout', %s, true)",
            [str(limits.statement), str(limits.lock), str(limits.idle)],
        )
