"""A lane: claims batches of one campaign and has them handed over.

What stays in this database is sent by the worker's own thread, for a short time-slice; then the
lane rings itself again, so that campaigns share the workers' threads fairly however long they are.
What leaves it is sent by a thread of its own for each campaign, since a slow server must hold up
nobody else's campaign; the worker's thread only looks whether there is one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.logs import log_context
from posthorn.core.metrics import LANE_SECONDS, count_deliveries
from posthorn.core.sessions import OUTAGES
from posthorn.delivery import leases, ledger, moves, outside, pacing
from posthorn.delivery.leases import Claim, LanesBusy, LeaseLost
from posthorn.delivery.ledger import NotRunning, Span
from posthorn.delivery.messages import BatchRow, Composer
from posthorn.delivery.outside import envelope_of
from posthorn.delivery.turns import GO_ON, LEAVE, Turn, again
from posthorn.transports.base import (
    Message,
    Outcome,
    Sent,
    Transport,
    TransportUnavailable,
    Unsendable,
    Verdict,
)
from posthorn.transports.daily import waiting_for
from posthorn.transports.registry import get_transport

logger = logging.getLogger(__name__)

TIME_SLICE_SECONDS = 0.2
#: How many messages a slice has that commits together with the ledger.
SLICE = 500
#: When a lane that found all places taken looks again.
BUSY_WAIT_MS = 300


def run(*, campaign_id: int, epoch: int, seconds: float = TIME_SLICE_SECONDS) -> Turn:
    """Work for one time-slice, for one batch at least; says whether to ring again, and when.

    Whatever goes wrong stops the campaign with a reason, so that none runs while nothing can run;
    only an outage of the database is waited out, by the sweeper.
    """
    try:
        return _turn(campaign_id, epoch, seconds)
    except OUTAGES as error:
        logger.warning("Campaign %s: the lane ends, the database is away: %s", campaign_id, error)
    return LEAVE


def _turn(campaign_id: int, epoch: int, seconds: float) -> Turn:
    campaign = Campaign.objects.filter(pk=campaign_id, lane_epoch=epoch).first()
    if campaign is None or campaign.frozen_at is None:
        return LEAVE
    if campaign.status == Status.CANCELLED:
        return _skip(campaign, seconds)
    if campaign.status == Status.RUNNING:
        with moves.stopping_when_broken(campaign.pk, in_run=campaign.run_number):
            return _send(campaign, seconds)
    return LEAVE


def _send(campaign: Campaign, seconds: float) -> Turn:
    transport = get_transport(campaign.transport, mail_servers=campaign.mail_servers)
    if not transport.in_database and outside.is_at_work(campaign.pk):
        # Another process may take this place of the campaign's lanes.
        return again(BUSY_WAIT_MS)
    composer = Composer(campaign, linked=not transport.in_database)
    until = time.monotonic() + seconds
    while True:
        claimed_at = time.monotonic()
        try:
            claim = leases.claim_batch(campaign_id=campaign.pk, run_number=campaign.run_number)
        except LanesBusy:
            return again(BUSY_WAIT_MS)
        if claim is None:
            moves.finish_campaign(campaign_id=campaign.pk)
            return LEAVE
        if not transport.in_database:
            if campaign.transport == "smtp" and _waits_for_tomorrow(campaign):
                leases.release(claim)
                return LEAVE
            started = outside.start_lane(
                campaign=campaign,
                transport=transport,
                composer=composer,
                claim=claim,
                claimed_at=claimed_at,
            )
            if not started:
                leases.release(claim)
            return again(BUSY_WAIT_MS)
        with log_context(batch=claim.number), LANE_SECONDS.labels(campaign.transport).time():
            turn = _Inside(campaign, transport, composer, claim).send()
        if turn.over:
            return turn
        if time.monotonic() > until:
            return again()


def _waits_for_tomorrow(campaign: Campaign) -> bool:
    """Whether its mail servers have given what they may today; the campaign then says so.

    The sweeper rings again and again, so that it goes on as soon as they may send more.
    """
    waiting = waiting_for(campaign.mail_servers)
    moves.note_waiting(campaign=campaign, waiting=waiting)
    return waiting is not None


def _skip(campaign: Campaign, seconds: float) -> Turn:
    """The campaign was cancelled: skip what is left of it."""
    until = time.monotonic() + seconds
    while True:
        try:
            claim = leases.claim_batch(campaign_id=campaign.pk, run_number=campaign.run_number)
        except LanesBusy:
            return again(BUSY_WAIT_MS)
        if claim is None:
            return LEAVE
        try:
            skipped = ledger.skip_remaining(claim)
        except LeaseLost as reason:
            logger.info("Another worker skips the rest: %s", reason)
            return again()
        count_deliveries(campaign.transport, others=[ledger.SKIPPED] * skipped)
        if time.monotonic() > until:
            return again()


class _Inside:
    """One batch by a transport in this database: messages and ledger commit together."""

    def __init__(
        self, campaign: Campaign, transport: Transport, composer: Composer, claim: Claim
    ) -> None:
        self._campaign = campaign
        self._transport = transport
        self._composer = composer
        self._claim = claim
        self._envelope = envelope_of(campaign)

    def send(self) -> Turn:
        """Send what is due of the batch, in slices."""
        due = database_now()
        rows = self._composer.read(self._claim, due=due)
        ready = [row for row in rows if not row.deferred]
        while ready:
            wanted = min(len(ready), SLICE)
            if self._campaign.rate_limit is not None:
                allowance = pacing.take(campaign_id=self._campaign.pk, wanted=wanted)
                if not allowance.count:
                    leases.release(self._claim)
                    return again(allowance.wait_ms)
                wanted = allowance.count
            part, ready = ready[:wanted], ready[wanted:]
            finishes = not ready and not any(row.deferred for row in rows)
            try:
                self._send_slice(part, due, finishes_batch=finishes)
            except (NotRunning, LeaseLost) as reason:
                logger.info("Campaign %s: lane ends: %s", self._campaign.pk, reason)
                leases.release(self._claim)
                return LEAVE
            if finishes:
                return GO_ON
        leases.release(self._claim)
        return GO_ON

    def _send_slice(self, rows: Sequence[BatchRow], due: datetime, *, finishes_batch: bool) -> None:
        """Exactly once, whatever dies."""
        messages, others = self._composer.compose(rows)
        handover = _Whole(messages)
        with transaction.atomic():
            sent_at = database_now()
            if messages:
                self._transport.send(self._envelope, handover)
                sent_at = handover.sent_at
            ledger.record_sent(
                self._claim,
                Span(self._campaign.pk, rows[0].subscriber_id, rows[-1].subscriber_id),
                others=others,
                sent=len(messages),
                sent_at=sent_at,
                due=due,
                finishes_batch=finishes_batch,
            )
        count_deliveries(
            self._campaign.transport,
            sent=len(messages),
            others=[entry.status for entry in others],
        )


class _Whole:
    """The handover of one slice whose gate is the commit that it is part of."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages
        self._sent: tuple[Outcome, ...] = ()

    def __iter__(self) -> Iterator[Sequence[Message]]:
        yield self._messages

    def may_begin(self, message: Message) -> Verdict:
        return Verdict.SEND

    def report(self, *outcomes: Outcome) -> None:
        self._sent += outcomes

    def give_up(self, error: TransportUnavailable | Unsendable) -> None:
        raise error

    @property
    def sent_at(self) -> datetime:
        """When all of them were sent. Raises ValueError when some were not."""
        first = self._sent[0] if len(self._sent) == len(self._messages) else None
        if not isinstance(first, Sent):
            raise ValueError("A transport in the database sends all of a slice, or raises.")
        return first.at
