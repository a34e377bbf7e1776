"""The only writer of Delivery, Batch, SentBucket and the campaign's tally.

Every function moves rows and counters in one transaction and counts what it moved, so that the
tally equals the ledger at every instant. A count that doesn't match raises LedgerMismatch and
rolls back: wrong numbers are never committed.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from posthorn.accounts.actor import Actor
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.core.clock import database_now
from posthorn.core.events import publish_on_commit
from posthorn.core.journal import Entry, record
from posthorn.core.metrics import LEASES_TAKEN_BACK, count_deliveries
from posthorn.delivery.models import Batch, Delivery, DeliveryStatus, SentBucket
from posthorn.transports.models import MessageEvent

BATCH_SIZE = 500

PENDING, SENDING, SENT, FAILED, UNKNOWN, SKIPPED = (
    status.value
    for status in (
        DeliveryStatus.PENDING,
        DeliveryStatus.SENDING,
        DeliveryStatus.SENT,
        DeliveryStatus.FAILED,
        DeliveryStatus.UNKNOWN,
        DeliveryStatus.SKIPPED,
    )
)


class LedgerMismatch(Exception):
    """Rows and counters would have parted: rolled back."""


class LeaseLost(Exception):
    """The batch is no longer this lane's: nothing was recorded."""


class LanesBusy(Exception):
    """The campaign has all the lanes that it may have; nothing was claimed."""


class NotRunning(Exception):
    """The campaign was stopped, cancelled or deleted meanwhile: nothing was recorded."""


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


@dataclass(frozen=True, slots=True)
class Span:
    """A run of consecutive deliveries: subscriber numbers, both ends included."""

    campaign_id: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one delivery that did not simply go out."""

    delivery_id: int
    status: str
    attempts: int
    detail: str = ""
    sent_at: datetime | None = None
    next_attempt_at: datetime | None = None


def lease_length() -> timedelta:
    return timedelta(seconds=settings.ENV.lease_seconds)


# --- opening -----------------------------------------------------------------------------------


def open_ledger(*, campaign_id: int, audience_sql: str, params: Sequence[Any]) -> int:
    """Write a pending delivery for each (id, email) that `audience_sql` selects, and cut batches.

    Runs in the caller's transaction; returns how many deliveries there are now.
    """
    deliveries, batches = Delivery._meta.db_table, Batch._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {deliveries}"
            " (campaign_id, subscriber_id, email, status, attempts, detail)"
            f" SELECT %s, audience.id, audience.email, '{PENDING}', 0, ''"
            f" FROM ({audience_sql}) AS audience ORDER BY audience.id",
            [campaign_id, *params],
        )
        total: int = cursor.rowcount
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
    return total


# --- leases ------------------------------------------------------------------------------------


def claim_batch(*, campaign_id: int, run_number: int) -> Claim | None:
    """Take the next free batch of the campaign by lease, or None when there is none now.

    Raises LanesBusy when as many batches are leased as a campaign may have lanes.
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
        if batches.filter(lease__isnull=False).count() >= settings.ENV.lanes:
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


def renew_lease(claim: Claim) -> bool:
    """Keep the batch for another while; False when it is no longer this lane's."""
    return bool(
        Batch.objects.filter(pk=claim.batch_id, lease=claim.lease).update(
            leased_until=database_now() + lease_length()
        )
    )


def release_batch(claim: Claim, *, pause: timedelta | None = None) -> None:
    """Give the batch back: done when nothing of it is open, else free when its rows are due.

    With `pause` it is free no earlier than after that.
    """
    held = Batch.objects.filter(pk=claim.batch_id, lease=claim.lease)
    rows = _span(Span(claim.campaign_id, claim.first, claim.last))
    with transaction.atomic():
        if not held.select_for_update().exists():
            return
        waiting = rows.filter(status=PENDING)
        if waiting.filter(next_attempt_at=None).exists():
            due = None
        else:
            due = waiting.aggregate(due=Min("next_attempt_at"))["due"]
        if pause is not None:
            due = max(due or database_now(), database_now() + pause)
        held.update(
            lease=None, leased_until=None, available_at=due, done=~Exists(waiting.order_by())
        )


def take_back_expired_leases() -> list[int]:
    """Free the batches whose holders died; what they were sending becomes `unknown`.

    Returns the campaigns that were touched.
    """
    touched = []
    expired = Batch.objects.filter(leased_until__lt=database_now()).values_list("pk", flat=True)
    for pk in expired:
        with transaction.atomic():
            batch = (
                Batch.objects.select_for_update(skip_locked=True)
                .filter(pk=pk, leased_until__lt=database_now())
                .first()
            )
            if batch is None:
                continue
            span = Span(batch.campaign_id, batch.first_subscriber_id, batch.last_subscriber_id)
            orphans = (
                _span(span)
                .filter(status=SENDING)
                .update(
                    status=UNKNOWN,
                    attempts=F("attempts") + 1,
                    detail="The worker died after handing the message over and before recording.",
                )
            )
            batch.lease = batch.leased_until = batch.available_at = None
            batch.done = not _span(span).filter(status=PENDING).exists()
            batch.save(update_fields=["lease", "leased_until", "available_at", "done"])
            _count(batch.campaign_id, {SENDING: -orphans, UNKNOWN: orphans})
            touched.append(batch.campaign_id)
        LEASES_TAKEN_BACK.inc()
        if orphans:
            transports = Campaign.objects.filter(pk=batch.campaign_id).values_list("transport")
            for (transport,) in transports:
                count_deliveries(transport, others=[UNKNOWN] * orphans)
    return touched


# --- sending -----------------------------------------------------------------------------------


def mark_sending(
    claim: Claim, span: Span, *, skipped: Sequence[Result], sending: int, due: datetime
) -> None:
    """Write the intent ahead: the due pending rows of `span` become `sending`, some skipped.

    Raises NotRunning or LeaseLost; then nothing changed and nothing may be sent.
    """
    with transaction.atomic():
        _apply(skipped)
        _expect(_due(span, due).update(status=SENDING), sending, claim, span)
        _keep_lease(claim)
        _count(
            claim.campaign_id,
            {PENDING: -sending - len(skipped), SENDING: sending, SKIPPED: len(skipped)},
            run_number=claim.run_number,
        )


def record_sending(
    claim: Claim, span: Span, *, exceptions: Sequence[Result], sent: int, sent_at: datetime
) -> None:
    """Record the outcomes of what `mark_sending` announced.

    `exceptions` are written one by one in one statement; the other `sent` rows of `span` that are
    `sending` become sent at `sent_at`. Raises LeaseLost: then they are `unknown` already.
    """
    with transaction.atomic():
        _apply(exceptions)
        moved = (
            _span(span)
            .filter(status=SENDING)
            .update(
                status=SENT,
                sent_at=sent_at,
                attempts=F("attempts") + 1,
                next_attempt_at=None,
                detail="",
            )
        )
        _expect(moved, sent, claim, span)
        outcome = Counter(result.status for result in exceptions)
        outcome[SENT] += sent
        _bucket(claim.campaign_id, exceptions, sent, sent_at)
        _keep_lease(claim)
        changes = Counter(outcome)
        changes[SENDING] -= sum(outcome.values())
        _count(claim.campaign_id, changes)


def record_sent(
    claim: Claim,
    span: Span,
    *,
    exceptions: Sequence[Result],
    sent: int,
    sent_at: datetime,
    due: datetime,
    finishes_batch: bool,
) -> None:
    """Record, within the caller's transaction, what a transport in this database sent.

    Raises NotRunning or LeaseLost, and the caller's transaction takes the messages back too.
    """
    _apply(exceptions)
    moved = _due(span, due).update(
        status=SENT,
        sent_at=sent_at,
        attempts=F("attempts") + 1,
        next_attempt_at=None,
        detail="",
    )
    _expect(moved, sent, claim, span)
    outcome = Counter(result.status for result in exceptions)
    outcome[SENT] += sent
    _bucket(claim.campaign_id, exceptions, sent, sent_at)
    _keep_lease(claim, done=finishes_batch)
    changes = Counter(outcome)
    changes[PENDING] -= sum(outcome.values())
    _count(claim.campaign_id, changes, run_number=claim.run_number)


# --- by a person's word ------------------------------------------------------------------------


def skip_remaining(claim: Claim) -> None:
    """Skip what a cancelled campaign left pending in this batch."""
    span = Span(claim.campaign_id, claim.first, claim.last)
    with transaction.atomic():
        _keep_lease(claim, done=True)
        moved = (
            _span(span)
            .filter(status=PENDING)
            .update(status=SKIPPED, next_attempt_at=None, detail="The campaign was cancelled.")
        )
        _count(claim.campaign_id, {PENDING: -moved, SKIPPED: moved})


def put_back(*, campaign_id: int, statuses: Sequence[str]) -> int:
    """Make the failed and/or unknown deliveries pending again; returns how many."""
    with transaction.atomic():
        changes: Counter[str] = Counter()
        for status in statuses:
            changes[status] = -(
                Delivery.objects.filter(campaign_id=campaign_id, status=status).update(
                    status=PENDING, attempts=0, next_attempt_at=None, detail=""
                )
            )
        moved = -sum(changes.values())
        changes[PENDING] += moved
        reopen_batches(campaign_id=campaign_id)
        _count(campaign_id, changes)
    return moved


def reopen_batches(*, campaign_id: int) -> None:
    """Open every batch that holds a pending delivery."""
    waiting = Delivery.objects.filter(
        campaign_id=campaign_id,
        subscriber_id__range=(OuterRef("first_subscriber_id"), OuterRef("last_subscriber_id")),
        status=PENDING,
    )
    Batch.objects.filter(Exists(waiting), campaign_id=campaign_id).update(
        done=False, available_at=None
    )


def reopen_lost_batches(*, campaign_id: int) -> None:
    """Open batches if none is open although deliveries wait: no row may wait for ever."""
    if not Batch.objects.filter(campaign_id=campaign_id, done=False).exists():
        reopen_batches(campaign_id=campaign_id)


def mark_sent(*, delivery_id: int, campaign_id: int, by: Actor) -> bool:
    """Count an `unknown` delivery as sent because a person knows it was; False if it isn't one."""
    now = database_now()
    with transaction.atomic():
        moved = Delivery.objects.filter(
            pk=delivery_id, campaign_id=campaign_id, status=UNKNOWN
        ).update(status=SENT, sent_at=now, detail=f"Marked as sent by {by}.")
        _count(campaign_id, {UNKNOWN: -moved, SENT: moved})
        _bucket(campaign_id, (), moved, now)
        if moved:
            record(Entry(by, "mark_sent", TOPIC, campaign_id, after={"delivery": delivery_id}))
            publish_on_commit(TOPIC, campaign_id)
    return bool(moved)


def purge_deleted(*, batches: int) -> None:
    """Delete the rows and messages of campaigns that are gone, up to so many batches."""
    gone = Batch.objects.filter(~Exists(Campaign.objects.filter(pk=OuterRef("campaign_id"))))
    for batch in gone[:batches]:
        with transaction.atomic():
            span = Span(batch.campaign_id, batch.first_subscriber_id, batch.last_subscriber_id)
            MessageEvent.objects.filter(pk__in=_span(span).values("pk")).delete()
            _span(span).delete()
            SentBucket.objects.filter(campaign_id=batch.campaign_id).delete()
            batch.delete()


# --- within ------------------------------------------------------------------------------------


def _span(span: Span) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        campaign_id=span.campaign_id, subscriber_id__range=(span.first, span.last)
    )


def _due(span: Span, due: datetime) -> QuerySet[Delivery]:
    """The rows that a reading at `due` found ready, less those that were moved since."""
    return _span(span).filter(Q(next_attempt_at=None) | Q(next_attempt_at__lte=due), status=PENDING)


def _expect(moved: int, expected: int, claim: Claim, span: Span) -> None:
    if moved == expected:
        return
    if not Batch.objects.filter(pk=claim.batch_id, lease=claim.lease).exists():
        raise LeaseLost(f"Batch {claim.number} of campaign {claim.campaign_id}")
    raise LedgerMismatch(f"{moved} rows of {span} moved where {expected} were sent.")


def _apply(results: Sequence[Result]) -> None:
    """Write each result to its row, all in one statement."""
    if not results:
        return
    Delivery.objects.bulk_update(
        [
            Delivery(
                pk=result.delivery_id,
                status=result.status,
                attempts=result.attempts,
                detail=result.detail[:500],
                sent_at=result.sent_at,
                next_attempt_at=result.next_attempt_at,
            )
            for result in results
        ],
        ["status", "attempts", "detail", "sent_at", "next_attempt_at"],
    )


def _keep_lease(claim: Claim, *, done: bool = False) -> None:
    """Renew the lease, or end it with the batch; whoever lost it may record nothing."""
    if done:
        held = Batch.objects.filter(pk=claim.batch_id, lease=claim.lease)
        waiting = _span(Span(claim.campaign_id, claim.first, claim.last)).filter(status=PENDING)
        kept: int | bool = held.update(
            lease=None, leased_until=None, available_at=None, done=~Exists(waiting.order_by())
        )
    else:
        kept = renew_lease(claim)
    if not kept:
        raise LeaseLost(f"Batch {claim.number} of campaign {claim.campaign_id}")


def _count(campaign_id: int, changes: Mapping[str, int], *, run_number: int | None = None) -> None:
    """Move the tally, last in a transaction: the row's lock orders this against stop and cancel.

    With `run_number`, raises NotRunning unless the campaign is in that run as this commits.
    """
    moves: dict[str, Any] = {
        field: F(field) + change for field, change in changes.items() if change
    }
    campaigns = Campaign.objects.filter(pk=campaign_id)
    if run_number is not None:
        campaigns = campaigns.filter(status=Status.RUNNING, run_number=run_number)
        moves["active_at"] = database_now()
    if moves and not campaigns.update(**moves) and run_number is not None:
        raise NotRunning(f"Campaign {campaign_id} no longer runs as it did.")


def _bucket(campaign_id: int, results: Sequence[Result], sent: int, at: datetime) -> None:
    """Add to the second's count of sent and failed."""
    sent += sum(result.status == SENT for result in results)
    failed = sum(result.status == FAILED for result in results)
    if not sent and not failed:
        return
    table = SentBucket._meta.db_table
    second = connection.ops.adapt_datetimefield_value(at.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (campaign_id, at, sent, failed) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (campaign_id, at) DO UPDATE SET"
            f" sent = {table}.sent + excluded.sent, failed = {table}.failed + excluded.failed",
            [campaign_id, second, sent, failed],
        )
