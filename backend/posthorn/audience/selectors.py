"""Reads of mailing lists, subscribers and suppressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q, QuerySet

from posthorn.audience.matching import Condition, check_filter, filter_sql, matches
from posthorn.audience.models import MailingList, Membership, Segment, Subscriber, Suppression
from posthorn.audience.suppressions import suppressed, suppressed_sql
from posthorn.core.errors import NotFound

_FEW = 5


def lists_with_tags() -> QuerySet[MailingList]:
    """Every mailing list with its tags; its counts stand in its row."""
    return MailingList.objects.prefetch_related("tags")


def subscribers_with_lists() -> QuerySet[Subscriber]:
    """Every subscriber with the lists' ids, and `suppressed`: whether it must not be mailed."""
    return Subscriber.objects.annotate(
        suppressed=ExpressionWrapper(suppressed(), output_field=BooleanField())
    ).prefetch_related(Prefetch("lists", MailingList.objects.only("id").order_by("pk")))


def subscriber_keys(*, list_id: int | None, newest_first: bool) -> QuerySet[Any, int]:
    """The ids of all subscribers, or of a list's, in an order that an index alone can answer."""
    sign = "-" if newest_first else ""
    if list_id is None:
        return Subscriber.objects.order_by(f"{sign}pk").values_list("pk", flat=True)
    members = Membership.objects.filter(mailing_list=list_id)
    return members.order_by(f"{sign}subscriber_id").values_list("subscriber_id", flat=True)


def subscribers_matching(raw: object, *, place: str = "filter") -> Condition:
    """A condition on subscribers that a filter, as JSON, selects. Raises InvalidInput."""
    return matches(check_filter(raw, place=place))


def segments() -> QuerySet[Segment]:
    return Segment.objects.all()


def get_segment(segment_id: int) -> Segment:
    """Raises NotFound."""
    found = Segment.objects.filter(pk=segment_id).first()
    if found is None:
        raise NotFound("There is no such segment.")
    return found


def first_subscribers(raw: object) -> list[Subscriber]:
    """The first few, by address, that a filter selects. Raises InvalidInput when it is none."""
    return list(subscribers_with_lists().filter(subscribers_matching(raw))[:_FEW])


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """How many subscribers a filter selects, and how many of them are suppressed."""

    subscribers: int
    suppressed: int


def count_segment(raw: object) -> SegmentCount:
    """Raises InvalidInput when it is no filter."""
    sql = filter_sql(check_filter(raw))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(sum(CASE WHEN {suppressed_sql('s.email')} THEN 1 ELSE 0"
            f" END), 0) FROM {Subscriber._meta.db_table} s WHERE {sql.text}",
            sql.params,
        )
        return SegmentCount(*cursor.fetchone())


def suppressions() -> QuerySet[Suppression]:
    return Suppression.objects.all()


def is_suppressed(email: str) -> bool:
    """Whether the address, written as `normalise_address` does, or its domain is suppressed."""
    domain = email.rpartition("@")[2]
    return Suppression.objects.filter(Q(email=email) | Q(domain=domain)).exists()


def get_list(list_id: int) -> MailingList:
    """Raises NotFound."""
    found = lists_with_tags().filter(pk=list_id).first()
    if found is None:
        raise NotFound("There is no such mailing list.")
    return found


def get_subscriber(subscriber_id: int) -> Subscriber:
    """Raises NotFound."""
    found = subscribers_with_lists().filter(pk=subscriber_id).first()
    if found is None:
        raise NotFound("There is no such subscriber.")
    return found
