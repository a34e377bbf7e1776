"""Who belongs to an audience: its SQL, for both databases."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from posthorn.audience.models import Membership, Subscriber
from posthorn.audience.suppressions import not_suppressed_sql


def audience_query(list_ids: Sequence[int]) -> tuple[str, list[int]]:
    """SQL and parameters that select (id, email) of a campaign's audience.

    Deduplicated across lists, suppressed addresses left out. `list_ids` must not be empty.
    """
    marks = ", ".join(["%s"] * len(list_ids))
    subscribers, memberships = (model._meta.db_table for model in (Subscriber, Membership))
    return (
        f"SELECT s.id, s.email FROM {subscribers} s WHERE s.id IN"
        f" (SELECT m.subscriber_id FROM {memberships} m WHERE m.mailing_list_id IN ({marks}))"
        f" AND {not_suppressed_sql('s.email')}",
        list(list_ids),
    )


def has_audience(list_ids: Sequence[int]) -> bool:
    """Whether at least one subscriber of these lists may be mailed."""
    if not list_ids:
        return False
    sql, params = audience_query(list_ids)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({sql})", params)
        return bool(cursor.fetchone()[0])
