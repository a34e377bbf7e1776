"""A campaign's audience over HTTP: what it is made of, counted, frozen and copied."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from posthorn.accounts.actor import SYSTEM
from posthorn.audience.models import Subscriber
from posthorn.audience.services import create_suppression
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.delivery import moves
from posthorn.delivery.freeze import freeze_audience
from posthorn.delivery.models import Batch
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_frozen_campaign, make_list, make_segment

URL = "/api/v1/campaigns/"
pytestmark = pytest.mark.django_db
PREVIEW = "/api/v1/audience/preview/"
FIRST = {"field": "name", "op": "in", "value": ["Person 0", "Person 1"]}


def audience() -> dict[str, Any]:
    return {
        "lists": [make_list(subscribers=5).pk],
        "segments": [make_segment(FIRST).pk],
        "excluded_lists": [make_list(subscribers=3).pk],
        "excluded_segments": [make_segment({"field": "name", "op": "eq", "value": "Person 4"}).pk],
        "sample_size": None,
        "sample_percent": 50,
    }


def frozen_addresses(campaign: Campaign) -> list[str]:
    moves.start_campaign(campaign_id=campaign.pk, by=SYSTEM)
    assert freeze_audience(campaign_id=campaign.pk)
    return sorted(campaign.deliveries.values_list("email", flat=True))


def test_an_audience_is_given_shown_changed_and_copied(admin: APIClient) -> None:
    campaign = make_campaign()
    url, given = f"{URL}{campaign.pk}/", audience()
    body = admin.patch(url, given).json()
    assert {key: body[key] for key in given} == given
    copy = admin.post(f"{url}duplicate/").json()
    assert {key: copy[key] for key in given} == given
    cleared: dict[str, Any] = {"segments": [], "sample_percent": None, "sample_size": 9}
    body = admin.patch(url, cleared).json()
    assert {key: body[key] for key in given} == {**given, **cleared}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"segments": [10**6]}, "segments.0", "does_not_exist"),
        ({"excluded_lists": [10**6]}, "excluded_lists.0", "does_not_exist"),
        ({"excluded_segments": [10**6]}, "excluded_segments.0", "does_not_exist"),
        ({"sample_size": 0}, "sample_size", "min_value"),
        ({"sample_percent": 101}, "sample_percent", "max_value"),
        ({"sample_percent": 0}, "sample_percent", "min_value"),
        ({"sample_size": 10}, "sample_percent", "invalid"),
    ],
)
def test_a_bad_audience_is_refused(
    admin: APIClient, change: dict[str, Any], field: str, code: str
) -> None:
    campaign = make_campaign(sample_percent=50)
    assert_field(admin.patch(f"{URL}{campaign.pk}/", change), field, code)


def test_a_frozen_audience_is_not_changed(admin: APIClient) -> None:
    campaign = make_frozen_campaign(status=Status.STOPPED)
    for field, value in audience().items():
        if value is not None:
            response = admin.patch(f"{URL}{campaign.pk}/", {field: value})
            assert_problem(response, 409, "not_editable")


def test_what_is_counted_is_what_is_frozen(admin: APIClient) -> None:
    readers, guests, staff = make_list(subscribers=10), make_list(subscribers=4), make_list()
    for person in readers.subscribers.order_by("pk")[:3]:
        person.lists.add(staff)
    suppressed = readers.subscribers.order_by("pk")[5]
    create_suppression(email=suppressed.email, by=SYSTEM)
    campaign = make_campaign(lists=[readers])
    campaign.segments.set([make_segment(FIRST)])
    campaign.excluded_lists.set([staff])
    url = f"{URL}{campaign.pk}/audience/"
    # Of the readers 3 are staff and one is suppressed; of the guests 2 are in the segment.
    assert admin.get(url).json() == {"subscribers": 8, "suppressed": 1, "frozen": False}
    everybody = frozen_addresses(campaign)
    assert len(everybody) == 8
    assert guests.subscribers.filter(email__in=everybody).count() == 2
    assert admin.get(url).json() == {"subscribers": 8, "suppressed": 0, "frozen": True}


def test_an_audience_is_counted_before_it_is_saved(viewer: APIClient) -> None:
    readers = make_list(subscribers=10)
    create_suppression(email=readers.subscribers.order_by("pk")[9].email, by=SYSTEM)
    cases: list[tuple[dict[str, Any], int, int]] = [
        ({}, 0, 0),
        ({"lists": [readers.pk]}, 9, 1),
        ({"lists": [readers.pk], "sample_percent": 25}, 3, 1),
        ({"lists": [readers.pk], "sample_size": 2}, 2, 1),
        ({"segments": [make_segment(FIRST).pk]}, 2, 0),
        ({"segments": [make_segment({"all": []}).pk], "excluded_lists": [readers.pk]}, 0, 0),
        ({"lists": [10**6], "segments": [10**6]}, 0, 0),
    ]
    for fields, subscribers, suppressed in cases:
        assert viewer.post(PREVIEW, fields).json() == {
            "subscribers": subscribers,
            "suppressed": suppressed,
            "frozen": False,
        }, fields
    assert_field(
        viewer.post(PREVIEW, {"sample_size": 1, "sample_percent": 1}), "sample_percent", "invalid"
    )


def test_who_got_a_campaign_can_be_left_out_of_the_next(admin: APIClient) -> None:
    first = make_frozen_campaign(subscribers=3)
    got = {"field": "campaign.any", "op": "in", "value": [first.pk]}
    mailing_list = first.lists.get()
    new = make_list(subscribers=2)
    campaign = make_campaign(lists=[mailing_list, new])
    campaign.excluded_segments.set([make_segment(got)])
    assert frozen_addresses(campaign) == sorted(new.subscribers.values_list("email", flat=True))


def test_a_freeze_that_is_done_again_takes_the_same_sample() -> None:
    campaign = make_campaign(lists=[make_list(subscribers=100)], sample_percent=20)
    first = frozen_addresses(campaign)
    assert len(first) == 20
    campaign.deliveries.all().delete()
    # As after a worker that was killed before the freeze was committed.
    Campaign.objects.filter(pk=campaign.pk).update(frozen_at=None, total=0, pending=0)
    Batch.objects.all().delete()
    assert freeze_audience(campaign_id=campaign.pk)
    assert sorted(campaign.deliveries.values_list("email", flat=True)) == first


def test_a_segment_alone_is_enough_to_start(admin: APIClient) -> None:
    campaign = make_campaign()
    url = f"{URL}{campaign.pk}/start/"
    assert_field(admin.post(url), "lists", "no_lists")
    segment = make_segment({"any": []})
    campaign.segments.set([segment])
    assert_field(admin.post(url), "lists", "empty_audience")
    make_list(subscribers=2)
    segment.filter = {"all": []}
    segment.save()
    assert admin.post(url).status_code == 200
    assert freeze_audience(campaign_id=campaign.pk)
    assert campaign.deliveries.count() == Subscriber.objects.count() == 2
