"""What a transport is. Pure Python: no Django, no Dramatiq.

To add one: write a module beside this one with a class that satisfies `Transport`, and name it in
`registry.py`. docs/transports.md tells the contract at length and shows a whole one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple, Protocol


class Message(NamedTuple):
    """One rendered message, ready to go out.

    `text_parts` and `html_parts` may say what the bodies are the sum of: those with an even index
    are the same in all messages of the campaign, so that a transport can encode them once.
    """

    delivery_id: int
    email: str
    name: str
    subject: str
    body_text: str
    body_html: str
    one_click_url: str
    text_parts: Sequence[str] = ()
    html_parts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with each message; with a `content_id`, an image that the HTML shows."""

    filename: str
    content_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What all messages of a campaign share.

    `list_id` is RFC 2919's without its angle brackets. `headers` are added as they are, from a
    safe set. With a `bounce_address` each delivery has a return path of its own.
    """

    campaign_id: int
    from_name: str
    from_email: str
    reply_to: str = ""
    list_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    bounce_address: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The transport took it, at this time of the database's clock (`core.clock.learnt_now`)."""

    delivery_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """The gate said SKIP: suppressed since it was written ahead."""

    delivery_id: int


class Refusal(Enum):
    """Whether it makes sense to try again (RFC 5321 section 4.2.1).

    PERMANENT is 5yz, and whatever makes this message alone impossible to write. TRANSIENT is 4yz,
    and a connection that was lost before the end of the data.
    """

    PERMANENT = "permanent"
    TRANSIENT = "transient"


@dataclass(frozen=True, slots=True)
class Refused:
    """This message was not taken; `reply` is kept and shown to people."""

    delivery_id: int
    kind: Refusal
    reply: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Handed over whole and the answer was lost: nobody can know (RFC 1047)."""

    delivery_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Returned:
    """It never began: halted, or the connection was gone before its turn.

    It waits again, no attempt is counted; due after `after`, None for at once.
    """

    delivery_id: int
    after: timedelta | None = None
    reason: str = ""


Outcome = Sent | Skipped | Refused | Uncertain | Returned


class Verdict(Enum):
    """What the engine answers when a transport asks whether a message may begin."""

    SEND = "send"
    SKIP = "skip"
    HALT = "halt"


class TransportUnavailable(Exception):
    """The transport as a whole can't be used: refused connection, bad credentials, full disk.

    What has no outcome yet never began. The campaign tries again for a while, then it stops.
    `step` is where opening a connection ended, for transports that have steps.
    """

    def __init__(self, detail: str, *, step: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.step = step


class TransportResting(TransportUnavailable):
    """Every way out has given what it may give today: nothing is wrong, the rest waits."""


class Unsendable(Exception):
    """What the campaign's messages share can't be sent, such as a sender that can't be written.

    Waiting changes nothing: the campaign stops at once with `detail`, which names the fix. What
    has no outcome yet never began.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Handover(Protocol):
    """What the engine gives a transport: messages in chunks, each written ahead as `sending`."""

    def __iter__(self) -> Iterator[Sequence[Message]]:
        """Chunks, in the thread that called `send`.

        Asking for the next one is when the engine records outcomes and writes the next intents. It
        blocks while the window is full, and ends when nothing more is to come and every message
        that was given out has its outcome: whoever asks while messages are still open must have
        them end elsewhere, in other threads or tasks. Raises what `give_up` was called with.
        """

    def may_begin(self, message: Message) -> Verdict:
        """Whether this message may begin: ask right before it does.

        Passive (reads memory, never the database), from any thread. At HALT report Returned for
        this message and for all others that have not begun.
        """

    def report(self, *outcomes: Outcome) -> None:
        """Say what became of messages: from any thread, in any order. Never blocks."""

    def give_up(self, error: TransportUnavailable | Unsendable) -> None:
        """Make the iteration raise `error` in the thread that called `send`. From any thread."""


class Transport(Protocol):
    """A place where rendered messages go.

    One object serves all campaigns and threads of a process. `in_database`: messages are rows of
    our own database and commit together with the ledger, so that no intent is written ahead.
    """

    name: str
    in_database: bool

    @property
    def window(self) -> int:
        """How many messages one handover may have begun at one moment; at least 1.

        The engine adds what went out in the last 100 ms. Read anew at each intent, so that a pool
        can share its connections among the handovers that are open now.
        """

    def send(self, envelope: Envelope, handover: Handover) -> None:
        """Hand over what `handover` yields until it ends.

        Runs in the lane's own thread and may block. Raises TransportUnavailable or Unsendable.
        After any other exception the engine takes every message for which `may_begin` said SEND
        and that has no outcome as Uncertain, the others as Returned, and stops the campaign.
        """

    def check(self) -> str:
        """An empty string when the transport can be used, otherwise what is wrong."""
