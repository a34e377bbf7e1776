"""Segments over HTTP: saved, counted, tried, and used by the list of subscribers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from posthorn.audience.models import Segment, Suppression
from posthorn.campaigns.lifecycle import Status
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_list, make_segment, make_subscriber

SEGMENTS = "/api/v1/segments/"
SUBSCRIBERS = "/api/v1/subscribers/"
RIGA = {"field": "attributes.city", "op": "eq", "value": "Riga"}
ADULT = {"field": "attributes.age", "op": "gte", "value": 18}


def test_a_segment_is_created_read_changed_and_deleted(admin: APIClient) -> None:
    created = admin.post(SEGMENTS, {"name": " Locals ", "filter": {"all": [RIGA, ADULT]}})
    assert created.status_code == 201
    body = created.json()
    assert body.keys() == {"id", "name", "description", "filter", "created_at", "updated_at"}
    assert (body["name"], body["filter"]) == ("Locals", {"all": [RIGA, ADULT]})
    url = f"{SEGMENTS}{body['id']}/"
    assert admin.get(url).json() == body
    assert admin.patch(url, {"filter": RIGA}).json()["filter"] == RIGA
    assert admin.put(url, {"name": "Rigans", "filter": ADULT}).json()["name"] == "Rigans"
    assert [row["name"] for row in admin.get(f"{SEGMENTS}?search=rig").json()["results"]] == [
        "Rigans"
    ]
    assert admin.delete(url).status_code == 204
    for answer in (admin.get(url), admin.patch(url, {"name": "x"}), admin.delete(url)):
        assert_problem(answer, 404, "not_found")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"filter": RIGA}, "name", "required"),
        ({"name": "Taken", "filter": RIGA}, "name", "unique"),
        ({"name": "New"}, "filter", "required"),
        ({"name": "New", "filter": None}, "filter", "null"),
        ({"name": "New", "filter": "x"}, "filter", "invalid"),
        ({"name": "New", "filter": {"all": [RIGA, {}]}}, "filter.all.1", "invalid"),
        (
            {"name": "New", "filter": {"field": "list", "op": "in", "value": [10**6]}},
            "filter",
            "does_not_exist",
        ),
    ],
)
def test_a_bad_segment_is_refused(
    admin: APIClient, body: dict[str, Any], field: str, code: str
) -> None:
    make_segment(RIGA, name="Taken")
    assert_field(admin.post(SEGMENTS, body), field, code)
    assert Segment.objects.count() == 1


def test_a_segment_is_counted_and_tried(viewer: APIClient) -> None:
    people = [
        make_subscriber(email=f"p{age}@example.org", attributes={"city": "Riga", "age": age})
        for age in range(15, 25)
    ]
    make_subscriber(attributes={"city": "Bern", "age": 30})
    Suppression.objects.create(email=people[-1].email, reason="manual")
    filter_ = {"all": [RIGA, ADULT]}
    segment = make_segment(filter_)
    assert viewer.get(f"{SEGMENTS}{segment.pk}/count/").json() == {
        "subscribers": 7, "suppressed": 1
    }  # fmt: skip
    tried = viewer.post(f"{SEGMENTS}preview/", {"filter": filter_}).json()
    assert (tried["subscribers"], tried["suppressed"]) == (7, 1)
    assert [row["email"] for row in tried["first"]] == [
        f"p{age}@example.org" for age in range(18, 23)
    ]
    assert_field(
        viewer.post(f"{SEGMENTS}preview/", {"filter": {"not": 5}}), "filter.not", "invalid"
    )


def test_subscribers_are_listed_by_a_segment_and_by_a_filter(admin: APIClient) -> None:
    mailing_list = make_list(subscribers=2)
    make_subscriber(email="a@x.org", attributes={"city": "Riga"}, lists=[mailing_list])
    make_subscriber(email="b@x.org", attributes={"city": "Riga"})
    segment = make_segment(RIGA)

    def found(**query: Any) -> list[str]:
        body = admin.get(SUBSCRIBERS, query).json()
        assert body["count"] == len(body["results"])
        return [row["email"] for row in body["results"]]

    assert found(segment=segment.pk) == ["b@x.org", "a@x.org"]
    assert found(filter=json.dumps(RIGA), ordering="email") == ["a@x.org", "b@x.org"]
    assert found(filter=json.dumps({"not": RIGA}), search="x.org") == []
    assert found(segment=segment.pk, list=mailing_list.pk) == ["a@x.org"]
    for text, field in (("{", "filter"), ('{"all": [5]}', "filter.all.0"), ("[" * 4000, "filter")):
        assert_field(admin.get(SUBSCRIBERS, {"filter": text}), field, "invalid")
    assert_field(admin.get(SUBSCRIBERS, {"segment": 10**6}), "segment", "invalid_choice")


@pytest.mark.parametrize(
    "status", [Status.SCHEDULED, Status.RUNNING, Status.STOPPED], ids=lambda status: status.value
)
@pytest.mark.parametrize("role", ["segments", "excluded_segments"])
def test_a_segment_that_a_campaign_waits_for_is_not_deleted(
    admin: APIClient, status: Status, role: str
) -> None:
    segment = make_segment(RIGA)
    campaign = make_campaign(name="Soon", status=status, frozen_at=None)
    getattr(campaign, role).set([segment])
    response = admin.delete(f"{SEGMENTS}{segment.pk}/")
    assert "Soon" in assert_problem(response, 409, "in_use")["detail"]


def test_a_draft_loses_what_it_includes_but_not_what_it_excludes(admin: APIClient) -> None:
    """Or it would be sent to people who were to be left out, and nobody would notice."""
    segment, mailing_list = make_segment(RIGA), make_list()
    campaign = make_campaign()
    campaign.segments.set([segment])
    campaign.excluded_lists.set([mailing_list])
    assert admin.delete(f"{SEGMENTS}{segment.pk}/").status_code == 204
    assert_problem(admin.delete(f"/api/v1/lists/{mailing_list.pk}/"), 409, "in_use")
    admin.patch(f"/api/v1/campaigns/{campaign.pk}/", {"excluded_lists": []})
    assert admin.delete(f"/api/v1/lists/{mailing_list.pk}/").status_code == 204


def test_a_list_that_a_segment_asks_for_is_not_deleted(admin: APIClient) -> None:
    """ "Not on this list" would become everybody."""
    mailing_list = make_list()
    make_segment(
        {"not": {"field": "list", "op": "in", "value": [mailing_list.pk]}}, name="Outsiders"
    )
    response = admin.delete(f"/api/v1/lists/{mailing_list.pk}/")
    assert "Outsiders" in assert_problem(response, 409, "in_use")["detail"]
