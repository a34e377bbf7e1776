"""A campaign's numbers and its ledger over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.delivery.models import Delivery, DeliveryStatus, SentBucket
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_frozen_campaign, set_delivery


def url(campaign: Campaign, rest: str) -> str:
    return f"/api/v1/campaigns/{campaign.pk}/{rest}/"


def ledger_with(*statuses: DeliveryStatus, status: Status = Status.STOPPED) -> Campaign:
    """A campaign with one delivery in each of `statuses`."""
    campaign = make_frozen_campaign(subscribers=len(statuses), status=status)
    rows = Delivery.objects.filter(campaign=campaign).order_by("pk")
    for delivery, wanted in zip(rows, statuses, strict=True):
        set_delivery(delivery, wanted)
    campaign.refresh_from_db()
    return campaign


def test_the_stats_are_the_exact_tally(viewer: APIClient) -> None:
    campaign = ledger_with(
        DeliveryStatus.SENT, DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.PENDING
    )
    assert viewer.get(url(campaign, "stats")).json() == {
        "status": "stopped",
        "tally": {
            "total": 4,
            "pending": 1,
            "sending": 0,
            "sent": 2,
            "failed": 1,
            "unknown": 0,
            "skipped": 0,
        },
        "percent": 50.0,
        "rate": 0.0,
        "eta_seconds": None,
    }


def test_the_timeline_counts_by_time(viewer: APIClient) -> None:
    campaign = make_frozen_campaign()
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    SentBucket.objects.create(campaign=campaign, at=at, sent=5, failed=1)
    SentBucket.objects.create(campaign=campaign, at=at + timedelta(seconds=2), sent=7)
    body = viewer.get(url(campaign, "timeline")).json()
    assert body["bucket_seconds"] == 1
    assert [(point["sent"], point["failed"]) for point in body["points"]] == [(5, 1), (7, 0)]
    assert body["points"][0]["at"] == at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_campaign_that_sent_nothing_has_an_empty_timeline(viewer: APIClient) -> None:
    body = viewer.get(url(make_campaign(), "timeline")).json()
    assert body == {"bucket_seconds": 1, "points": []}


def test_the_reconciliation_counts_every_status(viewer: APIClient) -> None:
    campaign = ledger_with(*DeliveryStatus)
    body = viewer.get(url(campaign, "reconciliation")).json()
    assert body["consistent"] is True
    assert body["differences"] == {}
    assert body["tally"] == body["ledger"]
    assert body["ledger"] == {"total": 6, **dict.fromkeys(DeliveryStatus.values, 1)}


def test_a_draft_reconciles_to_nothing(viewer: APIClient) -> None:
    make_frozen_campaign()
    body = viewer.get(url(make_campaign(), "reconciliation")).json()
    assert body["consistent"] is True
    assert body["ledger"]["total"] == 0


def test_a_row_that_moved_alone_is_found(viewer: APIClient) -> None:
    campaign = ledger_with(DeliveryStatus.PENDING, DeliveryStatus.PENDING)
    first = Delivery.objects.filter(campaign=campaign).first()
    assert first is not None
    Delivery.objects.filter(pk=first.pk).update(status=DeliveryStatus.FAILED)
    body = viewer.get(url(campaign, "reconciliation")).json()
    assert body["consistent"] is False
    assert body["differences"] == {
        "pending": {"tally": 2, "ledger": 1},
        "failed": {"tally": 0, "ledger": 1},
    }


def test_the_ledger_is_read_in_the_order_of_sending(viewer: APIClient) -> None:
    campaign = ledger_with(DeliveryStatus.SENT, DeliveryStatus.PENDING)
    make_frozen_campaign()
    body = viewer.get(url(campaign, "deliveries")).json()
    assert body["count"] == 2
    first, second = body["results"]
    assert first.keys() == {
        "id", "subscriber", "email", "status", "attempts", "sent_at", "detail"
    }  # fmt: skip
    assert first["id"] < second["id"]
    assert (first["status"], second["status"]) == ("sent", "pending")
    assert first["sent_at"] is not None


def test_the_ledger_is_filtered_searched_and_ordered(viewer: APIClient) -> None:
    campaign = ledger_with(DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.PENDING)
    rows = list(Delivery.objects.filter(campaign=campaign).order_by("pk"))
    base = url(campaign, "deliveries")

    def found(query: str) -> list[int]:
        return [row["id"] for row in viewer.get(f"{base}?{query}").json()["results"]]

    assert found("status=failed&status=pending") == [rows[1].pk, rows[2].pk]
    assert found(f"search={rows[1].email.upper()}") == [rows[1].pk]
    assert found("ordering=-id") == [row.pk for row in reversed(rows)]
    assert found("ordering=-sent_at")[0] == rows[0].pk
    assert_field(viewer.get(f"{base}?status=lost"), "status", "invalid_choice")


@pytest.mark.parametrize("rest", ["stats", "timeline", "reconciliation", "deliveries"])
def test_numbers_of_a_campaign_that_is_not_there_are_not_found(
    viewer: APIClient, rest: str
) -> None:
    assert_problem(viewer.get(f"/api/v1/campaigns/999/{rest}/"), 404, "not_found")


def test_an_unknown_delivery_is_marked_as_sent_by_name(admin: APIClient) -> None:
    campaign = ledger_with(DeliveryStatus.UNKNOWN)
    delivery = Delivery.objects.get()
    body = admin.post(url(campaign, f"deliveries/{delivery.pk}/mark-sent")).json()
    assert body["status"] == "sent"
    assert body["sent_at"] is not None
    assert "user" in body["detail"]
    stats = admin.get(url(campaign, "reconciliation")).json()
    assert stats["consistent"] is True
    assert stats["tally"]["sent"] == 1


@pytest.mark.parametrize("status", [s for s in DeliveryStatus if s != DeliveryStatus.UNKNOWN])
def test_only_an_unknown_delivery_can_be_marked(admin: APIClient, status: DeliveryStatus) -> None:
    campaign = ledger_with(status)
    delivery = Delivery.objects.get()
    response = admin.post(url(campaign, f"deliveries/{delivery.pk}/mark-sent"))
    assert status.value in assert_problem(response, 409, "not_unknown")["detail"]


def test_a_delivery_of_another_campaign_is_not_found(admin: APIClient) -> None:
    ledger_with(DeliveryStatus.UNKNOWN)
    delivery = Delivery.objects.get()
    other = make_campaign()
    response = admin.post(url(other, f"deliveries/{delivery.pk}/mark-sent"))
    assert_problem(response, 404, "not_found")
    delivery.refresh_from_db()
    assert delivery.status == DeliveryStatus.UNKNOWN
