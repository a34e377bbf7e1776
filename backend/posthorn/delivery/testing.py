"""Test messages: a campaign to a few addresses, by its own way out and outside the ledger."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from posthorn.accounts.actor import Actor
from posthorn.audience.links import Links
from posthorn.audience.models import Subscriber
from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.content.rendering import Context, compile_content
from posthorn.core.journal import Entry, record
from posthorn.delivery.outside import envelope_of
from posthorn.transports.base import (
    Message,
    Outcome,
    Refused,
    Returned,
    Sent,
    TransportUnavailable,
    Uncertain,
    Unsendable,
    Verdict,
)
from posthorn.transports.registry import get_transport, rest, tend

MARK = "[Test] "
MAX_ADDRESSES = 10
#: How long a request waits for the outcomes of a test.
PATIENCE_SECONDS = 20
#: The links of a test unsubscribe nobody.
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class AddressOutcome:
    """What became of one test message; `detail` is the transport's reply when it was not sent."""

    email: str
    sent: bool
    detail: str


def send_test(
    *, campaign: Campaign, addresses: Sequence[str], subscriber: Subscriber, by: Actor
) -> list[AddressOutcome]:
    """Send the message as `subscriber` would get it to each address, marked in its subject.

    One outcome for each address, in order. Raises UnknownTransport, TemplateError.
    """
    transport = get_transport(campaign.transport, mail_servers=campaign.mail_servers)
    messages = [_message(campaign, address, subscriber) for address in addresses]
    with transaction.atomic():
        record(Entry(by, "test", TOPIC, campaign.pk, after={"addresses": list(addresses)}))
    handover = _OneShot(messages)
    trouble = "It never began."
    try:
        tend()
        transport.send(envelope_of(campaign), handover)
    except (TransportUnavailable, Unsendable) as error:
        trouble = error.detail
    finally:
        # What was taken of a day's limit for a few messages; lanes at work take theirs anew.
        rest()
    return [_told(message, handover.outcomes.get(message.delivery_id), trouble)
            for message in messages]  # fmt: skip


class _OneShot:
    """A handover of a few messages at once, for which nothing is written ahead."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self._messages = messages
        self._error: TransportUnavailable | Unsendable | None = None
        self._moved = threading.Condition()

    def __iter__(self) -> Iterator[Sequence[Message]]:
        yield self._messages
        with self._moved:
            self._moved.wait_for(self._ended, timeout=PATIENCE_SECONDS)
            if self._error is not None:
                raise self._error

    def may_begin(self, message: Message) -> Verdict:
        return Verdict.SEND

    def report(self, *outcomes: Outcome) -> None:
        with self._moved:
            self.outcomes |= {outcome.delivery_id: outcome for outcome in outcomes}
            self._moved.notify_all()

    def give_up(self, error: TransportUnavailable | Unsendable) -> None:
        with self._moved:
            self._error = error
            self._moved.notify_all()

    def _ended(self) -> bool:
        return self._error is not None or len(self.outcomes) == len(self._messages)


def _told(message: Message, outcome: Outcome | None, trouble: str) -> AddressOutcome:
    match outcome:
        case Sent():
            return AddressOutcome(message.email, True, "")
        case Refused(reply=detail) | Uncertain(reason=detail) | Returned(reason=detail):
            return AddressOutcome(message.email, False, detail or trouble)
        case _:
            return AddressOutcome(message.email, False, trouble)


def _message(campaign: Campaign, address: str, subscriber: Subscriber) -> Message:
    content = compile_content(
        subject=campaign.subject, body_text=campaign.body_text, body_html=campaign.body_html
    )
    links = Links(_NOBODY)
    subject, body_text, body_html = content.render(
        Context(
            email=address,
            name=subscriber.name,
            campaign_name=campaign.name,
            unsubscribe_url=links.page(_NOBODY),
            attributes=subscriber.attributes,
        )
    )
    return Message(
        # Below zero, where no delivery is.
        delivery_id=-1 - secrets.randbits(62),
        email=address,
        name=subscriber.name,
        subject=MARK + subject,
        body_text=body_text,
        body_html=body_html,
        one_click_url=links.one_click(_NOBODY),
    )
