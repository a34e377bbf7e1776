"""Rows as CSV, however many they are."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from posthorn.audience.imports.parsing.values import FORMULA

CHUNK = 2000


async def csv_of(
    rows: QuerySet[Any],
    fields: Sequence[str],
    *,
    key: str = "pk",
    header: Sequence[str] = (),
    chunk: int = CHUNK,
) -> AsyncIterator[bytes]:
    """Chunks of CSV of these fields, in the order of `key`, which is unique.

    Each chunk is a read of its own that goes on after the last one's end, so that neither memory
    nor a transaction grows with the table. Asynchronous, since the server would otherwise
    collect the whole of it before it sent the first byte.
    """
    yield csv_lines([tuple(header or fields)])
    last: object = None
    while found := await sync_to_async(_read)(rows, fields, key, last, chunk):
        yield csv_lines([row[1:] for row in found])
        last = found[-1][0]


def _read(
    rows: QuerySet[Any], fields: Sequence[str], key: str, after: object, chunk: int
) -> list[tuple[object, ...]]:
    following = rows if after is None else rows.filter(**{f"{key}__gt": after})
    return list(following.order_by(key).values_list(key, *fields)[:chunk])


def csv_response(chunks: AsyncIterator[bytes], file_name: str) -> StreamingHttpResponse:
    """The file, for a browser to save."""
    return StreamingHttpResponse(
        chunks,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def csv_lines(rows: Sequence[tuple[object, ...]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    """What a spreadsheet would run as a formula (OWASP, CSV injection) gets an apostrophe.

    An import takes it off again.
    """
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value
