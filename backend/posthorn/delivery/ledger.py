"""The only writer of Delivery, SentBucket and the campaign's tally.

Every function moves rows and counters in one transaction and counts what it moved, so that the
tally equals the ledger at every instant. A count that doesn't match raises LedgerMismatch and
rolls back: wrong numbers are never committed. Whatever it moves it tells to those who watch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet

from posthorn.accounts.actor import Actor
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.core.clock import database_now
from posthorn.core.events import publish_on_commit
from posthorn.core.metrics import LEASES_TAKEN_BACK, count_deliveries
from posthorn.delivery import leases
from posthorn.delivery.leases import Claim, rows_between, rows_of
from posthorn.delivery.models import Delivery, DeliveryStatus, SentBucket
from posthorn.delivery.statements import Record, apply_records, apply_sending, count_seconds
from posthorn.transports.models import MessageEvent

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


class NotRunning(Exception):
    """The campaign was stopped, cancelled or deleted meanwhile: nothing was recorded."""


#: Told of the campaign and its deliveries that failed for good, in the transaction that records it.
FailureListener = Callable[[int, Sequence[Record]], None]
_failure_listeners: list[FailureListener] = []


def listen_to_failures(listener: FailureListener) -> None:
    """Have `listener` called, once a transaction, when deliveries handed over fail for good."""
    if listener not in _failure_listeners:
        _failure_listeners.append(listener)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of consecutive deliveries: subscriber numbers, both ends included."""

    campaign_id: int
    first: int
    last: int


# --- opening -----------------------------------------------------------------------------------


def open_ledger(*, campaign_id: int, audience_sql: str, params: Sequence[Any]) -> int | None:
    """Write a pending delivery for each (id, email) that `audience_sql` selects, and cut batches.

    Returns how many there are; None, and nothing was written, when the campaign was frozen,
    cancelled or deleted meanwhile.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {Delivery._meta.db_table}"
                " (campaign_id, subscriber_id, email, status, attempts, detail)"
                f" SELECT %s, audience.id, audience.email, '{PENDING}', 0, ''"
                f" FROM ({audience_sql}) AS audience ORDER BY audience.id",
                [campaign_id, *params],
            )
            total: int = cursor.rowcount
        leases.cut_batches(campaign_id=campaign_id)
        kept = Campaign.objects.filter(
            pk=campaign_id, frozen_at=None, status__in=[Status.RUNNING, Status.STOPPED]
        ).update(frozen_at=database_now(), total=total, pending=total)
        if not kept:
            transaction.set_rollback(True)
            return None
        publish_on_commit(TOPIC, campaign_id)
    return total


# --- sending -----------------------------------------------------------------------------------


def record(
    *, claims: Sequence[Claim], records: Sequence[Record], intents: Sequence[int] = ()
) -> None:
    """Record what became of deliveries of `claims`, and announce the next, in one transaction.

    `intents` are the pending deliveries that become `sending`. With any of them, raises NotRunning
    unless the campaign is still in the claims' run. Raises LeaseLost when a claim is gone. After
    either, nothing was recorded and nothing of `intents` may be sent.
    """
    campaign_id, run_number = claims[0].campaign_id, claims[0].run_number
    with transaction.atomic():
        leases.renew(claims)
        moved = apply_records(records)
        if moved != len(records):
            raise LedgerMismatch(f"{moved} rows moved where {len(records)} were to be recorded.")
        moved = apply_sending(intents)
        if moved != len(intents):
            raise LedgerMismatch(f"{moved} rows moved where {len(intents)} were to be sent.")
        if failed := [entry for entry in records if entry.status == FAILED]:
            for listener in _failure_listeners:
                listener(campaign_id, failed)
        count_seconds(campaign_id, _seconds(records))
        changes = _changes(records)
        changes[PENDING] -= len(intents)
        changes[SENDING] += len(intents)
        _count(campaign_id, changes, run_number=run_number if intents else None)


def was_recorded(
    *, claims: Sequence[Claim], records: Sequence[Record], intents: Sequence[int]
) -> bool:
    """Whether a `record` whose commit got no answer had been committed. Raises LeaseLost."""
    with transaction.atomic():
        # Nobody else can have moved the rows while the claims are held.
        leases.renew(claims)
        for entry in records:
            return not Delivery.objects.filter(pk=entry.delivery_id, status=entry.was).exists()
        return Delivery.objects.filter(pk__in=intents[:1], status=SENDING).exists()


def record_sent(
    claim: Claim,
    span: Span,
    *,
    others: Sequence[Record],
    sent: int,
    sent_at: datetime,
    due: datetime,
    finishes_batch: bool,
) -> None:
    """Record, within the caller's transaction, what a transport in this database sent.

    `others` of the span did not go out. Raises NotRunning or LeaseLost, and the caller's
    transaction takes the messages back too.
    """
    apply_records(others)
    moved = _due(span, due).update(
        status=SENT,
        sent_at=sent_at,
        attempts=F("attempts") + 1,
        next_attempt_at=None,
        detail="",
    )
    if moved != sent:
        if not leases.held_leases([claim]):
            raise leases.LeaseLost(f"Campaign {claim.campaign_id}: batch {claim.number}")
        raise LedgerMismatch(f"{moved} rows of {span} moved where {sent} were sent.")
    seconds = _seconds(others)
    if sent:
        seconds[sent_at.replace(microsecond=0)][SENT] += sent
    count_seconds(claim.campaign_id, seconds)
    if finishes_batch:
        leases.end(claim)
    else:
        leases.renew([claim])
    changes = _changes(others)
    changes[SENT] += sent
    changes[PENDING] -= sent
    _count(claim.campaign_id, changes, run_number=claim.run_number)


def take_back(batch_id: int) -> bool:
    """Free a batch whose holder died; what it was sending becomes `unknown`.

    False when somebody else has it by now.
    """
    with transaction.atomic():
        batch = leases.lock_expired(batch_id)
        if batch is None:
            return False
        campaign_id = batch.campaign_id
        orphans = (
            rows_between(campaign_id, batch.first_subscriber_id, batch.last_subscriber_id)
            .filter(status=SENDING)
            .update(
                status=UNKNOWN,
                attempts=F("attempts") + 1,
                detail="The worker died after handing the message over and before recording.",
            )
        )
        leases.take_back(batch)
        _count(campaign_id, {SENDING: -orphans, UNKNOWN: orphans})
        publish_on_commit(TOPIC, campaign_id)
    LEASES_TAKEN_BACK.inc()
    if orphans:
        transports = Campaign.objects.filter(pk=campaign_id).values_list("transport")
        for (transport,) in transports:
            count_deliveries(transport, others=[UNKNOWN] * orphans)
    return True


# --- by a person's word ------------------------------------------------------------------------


def skip_remaining(claim: Claim) -> int:
    """Skip what a cancelled campaign left pending in this batch; returns how many."""
    with transaction.atomic():
        leases.renew([claim])
        moved = (
            rows_of(claim)
            .filter(status=PENDING)
            .update(status=SKIPPED, next_attempt_at=None, detail="The campaign was cancelled.")
        )
        leases.end(claim)
        _count(claim.campaign_id, {PENDING: -moved, SKIPPED: moved})
    return moved


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
        leases.reopen(campaign_id=campaign_id)
        _count(campaign_id, changes)
    return moved


def mark_sent(*, delivery_id: int, campaign_id: int, by: Actor) -> bool:
    """Count an `unknown` delivery as sent, as `by` knows it was; False if it isn't `unknown`."""
    now = database_now()
    with transaction.atomic():
        moved = Delivery.objects.filter(
            pk=delivery_id, campaign_id=campaign_id, status=UNKNOWN
        ).update(status=SENT, sent_at=now, detail=f"Marked as sent by {by}.")
        if moved:
            count_seconds(campaign_id, {now.replace(microsecond=0): Counter({SENT: 1})})
            _count(campaign_id, {UNKNOWN: -1, SENT: 1})
    return bool(moved)


def purge_deleted(*, batches: int) -> None:
    """Delete the rows and messages of campaigns that are gone, up to so many batches."""
    for batch in leases.orphaned_batches(limit=batches):
        with transaction.atomic():
            rows = rows_between(
                batch.campaign_id, batch.first_subscriber_id, batch.last_subscriber_id
            )
            MessageEvent.objects.filter(pk__in=rows.values("pk")).delete()
            rows.delete()
            SentBucket.objects.filter(campaign_id=batch.campaign_id).delete()
            leases.forget(batch)


# --- within ------------------------------------------------------------------------------------


def _due(span: Span, due: datetime) -> QuerySet[Delivery]:
    """The rows that a reading at `due` found ready, less those that were moved since."""
    return rows_between(span.campaign_id, span.first, span.last).filter(
        Q(next_attempt_at=None) | Q(next_attempt_at__lte=due), status=PENDING
    )


def _changes(records: Iterable[Record]) -> Counter[str]:
    """What `records` do to the tally."""
    changes: Counter[str] = Counter()
    for entry in records:
        changes[entry.was] -= 1
        changes[entry.status] += 1
    return changes


def _seconds(records: Iterable[Record]) -> dict[datetime, Counter[str]]:
    """What `records` add to the counts of sent and failed, by second."""
    seconds: dict[datetime, Counter[str]] = _BySecond()
    for entry in records:
        if entry.status == SENT and entry.sent_at is not None:
            seconds[entry.sent_at.replace(microsecond=0)][SENT] += 1
        elif entry.status == FAILED:
            seconds[database_now().replace(microsecond=0)][FAILED] += 1
    return seconds


class _BySecond(dict[datetime, Counter[str]]):
    def __missing__(self, second: datetime) -> Counter[str]:
        return self.setdefault(second, Counter())


def _count(campaign_id: int, changes: Mapping[str, int], *, run_number: int | None = None) -> None:
    """Move the tally, last in a transaction: the row's lock orders this against stop and cancel.

    With `run_number`, raises NotRunning unless the campaign is in that run as this commits.
    Raises LedgerMismatch when the tally can't be moved so: it would go below nought.
    """
    moves: dict[str, Any] = {
        field: F(field) + change for field, change in changes.items() if change
    }
    if changes.get(SENT, 0) > 0:
        # What goes out proves that the transport is there.
        moves["transport_down_since"] = None
    campaigns = Campaign.objects.filter(pk=campaign_id)
    if run_number is not None:
        campaigns = campaigns.filter(status=Status.RUNNING, run_number=run_number)
        moves["active_at"] = database_now()
    if not moves:
        return
    try:
        moved = campaigns.update(**moves)
    except IntegrityError as error:
        told = ", ".join(f"{field} {change:+}" for field, change in changes.items() if change)
        raise LedgerMismatch(f"The tally can't be moved by {told}.") from error
    if not moved and run_number is not None:
        raise NotRunning(f"Campaign {campaign_id} no longer runs as it did.")
    publish_on_commit(TOPIC, campaign_id)
