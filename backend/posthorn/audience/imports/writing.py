"""A batch of people into the tables of subscribers and memberships, in sets.

Two imports of the same addresses wait for each other and never in a circle: rows are always
locked by address, memberships by list and subscriber, one kind after the other.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Protocol

from django.db import connection

from posthorn.audience import counts
from posthorn.audience.models import Membership, Subscriber

#: (address, name, attributes as JSON), by address.
Row = tuple[str, str, str]

_SUBSCRIBERS = Subscriber._meta.db_table
_MEMBERSHIPS = Membership._meta.db_table


@dataclass(frozen=True, slots=True)
class Written:
    """The subscribers that a batch made, changed, and left as they were."""

    new: Collection[int]
    updated: Collection[int]
    unchanged: int


class Writer(Protocol):
    """One database's way."""

    def load(self, rows: Sequence[Row]) -> None:
        """Have the rows at hand for what follows."""

    def existing(self) -> dict[str, tuple[int, bool]]:
        """The subscribers there are: id, and whether their row would change them."""

    def insert(self, now: datetime) -> set[int]:
        """Make subscribers of the others."""

    def update(self, ids: Sequence[int], now: datetime) -> None:
        """Change these to what their rows say."""

    def join(self, ids: Sequence[int], lists: Sequence[int]) -> set[tuple[int, int]]:
        """Put these on the lists; the memberships that are new, as list and subscriber."""


def write_people(
    rows: Sequence[Row],
    *,
    lists: Sequence[int],
    update: bool,
    now: datetime,
) -> Written:
    """Make or update subscribers and put them on the lists. Call it within a transaction."""
    counts.lock()
    writer = writer_for_database()
    writer.load(rows)
    known = writer.existing()
    new: set[int] = set()
    if len(known) < len(rows):
        new = writer.insert(now)
        if len(known) + len(new) < len(rows):
            # Another import was quicker with some of them; they are known by now.
            known = {
                address: found
                for address, found in writer.existing().items()
                if found[0] not in new
            }
    changed = {pk for pk, differs in known.values() if differs} if update else set()
    if changed:
        writer.update(sorted(changed), now)
    everybody = sorted(new.union(pk for pk, _ in known.values()))
    joined = writer.join(everybody, lists) if lists else set()
    if joined:
        counts.add_joined(joined)
    updated = changed | ({pk for _, pk in joined} - new)
    return Written(new, updated, len(rows) - len(new) - len(updated))


def count_people(rows: Sequence[Row], *, lists: Sequence[int], update: bool) -> tuple[int, int]:
    """How many subscribers these rows would make and change, without doing it."""
    writer = writer_for_database()
    writer.load(rows)
    known = writer.existing()
    changed = {pk for pk, differs in known.values() if differs} if update else set()
    ids = [pk for pk, _ in known.values()]
    for list_id in lists:
        on_it = Membership.objects.filter(mailing_list=list_id, subscriber_id__in=ids)
        changed.update(set(ids).difference(on_it.values_list("subscriber_id", flat=True)))
    return len(rows) - len(known), len(changed)


def writer_for_database() -> Writer:
    return OnPostgreSQL() if connection.vendor == "postgresql" else OnSQLite()


class OnPostgreSQL:
    """`COPY` into a temporary table, then set by set."""

    def load(self, rows: Sequence[Row]) -> None:
        text = StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
        with connection.cursor() as cursor:
            # Ten thousand look-ups by index are quicker than reading a table of millions, which
            # the planner would prefer with the settings of a slow disk. The search index takes
            # what is new in larger lots.
            cursor.execute(
                "SET LOCAL random_page_cost = 1.1; SET LOCAL enable_hashjoin = off;"
                " SET LOCAL enable_mergejoin = off; SET LOCAL work_mem = '64MB';"
                " SET LOCAL gin_pending_list_limit = '32MB';"
                " SET LOCAL client_min_messages = warning;"
                " CREATE TEMPORARY TABLE IF NOT EXISTS incoming"
                " (email varchar, name varchar, attributes jsonb);"
                " TRUNCATE incoming"
            )
            with cursor.copy("COPY incoming FROM STDIN (FORMAT csv)") as copy:
                copy.write(text.getvalue())

    def existing(self) -> dict[str, tuple[int, bool]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT s.email, s.id, (i.name <> '' AND i.name <> s.name)"
                " OR (s.attributes || i.attributes) <> s.attributes"
                f" FROM incoming i JOIN {_SUBSCRIBERS} s ON s.email = i.email"
            )
            return {email: (pk, differs) for email, pk, differs in cursor.fetchall()}

    def insert(self, now: datetime) -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_SUBSCRIBERS} (email, name, attributes, created_at, updated_at)"
                " SELECT i.email, i.name, i.attributes, %s, %s FROM incoming i"
                f" WHERE NOT EXISTS (SELECT 1 FROM {_SUBSCRIBERS} s WHERE s.email = i.email)"
                " ORDER BY i.email ON CONFLICT (email) DO NOTHING RETURNING id",
                [now, now],
            )
            return {pk for (pk,) in cursor.fetchall()}

    def update(self, ids: Sequence[int], now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH locked AS (SELECT s.id, i.name, i.attributes FROM incoming i"
                f" JOIN {_SUBSCRIBERS} s ON s.email = i.email WHERE s.id = ANY(%s)"
                " ORDER BY s.email FOR NO KEY UPDATE OF s)"
                f" UPDATE {_SUBSCRIBERS} s SET name = COALESCE(NULLIF(l.name, ''), s.name),"
                " attributes = s.attributes || l.attributes, updated_at = %s"
                " FROM locked l WHERE s.id = l.id",
                [list(ids), now],
            )

    def join(self, ids: Sequence[int], lists: Sequence[int]) -> set[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_MEMBERSHIPS} (mailing_list_id, subscriber_id)"
                " SELECT l, s FROM unnest(%s::bigint[]) l CROSS JOIN unnest(%s::bigint[]) s"
                f" WHERE NOT EXISTS (SELECT 1 FROM {_MEMBERSHIPS} m"
                " WHERE m.mailing_list_id = l AND m.subscriber_id = s)"
                " ORDER BY l, s ON CONFLICT (mailing_list_id, subscriber_id) DO NOTHING"
                " RETURNING mailing_list_id, subscriber_id",
                [sorted(lists), list(ids)],
            )
            return set(cursor.fetchall())


class OnSQLite:
    """Statements for many rows at once. There is one writer at a time, so nothing intervenes."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._changed: dict[int, Row] = {}
        self._missing: list[Row] = []

    def load(self, rows: Sequence[Row]) -> None:
        self._rows = {row[0]: row for row in rows}

    def existing(self) -> dict[str, tuple[int, bool]]:
        found: dict[str, tuple[int, bool]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT s.email, s.id, s.name, s.attributes FROM json_each(%s) i"
                f" JOIN {_SUBSCRIBERS} s ON s.email = i.value",
                [json.dumps(list(self._rows))],
            )
            for email, pk, name, attributes in cursor.fetchall():
                merged = self._merged(self._rows[email], name, attributes)
                differs = merged is not None
                if merged is not None:
                    self._changed[pk] = merged
                found[email] = (pk, differs)
        self._missing = [row for email, row in self._rows.items() if email not in found]
        return found

    @staticmethod
    def _merged(row: Row, name: str, attributes: str) -> Row | None:
        """The subscriber as the row changes it, None when it doesn't."""
        old, given = json.loads(attributes), json.loads(row[2])
        if row[1] in ("", name) and all(old.get(key) == given[key] and key in old for key in given):
            return None
        return (row[0], row[1] or name, json.dumps({**old, **given}))

    def insert(self, now: datetime) -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {_SUBSCRIBERS}")
            (last,) = cursor.fetchone()
            stamp = connection.ops.adapt_datetimefield_value(now)
            cursor.executemany(
                f"INSERT INTO {_SUBSCRIBERS} (email, name, attributes, created_at, updated_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                [(*row, stamp, stamp) for row in self._missing],
            )
            cursor.execute(f"SELECT id FROM {_SUBSCRIBERS} WHERE id > %s", [last])
            return {pk for (pk,) in cursor.fetchall()}

    def update(self, ids: Sequence[int], now: datetime) -> None:
        stamp = connection.ops.adapt_datetimefield_value(now)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {_SUBSCRIBERS} SET name = %s, attributes = %s, updated_at = %s"
                " WHERE id = %s",
                [(*self._changed[pk][1:], stamp, pk) for pk in ids],
            )

    def join(self, ids: Sequence[int], lists: Sequence[int]) -> set[tuple[int, int]]:
        joined: set[tuple[int, int]] = set()
        with connection.cursor() as cursor:
            for list_id in lists:
                cursor.execute(
                    f"INSERT INTO {_MEMBERSHIPS} (mailing_list_id, subscriber_id)"
                    " SELECT %s, i.value FROM json_each(%s) i"
                    f" WHERE NOT EXISTS (SELECT 1 FROM {_MEMBERSHIPS} m"
                    " WHERE m.mailing_list_id = %s AND m.subscriber_id = i.value)"
                    " RETURNING subscriber_id",
                    [list_id, json.dumps(list(ids)), list_id],
                )
                joined.update((list_id, pk) for (pk,) in cursor.fetchall())
        return joined
