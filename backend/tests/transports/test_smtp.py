"""Campaigns through a real SMTP server that accepts, refuses, defers and goes away."""

from __future__ import annotations

from collections import Counter

import pytest

from posthorn.accounts.models import User
from posthorn.campaigns.models import Campaign
from posthorn.core.errors import InvalidInput
from posthorn.delivery import moves
from posthorn.delivery.models import Delivery
from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import SmtpTransport
from tests.factories import make_campaign, make_list
from tests.services import free_port
from tests.transports.sink import SinkProcess
from tests.workers import Engine, assert_adds_up, reread, wait_for, wait_for_status


@pytest.mark.django_db(transaction=True)
def test_everybody_is_mailed_once(sink: SinkProcess, engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(700), transport="smtp")
    engine.start(workers=2)
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    assert wait_for_status(campaign, "finished").sent == 700
    assert set(Counter(sink.addresses()).values()) == {1}
    assert len(sink.addresses()) == 700
    assert_adds_up(campaign)


@pytest.mark.django_db(transaction=True)
def test_a_refusal_for_good_fails_the_delivery_and_keeps_the_reply(
    sink: SinkProcess, engine: Engine, user: User
) -> None:
    sink.feel(refuse=1)
    campaign = make_campaign(make_list(5), transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    assert wait_for_status(campaign, "finished").failed == 5
    rows = Delivery.objects.filter(campaign=campaign)
    assert {row.detail for row in rows} == {"550 5.1.1 no such mailbox"}
    assert {row.attempts for row in rows} == {1}


@pytest.mark.django_db(transaction=True)
def test_a_deferred_delivery_waits_and_is_tried_again(
    sink: SinkProcess, engine: Engine, user: User
) -> None:
    sink.feel(defer=1)
    campaign = make_campaign(make_list(5), transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    rows = Delivery.objects.filter(campaign=campaign)
    wait_for(lambda: rows.filter(attempts=1).count() == 5, "the first attempts")
    waiting = rows.first()
    assert waiting is not None
    assert waiting.status == "pending"
    assert waiting.detail == "451 4.7.1 try again later"
    assert waiting.next_attempt_at is not None
    assert reread(campaign).status == "running"
    sink.feel()
    assert wait_for_status(campaign, "finished").sent == 5
    assert {row.detail for row in rows.all()} == {""}
    assert_adds_up(campaign)


@pytest.mark.django_db(transaction=True)
def test_a_lost_answer_is_unknown_and_only_a_person_sends_it_again(
    sink: SinkProcess, engine: Engine, user: User
) -> None:
    sink.feel(drop=1)
    campaign = make_campaign(make_list(5), transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    assert wait_for_status(campaign, "finished").unknown == 5
    assert set(Counter(sink.addresses()).values()) == {1}
    sink.feel()
    moves.retry_campaign(campaign_id=campaign.pk, statuses=["unknown"], by=user.actor)
    assert wait_for_status(campaign, "finished").sent == 5
    assert set(Counter(sink.addresses()).values()) == {2}
    assert len(set(sink.log.read_text().split()[::2])) == 5, "a resend keeps its Message-ID"


@pytest.mark.django_db(transaction=True)
def test_a_dead_server_stops_the_campaign_with_a_reason_and_fails_nobody(
    sink: SinkProcess, engine: Engine, user: User
) -> None:
    sink.stop()
    campaign = make_campaign(make_list(5), transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    stopped = wait_for_status(campaign, "stopped")
    assert stopped.stop_reason.startswith("The transport is down: Can't connect to 127.0.0.1:")
    assert (stopped.pending, stopped.failed) == (5, 0)
    assert_adds_up(campaign)


def test_health_tells_what_is_wrong() -> None:
    server = Server.from_url(f"smtp://127.0.0.1:{free_port()}")
    assert "Can't connect" in SmtpTransport(server).check()


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://mail", "must look like"),
        ("smtp://", "must look like"),
        ("smtp://mail?security=maybe", "none, starttls or tls"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_write(url: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Server.from_url(url)


@pytest.mark.django_db(transaction=True)
def test_a_transport_that_is_gone_stops_the_campaign_and_refuses_another_start(
    engine: Engine, user: User
) -> None:
    campaign = make_campaign(make_list(5), transport="database")
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    Campaign.objects.filter(pk=campaign.pk).update(transport="pigeon")
    engine.start()
    stopped = wait_for_status(campaign, "stopped")
    assert stopped.stop_reason.startswith("This installation has no transport 'pigeon'.")
    with pytest.raises(InvalidInput) as refused:
        moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    assert refused.value.errors[0].field == "transport"
    moves.cancel_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for(lambda: reread(campaign).skipped == 5, "the rest skipped")
