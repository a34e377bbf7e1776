"""Campaigns over HTTP: create, read, change, delete, duplicate, preview, filter."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from posthorn.api.campaigns.serializers import CampaignWriteSerializer
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.delivery.models import Delivery
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_frozen_campaign, make_list, make_subscriber

URL = "/api/v1/campaigns/"
CONTENT: dict[str, Any] = {
    "name": "Spring",
    "subject": "Spring is here, {{ name }}",
    "from_email": "team@example.org",
    "body_text": "Hello {{ name }}",
}
LIST_ITEM = {
    "id", "name", "subject", "status", "transport", "lists", "segments", "excluded_lists",
    "excluded_segments", "sample_size", "sample_percent", "mail_servers", "waiting_reason",
    "waiting_until", "rate_limit", "is_public",
    "stop_reason", "scheduled_at", "started_at", "stopped_at", "finished_at", "cancelled_at",
    "created_at", "updated_at", "tally", "percent", "rate", "eta_seconds", "audience_frozen",
    "editable_fields", "allowed_moves",
}  # fmt: skip
WHOLE = LIST_ITEM | {
    "from_name", "from_email", "preheader", "body_kind", "body", "layout", "text_derived",
    "attachments", "body_text", "body_html", "content_version",
}  # fmt: skip


def test_a_new_campaign_is_a_draft_with_everything_that_was_given(admin: APIClient) -> None:
    mailing_list = make_list()
    given = {
        **CONTENT,
        "from_name": "The Team",
        "body_html": "<p>Hello {{ name }}</p>",
        "lists": [mailing_list.pk, mailing_list.pk],
        "transport": "log",
        "rate_limit": 50,
        "is_public": False,
    }
    response = admin.post(URL, given)
    assert response.status_code == 201
    body = response.json()
    assert body.keys() == WHOLE
    assert {key: body[key] for key in given} == {**given, "lists": [mailing_list.pk]}
    assert body["status"] == "draft"
    assert set(body["editable_fields"]) == given.keys() | {
        *("preheader", "body_kind", "body", "layout", "text_derived", "attachments"),
        *("segments", "excluded_lists", "excluded_segments", "sample_size", "sample_percent"),
        "mail_servers",
    }
    assert body["audience_frozen"] is False
    assert body["allowed_moves"] == ["start", "schedule"]
    assert set(body["tally"].values()) == {0}
    assert admin.get(f"{URL}{body['id']}/").json() == body


def test_a_new_campaign_leaves_it_to_the_installation_whether_it_is_public(
    admin: APIClient,
) -> None:
    campaign = admin.post(URL, CONTENT).json()
    assert campaign["is_public"] is None
    for value in (True, False, None):
        changed = admin.patch(f"{URL}{campaign['id']}/", {"is_public": value}, format="json")
        assert changed.json()["is_public"] is value


def test_the_list_shows_rows_without_bodies_newest_first(admin: APIClient) -> None:
    old, new = make_campaign(), make_campaign()
    body = admin.get(URL).json()
    assert body["count"] == 2
    assert [row["id"] for row in body["results"]] == [new.pk, old.pk]
    assert body["results"][0].keys() == LIST_ITEM


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "blank"),
        ("name", "   ", "blank"),
        ("name", None, "null"),
        ("name", "x" * 201, "max_length"),
        ("name", "two\nlines", "invalid"),
        ("name", "a\x00b", "invalid"),
        ("name", ["a"], "invalid"),
        ("subject", "", "blank"),
        ("subject", "x" * 256, "max_length"),
        ("subject", "Hello {{ nmae }}", "unknown_variable"),
        ("subject", "Hello {{ name", "template_syntax"),
        ("body_text", "{% for x %}", "template_syntax"),
        ("body_html", "<p>{{ a b }}</p>", "template_syntax"),
        ("body_html", "<p>{{ user.password }}</p>", "unknown_variable"),
        ("from_email", "nobody", "invalid"),
        ("from_email", "a@b@c.org", "invalid"),
        ("from_name", "Eve\r\nBcc: all@example.org", "invalid"),
        ("rate_limit", 0, "min_value"),
        ("rate_limit", 100_001, "max_value"),
        ("rate_limit", "fast", "invalid"),
        ("rate_limit", 10**30, "max_value"),
        ("transport", "pigeon", "invalid_choice"),
        ("transport", "smtp", "invalid_choice"),
        ("is_public", "perhaps", "invalid"),
        ("lists", "all", "invalid"),
        ("lists", {"1": 2}, "invalid"),
        ("lists.0", ["one"], "invalid"),
        ("lists.0", [0], "min_value"),
        ("lists.0", [2**63], "max_value"),
        ("lists.1", [None, "x"], "invalid"),
    ],
)
def test_bad_values_are_refused_by_field(
    admin: APIClient, field: str, value: Any, code: str
) -> None:
    response = admin.post(URL, {**CONTENT, field.split(".")[0]: value})
    assert_field(response, field, code)
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("field", "code"), [("body_text", "invalid"), ("transport", "invalid_choice")]
)
def test_half_a_surrogate_pair_is_refused_and_not_told_back(
    admin: APIClient, field: str, code: str
) -> None:
    body = json.dumps({**CONTENT, field: "\ud800"})
    response = admin.post(URL, body, content_type="application/json")
    assert_field(response, field, code)


def test_missing_fields_are_all_named_at_once(admin: APIClient) -> None:
    body = assert_problem(admin.post(URL, {}), 400, "invalid")
    assert {(error["field"], error["code"]) for error in body["errors"]} == {
        (field, "required") for field in CONTENT
    }


def test_an_unknown_list_is_named_by_its_place(admin: APIClient) -> None:
    known = make_list()
    response = admin.post(URL, {**CONTENT, "lists": [known.pk, 999]})
    assert "999" in assert_field(response, "lists.1", "does_not_exist")
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("field", ["status", "sent", "colour", "tally", "id", ""])
def test_unknown_fields_and_the_engines_own_are_refused_by_name(
    admin: APIClient, field: str
) -> None:
    response = admin.post(URL, {**CONTENT, field: 10})
    assert_field(response, field or "non_field_errors", "unknown_field")
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rate_limit", "1"),
        ("rate_limit", True),
        ("rate_limit", 1.5),
        ("is_public", "true"),
        ("is_public", 1),
        ("name", 1),
        ("name", True),
        ("lists", "1"),
    ],
)
def test_types_are_taken_by_the_letter(admin: APIClient, field: str, value: Any) -> None:
    assert_field(admin.post(URL, {**CONTENT, field: value}), field, "invalid")


def test_types_within_a_list_are_too(admin: APIClient) -> None:
    lists = [make_list().pk, str(make_list().pk)]
    assert_field(admin.post(URL, {**CONTENT, "lists": lists}), "lists.1", "invalid")


def test_a_patch_changes_only_what_it_names(admin: APIClient) -> None:
    campaign = make_campaign(rate_limit=5)
    body = admin.patch(f"{URL}{campaign.pk}/", {"name": "New", "rate_limit": None}).json()
    assert (body["name"], body["rate_limit"]) == ("New", None)
    assert body["subject"] == campaign.subject
    assert body["updated_at"] > body["created_at"]


def test_a_put_needs_every_required_field(admin: APIClient) -> None:
    campaign = make_campaign()
    assert_field(admin.put(f"{URL}{campaign.pk}/", {"name": "New"}), "subject", "required")
    assert admin.put(f"{URL}{campaign.pk}/", CONTENT).json()["name"] == "Spring"


def test_lists_of_a_draft_are_replaced(admin: APIClient) -> None:
    first, second = make_list(), make_list()
    campaign = make_campaign(lists=[first])
    body = admin.patch(f"{URL}{campaign.pk}/", {"lists": [second.pk]}).json()
    assert body["lists"] == [second.pk]


def test_editing_a_running_campaign_is_refused_and_says_what_to_do(admin: APIClient) -> None:
    campaign = make_frozen_campaign()
    response = admin.patch(f"{URL}{campaign.pk}/", {"subject": "Other"})
    body = assert_problem(response, 409, "not_editable")
    assert "Stop it first" in body["detail"]
    assert "subject" in body["detail"]
    assert body["campaign_status"] == "running"
    assert body["allowed_moves"] == ["stop", "cancel"]
    assert Campaign.objects.get().subject == campaign.subject


def test_the_rate_limit_of_a_running_campaign_may_change(admin: APIClient) -> None:
    campaign = make_frozen_campaign()
    body = admin.patch(f"{URL}{campaign.pk}/", {"rate_limit": 7}).json()
    assert (body["rate_limit"], body["status"]) == (7, "running")


def test_a_stopped_campaign_keeps_its_audience_but_not_its_words(admin: APIClient) -> None:
    campaign = make_frozen_campaign(status=Status.STOPPED)
    assert admin.patch(f"{URL}{campaign.pk}/", {"subject": "Other"}).status_code == 200
    response = admin.patch(f"{URL}{campaign.pk}/", {"lists": [make_list().pk]})
    assert_problem(response, 409, "not_editable")


@pytest.mark.parametrize("status", [Status.FINISHED, Status.CANCELLED])
def test_an_ended_campaign_keeps_all_but_name_and_visibility(
    admin: APIClient, status: Status
) -> None:
    campaign = make_campaign(status=status)
    url = f"{URL}{campaign.pk}/"
    assert admin.patch(url, {"name": "Kept", "is_public": False}).status_code == 200
    assert_problem(admin.patch(url, {"body_text": "Other"}), 409, "not_editable")


@pytest.mark.parametrize("status", Status)
def test_exactly_the_fields_that_are_called_editable_may_change(
    admin: APIClient, status: Status
) -> None:
    campaign = make_campaign(status=status)
    url = f"{URL}{campaign.pk}/"
    others = {
        "name": "Other",
        "subject": "Other",
        "from_name": "Other",
        "from_email": "other@example.com",
        "body_text": "Other",
        "body_html": "<p>Other</p>",
        "lists": [make_list().pk],
        "transport": "log",
        "rate_limit": 7,
        "is_public": not campaign.is_public,
    }
    editable = admin.get(url).json()["editable_fields"]
    allowed = [
        field
        for field, value in others.items()
        if admin.patch(url, {field: value}).status_code == 200
    ]
    assert allowed == [field for field in others if field in editable]


def test_sending_back_what_is_there_is_no_change(admin: APIClient) -> None:
    campaign = make_frozen_campaign()
    whole = admin.get(f"{URL}{campaign.pk}/").json()
    writable = CampaignWriteSerializer().fields
    given = {field: whole[field] for field in whole if field in writable}
    response = admin.put(f"{URL}{campaign.pk}/", {**given, "rate_limit": 3})
    assert response.status_code == 200
    assert response.json()["rate_limit"] == 3


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.RUNNING])
def test_a_campaign_that_does_not_run_can_be_deleted(admin: APIClient, status: Status) -> None:
    campaign = make_campaign(status=status, lists=[make_list()])
    assert admin.delete(f"{URL}{campaign.pk}/").status_code == 204
    assert not Campaign.objects.exists()
    assert not Campaign.lists.through.objects.exists()
    assert_problem(admin.get(f"{URL}{campaign.pk}/"), 404, "not_found")
    assert_problem(admin.delete(f"{URL}{campaign.pk}/"), 404, "not_found")


def test_a_running_campaign_is_not_deleted(admin: APIClient) -> None:
    campaign = make_frozen_campaign()
    body = assert_problem(admin.delete(f"{URL}{campaign.pk}/"), 409, "running")
    assert body["allowed_moves"] == ["stop", "cancel"]
    assert Campaign.objects.exists()
    assert campaign.lists.exists()


def test_deleting_leaves_the_ledger_to_the_engine(admin: APIClient) -> None:
    campaign = make_frozen_campaign(status=Status.STOPPED)
    assert admin.delete(f"{URL}{campaign.pk}/").status_code == 204
    assert Delivery.objects.count() == 3


def test_a_duplicate_is_a_new_draft_with_the_same_content(admin: APIClient) -> None:
    campaign = make_frozen_campaign(rate_limit=9, name="x" * 200, body_html="<b>hi</b>")
    response = admin.post(f"{URL}{campaign.pk}/duplicate/")
    assert response.status_code == 201
    body = response.json()
    assert body["name"] == "Copy of " + "x" * 192
    assert (body["status"], body["rate_limit"]) == ("draft", 9)
    assert body["body_html"] == "<b>hi</b>"
    assert body["lists"] == [each.pk for each in campaign.lists.all()]
    assert body["tally"]["total"] == 0
    assert body["id"] != campaign.pk


def test_the_preview_is_rendered_for_the_subscriber_asked_for(admin: APIClient) -> None:
    campaign = make_campaign(
        subject="Hi {{ name }}", body_text="{{ attributes.city }}", body_html="<p>{{ name }}</p>"
    )
    ada = make_subscriber(email="ada@example.org", name="<Ada>", attributes={"city": "Bern"})
    body = admin.post(f"{URL}{campaign.pk}/preview/", {"subscriber": ada.pk}).json()
    assert body == {
        "subject": "Hi <Ada>",
        "preheader": "",
        "body_text": "Bern",
        "body_html": "<p>&lt;Ada&gt;</p>",
        "email": "ada@example.org",
    }


def test_the_preview_falls_back_to_a_list_member_and_then_to_somebody_made_up(
    admin: APIClient,
) -> None:
    make_subscriber(email="stranger@example.org")
    mailing_list = make_list()
    campaign = make_campaign(lists=[mailing_list], body_text="{{ unsubscribe_url }}")
    url = f"{URL}{campaign.pk}/preview/"
    assert admin.post(url).json()["email"] == "ada@example.org"
    make_subscriber(email="member@example.org", lists=[mailing_list])
    body = admin.post(url, {"subscriber": None}).json()
    assert body["email"] == "member@example.org"
    assert "/unsubscribe/" in body["body_text"]


@pytest.mark.parametrize(("value", "code"), [(999, "does_not_exist"), ("x", "invalid")])
def test_the_preview_refuses_nobody(admin: APIClient, value: Any, code: str) -> None:
    url = f"{URL}{make_campaign().pk}/preview/"
    assert_field(admin.post(url, {"subscriber": value}), "subscriber", code)


def test_the_longest_bodies_fit_in_any_script(admin: APIClient) -> None:
    given = {**CONTENT, "body_text": "ж" * 500_000, "body_html": "ж" * 1_000_000}
    assert admin.post(URL, given).status_code == 201
    too_long = {**given, "body_text": "ж" * 500_001}
    assert_field(admin.post(URL, too_long), "body_text", "max_length")
