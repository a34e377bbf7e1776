"""A campaign's ledger as CSV, however long it is."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from datetime import datetime
from io import StringIO

from asgiref.sync import sync_to_async
from django.db.models import QuerySet

from posthorn.delivery.models import Delivery

COLUMNS = ("id", "subscriber_id", "email", "status", "attempts", "sent_at", "detail")
CHUNK = 2000

#: A spreadsheet would run a cell that begins so as a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def csv_of(deliveries: QuerySet[Delivery], *, chunk: int = CHUNK) -> AsyncIterator[bytes]:
    """Chunks of CSV in the order of sending.

    Each chunk is a read of its own that goes on after the last one's end, so that neither memory
    nor a transaction grows with the ledger. Asynchronous, since the server would otherwise
    collect the whole of it before it sent the first byte.
    """
    yield csv_lines([("id", "subscriber", *COLUMNS[2:])])
    last: object = 0
    while rows := await sync_to_async(_read)(deliveries, last, chunk):
        yield csv_lines(rows)
        last = rows[-1][1]


def _read(deliveries: QuerySet[Delivery], after: object, chunk: int) -> list[tuple[object, ...]]:
    following = deliveries.filter(subscriber_id__gt=after).order_by("subscriber_id")
    return list(following.values_list(*COLUMNS)[:chunk])


def csv_lines(rows: list[tuple[object, ...]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value.isoformat() if isinstance(value, datetime) else value
