"""The connections to one mail server, shared by all handovers of this process that are open.

They take turns, message by message, so that no campaign holds another up. Connections are opened as
they are needed: one first, and the others when it works. Runs in the mail loop, but for `window`.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

from posthorn.transports.base import (
    Handover,
    Message,
    Outcome,
    Returned,
    TransportUnavailable,
    Verdict,
)
from posthorn.transports.smtp.connection import Connection
from posthorn.transports.smtp.jobs import Job
from posthorn.transports.smtp.opening import open_connection
from posthorn.transports.smtp.server import Server, Timeouts

logger = logging.getLogger(__name__)

#: How many connections are being opened at once.
OPENING = 10
#: The waits after a connection failed while others work.
FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0
#: So many connections that take no message, and no other, are a server that can't be used.
USELESS = 3
#: How far the rate may run ahead of its clock: timers are not exact.
RATE_SLACK = 0.02
#: With a rate limit, what a handover may have begun is what goes out in so many seconds.
RATE_WINDOW = 0.5
TICK = 0.25


class PoolSeat:
    """One handover's place in the pool."""

    def __init__(self, handover: Handover) -> None:
        self._handover = handover
        self.waiting: deque[Job] = deque()
        #: What was taken and has no outcome yet, by delivery.
        self.flying: dict[int, Job] = {}
        self._error: TransportUnavailable | None = None
        self._left = False

    def add(self, jobs: Sequence[Job]) -> None:
        if self._error is not None or self._left:
            self._return(jobs)
        else:
            self.waiting.extend(jobs)

    def take(self) -> Job | None:
        """The next message that may begin."""
        while self.waiting:
            verdict = self.may_begin(self.waiting[0].message)
            job = self.waiting.popleft()
            self.flying[job.message.delivery_id] = job
            if verdict is Verdict.SEND:
                return job
            self._give_back(job, verdict)
        return None

    def put_back(self, job: Job) -> None:
        self.flying.pop(job.message.delivery_id, None)
        if self._error is not None or self._left:
            self._return([job])
            self._give_up()
        else:
            self.waiting.appendleft(job)

    def may_begin(self, message: Message) -> Verdict:
        return Verdict.HALT if self._left else self._handover.may_begin(message)

    def settle(self, outcome: Outcome) -> None:
        """A message that was taken has come to its end; what has one already is passed over."""
        if self.flying.pop(outcome.delivery_id, None) is None:
            return
        self._handover.report(outcome)
        self._give_up()

    def fail(self, error: TransportUnavailable) -> None:
        """Begin nothing more, and say so once all that has begun is known."""
        if self._error is None:
            self._error = error
            self._return(self.waiting)
            self.waiting.clear()
            self._give_up()

    def leave(self) -> None:
        self._left = True
        self._return(self.waiting)
        self.waiting.clear()

    def _give_back(self, job: Job, verdict: Verdict) -> None:
        job.give_back(verdict)
        if verdict is Verdict.HALT:
            self._return(self.waiting)
            self.waiting.clear()

    def _return(self, jobs: Sequence[Job] | deque[Job]) -> None:
        self._handover.report(*[Returned(job.message.delivery_id) for job in jobs])

    def _give_up(self) -> None:
        if self._error is not None and not self.flying:
            self._handover.give_up(self._error)


class Pool:
    def __init__(self, server: Server, timeouts: Timeouts) -> None:
        self.server = server
        self._timeouts = timeouts
        self._loop = asyncio.get_running_loop()
        #: In the order of their turns.
        self._seats: deque[PoolSeat] = deque()
        self._connections: set[Connection] = set()
        self._idle: list[Connection] = []
        self._opening: set[asyncio.Task[None]] = set()
        #: How many connections ended without taking a message since one took one.
        self._useless = 0
        self._wait: float = 0.0
        self._not_before = 0.0
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._ticker: asyncio.TimerHandle | None = None

    @property
    def window(self) -> int:
        """Each handover's share of the connections."""
        handovers = max(1, len(self._seats))
        share = self.server.max_connections / handovers
        if self.server.rate:
            share = min(share, self.server.rate * RATE_WINDOW / handovers)
        return max(1, math.ceil(share))

    # --- what handovers do ---

    def join(self, seat: PoolSeat) -> None:
        self._seats.append(seat)
        if self._ticker is None:
            self._tick()

    def add(self, seat: PoolSeat, jobs: Sequence[Job]) -> None:
        seat.add(jobs)
        self._guard(self._go_on)

    def leave(self, seat: PoolSeat) -> None:
        self._seats.remove(seat)
        seat.leave()

    # --- what connections ask ---

    def take(self) -> Job | None:
        """The next message by turns, if the rate allows one now."""
        if self.server.rate:
            now = self._loop.time()
            if self._next_at > now + RATE_SLACK:
                self._go_on_at(self._next_at - RATE_SLACK)
                return None
        for _ in range(len(self._seats)):
            seat = self._seats[0]
            self._seats.rotate(-1)
            job = seat.take()
            if job is not None:
                if self.server.rate:
                    self._next_at = max(self._next_at, now) + 1 / self.server.rate
                return job
        return None

    def put_back(self, job: Job) -> None:
        assert isinstance(job.seat, PoolSeat)
        job.seat.put_back(job)

    def has_room(self, connection: Connection) -> None:
        self._use(connection)

    def has_taken(self) -> None:
        """A connection had its first message judged: the server can be used."""
        self._wait = self._useless = 0

    def has_broken(self, reason: str) -> None:
        self._settle_lost(reason)

    def has_gone(self, connection: Connection, reason: str, *, useless: bool) -> None:
        self._connections.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        if useless:
            # Do not open the next one in the same breath.
            self._hold_back()
            self._useless += 1
            if self._useless >= USELESS and not self._connections:
                self._fail_all(
                    TransportUnavailable(
                        f"{self.server.where} lets us in and takes no message: {reason}."
                    )
                )
        self._loop.call_soon(self._guard, self._go_on)

    # --- how the connections are used ---

    def _guard(self, step: Callable[[], None]) -> None:
        """Do `step`; if it breaks by a fault of ours, nobody waits for what it had at hand."""
        try:
            step()
        except Exception as error:
            logger.exception("The sending of mail broke by a fault of ours")
            self._fail_all(TransportUnavailable(f"Sending broke by a fault of ours: {error!r}"))
            self._settle_lost(f"a fault of ours: {error!r}")

    def _settle_lost(self, reason: str) -> None:
        """Tell what is known of messages that were taken and that no connection has."""
        for seat in list(self._seats):
            for job in list(seat.flying.values()):
                if not any(connection.has(job) for connection in self._connections):
                    job.lose(reason)

    def _use(self, connection: Connection) -> None:
        while (job := self.take()) is not None:
            if connection.begin(job):
                return
        if connection.is_idle and connection not in self._idle:
            self._idle.append(connection)

    def _go_on(self) -> None:
        """Begin what can begin, and open connections for the rest."""
        while self._idle and self._waiting:
            connection = self._idle.pop()
            if not connection.has_place:
                connection.quit()
                continue
            self._use(connection)
            if connection in self._idle:
                break
        if self._waiting:
            for connection in self._connections:
                if connection.has_place and not connection.is_idle:
                    job = self.take()
                    if job is None:
                        break
                    connection.begin(job)
        self._open_more()

    @property
    def _waiting(self) -> int:
        return sum(len(seat.waiting) for seat in self._seats)

    def _open_more(self) -> None:
        there = len(self._connections) + len(self._opening)
        wanted = min(self._waiting - len(self._opening), self.server.max_connections - there)
        if wanted <= 0:
            return
        if self._connections and self._loop.time() < self._not_before:
            self._go_on_at(self._not_before)
            return
        at_once = OPENING if self._connections else 1
        for _ in range(min(wanted, at_once - len(self._opening))):
            self._opening.add(self._loop.create_task(self._open()))

    async def _open(self) -> None:
        try:
            connection = await open_connection(self.server, self._timeouts)
        except Exception as error:
            self._hold_back()
            if not isinstance(error, TransportUnavailable):
                logger.exception("A connection can't be opened by a fault of ours")
                error = TransportUnavailable(f"Connecting broke by a fault of ours: {error!r}")
            logger.info("%s", error.detail)
            if not self._connections:
                self._fail_all(error)
        else:
            self._connections.add(connection)
            connection.start(self)
            self._guard(lambda: self._use(connection))
        finally:
            # What is opened next must not count this one as on its way still.
            self._opening.discard(cast("asyncio.Task[None]", asyncio.current_task()))
        self._guard(self._go_on)

    def _fail_all(self, error: TransportUnavailable) -> None:
        self._useless = 0
        for seat in self._seats:
            if seat.waiting:
                seat.fail(error)

    def _hold_back(self) -> None:
        self._wait = min(max(2 * self._wait, FIRST_WAIT), LONGEST_WAIT)
        self._not_before = self._loop.time() + self._wait

    def _go_on_at(self, when: float) -> None:
        if self._timer is None:
            self._timer = self._loop.call_at(when, self._timer_rang)

    def _timer_rang(self) -> None:
        self._timer = None
        self._guard(self._go_on)

    def _tick(self) -> None:
        """Look after time-outs, for as long as there is anything to look after."""
        now = self._loop.time()
        for connection in list(self._connections):
            self._guard(partial(connection.check_time, now))
        there = self._connections or self._seats or self._opening
        self._ticker = self._loop.call_later(TICK, self._tick) if there else None
