"""Reads of mailing lists, subscribers and suppressions."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from posthorn.audience.models import MailingList, Subscriber, Suppression
from posthorn.core.errors import NotFound


def lists_with_tags() -> QuerySet[MailingList]:
    """Every mailing list with its tags; its counts stand in its row."""
    return MailingList.objects.prefetch_related("tags")


def subscribers_with_lists() -> QuerySet[Subscriber]:
    """Every subscriber with the lists' ids, and `suppressed`: whether it must not be mailed."""
    return Subscriber.objects.annotate(
        suppressed=Exists(Suppression.objects.filter(email=OuterRef("email")))
    ).prefetch_related(Prefetch("lists", MailingList.objects.only("id").order_by("pk")))


def suppressions() -> QuerySet[Suppression]:
    return Suppression.objects.all()


def is_suppressed(email: str) -> bool:
    return Suppression.objects.filter(email=email).exists()


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
