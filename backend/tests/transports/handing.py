"""A handover as the engine gives it, without an engine: what tests and the bench drive."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from posthorn.transports.base import (
    Message,
    Outcome,
    Transport,
    TransportUnavailable,
    Unsendable,
    Verdict,
)


class BareHandover:
    """Gives out `messages`, as many at once as the transport's window and its speed ask for."""

    def __init__(
        self,
        messages: Iterable[Message],
        transport: Transport,
        *,
        verdict: Callable[[Message], Verdict] = lambda _: Verdict.SEND,
        window: int = 0,
    ) -> None:
        self._messages = iter(messages)
        self._transport = transport
        self._window = window
        self.verdict = verdict
        self.outcomes: list[Outcome] = []
        self.given: set[int] = set()
        self._open = 0
        self._error: TransportUnavailable | Unsendable | None = None
        self._changed = threading.Condition()

    def __iter__(self) -> Iterator[Sequence[Message]]:
        more = True
        while True:
            with self._changed:
                limit = self._window or self._transport.window + self._recent()
                while (self._open >= limit or not more) and self._open and not self._error:
                    self._changed.wait(10)
                    limit = self._window or self._transport.window + self._recent()
                if self._error is not None:
                    raise self._error
                if not self._open and not more:
                    return
                room = limit - self._open
            chunk = []
            for _ in range(room):
                message = next(self._messages, None)
                if message is None:
                    more = False
                    break
                chunk.append(message)
            with self._changed:
                self._open += len(chunk)
                self.given.update(message.delivery_id for message in chunk)
            if chunk:
                yield chunk

    def _recent(self) -> int:
        """About what goes out in 100 ms, once something has."""
        return min(len(self.outcomes), 500)

    def may_begin(self, message: Message) -> Verdict:
        return self.verdict(message)

    def report(self, *outcomes: Outcome) -> None:
        with self._changed:
            self.outcomes.extend(outcomes)
            self._open -= len(outcomes)
            # Waking the giver for each message would cost more than sending it.
            if self._open < 50 or not self._open % 50:
                self._changed.notify()

    def give_up(self, error: TransportUnavailable | Unsendable) -> None:
        with self._changed:
            self._error = error
            self._changed.notify()

    def by_kind(self) -> Counter[str]:
        return Counter(type(outcome).__name__ for outcome in self.outcomes)
