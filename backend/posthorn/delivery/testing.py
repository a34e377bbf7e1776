"""Test messages: a campaign to a few addresses, by its own way out and outside the ledger."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from posthorn.accounts.actor import Actor
from posthorn.audience.links import Links
from posthorn.audience.models import Subscriber
from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.content.rendering import Context, compile_content
from posthorn.core.journal import Entry, record
from posthorn.transports.base import (
    Envelope,
    Message,
    Outcome,
    TransportUnavailable,
    Verdict,
)
from posthorn.transports.registry import get_transport

MARK = "[Test] "
MAX_ADDRESSES = 10
#: The links of a test unsubscribe nobody.
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What became of one test message; `detail` is the transport's reply when it was not sent."""

    email: str
    sent: bool
    detail: str


def send_test(
    *, campaign: Campaign, addresses: Sequence[str], subscriber: Subscriber, by: Actor
) -> list[TestOutcome]:
    """Send the message as `subscriber` would get it to each address, marked in its subject.

    One outcome for each address, in order. Raises UnknownTransport, TemplateError.
    """
    transport = get_transport(campaign.transport)
    envelope = Envelope(
        campaign_id=campaign.pk, from_name=campaign.from_name, from_email=campaign.from_email
    )
    messages = [_message(campaign, address, subscriber) for address in addresses]
    record(Entry(by, "test", TOPIC, campaign.pk, after={"addresses": list(addresses)}))
    trouble = "It never began."
    outcomes: list[Outcome] = []
    try:
        with transport.open(envelope) as session:
            outcomes += session.send(messages, lambda _: Verdict.SEND)
    except TransportUnavailable as error:
        outcomes += error.outcomes
        trouble = error.detail
    told = [
        TestOutcome(message.email, outcome.sent_at is not None, outcome.detail)
        for message, outcome in zip(messages, outcomes, strict=False)
    ]
    return told + [TestOutcome(each.email, False, trouble) for each in messages[len(told) :]]


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
