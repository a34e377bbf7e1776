"""Mailing lists, subscribers and suppressions over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from posthorn.audience.models import MailingList, Membership, Subscriber, Suppression
from posthorn.campaigns.lifecycle import Status
from posthorn.delivery.models import Delivery
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_frozen_campaign, make_list, make_subscriber

LISTS = "/api/v1/lists/"
SUBSCRIBERS = "/api/v1/subscribers/"
SUPPRESSIONS = "/api/v1/suppressions/"


def test_a_list_is_created_read_changed_and_deleted(admin: APIClient) -> None:
    created = admin.post(LISTS, {"name": " News ", "description": "All of it"})
    assert created.status_code == 201
    body = created.json()
    assert body.keys() == {
        "id", "name", "description", "tags",
        "subscriber_count", "mailable_count", "suppressed_count", "created_at", "updated_at",
    }  # fmt: skip
    assert (body["name"], body["subscriber_count"]) == ("News", 0)
    url = f"{LISTS}{body['id']}/"
    assert admin.get(url).json() == body
    assert admin.patch(url, {"description": ""}).json()["name"] == "News"
    assert admin.put(url, {"name": "Old news"}).json()["name"] == "Old news"
    assert admin.delete(url).status_code == 204
    assert_problem(admin.get(url), 404, "not_found")
    assert_problem(admin.patch(url, {"name": "x"}), 404, "not_found")
    assert_problem(admin.delete(url), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "name", "required"),
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 201}, "name", "max_length"),
        ({"name": "Taken"}, "name", "unique"),
        ({"name": "New", "description": "x" * 2001}, "description", "max_length"),
        ({"name": "New", "description": "\x00"}, "description", "invalid"),
    ],
)
def test_a_bad_list_is_refused(
    admin: APIClient, body: dict[str, str], field: str, code: str
) -> None:
    make_list(name="Taken")
    assert_field(admin.post(LISTS, body), field, code)
    assert MailingList.objects.count() == 1


def test_a_list_cannot_take_the_name_of_another(admin: APIClient) -> None:
    make_list(name="Taken")
    url = f"{LISTS}{make_list().pk}/"
    assert_field(admin.patch(url, {"name": "Taken"}), "name", "unique")


def test_lists_are_counted_found_and_ordered(admin: APIClient) -> None:
    make_list(name="Big", subscribers=3)
    make_list(name="Small", subscribers=1)
    make_list(name="Bigger", subscribers=5)
    rows = admin.get(f"{LISTS}?ordering=-subscriber_count").json()["results"]
    assert [(row["name"], row["subscriber_count"]) for row in rows] == [
        ("Bigger", 5),
        ("Big", 3),
        ("Small", 1),
    ]
    found = admin.get(f"{LISTS}?search=big").json()["results"]
    assert [row["name"] for row in found] == ["Big", "Bigger"]


def test_lists_are_filed_under_tags(admin: APIClient) -> None:
    url = (
        f"{LISTS}{admin.post(LISTS, {'name': 'A', 'tags': ['news', 'b2b', 'news']}).json()['id']}/"
    )
    make_list(name="Untagged")
    assert admin.get(url).json()["tags"] == ["b2b", "news"]
    assert admin.patch(url, {"tags": ["news", "весна"]}).json()["tags"] == ["news", "весна"]
    assert admin.patch(url, {"description": "x"}).json()["tags"] == ["news", "весна"]
    for tag, found in (("весна", ["A"]), ("b2b", []), ("new", [])):
        rows = admin.get(LISTS, {"tag": tag}).json()["results"]
        assert [row["name"] for row in rows] == found
    assert_field(admin.patch(url, {"tags": ["x" * 51]}), "tags.0", "max_length")
    assert_field(admin.patch(url, {"tags": ["x"] * 21}), "tags", "max_length")
    assert admin.delete(url).status_code == 204


def test_a_list_tells_how_many_may_be_mailed(admin: APIClient) -> None:
    mailing_list = make_list(subscribers=3)
    person = mailing_list.subscribers.first()
    assert person is not None
    admin.post(SUPPRESSIONS, {"email": person.email})
    body = admin.get(f"{LISTS}{mailing_list.pk}/").json()
    assert [body[f"{each}_count"] for each in ("subscriber", "mailable", "suppressed")] == [3, 2, 1]


def test_deleting_a_list_keeps_its_subscribers_and_frozen_audiences(admin: APIClient) -> None:
    campaign = make_frozen_campaign()
    mailing_list = campaign.lists.get()
    assert admin.delete(f"{LISTS}{mailing_list.pk}/").status_code == 204
    assert Subscriber.objects.count() == 3
    assert not Membership.objects.exists()
    assert Delivery.objects.filter(campaign=campaign).count() == 3
    assert admin.get(f"/api/v1/campaigns/{campaign.pk}/").json()["lists"] == []


@pytest.mark.parametrize(
    "status", [Status.SCHEDULED, Status.RUNNING, Status.STOPPED], ids=lambda status: status.value
)
def test_a_list_that_a_campaign_waits_for_is_not_deleted(admin: APIClient, status: Status) -> None:
    mailing_list = make_list()
    make_campaign(name="Soon", status=status, frozen_at=None, lists=[mailing_list])
    response = admin.delete(f"{LISTS}{mailing_list.pk}/")
    assert "Soon" in assert_problem(response, 409, "in_use")["detail"]
    assert MailingList.objects.exists()


def test_a_draft_merely_loses_a_deleted_list(admin: APIClient) -> None:
    mailing_list = make_list()
    campaign = make_campaign(lists=[mailing_list])
    assert admin.delete(f"{LISTS}{mailing_list.pk}/").status_code == 204
    assert not campaign.lists.exists()


def test_a_subscriber_is_created_read_changed_and_deleted(admin: APIClient) -> None:
    first, second = make_list(), make_list()
    given = {
        "email": " Ada@Example.ORG ",
        "name": "Ada",
        "attributes": {"city": "Bern", "tags": ["a", 1, None, True, 1.5], "deep": {"er": {}}},
        "lists": [first.pk],
    }
    created = admin.post(SUBSCRIBERS, given)
    assert created.status_code == 201
    body = created.json()
    assert body.keys() == {
        "id", "email", "name", "attributes", "lists", "suppressed", "created_at", "updated_at"
    }  # fmt: skip
    assert body["email"] == "ada@example.org"
    assert body["attributes"] == given["attributes"]
    assert body["lists"] == [first.pk]
    assert body["suppressed"] is False
    url = f"{SUBSCRIBERS}{body['id']}/"
    assert admin.get(url).json() == body
    changed = admin.patch(url, {"lists": [second.pk]}).json()
    assert (changed["lists"], changed["name"]) == ([second.pk], "Ada")
    assert admin.put(url, {"email": "new@example.org"}).json()["email"] == "new@example.org"
    assert admin.delete(url).status_code == 204
    assert_problem(admin.get(url), 404, "not_found")
    assert_problem(admin.patch(url, {"name": "x"}), 404, "not_found")
    assert_problem(admin.delete(url), 404, "not_found")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "", "blank"),
        ("email", "ada", "invalid"),
        ("email", "ada@example.org\nbcc@example.org", "invalid"),
        ("email", "a@" + "b" * 250 + ".org", "max_length"),
        ("email", "TAKEN@example.org", "unique"),
        ("email", 7, "invalid"),
        ("email", "a@" + ".".join(["İ" * 60] * 4) + ".org", "invalid"),
        ("name", "two\nlines", "invalid"),
        ("name", "x" * 201, "max_length"),
        ("attributes", [], "invalid"),
        ("attributes", "text", "invalid"),
        ("attributes", None, "null"),
        ("attributes", {"key": "a\x00b"}, "invalid"),
        ("attributes", {"\x00": 1}, "invalid"),
        ("attributes", {"key": "ä" * 9000}, "invalid"),
        ("attributes", {"key": json.loads("[" * 20 + "]" * 20)}, "invalid"),
        ("attributes", {"key": json.loads("[" * 90 + "]" * 90)}, "invalid"),
        ("lists.0", [999], "does_not_exist"),
        ("lists.0", [2**64], "max_value"),
    ],
)
def test_a_bad_subscriber_is_refused(admin: APIClient, field: str, value: Any, code: str) -> None:
    make_subscriber(email="taken@example.org")
    given = {"email": "new@example.org", field.split(".")[0]: value}
    assert_field(admin.post(SUBSCRIBERS, given), field, code)
    assert Subscriber.objects.count() == 1


@pytest.mark.parametrize("value", ['{"a": "\\ud800"}', '{"a": 1e999}', '{"\\udfff": 1}'])
def test_attributes_that_no_database_holds_are_refused(admin: APIClient, value: str) -> None:
    body = '{"email": "new@example.org", "attributes": ' + value + "}"
    response = admin.post(SUBSCRIBERS, body, content_type="application/json")
    assert_field(response, "attributes", "invalid")


def test_attributes_may_hold_a_backslash_before_zeros(admin: APIClient) -> None:
    response = admin.post(SUBSCRIBERS, {"email": "a@example.org", "attributes": {"a": "\\u0000"}})
    assert response.status_code == 201
    assert response.json()["attributes"] == {"a": "\\u0000"}


def test_a_refused_change_of_lists_changes_nothing_else(admin: APIClient) -> None:
    subscriber = make_subscriber(name="Ada")
    url = f"{SUBSCRIBERS}{subscriber.pk}/"
    assert_field(admin.patch(url, {"name": "Eve", "lists": [999]}), "lists.0", "does_not_exist")
    assert Subscriber.objects.get().name == "Ada"


def test_a_subscriber_cannot_take_the_address_of_another(admin: APIClient) -> None:
    make_subscriber(email="taken@example.org")
    other = make_subscriber()
    url = f"{SUBSCRIBERS}{other.pk}/"
    assert_field(admin.patch(url, {"email": "Taken@Example.org"}), "email", "unique")
    assert admin.patch(url, {"email": other.email.upper()}).status_code == 200


def test_subscribers_are_found_by_list_and_words_and_ordered(admin: APIClient) -> None:
    mailing_list = make_list()
    ada = make_subscriber(email="ada@example.org", name="Ada", lists=[mailing_list])
    bob = make_subscriber(email="bob@example.org", name="Zed")

    def found(query: str) -> list[int]:
        return [row["id"] for row in admin.get(f"{SUBSCRIBERS}?{query}").json()["results"]]

    assert found(f"list={mailing_list.pk}") == [ada.pk]
    assert found("search=zed") == [bob.pk]
    assert found("search=ADA%40") == [ada.pk]
    assert found("ordering=-email") == [bob.pk, ada.pk]
    assert_field(admin.get(f"{SUBSCRIBERS}?list=999"), "list", "invalid_choice")


def test_a_suppressed_subscriber_is_marked(admin: APIClient) -> None:
    subscriber = make_subscriber()
    admin.post(SUPPRESSIONS, {"email": subscriber.email.upper()})
    assert admin.get(f"{SUBSCRIBERS}{subscriber.pk}/").json()["suppressed"] is True
    assert admin.get(SUBSCRIBERS).json()["results"][0]["suppressed"] is True


def test_a_suppression_is_created_found_and_deleted(admin: APIClient) -> None:
    created = admin.post(SUPPRESSIONS, {"email": "Ada@example.org", "note": "by phone"})
    assert created.status_code == 201
    body = created.json()
    assert body.keys() == {
        "id", "email", "domain", "reason", "origin", "note", "created_at"
    }  # fmt: skip
    assert (body["email"], body["reason"]) == ("ada@example.org", "manual")
    assert admin.get(f"{SUPPRESSIONS}?reason=manual&search=ADA").json()["results"] == [body]
    assert admin.get(f"{SUPPRESSIONS}?reason=bounced").json()["count"] == 0
    assert admin.delete(f"{SUPPRESSIONS}{body['id']}/").status_code == 204
    assert not Suppression.objects.exists()
    assert_problem(admin.delete(f"{SUPPRESSIONS}{body['id']}/"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "email", "required"),
        ({"email": "ada"}, "email", "invalid"),
        ({"email": "TAKEN@example.org"}, "email", "unique"),
        ({"email": "a@example.org", "reason": "boredom"}, "reason", "invalid_choice"),
        ({"email": "a@example.org", "note": "x" * 501}, "note", "max_length"),
    ],
)
def test_a_bad_suppression_is_refused(
    admin: APIClient, body: dict[str, str], field: str, code: str
) -> None:
    Suppression.objects.create(email="taken@example.org", reason="bounced")
    assert_field(admin.post(SUPPRESSIONS, body), field, code)


def test_the_transports_of_this_installation_are_listed(admin: APIClient) -> None:
    body = admin.get("/api/v1/transports/").json()
    assert [row["name"] for row in body] == ["database", "log"]
    assert all(row == {"name": row["name"], "healthy": True, "detail": ""} for row in body)
    assert json.dumps(body)
