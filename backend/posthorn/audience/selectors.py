"""Reads of mailing lists, subscribers and suppressions."""

from __future__ import annotations

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from posthorn.audience.models import MailingList, Membership, Subscriber, Suppression
from posthorn.audience.suppressions import suppressed
from posthorn.core.errors import NotFound


def lists_with_counts() -> QuerySet[MailingList]:
    """Every mailing list with its `subscriber_count`.

    A subquery rather than a join, so that the count of a page's lists is all that is counted.
    """
    members = (
        Membership.objects.filter(mailing_list=OuterRef("pk"))
        .order_by()
        .values("mailing_list")
        .annotate(count=Count("*"))
        .values("count")
    )
    return MailingList.objects.annotate(
        subscriber_count=Coalesce(Subquery(members, output_field=IntegerField()), 0)
    )


def subscribers_with_lists() -> QuerySet[Subscriber]:
    """Every subscriber with the lists' ids, and `suppressed`: whether it must not be mailed."""
    return Subscriber.objects.annotate(
        suppressed=ExpressionWrapper(suppressed(), output_field=BooleanField())
    ).prefetch_related(Prefetch("lists", MailingList.objects.only("id").order_by("pk")))


def suppressions() -> QuerySet[Suppression]:
    return Suppression.objects.all()


def is_suppressed(email: str) -> bool:
    """Whether the address, written as `normalise_address` does, or its domain is suppressed."""
    domain = email.rpartition("@")[2]
    return Suppression.objects.filter(Q(email=email) | Q(domain=domain)).exists()


def get_list(list_id: int) -> MailingList:
    """Raises NotFound."""
    found = lists_with_counts().filter(pk=list_id).first()
    if found is None:
        raise NotFound("There is no such mailing list.")
    return found


def get_subscriber(subscriber_id: int) -> Subscriber:
    """Raises NotFound."""
    found = subscribers_with_lists().filter(pk=subscriber_id).first()
    if found is None:
        raise NotFound("There is no such subscriber.")
    return found
