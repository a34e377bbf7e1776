"""Pages far from either end show what they show near: each row once, in the same order."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from posthorn.audience.models import Subscriber
from tests.factories import make_frozen_campaign, make_list, make_subscriber


def pages(client: APIClient, path: str, **query: Any) -> list[list[Any]]:
    """The ids on every page, first to last."""
    found, number = [], 1
    while True:
        answer = client.get(path, {**query, "page": number, "page_size": 7})
        assert answer.status_code == 200, answer.content
        body = answer.json()
        found.append([row["id"] for row in body["results"]])
        assert len(found[-1]) == min(7, body["count"] - 7 * (number - 1))
        if body["next"] is None:
            return found
        number += 1


def everybody(client: APIClient, path: str, **query: Any) -> list[Any]:
    return [pk for page in pages(client, path, **query) for pk in page]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("", "-pk"),
        ("created_at", "pk"),
        ("-created_at", "-pk"),
        ("email", "email"),
        ("-email", "-email"),
        ("name", "name,pk"),
        ("-name", "-name,-pk"),
    ],
)
def test_all_pages_together_are_all_subscribers(
    admin: APIClient, ordering: str, expected: str
) -> None:
    for number in range(40):
        make_subscriber(email=f"{number * 37 % 40:02}@example.org", name=f"Name {number % 3}")
    # Numbers with gaps, as after deletions.
    Subscriber.objects.filter(email__contains="3@").delete()
    query = {"ordering": ordering} if ordering else {}
    found = everybody(admin, "/api/v1/subscribers/", **query)
    in_order = Subscriber.objects.order_by(*expected.split(","))
    assert found == list(in_order.values_list("pk", flat=True))


@pytest.mark.parametrize("ordering", ["created_at", "-created_at", "email"])
def test_all_pages_together_are_all_of_a_list(admin: APIClient, ordering: str) -> None:
    make_list(subscribers=5)
    mailing_list = make_list(subscribers=30)
    late = make_subscriber(email="aaa@example.org")
    make_list(subscribers=5)
    admin.patch(f"/api/v1/subscribers/{late.pk}/", {"lists": [mailing_list.pk]})
    found = everybody(admin, "/api/v1/subscribers/", list=mailing_list.pk, ordering=ordering)
    in_order = mailing_list.subscribers.order_by(ordering.replace("created_at", "pk"))
    assert found == list(in_order.values_list("pk", flat=True))


def test_a_page_behind_the_last_is_not_there(admin: APIClient) -> None:
    mailing_list = make_list(subscribers=8)
    path = "/api/v1/subscribers/"
    queries: list[dict[str, Any]] = [{}, {"list": mailing_list.pk}, {"ordering": "email"}]
    for query in queries:
        answer = admin.get(path, {**query, "page": 3, "page_size": 4})
        assert answer.status_code == 404
    assert admin.get(path, {"page": 1, "list": make_list().pk}).json()["count"] == 0


def test_all_pages_together_are_the_ledger(admin: APIClient) -> None:
    """Also where a page begins in one batch and ends in the next."""
    campaign = make_frozen_campaign(subscribers=1010)
    path = f"/api/v1/campaigns/{campaign.pk}/deliveries/"
    in_order = list(campaign.deliveries.order_by("pk").values_list("pk", flat=True))
    found = [
        row["id"]
        for page in range(1, 8)
        for row in admin.get(path, {"page": page, "page_size": 150}).json()["results"]
    ]
    assert found == in_order
    assert everybody(admin, path, status="pending")[:14] == in_order[:14]


def test_search_finds_parts_of_address_and_name_in_any_case(admin: APIClient) -> None:
    make_subscriber(email="ada.lovelace@example.org", name="Countess")
    make_subscriber(email="b@example.org", name="Ada 50%_\\")

    def found(search: str, **query: int) -> list[str]:
        given: dict[str, Any] = {"search": search, **query}
        body = admin.get("/api/v1/subscribers/", given).json()
        assert body["count"] == len(body["results"])
        return sorted(row["email"][0] for row in body["results"])

    assert found("ADA") == ["a", "b"]
    assert found("ada lace") == ["a"]
    assert found("50%_\\") == ["b"]
    assert found("countess example") == ["a"]
    assert found("nobody") == found("%%%") == found("a_a") == []
    mailing_list = make_list()
    assert found("ada", list=mailing_list.pk) == []


def test_search_among_many_stays_with_what_it_may_find(
    admin: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it goes by the index or reads some rows: the same on both databases."""
    monkeypatch.setattr("posthorn.audience.search.MOST_FOUND", 10)
    monkeypatch.setattr("posthorn.audience.search._LARGE", 1)
    Subscriber.objects.bulk_create(
        Subscriber(email=f"{number}@example.org", name="rare" if number < 2 else "common")
        for number in range(300)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE audience_subscriber")
    path = "/api/v1/subscribers/"
    assert admin.get(path, {"search": "common"}).json()["count"] == 10
    rare = admin.get(path, {"search": "rare", "ordering": "email"}).json()["results"]
    assert [row["email"] for row in rare] == ["0@example.org", "1@example.org"]
    mailing_list = make_list()
    person = Subscriber.objects.order_by("pk").last()
    assert person is not None
    admin.patch(f"{path}{person.pk}/", {"lists": [mailing_list.pk]})
    both: dict[str, Any] = {"search": "common", "list": mailing_list.pk}
    assert admin.get(path, both).json()["count"] == 1
