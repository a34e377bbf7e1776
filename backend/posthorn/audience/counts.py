"""The counts of mailing lists: the only writer of `subscriber_count` and `suppressed_count`.

They change in the transaction that changes memberships, suppressions or addresses, so that they
equal the rows at every instant. Whoever writes any of these does it like this:

    with counts.changing(subscribers):              # a few: counted before and after
        Membership.objects.bulk_create(...)

or, in bulk and knowing what it changed:

    with transaction.atomic():
        counts.lock()                               # before anything of it is written
        ...
        counts.add_joined(new_memberships)              # or counts.add(...), counts.recount(...)

A new subscriber is on no list yet: create it first, within the lock, then put it on its lists.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from posthorn.audience.models import MailingList, Membership, Subscriber
from posthorn.audience.suppressions import suppressed_sql

#: Names this lock among PostgreSQL's advisory locks; any number that is ours alone.
_LOCK = 0x706F7374_636F756E


@dataclass(frozen=True, slots=True)
class Change:
    """By how many a list's counts grow; negative when they shrink."""

    subscribers: int
    suppressed: int


@dataclass(frozen=True, slots=True)
class ListReport:
    """A list's counts beside its rows, both read by one statement."""

    list_id: int
    name: str
    subscribers: int
    suppressed: int
    rows_subscribers: int
    rows_suppressed: int

    @property
    def consistent(self) -> bool:
        return (self.subscribers, self.suppressed) == (self.rows_subscribers, self.rows_suppressed)


def lock() -> None:
    """Let nobody else move counts until this transaction ends.

    Whoever joins a list and whoever suppresses the address at the same moment would otherwise not
    see each other's uncommitted row, and neither would count it. SQLite has one writer at a time
    anyway. Take it before writing subscribers: two that wait for each other's rows would deadlock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@contextmanager
def changing(subscribers: QuerySet[Subscriber]) -> Iterator[None]:
    """Count what the block does to the memberships, address or suppression of these subscribers.

    They are looked up once, within the lock. Costs two counts of their memberships; meant for up
    to some ten thousand subscribers.
    """
    with transaction.atomic():
        lock()
        subscriber_ids = list(subscribers.order_by().values_list("pk", flat=True))
        before = _contributions(subscriber_ids)
        yield
        after = _contributions(subscriber_ids)
        nothing = Change(0, 0)
        changes = {}
        for list_id in before.keys() | after.keys():
            old, new = before.get(list_id, nothing), after.get(list_id, nothing)
            changes[list_id] = Change(
                new.subscribers - old.subscribers, new.suppressed - old.suppressed
            )
        add(changes)


@contextmanager
def suppressing(*, email: str | None = None, domain: str | None = None) -> Iterator[None]:
    """Count what the block does to the suppression of this address or domain.

    A domain may be half of everybody's, so all lists are counted anew then: a second or two for a
    million.
    """
    if domain is None:
        with changing(Subscriber.objects.filter(email=email)):
            yield
        return
    with transaction.atomic():
        lock()
        yield
        recount()


def add_joined(joined: Collection[tuple[int, int]]) -> None:
    """Count new memberships, each a list and a subscriber. For bulk writers, after `lock`."""
    subscribers = Counter(list_id for list_id, _ in joined)
    chosen, params = _within("s.id", {subscriber_id for _, subscriber_id in joined})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.id FROM {_SUBSCRIBERS} s WHERE {chosen} AND {suppressed_sql('s.email')}",
            params,
        )
        suppressed_ids = {pk for (pk,) in cursor.fetchall()}
    suppressed = Counter(list_id for list_id, pk in joined if pk in suppressed_ids)
    add({list_id: Change(count, suppressed[list_id]) for list_id, count in subscribers.items()})


def add(changes: Mapping[int, Change]) -> None:
    """Move the counts of these lists. Within a transaction that called `lock` first."""
    lists: dict[Change, list[int]] = {}
    for list_id, change in changes.items():
        if change.subscribers or change.suppressed:
            lists.setdefault(change, []).append(list_id)
    # In one order, as everybody locks them.
    moved = MailingList.objects.filter(pk__in=[pk for each in lists.values() for pk in each])
    list(moved.select_for_update().order_by("pk").values_list("pk"))
    for change, list_ids in lists.items():
        MailingList.objects.filter(pk__in=list_ids).update(
            subscriber_count=F("subscriber_count") + change.subscribers,
            suppressed_count=F("suppressed_count") + change.suppressed,
        )


def recount(list_ids: Collection[int] | None = None) -> list[ListReport]:
    """Set the counts of these lists (None: of all) to their rows; returns those that differed."""
    with transaction.atomic():
        lock()
        differing = [report for report in report_lists(list_ids) if not report.consistent]
        for report in differing:
            MailingList.objects.filter(pk=report.list_id).update(
                subscriber_count=report.rows_subscribers, suppressed_count=report.rows_suppressed
            )
    return differing


def report_lists(list_ids: Collection[int] | None = None) -> list[ListReport]:
    """The counts of these lists (None: of all) beside their rows, in one statement."""
    chosen, params = _within("m.mailing_list_id", list_ids)
    lists, lists_params = _within("l.id", list_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id, l.name, l.subscriber_count, l.suppressed_count,"
            " coalesce(members.n, 0), coalesce(suppressed.n, 0)"
            f" FROM {MailingList._meta.db_table} l"
            f" LEFT JOIN (SELECT m.mailing_list_id, count(*) AS n FROM {_MEMBERSHIPS} m"
            f"  WHERE {chosen} GROUP BY m.mailing_list_id) AS members"
            "  ON members.mailing_list_id = l.id"
            f" LEFT JOIN (SELECT m.mailing_list_id, count(*) AS n FROM {_MEMBERSHIPS} m"
            f"  JOIN {_SUBSCRIBERS} s ON s.id = m.subscriber_id"
            f"  WHERE {chosen} AND {suppressed_sql('s.email')} GROUP BY m.mailing_list_id)"
            "  AS suppressed ON suppressed.mailing_list_id = l.id"
            f" WHERE {lists} ORDER BY l.id",
            [*params, *params, *lists_params],
        )
        return [ListReport(*row) for row in cursor.fetchall()]


_MEMBERSHIPS = Membership._meta.db_table
_SUBSCRIBERS = Subscriber._meta.db_table


def _contributions(subscriber_ids: Collection[int]) -> dict[int, Change]:
    """What these subscribers add to the counts of the lists that they are on."""
    chosen, params = _within("m.subscriber_id", subscriber_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.mailing_list_id, count(*),"
            f" sum(CASE WHEN {suppressed_sql('s.email')} THEN 1 ELSE 0 END)"
            f" FROM {_MEMBERSHIPS} m JOIN {_SUBSCRIBERS} s ON s.id = m.subscriber_id"
            f" WHERE {chosen} GROUP BY m.mailing_list_id",
            params,
        )
        return {list_id: Change(*counts) for list_id, *counts in cursor.fetchall()}


def _within(column: str, ids: Collection[int] | None) -> tuple[str, list[Any]]:
    """A condition that `column` is one of `ids`, with one parameter however many there are."""
    if ids is None:
        return "TRUE", []
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(ids)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(ids))]
