"""Reads of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from posthorn.audience.models import Subscriber, Suppression
from posthorn.campaigns.models import TALLY_FIELDS, Campaign
from posthorn.core.clock import database_now
from posthorn.core.errors import NotFound
from posthorn.delivery.models import Delivery, DeliveryStatus, SentBucket

if TYPE_CHECKING:
    from posthorn.delivery.ledger import Claim, Span

RATE_WINDOW = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The tally beside the rows, counted now; `differences` maps a status to (tally, rows)."""

    tally: dict[str, int]
    ledger: dict[str, int]

    @property
    def differences(self) -> dict[str, tuple[int, int]]:
        return {
            field: (count, self.ledger[field])
            for field, count in self.tally.items()
            if count != self.ledger[field]
        }

    @property
    def consistent(self) -> bool:
        return not self.differences


def reconcile(campaign_id: int) -> Reconciliation:
    """The campaign's tally beside its rows; raises NotFound.

    One statement reads both, so that a slice committed in between can't part them.
    """
    columns = ("total", *TALLY_FIELDS)
    counts = {
        f"rows_{status}": Count("deliveries", filter=Q(deliveries__status=status))
        for status in TALLY_FIELDS
    }
    row = (
        Campaign.objects.filter(pk=campaign_id)
        .order_by()
        .values("pk", *columns)
        .annotate(rows_total=Count("deliveries"), **counts)
        .first()
    )
    if row is None:
        raise NotFound("There is no such campaign.")
    return Reconciliation(
        tally={column: row[column] for column in columns},
        ledger={column: row[f"rows_{column}"] for column in columns},
    )


class BatchRow(NamedTuple):
    """A pending delivery with what rendering needs, as its subscriber is now."""

    id: int
    subscriber_id: int
    email: str
    attempts: int
    deferred: bool
    subscriber: int | None
    suppression: str | None
    name: str | None
    attributes: str | None

    @property
    def skip_reason(self) -> str:
        """Why it must not be sent although the audience was frozen with it; mostly empty."""
        if self.suppression:
            return f"The address was suppressed since the start: {self.suppression}."
        if self.subscriber is None:
            return "The subscriber was deleted since the start."
        return ""


def read_batch(claim: Claim, *, due: datetime, with_attributes: bool) -> list[BatchRow]:
    """The batch's pending deliveries in order; `deferred` are those not yet due at `due`."""
    deliveries, subscribers, suppressions = (
        model._meta.db_table for model in (Delivery, Subscriber, Suppression)
    )
    attributes = "s.attributes" if with_attributes else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.subscriber_id, d.email, d.attempts,"
            " d.next_attempt_at IS NOT NULL AND d.next_attempt_at > %s, s.id, x.reason, s.name,"
            f" {attributes} FROM {deliveries} d"
            f" LEFT JOIN {subscribers} s ON s.id = d.subscriber_id"
            f" LEFT JOIN {suppressions} x ON x.email = d.email"
            " WHERE d.campaign_id = %s AND d.subscriber_id BETWEEN %s AND %s"
            f" AND d.status = '{DeliveryStatus.PENDING}' ORDER BY d.subscriber_id",
            [
                connection.ops.adapt_datetimefield_value(due),
                claim.campaign_id,
                claim.first,
                claim.last,
            ],
        )
        return [BatchRow(*row) for row in cursor.fetchall()]


def suppressed_in(span: Span) -> set[int]:
    """The deliveries of `span` whose address is suppressed now."""
    return set(
        Delivery.objects.filter(
            Exists(Suppression.objects.filter(email=OuterRef("email"))),
            campaign_id=span.campaign_id,
            subscriber_id__range=(span.first, span.last),
        ).values_list("pk", flat=True)
    )


def deliveries_of(campaign_id: int) -> QuerySet[Delivery]:
    """The campaign's ledger, in the order in which it goes out."""
    return Delivery.objects.filter(campaign_id=campaign_id).order_by("pk")


def rates(campaign_ids: Iterable[int]) -> dict[int, float]:
    """Messages a second over the last ten full seconds, for those that sent any."""
    until = database_now().replace(microsecond=0)
    sums = (
        SentBucket.objects.filter(
            campaign_id__in=list(campaign_ids), at__gte=until - RATE_WINDOW, at__lt=until
        )
        .values_list("campaign_id")
        .annotate(sent=Sum("sent"), first=Min("at"))
        .order_by()
    )
    # A campaign that began within the window is measured from its beginning.
    return {
        campaign_id: sent / max((until - first).total_seconds(), 1.0)
        for campaign_id, sent, first in sums
    }


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    at: datetime
    sent: int
    failed: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Sent and failed per bucket of `bucket_seconds`, oldest first; empty buckets left out."""

    bucket_seconds: int
    points: list[TimelinePoint]


_STEPS = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 21600, 86400)
MAX_POINTS = 240


def timeline_of(campaign_id: int) -> Timeline:
    """The campaign's sending over time in at most 240 buckets."""
    seconds = SentBucket.objects.filter(campaign_id=campaign_id)
    span = seconds.aggregate(first=Min("at"), last=Max("at"))
    if span["first"] is None:
        return Timeline(bucket_seconds=1, points=[])
    length = (span["last"] - span["first"]).total_seconds()
    step = next((step for step in _STEPS if length / step < MAX_POINTS), _STEPS[-1])
    buckets: dict[int, list[int]] = {}
    rows = seconds.order_by("at").values_list("at", "sent", "failed")
    for at, sent, failed in rows.iterator():
        bucket = buckets.setdefault(int(at.timestamp()) // step * step, [0, 0])
        bucket[0] += sent
        bucket[1] += failed
    zone = span["first"].tzinfo
    return Timeline(
        bucket_seconds=step,
        points=[
            TimelinePoint(datetime.fromtimestamp(at, zone), sent, failed)
            for at, (sent, failed) in buckets.items()
        ],
    )
