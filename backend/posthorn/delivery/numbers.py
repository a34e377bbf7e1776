"""What the ledger says in numbers: tally, rows counted, rate, progress, timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Count, Max, Min, Q, QuerySet, Subquery, Sum

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import TALLY_FIELDS, Campaign
from posthorn.campaigns.selectors import public_campaigns
from posthorn.core.clock import database_now
from posthorn.core.errors import NotFound
from posthorn.delivery.leases import BATCH_SIZE
from posthorn.delivery.models import Batch, Delivery, SentBucket

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


def deliveries_of(campaign_id: int) -> QuerySet[Delivery]:
    """The campaign's ledger, in the order in which it goes out."""
    return Delivery.objects.filter(campaign_id=campaign_id).order_by("subscriber_id")


class LedgerRows:
    """The whole ledger of one campaign in its order, sliced anywhere at the same price.

    A freeze cuts full batches, so a place in the ledger tells its batch, and the batch where it
    begins.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def count(self) -> int:
        return self._campaign.total

    def __getitem__(self, part: slice) -> list[Delivery]:
        number, skipped = divmod(part.start, BATCH_SIZE)
        begin = Batch.objects.filter(campaign=self._campaign, number=number + 1)
        rows = deliveries_of(self._campaign.pk).filter(
            subscriber_id__gte=Subquery(begin.values("first_subscriber_id"))
        )
        return list(rows[skipped : skipped + part.stop - part.start])


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


@dataclass(frozen=True, slots=True)
class Progress:
    """`percent` of total that was sent, floored to a tenth so that 100 means all of it; `rate` in
    messages a second just now; `eta_seconds` until nothing is pending, None where unknown.
    """

    percent: float
    rate: float
    eta_seconds: int | None


def progress_of(campaigns: Iterable[Campaign]) -> dict[int, Progress]:
    """The progress of each campaign by its id, in one query however many there are."""
    campaigns = list(campaigns)
    running = [campaign.pk for campaign in campaigns if campaign.status == Status.RUNNING]
    measured = rates(running) if running else {}
    return {
        campaign.pk: _progress(campaign, measured.get(campaign.pk, 0.0)) for campaign in campaigns
    }


@dataclass(frozen=True, slots=True)
class PublicTotals:
    """All campaigns that everybody may see, in one: how many there are and run, how many messages
    they sent since ever, and how many a second they send just now.
    """

    campaigns: int
    running: int
    sent: int
    rate: float


def public_totals() -> PublicTotals:
    """Three queries however many there are. Reads tallies, never rows of the ledger."""
    public = public_campaigns().order_by()
    running = list(public.filter(status=Status.RUNNING.value).values_list("pk", flat=True))
    sums = public.aggregate(campaigns=Count("pk"), sent=Sum("sent", default=0))
    rate = sum(rates(running).values()) if running else 0.0
    return PublicTotals(
        campaigns=sums["campaigns"], running=len(running), sent=sums["sent"], rate=round(rate, 1)
    )


def _progress(campaign: Campaign, rate: float) -> Progress:
    percent = campaign.sent * 1000 // campaign.total / 10 if campaign.total else 0.0
    left = campaign.pending + campaign.sending
    return Progress(
        percent=percent,
        rate=round(rate, 1),
        eta_seconds=ceil(left / rate) if rate and left else None,
    )
