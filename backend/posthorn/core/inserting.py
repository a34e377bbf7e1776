"""Inserts that let what is there already be, and know which rows were new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection
from django.db.models import Model

_Row = TypeVar("_Row", bound=Model)


def insert_new(rows: Sequence[_Row], *, unique: tuple[str, ...]) -> list[_Row]:
    """Insert those of `rows` that are not there yet; returns them, with their keys.

    `unique` are the fields that a constraint makes unique. One statement, in the order of those
    fields, so that two of these at the same moment never wait for each other in a ring; whichever
    comes second finds nothing new. What of the rows is alike in `unique` is inserted once.
    """
    if not rows:
        return []
    by_key = {tuple(getattr(row, name) for name in unique): row for row in reversed(rows)}
    ordered = [by_key[key] for key in sorted(by_key)]
    meta = ordered[0]._meta
    fields = [field for field in meta.concrete_fields if field is not meta.auto_field]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    column_of = {field.attname: field.column for field in meta.concrete_fields}
    returned = ", ".join(f'"{column_of[name]}"' for name in unique)
    marks = ", ".join(["%s"] * len(fields))
    assert meta.pk is not None
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({columns}) VALUES'
            f" {', '.join([f'({marks})'] * len(ordered))}"
            f' ON CONFLICT DO NOTHING RETURNING "{meta.pk.column}", {returned}',
            [
                field.get_db_prep_save(field.pre_save(row, True), connection)
                for row in ordered
                for field in fields
            ],
        )
        inserted = cursor.fetchall()
    new = []
    for pk, *key in inserted:
        row = by_key[tuple(key)]
        row.pk = pk
        new.append(row)
    return new
