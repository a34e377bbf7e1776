"""Test messages through a real mail server."""

from __future__ import annotations

import email.policy
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from posthorn.accounts.actor import SYSTEM
from posthorn.audience.models import Subscriber
from posthorn.content.media import keep_media
from posthorn.delivery.models import Delivery
from posthorn.delivery.testing import AddressOutcome, send_test
from tests.factories import make_campaign
from tests.transports.sink import SinkProcess

ADDRESSES = ["one@example.org", "two@example.org"]
ADA = Subscriber(email="ada@example.org", name="Ada")


@pytest.mark.django_db
def test_a_test_leaves_by_the_campaigns_own_server(sink: SinkProcess) -> None:
    campaign = make_campaign(transport="smtp")
    told = send_test(campaign=campaign, addresses=ADDRESSES, subscriber=ADA, by=SYSTEM)
    assert told == [AddressOutcome(address, True, "") for address in ADDRESSES]
    assert sorted(sink.addresses()) == ADDRESSES
    assert not Delivery.objects.exists()


@pytest.mark.django_db
def test_a_refusal_is_told_with_the_servers_reply(sink: SinkProcess) -> None:
    sink.feel(refuse=1)
    campaign = make_campaign(transport="smtp")
    told = send_test(campaign=campaign, addresses=ADDRESSES, subscriber=ADA, by=SYSTEM)
    assert told == [AddressOutcome(each, False, "550 5.1.1 no such mailbox") for each in ADDRESSES]


@pytest.mark.django_db
def test_attachments_go_along(sink: SinkProcess, tmp_path: Path) -> None:
    sink.behave(keep=str(tmp_path))
    campaign = make_campaign(transport="smtp")
    media = keep_media(name="terms.pdf", data=b"%PDF-1.7 terms", by=SYSTEM)
    campaign.attachments.add(media)
    send_test(campaign=campaign, addresses=ADDRESSES[:1], subscriber=ADA, by=SYSTEM)
    (kept,) = tmp_path.glob("*.eml")
    message = message_from_bytes(kept.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    (attachment,) = message.iter_attachments()
    assert isinstance(attachment, EmailMessage)
    assert attachment.get_filename() == "terms.pdf"
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == b"%PDF-1.7 terms"
    assert message["Subject"] == "[Test] Hello Ada"
