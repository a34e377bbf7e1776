"""A page costs the same number of queries whether it has one row or twenty."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from posthorn.accounts.actor import SYSTEM
from posthorn.audience.models import ListTag, Suppression
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.content.building import BARE
from posthorn.content.media import keep_media
from posthorn.content.models import Layout
from posthorn.live import topics
from tests.factories import (
    make_campaign,
    make_frozen_campaign,
    make_list,
    make_segment,
    make_subscriber,
)


def add_campaigns(count: int) -> None:
    for _ in range(count):
        make_campaign(lists=[make_list(), make_list()], status=Status.RUNNING)


def add_lists(count: int) -> None:
    for _ in range(count):
        mailing_list = make_list(subscribers=2)
        ListTag.objects.create(mailing_list=mailing_list, name="news")


def add_segments(count: int) -> None:
    for _ in range(count):
        make_segment({"all": []})


def add_subscribers(count: int) -> None:
    for _ in range(count):
        subscriber = make_subscriber(lists=[make_list(), make_list()])
        Suppression.objects.create(email=subscriber.email, reason="manual")


def add_layouts(count: int) -> None:
    for number in range(count):
        Layout.objects.create(name=f"Frame {count} {number}", source=BARE.source)


def add_media(count: int) -> None:
    for number in range(count):
        data = f"{count} {number}".encode()
        keep_media(name=f"{number}.txt", data=data, by=SYSTEM)


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


@pytest.mark.parametrize(
    ("path", "add"),
    [
        ("campaigns/", add_campaigns),
        ("public/campaigns/", add_campaigns),
        ("layouts/", add_layouts),
        ("media/", add_media),
        ("lists/", add_lists),
        ("segments/", add_segments),
        ("subscribers/", add_subscribers),
        ("suppressions/", add_subscribers),
    ],
)
def test_a_page_costs_the_same_for_one_row_and_twenty(
    admin: APIClient, path: str, add: Callable[[int], None]
) -> None:
    def read() -> None:
        assert admin.get(f"/api/v1/{path}").json()["count"] == expected

    add(1)
    expected = admin.get(f"/api/v1/{path}").json()["count"]
    one = queries(read)
    add(19)
    expected = admin.get(f"/api/v1/{path}").json()["count"]
    assert expected >= 20
    assert queries(read) == one


def test_a_ledger_page_costs_the_same_for_one_row_and_twenty(admin: APIClient) -> None:
    small, large = make_frozen_campaign(subscribers=1), make_frozen_campaign(subscribers=20)
    counts = {
        queries(partial(admin.get, f"/api/v1/campaigns/{each.pk}/deliveries/"))
        for each in (small, large)
    }
    assert len(counts) == 1


def test_naming_many_lists_costs_no_more_than_naming_one(admin: APIClient) -> None:
    lists = [make_list().pk for _ in range(20)]

    def create(ids: list[int]) -> None:
        body = {"email": f"a{len(ids)}@example.org", "lists": ids}
        assert admin.post("/api/v1/subscribers/", body).status_code == 201

    assert queries(lambda: create(lists[:1])) == queries(lambda: create(lists))


@pytest.mark.django_db
@pytest.mark.parametrize("read", [topics.management_rows, topics.public_rows])
def test_a_live_event_costs_the_same_for_one_campaign_and_twenty(
    read: Callable[[list[int]], list[object]],
) -> None:
    add_campaigns(20)
    ids = list(Campaign.objects.values_list("pk", flat=True))
    assert queries(lambda: read(ids[:1])) == queries(lambda: read(ids))
