"""The connections to one mail server, shared by all handovers of this process that are open.

They take turns, message by message, so that no campaign holds another up. Connections are opened as
they are needed: one first, and the others when it works. Runs in the mail loop, but for `window`.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from posthorn.core.clock import learnt_now
from posthorn.transports.base import (
    Message,
    Outcome,
    Returned,
    TransportUnavailable,
    Verdict,
)
from posthorn.transports.smtp.connection import Connection, Job
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


@dataclass(frozen=True, slots=True)
class Health:
    """What was seen of a server last: when it let us in, and when and how it didn't."""

    success_at: datetime | None = None
    error_at: datetime | None = None
    error: str = ""
    step: str = ""


class Home(Protocol):
    """The handover that a seat belongs to, with its seats in other pools."""

    def may_begin(self, message: Message) -> Verdict: ...

    def report(self, *outcomes: Outcome) -> None: ...

    def take_back(self, jobs: Sequence[Job]) -> None:
        """These have not begun, and this seat can't have them begin."""

    def has_settled(self, seat: PoolSeat) -> None:
        """A message of the seat's has come to its end."""

    def has_failed(self, seat: PoolSeat, error: TransportUnavailable) -> None:
        """The seat's server can't be used; what has begun there is not all known yet."""

    def is_resting(self) -> None:
        """A server has given what it may give today."""


class PoolSeat:
    """One handover's place in the pool."""

    def __init__(self, home: Home, pool: Pool) -> None:
        self._home = home
        self.pool = pool
        self.waiting: deque[Job] = deque()
        self.flying = 0
        self._closed = False

    @property
    def load(self) -> int:
        return len(self.waiting) + self.flying

    def add(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            job.seat = self
        self.waiting.extend(jobs)

    def take(self) -> Job | None:
        """The next message that may begin."""
        while self.waiting:
            job = self.waiting.popleft()
            verdict = self.may_begin(job.message)
            if verdict is Verdict.SEND:
                self.flying += 1
                return job
            self._settle_waiting(job, verdict)
        return None

    def put_back(self, job: Job) -> None:
        self.flying -= 1
        if self._closed:
            self._home.take_back([job])
            self._home.has_settled(self)
        else:
            self.waiting.appendleft(job)

    def may_begin(self, message: Message) -> Verdict:
        return self._home.may_begin(message)

    def settle(self, outcome: Outcome) -> None:
        """A message that was taken has come to its end."""
        self.flying -= 1
        self._home.report(outcome)
        self._home.has_settled(self)

    def fail(self, error: TransportUnavailable) -> None:
        """Begin nothing more here."""
        if not self._closed:
            self.pool.note(error)
            self._home.has_failed(self, error)

    def close(self) -> list[Job]:
        """Begin nothing more here; returns what has not begun. What has goes on."""
        self._closed = True
        return self.withdraw()

    def withdraw(self) -> list[Job]:
        """Take what has not begun away from here."""
        jobs = list(self.waiting)
        self.waiting.clear()
        return jobs

    def rest(self) -> None:
        self._home.is_resting()

    def _settle_waiting(self, job: Job, verdict: Verdict) -> None:
        self.flying += 1
        job.give_back(verdict)
        if verdict is Verdict.HALT:
            self._home.report(*[Returned(each.message.delivery_id) for each in self.waiting])
            self.waiting.clear()


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
        self.health = Health()
        #: What it may still give today, when it is metered.
        self.budget = 0
        #: Nothing more is granted today.
        self.spent = False
        self._retired = False
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

    def go_on(self) -> None:
        """A seat was given messages."""
        self._go_on()

    def leave(self, seat: PoolSeat) -> None:
        """Everything of the seat has come to its end, or is nobody's any more."""
        self._seats.remove(seat)

    # --- what the installation does ---

    @property
    def is_resting(self) -> bool:
        return self.server.metered and self.spent and self.budget <= 0

    def grant(self, count: int, *, last: bool) -> None:
        """Let it give so many messages more; `last` when that is all for today."""
        self.budget += count
        self.spent = last
        if self.is_resting:
            self._tell_resting()
        else:
            self._go_on()

    def take_budget(self) -> int:
        """Take away what it has not given yet."""
        left, self.budget, self.spent = self.budget, 0, False
        return left

    def retire(self) -> None:
        """Close the connections as they become idle; another pool has taken over."""
        self._retired = True
        for connection in self._idle:
            connection.quit()
        self._idle.clear()

    def note(self, error: TransportUnavailable) -> None:
        self.health = replace(
            self.health, error_at=learnt_now(), error=error.detail, step=error.step
        )

    def _tell_resting(self) -> None:
        for seat in list(self._seats):
            seat.rest()

    # --- what connections ask ---

    def take(self) -> Job | None:
        """The next message by turns, if the rate and the day's budget allow one now."""
        if self.server.metered and self.budget <= 0:
            return None
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
                if self.server.metered:
                    self.budget -= 1
                    if self.is_resting:
                        self._loop.call_soon(self._tell_resting)
                return job
        return None

    def put_back(self, job: Job) -> None:
        assert isinstance(job.seat, PoolSeat)
        self.budget += self.server.metered
        job.seat.put_back(job)

    def has_room(self, connection: Connection) -> None:
        self._wait = self._useless = 0
        self._use(connection)

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
                        f"{self.server.where} lets us in and takes no message: {reason}.",
                        step="mail",
                    )
                )
        self._loop.call_soon(self._go_on)

    # --- how the connections are used ---

    def _use(self, connection: Connection) -> None:
        while (job := self.take()) is not None:
            if connection.begin(job):
                return
        if not connection.is_idle or connection in self._idle:
            return
        if self._retired:
            connection.quit()
        else:
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
            task = self._loop.create_task(self._open())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self) -> None:
        try:
            connection = await open_connection(self.server, self._timeouts)
        except TransportUnavailable as error:
            self._hold_back()
            logger.info("%s", error.detail)
            self.note(error)
            if not self._connections:
                self._fail_all(error)
        else:
            self.health = replace(self.health, success_at=learnt_now())
            self._connections.add(connection)
            connection.start(self)
            self._use(connection)
        # This task is still counted as opening one.
        self._loop.call_soon(self._go_on)

    def _fail_all(self, error: TransportUnavailable) -> None:
        self._useless = 0
        for seat in list(self._seats):
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
        self._go_on()

    def _tick(self) -> None:
        """Look after time-outs, for as long as there is anything to look after."""
        now = self._loop.time()
        for connection in list(self._connections):
            connection.check_time(now)
        there = self._connections or self._seats or self._opening
        self._ticker = self._loop.call_later(TICK, self._tick) if there else None
