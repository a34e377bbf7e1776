"""The transport that the documents show is one that works."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from posthorn.accounts.models import User
from posthorn.campaigns.models import Campaign
from posthorn.delivery import leases, moves, outside
from posthorn.delivery.freeze import freeze_audience
from posthorn.delivery.handover import RollingHandover
from posthorn.delivery.messages import Composer
from posthorn.delivery.models import Delivery
from posthorn.delivery.watch import WATCH
from tests.factories import make_campaign, make_list
from tests.services import free_port
from tests.workers import assert_adds_up, reread

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "transports.md"


class Mailbox(ThreadingHTTPServer):
    """Takes messages, but for those to one address."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Post)
        self.received: list[str] = []
        self.refused = ""


class Post(BaseHTTPRequestHandler):
    server: Mailbox

    def do_POST(self) -> None:
        address = self.headers["To"]
        self.rfile.read(int(self.headers["Content-Length"]))
        if address == self.server.refused:
            self.send_error(410, "Gone")
            return
        self.server.received.append(address)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's
        """Not to the tests' output."""


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    server = Mailbox()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def documented(url: str) -> Any:
    """The class in the document, made for this address."""
    shown = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert shown is not None
    names: dict[str, Any] = {}
    exec(shown[1], names)
    return names["HttpTransport"](url)


def hand_over(campaign_id: int, transport: Any) -> None:
    """As a lane would."""
    freeze_audience(campaign_id=campaign_id)
    campaign = Campaign.objects.get(pk=campaign_id)
    claim = leases.claim_batch(campaign_id=campaign_id, run_number=campaign.run_number)
    assert claim is not None
    handover = RollingHandover(
        campaign=campaign,
        transport=transport,
        composer=Composer(campaign, linked=True),
        watch=WATCH,
        claim=claim,
        claimed_at=time.monotonic(),
    )
    outside.hand_over(campaign, transport, handover)


@pytest.mark.django_db(transaction=True)
def test_the_documented_transport_sends_a_campaign(mailbox: Mailbox, user: User) -> None:
    readers = make_list(40)
    campaign = make_campaign(readers, transport="log")
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    mailbox.refused = readers.subscribers.all()[7].email
    hand_over(campaign.pk, documented(f"http://127.0.0.1:{mailbox.server_port}"))
    done = reread(campaign)
    assert (done.status, done.sent, done.failed) == ("finished", 39, 1)
    assert len(set(mailbox.received)) == len(mailbox.received) == 39
    assert Delivery.objects.get(campaign=campaign, status="failed").detail == "410 Gone"
    assert_adds_up(campaign)


@pytest.mark.django_db(transaction=True)
def test_the_documented_transport_fails_nobody_when_the_other_side_is_away(user: User) -> None:
    campaign = make_campaign(make_list(3), transport="log")
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    hand_over(campaign.pk, documented(f"http://127.0.0.1:{free_port()}"))
    after = reread(campaign)
    assert (after.status, after.pending, after.unknown) == ("running", 3, 0)
    assert after.transport_down_since is not None
