"""The rolling window, where one step of a story is worth a test of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from posthorn.accounts.models import User
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.delivery import leases, ledger, moves
from posthorn.delivery.handover import RollingHandover
from posthorn.delivery.messages import Composer
from posthorn.delivery.models import Batch, Delivery
from posthorn.delivery.numbers import reconcile
from posthorn.delivery.watch import Watch
from posthorn.transports.base import Envelope, Handover, Sent
from tests.factories import make_frozen_campaign

pytestmark = pytest.mark.django_db(transaction=True)


class Interrupted:
    """A transport that sends all it is given; after the first chunk something happens."""

    name = "log"
    in_database = False
    window = 100

    def __init__(self, interrupt: Callable[[], object]) -> None:
        self.sent: list[int] = []
        self._interrupt = interrupt

    def check(self) -> str:
        return ""

    def send(self, envelope: Envelope, handover: Handover) -> None:
        for messages in handover:
            first = not self.sent
            for message in messages:
                self.sent.append(message.delivery_id)
                handover.report(Sent(message.delivery_id, datetime.now(UTC)))
            if first:
                self._interrupt()


def take_all_leases_back() -> None:
    """As if this worker had stood still for longer than its lease."""
    Batch.objects.filter(lease__isnull=False).update(
        leased_until=database_now() - timedelta(seconds=1)
    )
    ledger.take_back_expired()


def hand_over(campaign: Campaign, transport: Interrupted) -> None:
    claim = leases.claim_batch(campaign_id=campaign.pk, run_number=campaign.run_number)
    assert claim is not None
    handover = RollingHandover(
        campaign=campaign,
        transport=transport,
        composer=Composer(campaign, linked=True),
        watch=Watch(),
        claim=claim,
        claimed_at=time.monotonic(),
    )
    transport.send(Envelope(campaign.pk, campaign.from_name, campaign.from_email), handover)


def test_a_batch_that_was_lost_and_claimed_anew_records_only_for_its_new_lease(
    user: User,
) -> None:
    campaign = make_frozen_campaign(subscribers=Interrupted.window, transport="log")

    def lose_and_ask_again() -> None:
        take_all_leases_back()
        moves.stop_campaign(campaign_id=campaign.pk, by=user.actor)
        moves.retry_campaign(campaign_id=campaign.pk, statuses=["unknown"], by=user.actor)

    transport = Interrupted(lose_and_ask_again)
    hand_over(campaign, transport)
    assert len(transport.sent) == Interrupted.window
    assert set(Delivery.objects.values_list("status", flat=True)) == {"pending"}
    assert reconcile(campaign.pk).consistent
