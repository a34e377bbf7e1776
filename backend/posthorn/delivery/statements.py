"""The ledger's set-based statements, for both databases. Only `ledger` calls them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from posthorn.delivery.models import Delivery, DeliveryStatus, SentBucket

_DELIVERIES = Delivery._meta.db_table
_SECONDS = SentBucket._meta.db_table
_DETAIL_LENGTH = 500

_SET = (
    f"UPDATE {_DELIVERIES} SET status = v.status, attempts = v.attempts, detail = v.detail,"
    " sent_at = v.sent_at, next_attempt_at = v.next_attempt_at FROM"
)
_WHERE = f"WHERE {_DELIVERIES}.id = v.id AND {_DELIVERIES}.status = v.was"
_RECORDS_ON_POSTGRESQL = (
    f"{_SET} unnest(%s::bigint[], %s::text[], %s::text[], %s::int[], %s::text[],"
    " %s::timestamptz[], %s::timestamptz[])"
    f" AS v(id, was, status, attempts, detail, sent_at, next_attempt_at) {_WHERE}"
)
_RECORDS_ON_SQLITE = (
    f"{_SET} (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS was,"
    " json_extract(value, '$[2]') AS status, json_extract(value, '$[3]') AS attempts,"
    " json_extract(value, '$[4]') AS detail, json_extract(value, '$[5]') AS sent_at,"
    f" json_extract(value, '$[6]') AS next_attempt_at FROM json_each(%s)) AS v {_WHERE}"
)
_SENDING = f"UPDATE {_DELIVERIES} SET status = '{DeliveryStatus.SENDING}' WHERE"
_STILL_PENDING = f"AND status = '{DeliveryStatus.PENDING}'"
_ADD_SECONDS = (
    "ON CONFLICT (campaign_id, at) DO UPDATE SET"
    f" sent = {_SECONDS}.sent + excluded.sent, failed = {_SECONDS}.failed + excluded.failed"
)


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be written of one delivery, which is `was` until then."""

    delivery_id: int
    was: str
    status: str
    attempts: int
    detail: str = ""
    sent_at: datetime | None = None
    next_attempt_at: datetime | None = None


def apply_records(records: Sequence[Record]) -> int:
    """Write each record to its row, if that is still what it `was`; returns how many were."""
    if not records:
        return 0
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (
            entry.delivery_id,
            entry.was,
            entry.status,
            entry.attempts,
            # PostgreSQL keeps no NUL in a text.
            entry.detail.replace("\x00", "")[:_DETAIL_LENGTH],
            adapt(entry.sent_at) if entry.sent_at else None,
            adapt(entry.next_attempt_at) if entry.next_attempt_at else None,
        )
        for entry in records
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                _RECORDS_ON_POSTGRESQL, [list(column) for column in zip(*rows, strict=True)]
            )
        else:
            cursor.execute(_RECORDS_ON_SQLITE, [json.dumps(rows)])
        return int(cursor.rowcount)


def apply_sending(delivery_ids: Sequence[int]) -> int:
    """Make the pending ones of these `sending`; returns how many were."""
    if not delivery_ids:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{_SENDING} id = ANY(%s) {_STILL_PENDING}", [list(delivery_ids)])
        else:
            cursor.execute(
                f"{_SENDING} id IN (SELECT value FROM json_each(%s)) {_STILL_PENDING}",
                [json.dumps(list(delivery_ids))],
            )
        return int(cursor.rowcount)


def count_seconds(campaign_id: int, seconds: Mapping[datetime, Mapping[str, int]]) -> None:
    """Add to the counts of sent and failed of these seconds."""
    if not seconds:
        return
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (campaign_id, adapt(at), counts.get("sent", 0), counts.get("failed", 0))
        # In one order, so that two lanes never wait for each other.
        for at, counts in sorted(seconds.items())
    ]
    marks = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_SECONDS} (campaign_id, at, sent, failed) VALUES {marks} {_ADD_SECONDS}",
            [value for row in rows for value in row],
        )
