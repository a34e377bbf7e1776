"""The `database` transport: messages become rows of `MessageEvent`, exactly once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

from posthorn.core.clock import database_now
from posthorn.transports.base import Envelope, Gate, Message, Outcome, Session
from posthorn.transports.models import MessageEvent

_COLUMNS = ("delivery_id", "campaign_id", "email", "subject", "body_text", "body_html", "sent_at")
_COPY = f"COPY {MessageEvent._meta.db_table} ({', '.join(_COLUMNS)}) FROM STDIN"
_INSERT = (
    f"INSERT INTO {MessageEvent._meta.db_table} ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(['?'] * len(_COLUMNS))})"
)


class DatabaseSession:
    """Writes within the caller's transaction; the gate is the caller's own commit."""

    def __init__(self, envelope: Envelope) -> None:
        self._campaign_id = envelope.campaign_id

    def send(self, messages: Sequence[Message], gate: Gate) -> Sequence[Outcome]:
        now = database_now()
        if connection.vendor == "postgresql":
            self._copy(messages, now)
        else:
            self._insert(messages, now)
        return [Outcome(sent_at=now)] * len(messages)

    def _copy(self, messages: Sequence[Message], now: datetime) -> None:
        campaign_id = self._campaign_id
        with connection.cursor() as cursor, cursor.cursor.copy(_COPY) as copy:
            for m in messages:
                copy.write_row(
                    (
                        m.delivery_id,
                        campaign_id,
                        m.email,
                        m.subject,
                        m.body_text,
                        m.body_html,
                        now,
                    )
                )

    def _insert(self, messages: Sequence[Message], now: datetime) -> None:
        campaign_id, sent_at = self._campaign_id, now.replace(tzinfo=None).isoformat(" ")
        with connection.cursor() as cursor:
            # The driver's own cursor: Django's would rewrite the statement for each row.
            cursor.cursor.connection.executemany(
                _INSERT,
                [
                    (
                        m.delivery_id,
                        campaign_id,
                        m.email,
                        m.subject,
                        m.body_text,
                        m.body_html,
                        sent_at,
                    )
                    for m in messages
                ],
            )


class DatabaseTransport:
    name = "database"
    slice_size = 500
    in_database = True

    @contextmanager
    def open(self, envelope: Envelope) -> Iterator[Session]:
        yield DatabaseSession(envelope)

    def check(self) -> str:
        return ""
