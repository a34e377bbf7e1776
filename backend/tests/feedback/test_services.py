"""What came back is recorded once, counted once, and suppresses whom it should."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from posthorn.accounts.actor import SYSTEM
from posthorn.accounts.models import AuditEntry
from posthorn.audience.links import Links
from posthorn.audience.models import Suppression, SuppressionReason
from posthorn.audience.services import delete_suppression, suppress_addresses
from posthorn.campaigns.models import Campaign
from posthorn.delivery.models import Delivery, DeliveryStatus
from posthorn.feedback.mails import take_mail
from posthorn.feedback.models import Feedback, FeedbackKind, FeedbackSource, FeedbackTally
from posthorn.feedback.services import Claim, record_feedback
from posthorn.feedback.unsubscribing import unsubscribe
from posthorn.transports.smtp.verp import MessageIds, ReturnPaths
from tests.factories import make_frozen_campaign, set_delivery
from tests.feedback import mails

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)


def sent(campaign: Campaign | None = None) -> Delivery:
    """A delivery that was sent."""
    campaign = campaign or make_frozen_campaign()
    delivery = Delivery.objects.filter(campaign=campaign).earliest("pk")
    set_delivery(delivery, DeliveryStatus.SENT)
    return delivery


def path_of(delivery: Delivery) -> str:
    return ReturnPaths("bounces@mail.example.org", delivery.campaign_id).of(delivery.pk)


def id_of(delivery: Delivery) -> str:
    return MessageIds("example.org", delivery.campaign_id).of(delivery.pk)


def take(mail: bytes) -> bool:
    return take_mail(mail, source=FeedbackSource.COMMAND)


def tally_of(delivery: Delivery) -> tuple[int, int, int]:
    found = FeedbackTally.objects.filter(pk=delivery.campaign_id).first()
    return (found.bounced, found.complained, found.unsubscribed) if found else (0, 0, 0)


def claim(delivery: Delivery, kind: FeedbackKind, source_id: str, **fields: Any) -> Claim:
    return Claim(
        kind=kind,
        email=delivery.email,
        source_id=source_id,
        campaign_id=delivery.campaign_id,
        delivery_id=delivery.pk,
        **fields,
    )


def tell(*claims: Claim) -> int:
    return record_feedback(claims=claims, source=FeedbackSource.API, by=SYSTEM)


def test_a_hard_bounce_suppresses_at_once_and_the_delivery_stays_sent() -> None:
    delivery = sent()
    assert take(mails.postfix(to=path_of(delivery)))
    suppression = Suppression.objects.get()
    assert (suppression.email, suppression.reason) == (delivery.email, SuppressionReason.BOUNCED)
    assert "User unknown" in suppression.note
    delivery.refresh_from_db()
    assert delivery.status == "sent"
    assert tally_of(delivery) == (1, 0, 0)
    assert AuditEntry.objects.get(topic="suppressions").after == {"reason": "bounced", "count": 1}


def test_the_message_id_alone_names_the_delivery_too() -> None:
    delivery = sent()
    assert take(mails.exchange(to="team@example.org", message_id=id_of(delivery)))
    assert Suppression.objects.get().email == delivery.email


def test_a_complaint_suppresses() -> None:
    delivery = sent()
    assert take(mails.arf(to="abuse@example.org", message_id=id_of(delivery)))
    assert Suppression.objects.get().reason == SuppressionReason.COMPLAINED
    assert tally_of(delivery) == (0, 1, 0)


@pytest.mark.parametrize(
    "break_it", ["number", "signature", "none", "unsigned id", "other purpose"]
)
def test_a_forged_bounce_suppresses_nobody(break_it: str) -> None:
    delivery, other = sent(), sent()
    path, message_id = path_of(delivery), id_of(delivery)
    numbers, others = (f"{each.campaign_id}-{each.pk}" for each in (delivery, other))
    forged = {
        "number": (path.replace(numbers, others), message_id.replace(numbers, others)),
        "signature": (path.replace("@", "x@"), message_id.replace("@", "x@")),
        "none": (f"bounces+{numbers}@mail.example.org", f"<posthorn.{numbers}@example.org>"),
        "unsigned id": ("a@b.c", f"<posthorn.{delivery.campaign_id}.{delivery.pk}@example.org>"),
        "other purpose": (
            "b+" + message_id.strip("<>").removeprefix("posthorn."),
            f"<posthorn.{path.partition('+')[2]}>",
        ),
    }
    to, returned = forged[break_it]
    for mail in (mails.postfix, mails.qmail, mails.exim_prose, mails.arf):
        assert not take(mail(to=to, message_id=returned))
    assert not Suppression.objects.exists()
    assert not Feedback.objects.exists()


def test_whom_the_bounce_names_counts_for_nothing() -> None:
    """Somebody with a message of ours can bounce it, and suppresses himself alone."""
    delivery, victim = sent(), sent()
    mail = mails.postfix(to=path_of(delivery)).replace(b"ada@example.com", victim.email.encode())
    assert take(mail)
    assert Suppression.objects.get().email == delivery.email


def test_a_mail_told_twice_counts_once() -> None:
    delivery = sent()
    mail = mails.postfix(to=path_of(delivery))
    assert take(mail)
    assert take(mail), "it is still about a delivery"
    assert Feedback.objects.count() == 1
    assert tally_of(delivery) == (1, 0, 0)


def test_what_two_sources_tell_counts_once_in_the_tally() -> None:
    delivery = sent()
    take(mails.postfix(to=path_of(delivery)))
    assert tell(claim(delivery, FeedbackKind.SOFT_BOUNCE, "a")) == 1
    assert tell(claim(delivery, FeedbackKind.COMPLAINT, "b")) == 1
    assert Feedback.objects.count() == 3
    assert tally_of(delivery) == (1, 1, 0)


def test_one_batch_with_repetitions_counts_each_delivery_once() -> None:
    delivery = sent()
    same = claim(delivery, FeedbackKind.HARD_BOUNCE, "a")
    again = claim(delivery, FeedbackKind.HARD_BOUNCE, "b")
    assert tell(same, same, again) == 2
    assert tally_of(delivery) == (1, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_told_at_the_same_moment_it_counts_once() -> None:
    delivery, other = sent(), sent()
    told = [
        claim(each, FeedbackKind.HARD_BOUNCE, f"{each.pk}-{number}")
        for each in (delivery, other)
        for number in range(3)
    ]

    def record(turn: int) -> int:
        try:
            return tell(*(told if turn % 2 else reversed(told)))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(record, range(12))) == len(told)
    assert tally_of(delivery) == tally_of(other) == (1, 0, 0)
    assert Suppression.objects.count() == 2
    assert sum(entry.after["count"] for entry in AuditEntry.objects.all()) == 2


def test_soft_bounces_suppress_only_when_there_are_enough_of_late(settings: Any) -> None:
    settings.ENV = dataclasses.replace(settings.ENV, soft_bounces=3, soft_bounce_days=14)
    campaigns = [make_frozen_campaign(subscribers=1) for _ in range(4)]
    deliveries = [sent(campaign) for campaign in campaigns]
    Delivery.objects.update(email="ada@example.com")
    for delivery in deliveries:
        delivery.refresh_from_db()
    long_ago = NOW - timedelta(days=15)
    tell(claim(deliveries[0], FeedbackKind.SOFT_BOUNCE, "0", at=long_ago))
    tell(claim(deliveries[1], FeedbackKind.SOFT_BOUNCE, "1"))
    tell(claim(deliveries[1], FeedbackKind.SOFT_BOUNCE, "the same message again"))
    tell(claim(deliveries[2], FeedbackKind.SOFT_BOUNCE, "2"))
    assert not Suppression.objects.exists()
    tell(claim(deliveries[3], FeedbackKind.SOFT_BOUNCE, "3"))
    assert Suppression.objects.get().reason == SuppressionReason.BOUNCED


def test_a_replay_does_not_undo_what_a_person_lifted() -> None:
    delivery = sent()
    told = claim(delivery, FeedbackKind.HARD_BOUNCE, "a")
    tell(told)
    delete_suppression(suppression_id=Suppression.objects.get().pk, by=SYSTEM)
    assert tell(told) == 0
    assert not Suppression.objects.exists()


def test_what_is_suppressed_already_stays_as_it_was() -> None:
    delivery = sent()
    Suppression.objects.create(email=delivery.email, reason=SuppressionReason.MANUAL)
    tell(claim(delivery, FeedbackKind.COMPLAINT, "a"))
    assert Suppression.objects.get().reason == SuppressionReason.MANUAL
    notes = {delivery.email: ""}
    assert not suppress_addresses(notes=notes, reason=SuppressionReason.BOUNCED, by=SYSTEM)


def test_unsubscribing_by_the_link_is_counted_once_and_always_suppresses() -> None:
    delivery = sent()
    token = Links(delivery.campaign_id).page(delivery.subscriber_id).rpartition("/")[2]
    unsubscribe(token)
    unsubscribe(token)
    assert tally_of(delivery) == (0, 0, 1)
    delete_suppression(suppression_id=Suppression.objects.get().pk, by=SYSTEM)
    unsubscribe(token)
    assert Suppression.objects.get().reason == SuppressionReason.UNSUBSCRIBED
    assert tally_of(delivery) == (0, 0, 1)


def test_a_future_time_is_taken_for_now() -> None:
    delivery = sent()
    tell(claim(delivery, FeedbackKind.SOFT_BOUNCE, "a", at=datetime(2090, 1, 1, tzinfo=UTC)))
    assert Feedback.objects.get().at.year < 2090


def test_texts_that_no_database_takes_are_kept_without_it() -> None:
    delivery = sent()
    odd = "a\x00b\ud800\nc" + "d" * 1000
    tell(claim(delivery, FeedbackKind.SOFT_BOUNCE, odd, detail=odd, status=odd))
    kept = Feedback.objects.get()
    assert kept.detail.startswith("ab? c")
    assert len(kept.detail) == 500
