"""Pages of campaigns: filtered, searched, ordered."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_list

URL = "/api/v1/campaigns/"


def test_statuses_can_be_combined_in_the_filter(admin: APIClient) -> None:
    for status in (Status.DRAFT, Status.RUNNING, Status.STOPPED):
        make_campaign(status=status)
    rows = admin.get(f"{URL}?status=draft&status=running").json()["results"]
    assert {row["status"] for row in rows} == {"draft", "running"}


def test_campaigns_are_found_by_list_transport_and_words(admin: APIClient) -> None:
    mailing_list = make_list()
    found = make_campaign(lists=[mailing_list, make_list()], transport="log", name="Autumn sale")
    make_campaign()
    for query in (f"list={mailing_list.pk}", "transport=log", "search=autumn"):
        assert [row["id"] for row in admin.get(f"{URL}?{query}").json()["results"]] == [found.pk]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("status=dancing", "status", "invalid_choice"),
        ("transport=pigeon", "transport", "invalid_choice"),
        ("list=999", "list", "invalid_choice"),
        ("list=abc", "list", "invalid_choice"),
        (f"list={2**70}", "list", "invalid_choice"),
        ("ordering=colour", "ordering", "invalid_choice"),
        ("ordering=name,-body_text", "ordering", "invalid_choice"),
        ("search=a%00b", "search", "invalid"),
        ("search=" + "a+" * 101, "search", "max_length"),
    ],
)
def test_filters_refuse_what_they_do_not_know(
    admin: APIClient, query: str, field: str, code: str
) -> None:
    assert_field(admin.get(f"{URL}?{query}"), field, code)


def test_rows_that_order_alike_are_on_exactly_one_page(admin: APIClient) -> None:
    expected = {make_campaign(name="Same").pk for _ in range(5)}
    for ordering in ("name", "-name", "status", "-started_at"):
        pages = [
            admin.get(f"{URL}?ordering={ordering}&page_size=2&page={page}").json()["results"]
            for page in (1, 2, 3)
        ]
        seen = [row["id"] for page in pages for row in page]
        assert len(seen) == 5
        assert set(seen) == expected


@pytest.mark.parametrize("field", ["started_at", "-started_at"])
def test_what_has_not_started_is_last_in_both_directions(admin: APIClient, field: str) -> None:
    make_campaign()
    started = make_campaign(status=Status.FINISHED)
    make_campaign()
    rows = admin.get(f"{URL}?ordering={field}").json()["results"]
    assert rows[0]["id"] == started.pk


def test_an_order_that_is_named_over_and_over_counts_once(admin: APIClient) -> None:
    make_campaign()
    assert admin.get(f"{URL}?ordering={'name,' * 3000}").json()["count"] == 1


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", str(10**40)])
def test_a_page_that_is_not_there_is_not_found(admin: APIClient, page: str) -> None:
    make_campaign()
    assert_problem(admin.get(f"{URL}?page={page}"), 404, "not_found")


def test_a_page_never_has_more_than_two_hundred_rows(admin: APIClient) -> None:
    Campaign.objects.bulk_create(
        Campaign(name=f"{n}", subject="", body_text="") for n in range(201)
    )
    for too_many in ("201", "5000", "1e9", "9" * 50):
        assert_problem(admin.get(f"{URL}?page_size={too_many}"), 400, "invalid")
    body = admin.get(f"{URL}?page_size=200").json()
    assert (body["count"], len(body["results"])) == (201, 200)
    assert body["next"] == f"{URL}?page=2&page_size=200"
