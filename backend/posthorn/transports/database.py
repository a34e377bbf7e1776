"""The `database` transport: messages become rows of `MessageEvent`, exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from posthorn.core.clock import database_now
from posthorn.transports.base import Envelope, Handover, Message, Sent
from posthorn.transports.models import MessageEvent

_COLUMNS = ("delivery_id", "campaign_id", "email", "subject", "body_text", "body_html", "sent_at")
_COPY = f"COPY {MessageEvent._meta.db_table} ({', '.join(_COLUMNS)}) FROM STDIN"
_INSERT = (
    f"INSERT INTO {MessageEvent._meta.db_table} ({', '.join(_COLUMNS)})"
    f" VALUES ({', '.join(['?'] * len(_COLUMNS))})"
)


class DatabaseTransport:
    """Writes within the caller's transaction; the gate is the caller's own commit."""

    name = "database"
    in_database = True
    window = 500

    def send(self, envelope: Envelope, handover: Handover) -> None:
        write = _copy if connection.vendor == "postgresql" else _insert
        for messages in handover:
            now = database_now()
            # The drivers' own calls: their errors must be known as the database's all the same.
            with connection.wrap_database_errors:
                write(envelope.campaign_id, messages, now)
            handover.report(*[Sent(message.delivery_id, now) for message in messages])

    def check(self) -> str:
        return ""


def _copy(campaign_id: int, messages: Sequence[Message], now: datetime) -> None:
    with connection.cursor() as cursor, cursor.cursor.copy(_COPY) as copy:
        for m in messages:
            copy.write_row(
                (m.delivery_id, campaign_id, m.email, m.subject, m.body_text, m.body_html, now)
            )


def _insert(campaign_id: int, messages: Sequence[Message], now: datetime) -> None:
    sent_at = now.replace(tzinfo=None).isoformat(" ")
    rows = [
        (m.delivery_id, campaign_id, m.email, m.subject, m.body_text, m.body_html, sent_at)
        for m in messages
    ]
    with connection.cursor() as cursor:
        # The driver's own cursor: Django's would rewrite the statement for each row.
        cursor.cursor.connection.executemany(_INSERT, rows)
