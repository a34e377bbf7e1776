"""Lifts the audit log's triggers for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_TABLE = "accounts_auditentry"


@contextmanager
def lifted_guard() -> Iterator[None]:
    """Within, the audit log can be changed, as a superuser of the database could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {_TABLE} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {_TABLE} ENABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [_TABLE]
        )
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)
