"""A lane: claims batches of one campaign, renders them, hands them over, records the outcomes.

A lane works for a short time-slice and then rings itself again, so that campaigns share the
workers' threads fairly however long they are.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)

from posthorn.audience.links import Links
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.content.rendering import Content, Context, compile_content
from posthorn.core.clock import database_now
from posthorn.core.events import publish
from posthorn.core.logs import log_context
from posthorn.core.metrics import LANE_SECONDS, count_deliveries
from posthorn.delivery import ledger, moves, pacing
from posthorn.delivery.ledger import Claim, Result, Span
from posthorn.delivery.messages import BatchRow, read_batch, suppressed_in
from posthorn.transports.base import (
    Envelope,
    Message,
    Outcome,
    Refusal,
    Transport,
    TransportUnavailable,
    Verdict,
)
from posthorn.transports.registry import UnknownTransport, get_transport

logger = logging.getLogger(__name__)

TIME_SLICE_SECONDS = 0.2
#: How old the knowledge of status and suppressions may be when a message begins. What is promised
#: is one second.
RECHECK_SECONDS = 0.4
MAX_ATTEMPTS = 5
#: How long a slice may go on beginning messages.
SLICE_SECONDS = 5.0
#: When a lane that found all places taken looks again.
BUSY_WAIT_MS = 300
#: How long the batches of a campaign rest after its transport could not be used.
DOWN_PAUSE = timedelta(seconds=5)

_compile = lru_cache(maxsize=64)(compile_content)


def run(*, campaign_id: int, epoch: int, seconds: float = TIME_SLICE_SECONDS) -> int | None:
    """Work for one time-slice, for one batch at least.

    Returns in how many milliseconds to ring again, None for never.
    """
    campaign = Campaign.objects.filter(pk=campaign_id, lane_epoch=epoch).first()
    if campaign is None or campaign.frozen_at is None:
        return None
    if campaign.status not in (Status.RUNNING, Status.CANCELLED):
        return None
    until = time.monotonic() + seconds
    try:
        work = _Lane(campaign).work if campaign.status == Status.RUNNING else _skip
    except UnknownTransport as error:
        moves.stop_broken_campaign(campaign_id=campaign_id, reason=str(error))
        return None
    while True:
        try:
            claim = ledger.claim_batch(campaign_id=campaign_id, run_number=campaign.run_number)
        except ledger.LanesBusy:
            return BUSY_WAIT_MS
        if claim is None:
            break
        try:
            with log_context(batch=claim.number), LANE_SECONDS.labels(campaign.transport).time():
                wait_ms = work(claim)
        except (ledger.NotRunning, ledger.LeaseLost) as reason:
            logger.info("Campaign %s: lane ends: %r", campaign_id, reason)
            ledger.release_batch(claim)
            return None
        if wait_ms is not None:
            return wait_ms if wait_ms >= 0 else None
        if time.monotonic() > until:
            return 0
    if campaign.status == Status.RUNNING:
        moves.finish_campaign(campaign_id=campaign_id)
    return None


def _skip(claim: Claim) -> None:
    """The campaign was cancelled: what is left of the batch is skipped."""
    ledger.skip_remaining(claim)
    publish(TOPIC, claim.campaign_id)


class _Lane:
    """One campaign as this lane run sees it: content compiled once, transport looked up once."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.transport: Transport = get_transport(campaign.transport)
        self.content: Content = _compile(
            subject=campaign.subject, body_text=campaign.body_text, body_html=campaign.body_html
        )
        self.envelope = Envelope(
            campaign_id=campaign.pk,
            from_name=campaign.from_name,
            from_email=campaign.from_email,
        )
        self.links = Links(campaign.pk)

    def work(self, claim: Claim) -> int | None:
        """Send what is due of a batch. Returns None to go on, else when to ring again (-1: not)."""
        due = database_now()
        read_at = time.monotonic()
        rows = read_batch(claim, due=due, with_attributes=self.content.uses_attributes)
        ready = [row for row in rows if not row.deferred]
        while ready:
            wanted = min(len(ready), self.transport.slice_size)
            if self.campaign.rate_limit is not None:
                allowance = pacing.take(campaign_id=claim.campaign_id, wanted=wanted)
                if not allowance.count:
                    ledger.release_batch(claim)
                    return allowance.wait_ms
                wanted = allowance.count
            part, ready = ready[:wanted], ready[wanted:]
            if time.monotonic() - read_at > RECHECK_SECONDS:
                part = _skip_suppressed(part, claim)
            last = not ready and len(rows) == sum(not row.deferred for row in rows)
            slice_ = Slice(claim, part, due, finishes_batch=last)
            if self.transport.in_database:
                self._send_inside(slice_)
            elif (wait_ms := self._send_outside(slice_)) is not None:
                return wait_ms
            publish(TOPIC, claim.campaign_id)
            if last and self.transport.in_database:
                return None
        ledger.release_batch(claim)
        return None

    def _send_inside(self, slice_: Slice) -> None:
        """Messages and ledger commit together: exactly once, whatever dies."""
        messages, skipped = self._render(slice_)
        with transaction.atomic():
            sent_at = database_now()
            if messages:
                with self.transport.open(self.envelope) as session:
                    outcomes = session.send(messages, lambda _: Verdict.SEND)
                sent_at = outcomes[0].sent_at or sent_at
            ledger.record_sent(
                slice_.claim,
                slice_.span,
                exceptions=skipped,
                sent=len(messages),
                sent_at=sent_at,
                due=slice_.due,
                finishes_batch=slice_.finishes_batch,
            )
        self._count(skipped, sent=len(messages))

    def _send_outside(self, slice_: Slice) -> int | None:
        """Intent, transport, outcome: three steps, and no transaction spans the transport."""
        messages, skipped = self._render(slice_)
        broken: TransportUnavailable | None = None
        announced = False
        try:
            with self.transport.open(self.envelope) as session:
                ledger.mark_sending(
                    slice_.claim,
                    slice_.span,
                    skipped=skipped,
                    sending=len(messages),
                    due=slice_.due,
                )
                announced = True
                self._count(skipped)
                with _kept(slice_.claim):
                    outcomes = session.send(messages, _Gate(slice_))
        except TransportUnavailable as error:
            broken, outcomes = error, error.outcomes
        if announced:
            self._record(slice_, messages, outcomes)
        return self._after(slice_.claim, broken, complete=len(outcomes) == len(messages))

    def _after(
        self, claim: Claim, broken: TransportUnavailable | None, *, complete: bool
    ) -> int | None:
        if broken is not None:
            return self._back_off(claim, broken)
        if self.campaign.transport_down_since is not None:
            moves.note_transport_up(campaign_id=claim.campaign_id)
            self.campaign.transport_down_since = None
        if complete:
            return None
        ledger.release_batch(claim)
        return 0

    def _back_off(self, claim: Claim, error: TransportUnavailable) -> int:
        moves.note_transport_down(campaign_id=claim.campaign_id, reason=error.detail)
        ledger.release_batch(claim, pause=DOWN_PAUSE)
        publish(TOPIC, claim.campaign_id)
        return -1

    def _record(
        self, slice_: Slice, messages: Sequence[Message], outcomes: Sequence[Outcome]
    ) -> None:
        rows = {row.id: row for row in slice_.rows}
        now = database_now()
        sent_at = next((outcome.sent_at for outcome in outcomes if outcome.sent_at), now)
        exceptions, sent = [], 0
        for index, message in enumerate(messages):
            outcome = outcomes[index] if index < len(outcomes) else None
            if outcome is not None and outcome.sent_at == sent_at:
                sent += 1
            else:
                exceptions.append(_result(rows[message.delivery_id], outcome, now))
        _insist(
            lambda: ledger.record_sending(
                slice_.claim, slice_.span, exceptions=exceptions, sent=sent, sent_at=sent_at
            )
        )
        self._count(exceptions, sent=sent)

    def _count(self, results: Sequence[Result], *, sent: int = 0) -> None:
        """For the metrics, once it is committed."""
        others = (result.status for result in results)
        count_deliveries(self.campaign.transport, sent=sent, others=others)

    def _render(self, slice_: Slice) -> tuple[list[Message], list[Result]]:
        messages: list[Message] = []
        skipped: list[Result] = []
        render, campaign_name, links = self.content.render, self.campaign.name, self.links
        linked, outside = self.content.uses_unsubscribe_url, not self.transport.in_database
        for row in slice_.rows:
            if row.skip_reason:
                skipped.append(
                    Result(row.id, ledger.SKIPPED, detail=row.skip_reason, attempts=row.attempts)
                )
                continue
            subject, text, html = render(
                Context(
                    email=row.email,
                    name=row.name or "",
                    campaign_name=campaign_name,
                    unsubscribe_url=links.page(row.subscriber_id) if linked else "",
                    attributes=json.loads(row.attributes) if row.attributes else {},
                )
            )
            messages.append(
                Message(
                    delivery_id=row.id,
                    email=row.email,
                    name=row.name or "",
                    subject=subject,
                    body_text=text,
                    body_html=html,
                    one_click_url=links.one_click(row.subscriber_id) if outside else "",
                )
            )
        return messages, skipped


@dataclass(frozen=True, slots=True)
class Slice:
    """What a lane hands over between two records. `due` is when its rows were read as ready."""

    claim: Claim
    rows: Sequence[BatchRow]
    due: datetime
    finishes_batch: bool

    @property
    def span(self) -> Span:
        return Span(self.claim.campaign_id, self.rows[0].subscriber_id, self.rows[-1].subscriber_id)


class _Gate:
    """Asked before each message of a slice that leaves the database: may it still begin?"""

    def __init__(self, slice_: Slice) -> None:
        self._slice = slice_
        self._begun = self._checked = time.monotonic()
        self._suppressed: set[int] = set()
        self._halted = False

    def __call__(self, message: Message) -> Verdict:
        now = time.monotonic()
        if now - self._checked > RECHECK_SECONDS and not self._halted:
            self._look(now)
        if self._halted:
            return Verdict.HALT
        return Verdict.SKIP if message.delivery_id in self._suppressed else Verdict.SEND

    def _look(self, now: float) -> None:
        try:
            self._ask(now)
        except DatabaseError as error:
            # Nobody can say whether it may go on, so nothing more begins; what did is known.
            logger.warning("A slice ends early, the database is away: %s", error)
            self._halted = True

    def _ask(self, now: float) -> None:
        claim = self._slice.claim
        runs = Campaign.objects.filter(
            pk=claim.campaign_id, status=Status.RUNNING, run_number=claim.run_number
        ).exists()
        # A worker that is asked to end waits for its slice, so a slow transport gets no long one.
        self._halted = not runs or now - self._begun > SLICE_SECONDS
        if not self._halted:
            self._suppressed = suppressed_in(self._slice.span)
        self._checked = now


@contextmanager
def _kept(claim: Claim) -> Iterator[None]:
    """Renew the lease for as long as the transport takes; who lost it could not record."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(settings.ENV.lease_seconds / 3):
            try:
                if not ledger.renew_lease(claim):
                    return
            except DatabaseError as error:
                logger.warning("The lease of batch %s waits: %s", claim.number, error)
            finally:
                connection.close()

    keeper = threading.Thread(target=renew, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _skip_suppressed(rows: Sequence[BatchRow], claim: Claim) -> list[BatchRow]:
    """The rows with what was suppressed since they were read marked to be skipped."""
    span = Span(claim.campaign_id, rows[0].subscriber_id, rows[-1].subscriber_id)
    suppressed = suppressed_in(span)
    return [
        row._replace(suppression=row.suppression or "suppressed") if row.id in suppressed else row
        for row in rows
    ]


def _result(row: BatchRow, outcome: Outcome | None, now: datetime) -> Result:
    """What to write for a delivery that did not go out with the rest of its slice."""
    attempts = row.attempts + 1
    if outcome is None:
        return Result(row.id, ledger.PENDING, attempts=row.attempts)
    if outcome.sent_at is not None:
        return Result(row.id, ledger.SENT, attempts=attempts, sent_at=outcome.sent_at)
    if outcome.refusal is None:
        return Result(
            row.id, ledger.SKIPPED, detail="Suppressed since the start.", attempts=row.attempts
        )
    if outcome.refusal is Refusal.UNCERTAIN:
        return Result(row.id, ledger.UNKNOWN, detail=outcome.detail, attempts=attempts)
    if outcome.refusal is Refusal.PERMANENT or attempts >= MAX_ATTEMPTS:
        return Result(row.id, ledger.FAILED, detail=outcome.detail, attempts=attempts)
    return Result(
        row.id,
        ledger.PENDING,
        detail=outcome.detail,
        attempts=attempts,
        next_attempt_at=now + backoff(attempts),
    )


def _insist(record: Callable[[], None]) -> None:
    """Record what is known to have gone out, through a restart of the database if need be."""
    until = time.monotonic() + settings.ENV.lease_seconds * 3
    while True:
        try:
            return record()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > until:
                raise
            logger.warning("An outcome waits for the database: %s", error)
            close_old_connections()
            time.sleep(0.5)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts: by default 30 s, 2, 8 and 32 minutes."""
    return timedelta(seconds=settings.ENV.retry_seconds * 4 ** (attempts - 1))
