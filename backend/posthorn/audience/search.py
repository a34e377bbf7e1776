"""Search for subscribers by parts of address and name, quick among a million."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import QuerySet

from posthorn.audience.matching import Condition
from posthorn.audience.models import Subscriber
from posthorn.audience.segments import Sql

#: A search finds no more than this: whoever finds more has to say more.
MOST_FOUND = 1000
#: Words that trigrams can't find are looked for at the beginning of the address alone.
_SHORT = 3
#: Where so large a part of the rows match, reading some is quicker than the index.
_COMMON = 0.03
_SAMPLE_ROWS = 10_000
#: Below this any plan is quick.
_LARGE = 50_000
_TABLE = Subscriber._meta.db_table


def search_subscribers(
    subscribers: QuerySet[Subscriber], words: Sequence[str]
) -> QuerySet[Subscriber]:
    """Those of `subscribers` in whose address or name every word occurs, at most `MOST_FOUND`.

    The matches are found first and ordered then: a database that is asked for both at once may
    read all rows in order and find nothing.
    """
    with transaction.atomic():
        return subscribers.filter(pk__in=_find(subscribers.order_by(), words))


def _find(subscribers: QuerySet[Subscriber], words: Sequence[str]) -> list[int]:
    rows = _estimated_rows() if connection.vendor == "postgresql" else 0
    if rows >= _LARGE:
        share = _share_of_sample(words, rows)
        if share < _COMMON:
            with connection.cursor() as cursor:
                # The planner's guess how many match a pattern is poor; the sample knows.
                cursor.execute("SET LOCAL enable_seqscan = off")
        elif not subscribers.query.where:
            some = _read_some(words, 2 * MOST_FOUND / share / rows)
            # Fewer would look as if these were all.
            if len(some) == MOST_FOUND:
                return some
    for word in words:
        subscribers = subscribers.filter(Condition(lambda s, word=word: _occurs(word, s)))  # type: ignore[misc]
    return list(subscribers.values_list("pk", flat=True)[:MOST_FOUND])


def _occurs(word: str, s: str) -> Sql:
    """The expression is the index's."""
    literal = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    if connection.vendor != "postgresql":
        return Sql(rf"({s}.email || ' ' || {s}.name) LIKE %s ESCAPE '\'", (f"%{literal}%",))
    if len(word) < _SHORT:
        return Sql(f"{s}.email LIKE %s", (f"{literal.lower()}%",))
    return Sql(f"({s}.email || ' ' || {s}.name) ILIKE %s", (f"%{literal}%",))


def _estimated_rows() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [_TABLE])
        return float(cursor.fetchone()[0])


def _share_of_sample(words: Sequence[str], rows: float) -> float:
    """How large a part of some pages' rows matches."""
    condition = _every(words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE {condition.text}), count(*)"
            f" FROM {_TABLE} s TABLESAMPLE SYSTEM (%s) REPEATABLE (1)",
            [*condition.params, min(100, 100 * _SAMPLE_ROWS / rows)],
        )
        matching, read = cursor.fetchone()
    return float(matching) / (read or 1)


def _read_some(words: Sequence[str], share: float) -> list[int]:
    """Matches among so large a part of the rows: always the same part, so that pages fit."""
    condition = _every(words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {_TABLE} s TABLESAMPLE SYSTEM (%s) REPEATABLE (1)"
            f" WHERE {condition.text} LIMIT {MOST_FOUND}",
            [min(100, 100 * share), *condition.params],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _every(words: Sequence[str]) -> Sql:
    conditions = [_occurs(word, "s") for word in words]
    return Sql(
        " AND ".join(each.text for each in conditions),
        tuple(param for each in conditions for param in each.params),
    )
