"""A campaign's ledger as CSV."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from posthorn.accounts.models import Role
from posthorn.api.export import csv_of
from posthorn.campaigns.models import Campaign
from posthorn.delivery.models import Delivery, DeliveryStatus
from posthorn.delivery.numbers import deliveries_of
from tests.api.clients import token_of
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_frozen_campaign, make_user, set_delivery

pytestmark = pytest.mark.django_db


def fetch(campaign_id: int, query: str = "") -> tuple[Any, str]:
    """The answer and its whole body, by way of the asynchronous stack as in production."""
    headers = {"Authorization": f"Bearer {token_of(make_user(role=Role.VIEWER))}"}

    async def get() -> tuple[Any, str]:
        url = f"/api/v1/campaigns/{campaign_id}/deliveries/export/{query}"
        response: Any = await AsyncClient().get(url, headers=headers)
        if not response.streaming:
            return response, response.content.decode()
        chunks = [chunk async for chunk in response.streaming_content]
        return response, b"".join(chunks).decode()

    return async_to_sync(get)()


def rows_of(campaign: Campaign, query: str = "") -> list[dict[str, str]]:
    response, body = fetch(campaign.pk, query)
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(body)))


def test_it_is_a_file_with_one_row_for_each_delivery() -> None:
    campaign = make_frozen_campaign(subscribers=5)
    make_frozen_campaign()
    response, body = fetch(campaign.pk)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f"campaign-{campaign.pk}-deliveries.csv" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"
    rows = list(csv.DictReader(StringIO(body)))
    assert list(rows[0]) == ["id", "subscriber", "email", "status", "attempts", "sent_at", "detail"]
    stored = Delivery.objects.filter(campaign=campaign).order_by("subscriber_id")
    assert [row["email"] for row in rows] == [delivery.email for delivery in stored]


@pytest.mark.parametrize("chunk", [1, 2, 5, 6])
def test_no_row_is_lost_between_two_chunks(chunk: int) -> None:
    campaign = make_frozen_campaign(subscribers=5)

    deliveries = deliveries_of(campaign.pk)

    async def collect() -> bytes:
        return b"".join([part async for part in csv_of(deliveries, ("id",), chunk=chunk)])

    numbers = [row["id"] for row in csv.DictReader(StringIO(async_to_sync(collect)().decode()))]
    assert numbers == [str(pk) for pk in deliveries_of(campaign.pk).values_list("pk", flat=True)]


def test_it_takes_the_filters_of_the_list() -> None:
    campaign = make_frozen_campaign()
    delivery = Delivery.objects.filter(campaign=campaign).latest("pk")
    set_delivery(delivery, DeliveryStatus.SENT)
    (row,) = rows_of(campaign, "?status=sent")
    assert row["email"] == delivery.email
    assert row["sent_at"].endswith("+00:00")
    assert len(rows_of(campaign, f"?search={delivery.email}")) == 1
    assert_field(fetch(campaign.pk, "?status=lost")[0], "status", "invalid_choice")


def test_no_cell_is_a_formula() -> None:
    campaign = make_frozen_campaign(subscribers=1)
    Delivery.objects.update(email="=cmd@example.org", detail='+1,"quoted"\n')
    (row,) = rows_of(campaign)
    assert (row["email"], row["detail"]) == ("'=cmd@example.org", '\'+1,"quoted"\n')


def test_a_campaign_that_is_not_there_has_no_file() -> None:
    assert_problem(fetch(999)[0], 404, "not_found")
