"""How one campaign's messages are shared by the servers that it goes out over.

By weight, as start-time fair queueing does it, as long as none is at its limit: never more to a
server than it has connections for, so that a slow one gets fewer; a dead one's share goes to the
others, and comes back when it answers again. Runs in the mail loop, but for `window`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from posthorn.transports.base import (
    Handover,
    Message,
    Outcome,
    Returned,
    TransportResting,
    TransportUnavailable,
    Verdict,
)
from posthorn.transports.smtp.connection import Job
from posthorn.transports.smtp.pool import Pool, PoolSeat

#: When a server that failed is tried again while others work.
REVIVE_SECONDS = 10.0
#: A server of several that ended no message for so long is stuck: what it holds is not counted
#: against the window, so that the others have all of it.
STUCK_SECONDS = 1.0
#: What a connection can have begun: one message that waits for its answer, and the next.
_PER_CONNECTION = 2


class _Place(PoolSeat):
    """A seat with what sharing remembers of it."""

    def __init__(self, home: Sharing, pool: Pool, *, start: float, now: float) -> None:
        super().__init__(home, pool)
        #: Messages given, divided by the weight.
        self.clock = start
        self.settled_at = now


class Sharing:
    """One handover's places in the pools."""

    def __init__(self, handover: Handover, pools: Sequence[Pool]) -> None:
        self._handover = handover
        self._loop = asyncio.get_running_loop()
        self._pools: list[Pool] = []
        #: Places that take messages.
        self._open: list[_Place] = []
        #: Places that do so no more, with messages that have begun.
        self._closing: set[_Place] = set()
        self._waiting: deque[Job] = deque()
        self._clock = 0.0
        self._left = False
        self._error: TransportUnavailable | None = None
        self._stuck: list[_Place] = []
        #: How many messages are with servers that are stuck.
        self._held_up = 0
        self.refit(pools)
        self._look()

    # --- what the transport does ---

    @property
    def window(self) -> int:
        """May be read from any thread."""
        return max(1, sum(place.pool.window for place in list(self._open)) + self._held_up)

    def add(self, jobs: Sequence[Job]) -> None:
        self._waiting.extend(jobs)
        self._share()

    def refit(self, pools: Sequence[Pool]) -> None:
        """These are the pools from now on."""
        for place in [place for place in self._open if place.pool not in pools]:
            self._close(place)
        there = {place.pool for place in self._open}
        self._pools = list(pools)
        for pool in pools:
            if pool not in there:
                self._enter(pool)
        self._share()

    def leave(self) -> None:
        self._left = True
        for place in list(self._open):
            self._close(place)
        self._return()

    # --- what the seats say ---

    def may_begin(self, message: Message) -> Verdict:
        return Verdict.HALT if self._left else self._handover.may_begin(message)

    def report(self, *outcomes: Outcome) -> None:
        self._handover.report(*outcomes)

    def take_back(self, jobs: Sequence[Job]) -> None:
        self._waiting.extendleft(reversed(jobs))
        self._share()

    def has_settled(self, seat: PoolSeat) -> None:
        assert isinstance(seat, _Place)
        seat.settled_at = self._loop.time()
        if seat in self._closing and not seat.flying:
            self._closing.discard(seat)
            seat.pool.leave(seat)
        if self._waiting:
            self._share()
        else:
            self._give_up()

    def has_failed(self, seat: PoolSeat, error: TransportUnavailable) -> None:
        assert isinstance(seat, _Place)
        self._error = error
        pool = seat.pool
        self._close(seat)
        if self._open:
            self._later(REVIVE_SECONDS, lambda: self._revive(pool))
        self._share()

    def is_resting(self) -> None:
        for place in self._open:
            if place.pool.is_resting:
                self._waiting.extendleft(reversed(place.withdraw()))
        self._share()

    # --- within ---

    def _enter(self, pool: Pool) -> None:
        place = _Place(self, pool, start=self._clock, now=self._loop.time())
        pool.join(place)
        self._open.append(place)

    def _revive(self, pool: Pool) -> None:
        if pool in self._pools and all(place.pool is not pool for place in self._open):
            self._error = None
            self._enter(pool)
            self._share()

    def _close(self, place: _Place) -> None:
        self._open.remove(place)
        self._waiting.extendleft(reversed(place.close()))
        if place.flying:
            self._closing.add(place)
        else:
            place.pool.leave(place)

    def _share(self) -> None:
        """Give out what can be given; say so when nothing can be any more."""
        if self._left or not any(not place.pool.is_resting for place in self._open):
            self._return()
            self._give_up()
            return
        given: dict[Pool, None] = {}
        while self._waiting and (place := self._next_place()) is not None:
            self._clock = place.clock = max(place.clock, self._clock)
            place.clock += 1 / place.pool.server.weight
            if not place.load:
                place.settled_at = self._loop.time()
            place.add([self._waiting.popleft()])
            given[place.pool] = None
        for pool in given:
            pool.go_on()

    def _next_place(self) -> _Place | None:
        """Whose turn it is, among those that have a connection for it."""
        places = [place for place in self._open if not place.pool.is_resting]
        if len(self._pools) > 1:
            places = [
                place
                for place in places
                if place not in self._stuck and place.load < _PER_CONNECTION * place.pool.window
            ]
        return min(places, key=lambda place: place.clock, default=None)

    def _return(self) -> None:
        self._handover.report(*[Returned(job.message.delivery_id) for job in self._waiting])
        self._waiting.clear()

    def _give_up(self) -> None:
        """Once all that has begun is known."""
        if self._left or self._closing or any(place.flying for place in self._open):
            return
        if any(not place.pool.is_resting for place in self._open):
            return
        self._handover.give_up(self._error or _RESTING)

    def _look(self) -> None:
        """Notice servers that are stuck, and give their waiting messages to the others."""
        late = self._loop.time() - STUCK_SECONDS
        stuck = [place for place in self._open if place.flying and place.settled_at < late]
        self._stuck = stuck if len(stuck) < len(self._open) else []
        self._held_up = sum(place.flying for place in self._stuck)
        for place in self._stuck:
            self._waiting.extendleft(reversed(place.withdraw()))
        if self._stuck:
            self._share()
        self._later(STUCK_SECONDS / 2, self._look)

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        def ring() -> None:
            if not self._left:
                work()

        self._loop.call_later(seconds, ring)


_RESTING = TransportResting("The mail servers have sent what they may send today.")
