"""Who belongs to an audience: its SQL, for both databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from posthorn.audience.matching import check_filter, filter_sql
from posthorn.audience.models import MailingList, Membership, Subscriber
from posthorn.audience.segments import Sql
from posthorn.audience.suppressions import not_suppressed_sql, suppressed_sql

_SUBSCRIBERS = Subscriber._meta.db_table
_MEMBERSHIPS = Membership._meta.db_table

# A prime below 2^31, so that products of two remainders fit a database's integer.
_PRIME = 2**31 - 1


@dataclass(frozen=True, slots=True)
class AudienceSpec:
    """Lists and segments (their filters as JSON), less others; of these all, or a sample.

    `sample_size` is a number of subscribers, `sample_percent` a share, rounded up; at most one is
    given. `seed`, the campaign's id, decides which: the same seed takes the same ones.
    """

    lists: tuple[int, ...] = ()
    segments: tuple[Any, ...] = ()
    excluded_lists: tuple[int, ...] = ()
    excluded_segments: tuple[Any, ...] = ()
    sample_size: int | None = None
    sample_percent: int | None = None
    seed: int = 0

    @property
    def chooses_nobody(self) -> bool:
        """Whether it names nothing to take subscribers from."""
        return not self.lists and not self.segments


@dataclass(frozen=True, slots=True)
class AudienceCount:
    """How many would be mailed, and how many are left out because they are suppressed."""

    subscribers: int
    suppressed: int


def audience_query(spec: AudienceSpec) -> Sql:
    """SQL that selects (id, email) of an audience: each once, suppressed addresses left out.

    Raises InvalidInput when a segment's filter is none.
    """
    chosen = _chosen(spec)
    everybody = Sql(
        f"SELECT s.id, s.email FROM {_SUBSCRIBERS} s"
        f" WHERE {chosen.text} AND {not_suppressed_sql('s.email')}",
        chosen.params,
    )
    if spec.sample_size is None and spec.sample_percent is None:
        return everybody
    place, count = "row_number() OVER (ORDER BY key, id)", "count(*) OVER ()"
    if spec.sample_percent is None:
        within, limit = "place <= %s", spec.sample_size
    else:
        within, limit = "(place - 1) * 100 < size * %s", spec.sample_percent
    return Sql(
        f"SELECT id, email FROM (SELECT id, email, {place} AS place, {count} AS size"
        f" FROM ({_shuffled(everybody.text, spec.seed)}) AS keyed) AS placed WHERE {within}",
        (*everybody.params, limit),
    )


def has_audience(spec: AudienceSpec) -> bool:
    """Whether at least one subscriber would be mailed. Raises InvalidInput."""
    if spec.chooses_nobody:
        return False
    # Of a sample there is one whenever there is anybody.
    chosen = _chosen(spec)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {_SUBSCRIBERS} s"
            f" WHERE {chosen.text} AND {not_suppressed_sql('s.email')})",
            chosen.params,
        )
        return bool(cursor.fetchone()[0])


def count_audience(spec: AudienceSpec) -> AudienceCount:
    """Count an audience as it would be now. Raises InvalidInput."""
    if spec.chooses_nobody:
        return AudienceCount(0, 0)
    total, suppressed = _kept_counts(spec) or _counted(spec)
    mailable = total - suppressed
    if spec.sample_size is not None:
        mailable = min(mailable, spec.sample_size)
    elif spec.sample_percent is not None:
        mailable = -(-mailable * spec.sample_percent // 100)
    return AudienceCount(mailable, suppressed)


def _kept_counts(spec: AudienceSpec) -> tuple[int, int] | None:
    """Of a single list the counts are known."""
    if len(spec.lists) != 1 or spec.segments or spec.excluded_lists or spec.excluded_segments:
        return None
    return (
        MailingList.objects.filter(pk=spec.lists[0])
        .values_list("subscriber_count", "suppressed_count")
        .first()
    )


def _counted(spec: AudienceSpec) -> tuple[int, int]:
    chosen = _chosen(spec)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(sum(CASE WHEN {suppressed_sql('s.email')} THEN 1 ELSE 0"
            f" END), 0) FROM {_SUBSCRIBERS} s WHERE {chosen.text}",
            chosen.params,
        )
        total, suppressed = cursor.fetchone()
    return total, suppressed


def _chosen(spec: AudienceSpec) -> Sql:
    """A condition on the subscriber `s`: in one of these, in none of those."""
    parts = [_included(spec)]
    if spec.excluded_lists:
        parts.append(
            Sql(
                f"NOT EXISTS (SELECT 1 FROM {_MEMBERSHIPS} m WHERE m.subscriber_id = s.id"
                f" AND m.mailing_list_id IN ({_marks(spec.excluded_lists)}))",
                spec.excluded_lists,
            )
        )
    parts += [filter_sql(check_filter(raw), negated=True) for raw in spec.excluded_segments]
    return Sql(
        " AND ".join(part.text for part in parts),
        tuple(param for part in parts for param in part.params),
    )


def _included(spec: AudienceSpec) -> Sql:
    if spec.chooses_nobody:
        return Sql("FALSE")
    filters = [filter_sql(check_filter(raw)) for raw in spec.segments]
    if not spec.lists and len(filters) == 1:
        return filters[0]
    # A union rather than OR: it is hashed whatever its size, where a subquery within an
    # expression would be searched anew for each subscriber once it is large.
    sources = [
        Sql(f"SELECT s.id FROM {_SUBSCRIBERS} s WHERE {each.text}", each.params) for each in filters
    ]
    if spec.lists:
        members = f"SELECT m.subscriber_id FROM {_MEMBERSHIPS} m WHERE m.mailing_list_id"
        sources.append(Sql(f"{members} IN ({_marks(spec.lists)})", spec.lists))
    return Sql(
        f"s.id IN ({' UNION ALL '.join(source.text for source in sources)})",
        tuple(param for source in sources for param in source.params),
    )


def _shuffled(sql: str, seed: int) -> str:
    """(id, email, key) of what `sql` selects, where `key` orders ids as if by chance.

    Plain arithmetic, since the databases have no hash function in common: a linear step spreads
    neighbouring ids, a quadratic one breaks up the lattice that this leaves.
    """
    first, second = seed * 69_621 % _PRIME, (seed + 1) * 48_271 % _PRIME
    return (
        f"SELECT id, email, (key * key + {second}) %% {_PRIME} AS key FROM"
        f" (SELECT id, email, ((id %% {_PRIME}) * 1103515245 + {first}) %% {_PRIME} AS key"
        f" FROM ({sql}) AS everybody) AS spread"
    )


def _marks(values: tuple[int, ...]) -> str:
    return ", ".join(["%s"] * len(values))
