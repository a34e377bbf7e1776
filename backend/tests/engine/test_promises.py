"""What the engine promises to those who watch, and to those who have to mend something."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.db.models import F

from posthorn.accounts.models import User
from posthorn.audience.models import Subscriber
from posthorn.campaigns.errors import IllegalMove
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.events import CHANNEL, take_changed
from posthorn.delivery import duties, leases, ledger, moves
from posthorn.delivery.models import Batch, Delivery
from tests.factories import make_campaign, make_frozen_campaign, make_list
from tests.transports.sink import SinkProcess
from tests.workers import (
    Engine,
    assert_adds_up,
    last_sent_at,
    reread,
    sent_addresses,
    wait_for,
    wait_for_sent,
    wait_for_status,
)

pytestmark = pytest.mark.django_db(transaction=True)

distributed = pytest.mark.skipif(
    settings.ENV.embedded, reason="worker processes need PostgreSQL and Redis; runs there"
)


class Page:
    """What a viewer sees: the tally as it was when a change was told last, half a second a tick."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self.sent = 0
        self._channel = None
        if not settings.ENV.embedded:
            client = redis.Redis.from_url(settings.ENV.redis_url)
            self._channel = client.pubsub()  # type: ignore[no-untyped-call]
            self._channel.subscribe(CHANNEL)

    def tick(self) -> None:
        """Read the tally anew if something was told since the last tick."""
        if self._told():
            self.sent = reread(self._campaign).sent

    def _told(self) -> bool:
        if self._channel is None:
            return bool(take_changed())
        told = False
        while (message := self._channel.get_message(timeout=0)) is not None:
            told = told or message["type"] == "message"
        return told


def test_the_public_number_is_never_far_behind_a_slow_server(
    sink: SinkProcess, engine: Engine, user: User
) -> None:
    sink.feel(delay=0.2)
    campaign = make_campaign(make_list(600), transport="smtp")
    page = Page(campaign)
    rows = Delivery.objects.filter(campaign=campaign, status="sent")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    seen = set()
    deadline = time.monotonic() + 60
    while reread(campaign).status != "finished":
        assert time.monotonic() < deadline
        old = database_now() - timedelta(seconds=1.5)
        time.sleep(0.5)  # the hub's tick
        page.tick()
        # Also what the ledger itself knew late would be late on the page.
        assert page.sent >= rows.filter(sent_at__lt=old).count()
        seen.add(page.sent)
    assert len(seen) > 3, f"the page jumped: {sorted(seen)}"


def test_the_freeze_is_told(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(10), rate_limit=1)
    page = Page(campaign)
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    page.tick()
    from posthorn.delivery.freeze import freeze_audience

    assert freeze_audience(campaign_id=campaign.pk)
    assert page._told()


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"body_text": "Hello {{ nobody }}"}, "The content can't be used: .*nobody"),
        (
            {"transport": "smtp", "from_email": "j\xf6rg@example.org"},
            "The sender j\xf6rg@example.org",
        ),
    ],
)
def test_a_campaign_that_cannot_run_stops_and_says_why(
    sink: SinkProcess, engine: Engine, user: User, broken: dict[str, str], reason: str
) -> None:
    campaign = make_campaign(make_list(5))
    Campaign.objects.filter(pk=campaign.pk).update(**broken)
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    stopped = wait_for_status(campaign, "stopped")
    assert re.search(reason, stopped.stop_reason), stopped.stop_reason
    assert stopped.pending == 5
    assert_adds_up(campaign)


@pytest.mark.parametrize("transport", ["database", "log"])
def test_a_ledger_that_refuses_stops_the_campaign_with_a_reason(
    engine: Engine, user: User, transport: str
) -> None:
    campaign = make_campaign(make_list(20), transport=transport)
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    from posthorn.delivery.freeze import freeze_audience

    freeze_audience(campaign_id=campaign.pk)
    # Somebody has been at the numbers: the database will not let the tally go below nought.
    Campaign.objects.filter(pk=campaign.pk).update(pending=1, failed=19)
    engine.start()
    stopped = wait_for_status(campaign, "stopped")
    assert "The ledger does not add up: The tally can't be moved" in stopped.stop_reason
    assert "See the reconciliation" in stopped.stop_reason


@pytest.mark.parametrize("open_", ["pending", "sending"])
def test_a_tally_that_tells_of_more_than_there_is_stops_the_campaign(
    engine: Engine, user: User, open_: str
) -> None:
    campaign = make_frozen_campaign(subscribers=20)
    Campaign.objects.filter(pk=campaign.pk).update(total=21, **{open_: F(open_) + 1})
    engine.start()
    moves.ring_campaign(campaign_id=campaign.pk)
    stopped = wait_for_status(campaign, "stopped")
    assert "The ledger does not add up" in stopped.stop_reason
    assert stopped.sent == 20


def test_a_ledger_that_refuses_keeps_nobody_elses_batches(user: User) -> None:
    broken, sound = (make_frozen_campaign(subscribers=5, transport="log") for _ in range(2))
    for campaign in (broken, sound):
        claim = leases.claim_batch(campaign_id=campaign.pk, run_number=campaign.run_number)
        assert claim is not None
        people = Delivery.objects.filter(campaign=campaign).values_list("pk", flat=True)
        ledger.record(claims=[claim], records=[], intents=list(people[:2]))
    Campaign.objects.filter(pk=broken.pk).update(sending=0, failed=2)
    Batch.objects.update(leased_until=database_now() - timedelta(seconds=1))
    duties.sweep()
    assert (reread(sound).sending, reread(sound).unknown) == (0, 2)
    assert_adds_up(sound)
    assert reread(broken).status == "stopped"
    assert "The ledger does not add up" in reread(broken).stop_reason


def test_a_freeze_that_breaks_stops_the_campaign_with_a_reason(engine: Engine, user: User) -> None:
    readers = make_list(3)
    campaign = make_campaign(readers)
    person = readers.subscribers.all()[0]
    Delivery.objects.create(campaign=campaign, subscriber_id=person.pk, email=person.email)
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    stopped = wait_for_status(campaign, "stopped")
    assert "Sending broke: IntegrityError" in stopped.stop_reason
    assert stopped.frozen_at is None


def test_an_address_that_cannot_be_written_fails_alone(
    sink: SinkProcess, engine: Engine, user: User
) -> None:
    sink.behave(features=["PIPELINING"])
    readers = make_list(7)
    one, two = readers.subscribers.order_by("pk")[2:4]
    # As the first version accepted them.
    Subscriber.objects.filter(pk=one.pk).update(email="user@m\xfcnchen.de")
    Subscriber.objects.filter(pk=two.pk).update(email="j\xf6rg@example.org")
    campaign = make_campaign(readers, transport="smtp")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    done = wait_for_status(campaign, "finished")
    assert (done.sent, done.failed, done.unknown) == (6, 1, 0)
    assert "user@xn--mnchen-3ya.de" in sink.addresses()
    details = Delivery.objects.filter(campaign=campaign, status="failed").values_list(
        "detail", flat=True
    )
    assert all(details)
    assert len(sink.addresses()) == 6


def test_a_slow_server_holds_up_nobody_else(sink: SinkProcess, engine: Engine, user: User) -> None:
    sink.feel(delay=0.5)
    slow = [make_campaign(make_list(200), transport="smtp") for _ in range(4)]
    engine.start(threads=2)
    for campaign in slow:
        moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    for campaign in slow:
        wait_for(lambda c=campaign: reread(c).sending > 0, "the slow ones at work")  # type: ignore[misc]
    quick = make_campaign(make_list(100))
    moves.start_campaign(campaign_id=quick.pk, by=user.actor)
    wait_for_status(quick, "finished", seconds=10)
    for campaign in slow:
        assert reread(campaign).status == "running"
        moves.cancel_campaign(campaign_id=campaign.pk, by=user.actor)


@pytest.fixture
def slow_tally() -> Iterator[None]:
    """Each move of the tally holds its row's lock for a moment, so that one can be caught at it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_sleep(0.05); RETURN NULL; END $$;"
            " CREATE TRIGGER linger AFTER UPDATE OF sent ON campaigns_campaign"
            " FOR EACH ROW EXECUTE FUNCTION linger()"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION linger CASCADE")


def _rests_with_the_lock() -> bool:
    """Whether a session rests in a transaction that has moved a tally."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state = 'idle in transaction'"
            """ AND query ILIKE 'UPDATE "campaigns_campaign" SET%%"sent" =%%')"""
        )
        return bool(cursor.fetchone()[0])


@distributed
@pytest.mark.parametrize("transport", ["database", "log"])
def test_stop_keeps_its_second_though_a_worker_is_frozen_with_the_lock(
    slow_tally: None,
    engine: Engine,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
) -> None:
    monkeypatch.setenv("POSTHORN_LEASE_SECONDS", "3")
    campaign = make_campaign(make_list(10_000), transport=transport)
    engine.start()
    frozen = engine.pids[0]
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_sent(campaign, 1)

    def caught() -> bool:
        engine.freeze(frozen)
        until = time.monotonic() + 0.2
        while time.monotonic() < until:
            if _rests_with_the_lock():
                return True
        engine.thaw(frozen)
        return False

    wait_for(caught, "a worker frozen with the lock")
    began = time.monotonic()
    moves.stop_campaign(campaign_id=campaign.pk, by=user.actor)
    assert time.monotonic() - began <= 2.0
    stopped_at = database_now()
    # Others go on: a second worker sends another campaign, and then the rest of this one.
    engine.start()
    other = make_campaign(make_list(100))
    moves.start_campaign(campaign_id=other.pk, by=user.actor)
    wait_for_status(other, "finished")
    assert last_sent_at(campaign) <= stopped_at
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    held = Batch.objects.filter(campaign=campaign, leased_until__lt=database_now())
    wait_for(lambda: not held.exists(), "the frozen worker's batch taken back")
    engine.thaw(frozen)
    done = wait_for_status(campaign, "finished")
    assert done.sent + done.unknown == 10_000
    if transport == "database":
        assert done.unknown == 0
        assert len(set(sent_addresses(campaign))) == 10_000
    assert_adds_up(campaign)


def _moves_on(campaign: Campaign, sent: int) -> bool:
    now = reread(campaign)
    return now.sent > sent or now.status == "finished"


def test_stop_is_quick_while_many_lanes_write(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(20_000))
    engine.start(workers=2)
    took: list[float] = []
    while reread(campaign).status != "finished" and len(took) < 20:
        moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
        wait_for(partial(_moves_on, campaign, reread(campaign).sent), "some more sent")
        began = time.monotonic()
        try:
            moves.stop_campaign(campaign_id=campaign.pk, by=user.actor)
        except IllegalMove:
            break
        took.append(time.monotonic() - began)
    assert took
    assert max(took) <= 1.0, took
