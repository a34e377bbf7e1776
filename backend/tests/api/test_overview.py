"""The first page's one answer."""

from __future__ import annotations

from datetime import timedelta

from rest_framework.test import APIClient

from posthorn.audience.models import Subscriber, Suppression
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.models import Leader
from posthorn.delivery.models import Delivery, DeliveryStatus, SentBucket
from tests.factories import make_campaign, make_frozen_campaign, make_list, set_delivery

URL = "/api/v1/overview/"


def names(rows: list[dict[str, object]]) -> set[object]:
    return {row["name"] for row in rows}


def test_it_tells_what_runs_and_what_comes(admin: APIClient) -> None:
    make_campaign(name="draft")
    make_campaign(name="runs", status=Status.RUNNING)
    make_campaign(name="comes", status=Status.SCHEDULED)
    body = admin.get(URL).json()
    assert names(body["running"]) == {"runs"}
    assert names(body["coming"]) == {"comes"}
    assert body["attention"] == []


def test_it_tells_what_needs_a_person_and_nothing_else(admin: APIClient) -> None:
    now = database_now()
    make_campaign(name="stopped by a person", status=Status.STOPPED)
    make_campaign(name="broke", status=Status.STOPPED, stop_reason="The transport is down.")
    make_campaign(name="not started", stop_reason="It could not start when it was due.")
    outcomes = [
        ("unknown", DeliveryStatus.UNKNOWN, timedelta(days=30)),
        ("failed", DeliveryStatus.FAILED, timedelta(days=1)),
        ("failed long ago", DeliveryStatus.FAILED, timedelta(days=8)),
    ]
    for name, status, ago in outcomes:
        campaign = make_frozen_campaign(name=name, subscribers=1)
        set_delivery(Delivery.objects.get(campaign=campaign), status)
        Campaign.objects.filter(pk=campaign.pk).update(active_at=now - ago, status=Status.FINISHED)
    found = names(admin.get(URL).json()["attention"])
    assert found == {"broke", "not started", "unknown", "failed"}


def test_it_sums_up_what_went_out_by_the_hour(admin: APIClient) -> None:
    now = database_now()
    for _ in range(2):
        campaign = make_campaign(status=Status.RUNNING, active_at=now)
        for ago, sent in ((0, 5), (1, 7), (24 * 8, 100)):
            at = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=ago)
            SentBucket.objects.create(campaign=campaign, at=at, sent=sent, failed=1)
    hours = admin.get(URL).json()["sent"]
    assert [(hour["sent"], hour["failed"]) for hour in hours] == [(14, 2), (10, 2)]


def test_it_counts_the_audience_and_who_is_new(admin: APIClient) -> None:
    make_list(subscribers=3)
    old = Subscriber.objects.order_by("pk")[:1].values("pk")
    Subscriber.objects.filter(pk__in=list(old.values_list("pk", flat=True))).update(
        created_at=database_now() - timedelta(days=30)
    )
    Suppression.objects.create(email="gone@example.org", reason="manual")
    assert admin.get(URL).json()["audience"] == {
        "subscribers": 3,
        "new_subscribers": 2,
        "suppressions": 1,
        "new_suppressions": 1,
    }


def test_it_says_whether_any_worker_lives(admin: APIClient) -> None:
    assert admin.get(URL).json()["workers"] is False
    until = database_now() + timedelta(seconds=5)
    Leader.objects.create(job="duties", holder="6f1a1c9e-6f43-4c55-9d6e-4d2f6d2f7a11", until=until)
    assert admin.get(URL).json()["workers"] is True
