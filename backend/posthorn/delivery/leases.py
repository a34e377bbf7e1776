"""The only writer of Batch: who may work on which part of a campaign, and until when.

A claim is a random lease in the batch's row and an end by the database's clock. Who no longer
holds it may record nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.delivery.models import Batch, Delivery, DeliveryStatus

BATCH_SIZE = 500


class LeaseLost(Exception):
    """A batch is no longer this lane's: nothing was recorded."""


class LanesBusy(Exception):
    """The campaign has all the lanes that it may have; nothing was claimed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch held by lease, until it is released or taken back.

    `run_number` is the start that the lane works for: another one may have other content.
    """

    campaign_id: int
    run_number: int
    batch_id: int
    number: int
    first: int
    last: int
    lease: uuid.UUID


def lease_length() -> timedelta:
    return timedelta(seconds=settings.ENV.lease_seconds)


def rows_of(claim: Claim) -> QuerySet[Delivery]:
    """The deliveries of a claimed batch."""
    return rows_between(claim.campaign_id, claim.first, claim.last)


def rows_between(campaign_id: int, first: int, last: int) -> QuerySet[Delivery]:
    """The deliveries of these subscriber numbers, both ends included."""
    return Delivery.objects.filter(campaign_id=campaign_id, subscriber_id__range=(first, last))


def cut_batches(*, campaign_id: int) -> None:
    """Cut the campaign's deliveries, just written, into batches of up to 500."""
    deliveries, batches = Delivery._meta.db_table, Batch._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {batches}"
            " (campaign_id, number, first_subscriber_id, last_subscriber_id, done)"
            " SELECT %s, number, min(subscriber_id), max(subscriber_id), false FROM ("
            "  SELECT subscriber_id,"
            f"   (row_number() OVER (ORDER BY subscriber_id) - 1) / {BATCH_SIZE} + 1 AS number"
            f"  FROM {deliveries} WHERE campaign_id = %s"
            " ) AS numbered GROUP BY number ORDER BY number",
            [campaign_id, campaign_id],
        )


def claim_batch(*, campaign_id: int, run_number: int, first: bool = True) -> Claim | None:
    """Take the next free batch of the campaign by lease, or None when there is none now.

    Raises LanesBusy when as many batches are leased as a campaign may have lanes, unless it is
    not the lane's `first`: a lane that is at work may take the next before it is done.
    """
    now = database_now()
    batches = Batch.objects.filter(campaign_id=campaign_id)
    with transaction.atomic():
        batch = (
            batches.select_for_update(skip_locked=True)
            .filter(done=False, lease=None)
            .filter(Q(available_at=None) | Q(available_at__lte=now))
            .order_by("number")
            .first()
        )
        if batch is None:
            return None
        if first and batches.filter(lease__isnull=False).count() >= settings.ENV.lanes:
            raise LanesBusy
        lease = uuid.uuid4()
        batches.filter(pk=batch.pk).update(lease=lease, leased_until=now + lease_length())
    return Claim(
        campaign_id=campaign_id,
        run_number=run_number,
        batch_id=batch.pk,
        number=batch.number,
        first=batch.first_subscriber_id,
        last=batch.last_subscriber_id,
        lease=lease,
    )


def renew(claims: Sequence[Claim]) -> None:
    """Keep the batches, inside a transaction that records. Raises LeaseLost, naming the lost."""
    kept = _held(claims).update(leased_until=database_now() + lease_length())
    if kept != len(claims):
        still = held_leases(claims)
        lost = [str(claim.number) for claim in claims if claim.lease not in still]
        raise LeaseLost(f"Campaign {claims[0].campaign_id}: batch {', '.join(lost)}")


def renew_quietly(claims: Sequence[Claim]) -> None:
    """Keep what is still held; a batch that its own lane is writing at this moment is passed."""
    with transaction.atomic():
        free = list(_held(claims).select_for_update(skip_locked=True).values_list("pk", flat=True))
        _held(claims).filter(pk__in=free).update(leased_until=database_now() + lease_length())


def held_leases(claims: Sequence[Claim]) -> set[uuid.UUID]:
    """The leases of `claims` that are still theirs."""
    leases = _held(claims).values_list("lease", flat=True)
    return {lease for lease in leases if lease is not None}


def end(claim: Claim) -> None:
    """End the lease, inside a transaction that records the rest of a batch. Raises LeaseLost."""
    waiting = rows_of(claim).filter(status=DeliveryStatus.PENDING)
    ended = _held([claim]).update(
        lease=None, leased_until=None, available_at=None, done=~Exists(waiting.order_by())
    )
    if not ended:
        raise LeaseLost(f"Campaign {claim.campaign_id}: batch {claim.number}")


def release(claim: Claim, *, pause: timedelta | None = None) -> None:
    """Give the batch back: done when nothing of it is open, else free when its rows are due.

    With `pause` it is free no earlier than after that. What is no longer held is left alone.
    """
    held = _held([claim])
    with transaction.atomic():
        if not held.select_for_update().exists():
            return
        waiting = rows_of(claim).filter(status=DeliveryStatus.PENDING)
        if waiting.filter(next_attempt_at=None).exists():
            due = None
        else:
            due = waiting.aggregate(due=Min("next_attempt_at"))["due"]
        if pause is not None:
            due = max(due or database_now(), database_now() + pause)
        held.update(
            lease=None, leased_until=None, available_at=due, done=~Exists(waiting.order_by())
        )


def expired_batches() -> list[tuple[int, int]]:
    """(campaign, batch) of those whose holders have not been heard of for too long."""
    expired = Batch.objects.filter(leased_until__lt=database_now())
    return list(expired.values_list("campaign_id", "pk"))


def lock_expired(batch_id: int) -> Batch | None:
    """The batch, locked until the transaction ends, if it is still expired and nobody has it."""
    return (
        Batch.objects.select_for_update(skip_locked=True)
        .filter(pk=batch_id, leased_until__lt=database_now())
        .first()
    )


def take_back(batch: Batch) -> None:
    """Free a batch from `lock_expired`, once what it was sending has been settled."""
    rows = rows_between(batch.campaign_id, batch.first_subscriber_id, batch.last_subscriber_id)
    batch.lease = batch.leased_until = batch.available_at = None
    batch.done = not rows.filter(status=DeliveryStatus.PENDING).exists()
    batch.save(update_fields=["lease", "leased_until", "available_at", "done"])


def reopen(*, campaign_id: int) -> None:
    """Open every batch that holds a pending delivery."""
    waiting = Delivery.objects.filter(
        campaign_id=campaign_id,
        subscriber_id__range=(OuterRef("first_subscriber_id"), OuterRef("last_subscriber_id")),
        status=DeliveryStatus.PENDING,
    )
    Batch.objects.filter(Exists(waiting), campaign_id=campaign_id).update(
        done=False, available_at=None
    )


def has_open(*, campaign_id: int) -> bool:
    """Whether any batch of the campaign is not done."""
    return Batch.objects.filter(campaign_id=campaign_id, done=False).exists()


def reopen_lost(*, campaign_id: int) -> None:
    """Open batches if none is open although deliveries wait: no row may wait for ever."""
    if not has_open(campaign_id=campaign_id):
        reopen(campaign_id=campaign_id)


def orphaned_batches(*, limit: int) -> list[Batch]:
    """Some batches of campaigns that were deleted."""
    gone = ~Exists(Campaign.objects.filter(pk=OuterRef("campaign_id")))
    return list(Batch.objects.filter(gone)[:limit])


def forget(batch: Batch) -> None:
    """Delete a batch of a campaign that is gone."""
    batch.delete()


def _held(claims: Sequence[Claim]) -> QuerySet[Batch]:
    return Batch.objects.filter(
        pk__in=[claim.batch_id for claim in claims], lease__in=[claim.lease for claim in claims]
    )
