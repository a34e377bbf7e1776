"""The handover of one campaign's messages to a transport, by a rolling window.

A bounded number of deliveries is `sending` at one moment. As outcomes come in, they are recorded
and the next intents are written in one transaction, at least every 100 ms, so that a killed worker
leaves at most a window `unknown`, and the tally moves however slow the server is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import close_old_connections, connection

from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.metrics import LANE_SECONDS, count_deliveries
from posthorn.core.sessions import OUTAGES
from posthorn.delivery import leases, ledger, pacing
from posthorn.delivery.leases import Claim, LeaseLost
from posthorn.delivery.ledger import NotRunning
from posthorn.delivery.messages import BatchRow, Composer, mark_suppressed
from posthorn.delivery.retries import record_of
from posthorn.delivery.statements import Record
from posthorn.delivery.watch import Sight, Watch
from posthorn.transports.base import (
    Message,
    Outcome,
    Refused,
    Returned,
    Sent,
    Transport,
    TransportUnavailable,
    Uncertain,
    Unsendable,
    Verdict,
)

logger = logging.getLogger(__name__)

#: How often outcomes are recorded at least while there are any.
FLUSH_SECONDS = 0.1
#: How often at most: a transaction costs some milliseconds.
_PAUSE_SECONDS = 0.01
#: How many intents one transaction writes at most.
_MOST_INTENTS = 500
#: How long to wait before the database is asked again while it is away.
_AWAY_SECONDS = 0.5


@dataclass(slots=True, eq=False)
class _Held:
    """A claimed batch in this handover: what is still to come of it, and how much is out."""

    claim: Claim
    sight: Sight
    claimed_at: float
    rows: deque[BatchRow] = field(default_factory=deque)
    out: int = 0
    #: Something of it came back and can be claimed anew at once.
    came_back: bool = False


@dataclass(frozen=True, slots=True)
class _Flight:
    """A delivery that is `sending`."""

    held: _Held
    attempts: int


@dataclass(slots=True)
class _Plan:
    """What one flush writes: outcomes, rows that need no handing over, and the next intents."""

    outcomes: list[tuple[_Held, Record]] = field(default_factory=list)
    others: list[tuple[_Held, Record]] = field(default_factory=list)
    intents: list[tuple[_Held, Message, int]] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        return [entry for _, entry in (*self.outcomes, *self.others)]

    @property
    def messages(self) -> list[Message]:
        return [message for _, message, _ in self.intents]

    @property
    def claims(self) -> list[Claim]:
        pairs = [*self.outcomes, *self.others]
        held = [held for held, _ in pairs] + [held for held, _, _ in self.intents]
        # By lease: a batch that was lost and claimed anew is here twice, and one of them must fail.
        return list({each.claim.lease: each.claim for each in held}.values())

    def keep(self, held: set[_Held]) -> None:
        """Forget what belongs to other batches than these."""
        self.outcomes = [pair for pair in self.outcomes if pair[0] in held]
        self.others = [pair for pair in self.others if pair[0] in held]
        self.intents = [each for each in self.intents if each[0] in held]


class RollingHandover:
    """The engine's side of the contract in `transports.base`; one for each lane at work.

    Used by the lane's thread, but for `may_begin`, `report`, `give_up` and `stop`, which any thread
    may call. It begins with one claim and takes more batches so that the window stays full.
    """

    def __init__(
        self,
        *,
        campaign: Campaign,
        transport: Transport,
        composer: Composer,
        watch: Watch,
        claim: Claim,
        claimed_at: float,
    ) -> None:
        self._campaign = campaign
        self._transport = transport
        self._composer = composer
        self._watch = watch
        self._held: list[_Held] = []
        self._flights: dict[int, _Flight] = {}
        self._begun: set[int] = set()
        self._outcomes: deque[Outcome] = deque()
        self._news = threading.Event()
        self._wake_at = 1
        #: How many went out lately: (when, how many).
        self._went: deque[tuple[float, float]] = deque()
        self._flushed_at = self._paced_until = 0.0
        self._ending = False
        self._exhausted = False
        self._error: TransportUnavailable | Unsendable | None = None
        self._hold(claim, claimed_at)

    # --- the transport's side ---

    def __iter__(self) -> Iterator[Sequence[Message]]:
        while True:
            self._wait()
            if self._error is not None:
                raise self._error
            if messages := self._flush():
                yield messages
            elif self._is_over():
                return

    def may_begin(self, message: Message) -> Verdict:
        """SEND, SKIP or HALT, from what the watch saw last."""
        flight = self._flights.get(message.delivery_id)
        if flight is None or self._ending or self._error is not None:
            return Verdict.HALT
        verdict = flight.held.sight.verdict(message.delivery_id)
        if verdict is Verdict.SEND:
            self._begun.add(message.delivery_id)
        return verdict

    def report(self, *outcomes: Outcome) -> None:
        """Take outcomes; those of deliveries that are not out, or have one, are ignored."""
        self._outcomes.extend(outcomes)
        if len(self._outcomes) >= self._wake_at:
            self._news.set()

    def give_up(self, error: TransportUnavailable | Unsendable) -> None:
        """Raise `error` in the thread that iterates."""
        self._error = error
        self._news.set()

    # --- the lane's side ---

    @property
    def exhausted(self) -> bool:
        """Whether it ended because no batch of the campaign could be claimed any more."""
        return self._exhausted and not self._ending

    def stop(self) -> None:
        """Let nothing more begin; the iteration ends once all that is out has its outcome."""
        self._ending = True
        self._news.set()

    def settle(self, *, uncertain: str = "") -> None:
        """Record what was reported, and what the transport left open when it returned.

        That never began; or, with a reason `uncertain`, may have gone out if the gate said SEND.
        """
        self._ending = True
        reported = {outcome.delivery_id for outcome in list(self._outcomes)}
        for number in self._flights.keys() - reported:
            if uncertain and number in self._begun:
                self._outcomes.append(Uncertain(number, uncertain))
            else:
                self._outcomes.append(Returned(number))
        while self._outcomes:
            self._flush()

    def release(self, *, pause: timedelta | None = None) -> None:
        """Give all batches back, free no earlier than after `pause`."""
        for held in list(self._held):
            self._let_go(held)
            leases.release(held.claim, pause=pause)

    def abandon(self) -> None:
        """Leave the leases to their end: what is `sending` then becomes `unknown`."""
        self._ending = True
        for held in list(self._held):
            self._let_go(held)

    # --- within: when ---

    def _wait(self) -> None:
        """Until a flush is worthwhile: enough came back, or 100 ms are over."""
        self._wake_at = max(1, len(self._flights) - self._transport.window // 2)
        until = self._flushed_at + FLUSH_SECONDS
        if self._paced_until > self._flushed_at:
            until = min(until, self._paced_until)
        while len(self._outcomes) < self._wake_at and self._error is None:
            left = until - time.monotonic()
            if left <= 0:
                return
            self._news.wait(left)
            self._news.clear()
        rest = self._flushed_at + _PAUSE_SECONDS - time.monotonic()
        if rest > 0 and self._error is None and len(self._outcomes) < len(self._flights):
            time.sleep(rest)

    def _is_over(self) -> bool:
        if self._flights or self._outcomes:
            return False
        return self._ending or (self._exhausted and not any(held.rows for held in self._held))

    # --- within: what ---

    def _flush(self) -> Sequence[Message]:
        """Record what came back and announce what goes out next; returns the latter."""
        plan = _Plan()
        with _borrowed_connection():
            self._plan_outcomes(plan)
            try:
                self._plan_intents(plan)
            except OUTAGES as error:
                logger.warning("Nothing more goes out, the database is away: %s", error)
                connection.close()
            if plan.claims:
                self._write(plan)
            self._flushed_at = time.monotonic()
            self._give_back()
        return plan.messages

    def _plan_outcomes(self, plan: _Plan) -> None:
        now = database_now()
        went = 0
        for _ in range(len(self._outcomes)):
            outcome = self._outcomes.popleft()
            flight = self._flights.pop(outcome.delivery_id, None)
            if flight is None:
                continue
            self._begun.discard(outcome.delivery_id)
            flight.held.out -= 1
            went += isinstance(outcome, Sent | Refused | Uncertain)
            entry = record_of(
                outcome,
                attempts=flight.attempts,
                now=now,
                retry_seconds=settings.ENV.retry_seconds,
            )
            if entry.status == ledger.PENDING and entry.next_attempt_at is None:
                flight.held.came_back = True
            plan.outcomes.append((flight.held, entry))
        monotonic = time.monotonic()
        # Of what came in a longer while, as much as 100 ms brought.
        share = FLUSH_SECONDS / max(FLUSH_SECONDS, monotonic - self._flushed_at)
        self._went.append((monotonic, went * share))
        while monotonic - self._went[0][0] > FLUSH_SECONDS:
            self._went.popleft()

    def _plan_intents(self, plan: _Plan) -> None:
        """Fill the window: what the transport can have begun, and what went out in 100 ms."""
        now = time.monotonic()
        if any(not held.sight.holds for held in self._held):
            self._drop_lost()
        if any(not held.sight.runs for held in self._held):
            self._ending = True
        stale = any(not held.sight.fresh for held in self._held)
        if self._ending or stale or self._error is not None or now < self._paced_until:
            return
        lately = int(sum(count for _, count in self._went))
        room = min(self._transport.window + lately - len(self._flights), _MOST_INTENTS)
        if room <= 0:
            return
        self._fill(room)
        wanted = self._pace(min(room, sum(len(held.rows) for held in self._held)))
        for held in self._held:
            taken = [held.rows.popleft() for _ in range(min(wanted, len(held.rows)))]
            wanted -= len(taken)
            messages, others = self._composer.compose(mark_suppressed(taken, held.sight.suppressed))
            attempts = {row.id: row.attempts for row in taken}
            plan.others += [(held, entry) for entry in others]
            plan.intents += [(held, each, attempts[each.delivery_id]) for each in messages]

    def _fill(self, room: int) -> None:
        """Claim batches until there are rows for `room` messages, or no more batches."""
        while not self._exhausted and sum(len(held.rows) for held in self._held) < room:
            claimed_at = time.monotonic()
            claim = leases.claim_batch(
                campaign_id=self._campaign.pk, run_number=self._campaign.run_number, first=False
            )
            if claim is None:
                self._exhausted = True
            else:
                self._hold(claim, claimed_at)

    def _pace(self, wanted: int) -> int:
        """How many of `wanted` the campaign's rate limit lets out now."""
        limited = self._held and self._held[0].sight.rate_limit is not None
        if not wanted or not limited:
            return wanted
        allowance = pacing.take(campaign_id=self._campaign.pk, wanted=wanted)
        if not allowance.count:
            self._paced_until = time.monotonic() + allowance.wait_ms / 1000
        return allowance.count

    # --- within: writing ---

    def _write(self, plan: _Plan) -> None:
        """Commit the plan; what of it can't be done any more is taken out of it."""
        while plan.claims:
            try:
                self._commit(plan)
            except NotRunning as reason:
                logger.info("The handover ends: %s", reason)
                self._ending = True
                plan.others, plan.intents = [], []
                continue
            except LeaseLost as reason:
                logger.warning("Lost to another worker: %s", reason)
                self._drop_lost()
                plan.keep(set(self._held))
                continue
            break
        for held, message, attempts in plan.intents:
            self._flights[message.delivery_id] = _Flight(held, attempts)
            held.out += 1
        count_deliveries(self._campaign.transport, others=[entry.status for entry in plan.records])

    def _commit(self, plan: _Plan) -> None:
        """Record through a restart of the database if need be: what went out is known only here."""
        claims, records = plan.claims, plan.records
        intents = [message.delivery_id for message in plan.messages]
        until = time.monotonic() + settings.ENV.lease_seconds * 3
        in_doubt = False
        while True:
            try:
                if not in_doubt or not ledger.was_recorded(
                    claims=claims, records=records, intents=intents
                ):
                    ledger.record(claims=claims, records=records, intents=intents)
                return
            except OUTAGES as error:
                if time.monotonic() > until:
                    raise
                logger.warning("Outcomes wait for the database: %s", error)
                # Whether a commit that got no answer was done shows in the rows.
                in_doubt = True
                connection.close()
                time.sleep(_AWAY_SECONDS)

    def _drop_lost(self) -> None:
        """Forget batches that others have now: their open sends are `unknown` already."""
        still = leases.held_leases([held.claim for held in self._held])
        for held in [held for held in self._held if held.claim.lease not in still]:
            self._let_go(held)
            lost = [number for number, flight in self._flights.items() if flight.held is held]
            for number in lost:
                del self._flights[number]

    # --- within: batches ---

    def _hold(self, claim: Claim, claimed_at: float) -> None:
        sight = self._watch.open(claim, seen_at=claimed_at, rate_limit=self._campaign.rate_limit)
        held = _Held(claim, sight, claimed_at)
        self._held.append(held)
        rows = self._composer.read(claim, due=database_now())
        held.rows.extend(row for row in rows if not row.deferred)

    def _let_go(self, held: _Held) -> None:
        self._held.remove(held)
        self._watch.close(held.claim)
        LANE_SECONDS.labels(self._campaign.transport).observe(time.monotonic() - held.claimed_at)

    def _give_back(self) -> None:
        """Release the batches of which everything was given out and came back."""
        for held in [held for held in self._held if not held.rows and not held.out]:
            try:
                leases.release(held.claim)
            except OUTAGES as error:
                logger.warning("A batch is given back later, the database is away: %s", error)
                connection.close()
                return
            self._let_go(held)
            if held.came_back:
                self._exhausted = False


@contextmanager
def _borrowed_connection() -> Iterator[None]:
    """A live connection for the moment of a flush; a slow server shall not keep one from others.

    SQLite has no pool to give it back to, and opening it costs more than keeping it.
    """
    close_old_connections()
    try:
        yield
    finally:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            connection.close()
