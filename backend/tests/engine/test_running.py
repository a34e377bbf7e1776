"""A campaign runs, stops, goes on and finishes, with real workers."""

from __future__ import annotations

import json
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from posthorn.accounts.models import User
from posthorn.audience.models import Membership, Subscriber, Suppression
from posthorn.campaigns.errors import IllegalMove
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.errors import InvalidInput
from posthorn.delivery import leases, ledger, moves
from posthorn.delivery.models import Batch, Delivery
from posthorn.delivery.statements import Record
from posthorn.transports.models import MessageEvent
from tests.factories import make_campaign, make_list
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


def test_everybody_on_the_lists_gets_one_message(engine: Engine, user: User) -> None:
    first, second = make_list(1200), make_list(300)
    for person in first.subscribers.all()[:100]:
        Membership.objects.create(mailing_list=second, subscriber=person)
    campaign = make_campaign(first, second)
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    done = wait_for_status(campaign, "finished")
    assert (done.total, done.sent, done.pending) == (1500, 1500, 0)
    everybody = set(Subscriber.objects.values_list("email", flat=True))
    assert sorted(sent_addresses(campaign)) == sorted(everybody)
    assert_adds_up(campaign)


def test_messages_are_rendered_for_their_subscriber(engine: Engine, user: User) -> None:
    campaign = make_campaign(
        make_list(3),
        body_text="Dear {{ name }} in {{ attributes.city }}, {{ unsubscribe_url }}",
        body_html="<b>{{ name }}</b>",
    )
    Subscriber.objects.filter(email__startswith="person1.").update(name="<Eve>\r\nBcc: all")
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_status(campaign, "finished")
    event = MessageEvent.objects.get(campaign_id=campaign.pk, email__startswith="person1.")
    assert event.subject == "Hello <Eve> Bcc: all"
    assert event.body_html == "<b>&lt;Eve&gt;\r\nBcc: all</b>"
    assert event.body_text.startswith("Dear <Eve>\r\nBcc: all in City 1, http")


def test_suppressed_addresses_are_left_out_of_the_audience(engine: Engine, user: User) -> None:
    readers = make_list(10)
    person = readers.subscribers.all()[0]
    Suppression.objects.create(email=person.email, reason="bounced")
    campaign = make_campaign(readers)
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    assert wait_for_status(campaign, "finished").total == 9
    assert person.email not in sent_addresses(campaign)


def test_nothing_is_sent_after_stop_has_returned(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(20_000), rate_limit=1000)
    engine.start(workers=2)
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_sent(campaign, 500)
    stopped = moves.stop_campaign(campaign_id=campaign.pk, by=user.actor)
    returned_at = database_now()
    assert stopped.sent < 20_000
    # Give the workers the chance to break the promise: another campaign runs to its end meanwhile.
    other = make_campaign(make_list(2000))
    moves.start_campaign(campaign_id=other.pk, by=user.actor)
    wait_for_status(other, "finished")
    assert last_sent_at(campaign) <= returned_at
    assert reread(campaign).sent == stopped.sent
    assert_adds_up(campaign)


def test_a_stopped_campaign_goes_on_with_what_is_left(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(8000), rate_limit=200)
    engine.start(workers=2)
    for goal in (50, 100, 150):
        moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
        wait_for_sent(campaign, goal)
        moves.stop_campaign(campaign_id=campaign.pk, by=user.actor)
    frozen = reread(campaign).frozen_at
    Campaign.objects.filter(pk=campaign.pk).update(rate_limit=None)
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    done = wait_for_status(campaign, "finished")
    assert done.sent == 8000
    assert done.frozen_at == frozen
    assert set(Counter(sent_addresses(campaign)).values()) == {1}
    assert_adds_up(campaign)


def test_content_that_changed_while_stopped_is_what_goes_out_afterwards(
    engine: Engine, user: User
) -> None:
    campaign = make_campaign(make_list(3000), subject="Before", rate_limit=1)
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_sent(campaign, 1)
    before = moves.stop_campaign(campaign_id=campaign.pk, by=user.actor).sent
    Campaign.objects.filter(pk=campaign.pk).update(subject="After", rate_limit=None)
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_status(campaign, "finished")
    subjects = Counter(
        MessageEvent.objects.filter(campaign_id=campaign.pk).values_list("subject", flat=True)
    )
    assert subjects == {"Before": before, "After": 3000 - before}


def test_of_two_starts_at_once_one_wins(user: User) -> None:
    campaign = make_campaign(make_list(10))
    barrier = threading.Barrier(4)
    results: list[str] = []

    def start() -> None:
        barrier.wait()
        try:
            moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
            results.append("started")
        except IllegalMove:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["refused", "refused", "refused", "started"]
    assert reread(campaign).run_number == 1


def test_whoever_unsubscribes_after_the_freeze_is_skipped(engine: Engine, user: User) -> None:
    readers = make_list(2000)
    campaign = make_campaign(readers, rate_limit=1)
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_sent(campaign, 1)
    last = readers.subscribers.order_by("-pk")[:3]
    for person in last:
        Suppression.objects.create(email=person.email, reason="unsubscribed")
    Campaign.objects.filter(pk=campaign.pk).update(rate_limit=None)
    done = wait_for_status(campaign, "finished")
    assert (done.sent, done.skipped) == (1997, 3)
    details = Delivery.objects.filter(campaign=campaign, status="skipped").values_list(
        "detail", flat=True
    )
    assert all("unsubscribed" in detail for detail in details)
    assert_adds_up(campaign)


def test_a_subscriber_deleted_after_the_freeze_is_skipped_and_stays_in_the_ledger(
    engine: Engine, user: User
) -> None:
    readers = make_list(2000)
    campaign = make_campaign(readers, rate_limit=1)
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_sent(campaign, 1)
    person = readers.subscribers.order_by("-pk")[0]
    email = person.email
    person.delete()
    Campaign.objects.filter(pk=campaign.pk).update(rate_limit=None)
    assert wait_for_status(campaign, "finished").skipped == 1
    row = Delivery.objects.get(campaign=campaign, email=email)
    assert (row.status, row.detail) == ("skipped", "The subscriber was deleted since the start.")


def test_cancelling_skips_what_is_left(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(5000), rate_limit=10)
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_sent(campaign, 1)
    moves.cancel_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for(lambda: reread(campaign).pending == 0, "the rest skipped")
    done = reread(campaign)
    assert done.status == "cancelled"
    assert done.sent + done.skipped == 5000
    assert_adds_up(campaign)


def test_a_scheduled_campaign_starts_by_itself_when_it_is_due(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(10))
    due = database_now() + timedelta(seconds=1)
    moves.schedule_campaign(campaign_id=campaign.pk, at=due, by=user.actor)
    engine.start()
    done = wait_for_status(campaign, "finished")
    assert done.started_at is not None
    assert done.started_at >= due


def test_a_campaign_that_cannot_start_when_due_becomes_a_draft_and_says_why(
    engine: Engine, user: User
) -> None:
    readers = make_list(1)
    campaign = make_campaign(readers)
    moves.schedule_campaign(
        campaign_id=campaign.pk, at=database_now() + timedelta(milliseconds=200), by=user.actor
    )
    readers.subscribers.all().delete()
    engine.start()
    draft = wait_for_status(campaign, "draft")
    assert "Nobody of this audience" in draft.stop_reason


def test_an_empty_audience_cannot_be_started(user: User) -> None:
    campaign = make_campaign(make_list(0))
    with pytest.raises(InvalidInput) as caught:
        moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    assert caught.value.errors[0].code == "empty_audience"
    assert reread(campaign).status == "draft"


def test_the_rate_limit_holds_with_several_workers_and_changes_while_running(
    engine: Engine, user: User
) -> None:
    campaign = make_campaign(make_list(6000), rate_limit=200)
    engine.start(workers=2)
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    begun = wait_for_sent(campaign, 1)
    first = begun.paced_until
    assert first is not None
    wait_for_sent(campaign, 1200)
    window = Delivery.objects.filter(
        campaign=campaign,
        sent_at__gte=first,
        sent_at__lt=first + timedelta(seconds=5),
    ).count()
    # Never more than the rate and one second's burst; and no slower than 5 % below it.
    assert 0.95 * 5 * 200 <= window <= 6 * 200
    Campaign.objects.filter(pk=campaign.pk).update(rate_limit=None)
    wait_for_status(campaign, "finished", seconds=10)


def test_a_small_campaign_is_not_held_up_by_a_large_one(engine: Engine, user: User) -> None:
    large, small = make_campaign(make_list(40_000)), make_campaign(make_list(100))
    engine.start()
    moves.start_campaign(campaign_id=large.pk, by=user.actor)
    wait_for_sent(large, 1000)
    moves.start_campaign(campaign_id=small.pk, by=user.actor)
    done = wait_for_status(small, "finished", seconds=10)
    assert reread(large).status == "running"
    assert done.started_at is not None
    assert last_sent_at(small) - done.started_at < timedelta(seconds=2)


def test_losing_every_ring_loses_nothing(engine: Engine, user: User) -> None:
    import dramatiq

    campaign = make_campaign(make_list(3000))
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    dramatiq.get_broker().flush_all()
    engine.start()
    assert wait_for_status(campaign, "finished").sent == 3000


def test_a_batch_of_a_dead_worker_is_taken_back_and_its_open_sends_are_unknown(
    user: User,
) -> None:
    from posthorn.delivery.freeze import freeze_audience

    campaign = make_campaign(make_list(600), transport="log")
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    freeze_audience(campaign_id=campaign.pk)
    claim = leases.claim_batch(campaign_id=campaign.pk, run_number=1)
    assert claim is not None
    people = Delivery.objects.filter(campaign=campaign).order_by("subscriber_id")
    ids = [row.pk for row in people[:10]]
    ledger.record(claims=[claim], records=[], intents=ids)
    Batch.objects.filter(pk=claim.batch_id).update(
        leased_until=database_now() - timedelta(seconds=1)
    )
    assert ledger.take_back_expired() == [campaign.pk]
    after = reread(campaign)
    assert (after.unknown, after.sending, after.pending) == (10, 0, 590)
    assert_adds_up(campaign)
    late = Record(ids[0], ledger.SENDING, ledger.SENT, attempts=1, sent_at=database_now())
    with pytest.raises(leases.LeaseLost):
        ledger.record(claims=[claim], records=[late])
    assert reread(campaign).unknown == 10


def test_retrying_puts_back_exactly_the_chosen_deliveries(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(1000))
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_status(campaign, "finished")
    engine.stop()
    rows = list(Delivery.objects.filter(campaign=campaign).order_by("pk")[:30])
    MessageEvent.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for status, some in (("failed", rows[:20]), ("unknown", rows[20:])):
        Delivery.objects.filter(pk__in=[row.pk for row in some]).update(status=status)
    Campaign.objects.filter(pk=campaign.pk).update(sent=970, failed=20, unknown=10)
    moves.retry_campaign(campaign_id=campaign.pk, statuses=["failed"], by=user.actor)
    assert (reread(campaign).pending, reread(campaign).unknown) == (20, 10)
    engine.start()
    done = wait_for_status(campaign, "finished")
    assert (done.sent, done.unknown) == (990, 10)
    assert len(sent_addresses(campaign)) == 990
    assert_adds_up(campaign)


def test_a_retry_of_nothing_is_refused_and_changes_nothing(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(5))
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_status(campaign, "finished")
    with pytest.raises(InvalidInput):
        moves.retry_campaign(campaign_id=campaign.pk, statuses=["failed"], by=user.actor)
    assert reread(campaign).status == "finished"


def test_a_campaign_is_not_finished_by_a_ledger_that_does_not_add_up(
    engine: Engine, user: User
) -> None:
    campaign = make_campaign(make_list(500))
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_status(campaign, "finished")
    Campaign.objects.filter(pk=campaign.pk).update(status="running")
    Delivery.objects.filter(campaign=campaign).order_by("pk")[:1].get().delete()
    assert not moves.finish_campaign(campaign_id=campaign.pk)
    stopped = reread(campaign)
    assert stopped.status == "stopped"
    assert "does not add up" in stopped.stop_reason


def test_the_ledger_of_a_deleted_campaign_is_purged(engine: Engine, user: User) -> None:
    campaign = make_campaign(make_list(1200))
    engine.start()
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_status(campaign, "finished")
    number = campaign.pk
    reread(campaign).delete()
    wait_for(
        lambda: (
            not Delivery.objects.filter(campaign_id=number).exists()
            and not Batch.objects.filter(campaign_id=number).exists()
        ),
        "the purge",
    )


def test_the_log_transport_writes_one_line_a_message_and_survives_rotation(
    engine: Engine, user: User
) -> None:
    path = settings.ENV.log_transport_file
    rotated = path.with_suffix(".1")
    for file in (path, rotated):
        file.unlink(missing_ok=True)
    campaign = make_campaign(make_list(4000), transport="log", rate_limit=100)
    engine.start(workers=2)
    moves.start_campaign(campaign_id=campaign.pk, by=user.actor)
    wait_for_sent(campaign, 50)
    path.rename(rotated)
    Campaign.objects.filter(pk=campaign.pk).update(rate_limit=None)
    wait_for_status(campaign, "finished")
    lines = [json.loads(line) for file in (rotated, path) for line in file.read_text().splitlines()]
    assert len(lines) == 4000
    assert {line["address"] for line in lines} == set(
        Delivery.objects.filter(campaign=campaign).values_list("email", flat=True)
    )
    assert set(lines[0]) == {"campaign", "delivery", "address", "subject", "time"}
    assert_adds_up(campaign)
