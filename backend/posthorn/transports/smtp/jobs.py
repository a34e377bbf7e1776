"""What a connection, a pool and a handover's place in it say to each other."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from posthorn.transports.base import (
    Message,
    Outcome,
    Refusal,
    Refused,
    Returned,
    Skipped,
    TransportUnavailable,
    Uncertain,
    Verdict,
)
from posthorn.transports.smtp.mime import Mail


class Seat(Protocol):
    """Whose message it is."""

    def may_begin(self, message: Message) -> Verdict: ...

    def settle(self, outcome: Outcome) -> None:
        """A message that was taken has come to its end; what has one already is passed over."""

    def fail(self, error: TransportUnavailable) -> None: ...


class Job:
    """One message on its way. `ended`: its final dot was written, or may have been."""

    __slots__ = ("ended", "mail", "message", "seat", "tries", "written_at")

    def __init__(self, seat: Seat, message: Message, mail: Mail) -> None:
        self.seat = seat
        self.message = message
        self.mail = mail
        self.tries = 0
        self.written_at: datetime | None = None
        self.ended = False

    def refuse(self, kind: Refusal, reply: str) -> None:
        self.seat.settle(Refused(self.message.delivery_id, kind, reply))

    def give_back(self, verdict: Verdict) -> None:
        number = self.message.delivery_id
        self.seat.settle(Skipped(number) if verdict is Verdict.SKIP else Returned(number))

    def lose(self, reason: str) -> None:
        """Nobody will hear of it any more: tell what is known."""
        number = self.message.delivery_id
        self.seat.settle(
            Uncertain(number, f"No answer after the whole message had been handed over: {reason}")
            if self.ended
            else Returned(number, reason=reason)
        )
