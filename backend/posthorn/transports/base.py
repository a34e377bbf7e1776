"""What a transport is. Pure Python: no Django, no Dramatiq.

To add one: write a module beside this one with a class that satisfies `Transport`, and name it in
`registry.py`. docs/transports.md tells the contract at length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol


class Message(NamedTuple):
    """One rendered message, ready to go out."""

    delivery_id: int
    email: str
    name: str
    subject: str
    body_text: str
    body_html: str
    one_click_url: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What all messages of a campaign share."""

    campaign_id: int
    from_name: str
    from_email: str


class Refusal(Enum):
    """Why a message did not go out.

    PERMANENT and TRANSIENT are RFC 5321 section 4.2.1's 5yz and 4yz. UNCERTAIN: the connection
    was lost after the whole message had been handed over, so nobody can know whether it was
    accepted (RFC 1047).
    """

    PERMANENT = "permanent"
    TRANSIENT = "transient"
    UNCERTAIN = "uncertain"


class Verdict(Enum):
    """What the engine answers when a transport asks whether a message may begin."""

    SEND = "send"
    SKIP = "skip"
    HALT = "halt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message: sent at a time, skipped, or refused with a reply."""

    sent_at: datetime | None = None
    refusal: Refusal | None = None
    detail: str = ""


Gate = Callable[[Message], Verdict]


class TransportUnavailable(Exception):
    """The transport as a whole can't be used: refused connection, bad credentials, full disk.

    `outcomes` were reached before that, in the order of the messages; the others never began.
    """

    def __init__(self, detail: str, *, outcomes: Sequence[Outcome] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.outcomes = tuple(outcomes)


class Session(Protocol):
    """A transport opened for one campaign by one lane, used by one thread at a time."""

    def send(self, messages: Sequence[Message], gate: Gate) -> Sequence[Outcome]:
        """Hand over `messages` in order, asking `gate` right before each begins.

        Returns one outcome for each message that was decided. It is shorter than `messages` when
        `gate` said HALT or the connection broke; the rest has not begun then.
        Raises TransportUnavailable when the transport as a whole fails.
        """


class Transport(Protocol):
    """A place where rendered messages go.

    `slice_size`: how many messages a lane hands over between two records in the ledger; a killed
    worker leaves at most so many deliveries `unknown`.
    `in_database`: messages are rows of our own database and commit together with the ledger, so
    that no intent needs to be written ahead.
    """

    name: str
    slice_size: int
    in_database: bool

    def open(self, envelope: Envelope) -> AbstractContextManager[Session]:
        """Open for one campaign. Raises TransportUnavailable."""

    def check(self) -> str:
        """An empty string when the transport can be used, otherwise what is wrong."""
