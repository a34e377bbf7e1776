"""API keys: made, used, revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from posthorn.accounts.keys import find_key, live_keys
from posthorn.accounts.models import ApiKey, AuditEntry
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_list

URL = "/api/v1/api-keys/"
LISTS = "/api/v1/lists/"


def make(admin: APIClient, **fields: Any) -> dict[str, Any]:
    body = {"name": "CI", "scopes": ["read", "audience"], "expires_at": None, **fields}
    response = admin.post(URL, body)
    assert response.status_code == 201, response.content
    made: dict[str, Any] = response.json()
    return made


def carrying(secret: str, scheme: str = "Bearer") -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"{scheme} {secret}")
    return client


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Api-Key"])
def test_a_key_does_what_its_scopes_say(admin: APIClient, scheme: str) -> None:
    client = carrying(make(admin)["key"], scheme)
    assert client.get(LISTS).status_code == 200
    assert client.post(LISTS, {"name": "By a machine"}).status_code == 201
    assert_problem(client.post("/api/v1/campaigns/1/start/"), 403, "permission_denied")
    assert_problem(client.get("/api/v1/auth/me/"), 403, "permission_denied")
    assert_problem(client.post(URL, {}), 403, "permission_denied")


def test_what_a_key_does_is_told_of_the_key(admin: APIClient) -> None:
    made = make(admin)
    carrying(made["key"]).post(LISTS, {"name": "By a machine"})
    entry = AuditEntry.objects.get(topic="lists", action="create")
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("api_key", made["id"], "CI")


def test_the_secret_is_shown_once_and_kept_nowhere(admin: APIClient) -> None:
    made = make(admin)
    assert made["key"].startswith("phk_")
    assert made["key"].startswith(made["prefix"])
    assert len(made["prefix"]) == 12
    for answer in (admin.get(URL), admin.get(f"{URL}{made['id']}/")):
        assert made["key"] not in answer.content.decode()
    row = ApiKey.objects.values().get()
    assert made["key"] not in str(row)
    assert made["key"] not in str(list(AuditEntry.objects.values()))


def test_a_revoked_key_is_refused_at_once(admin: APIClient) -> None:
    made = make(admin)
    client = carrying(made["key"])
    assert client.get(LISTS).status_code == 200
    assert live_keys([made["id"]]) == {made["id"]}
    assert admin.delete(f"{URL}{made['id']}/").status_code == 204
    assert_problem(client.get(LISTS), 401, "key_not_valid")
    assert live_keys([made["id"]]) == set()
    assert admin.delete(f"{URL}{made['id']}/").status_code == 204
    assert admin.get(f"{URL}{made['id']}/").json()["revoked_at"] is not None
    assert_problem(admin.delete(f"{URL}9999/"), 404, "not_found")


def test_an_expired_key_is_refused(admin: APIClient) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    client = carrying(make(admin, expires_at=soon.isoformat())["key"])
    assert client.get(LISTS).status_code == 200
    ApiKey.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert_problem(client.get(LISTS), 401, "key_not_valid")


def test_a_key_that_was_made_up_is_refused(admin: APIClient) -> None:
    secret = make(admin)["key"]
    for wrong in (secret[:-1], secret + "x", "phk_" + secret[4:].swapcase(), "phk_", "phk_\xff"):
        assert_problem(carrying(wrong).get(LISTS), 401, "key_not_valid")
    assert_problem(carrying(secret, "Basic").get(LISTS), 401, "key_not_valid")


def test_bad_keys_are_not_made(admin: APIClient) -> None:
    good = {"name": "CI", "scopes": ["read"], "expires_at": None}
    past = "2020-01-01T00:00:00Z"
    assert_field(admin.post(URL, {**good, "expires_at": past}), "expires_at", "past")
    assert_field(admin.post(URL, {**good, "scopes": ["root"]}), "scopes.0", "invalid_choice")
    assert admin.post(URL, {**good, "scopes": []}).status_code == 400
    assert_field(admin.post(URL, {"name": "x", "scopes": ["read"]}), "expires_at", "required")


def test_the_last_use_is_written_once_a_minute(admin: APIClient) -> None:
    made = make(admin)

    def writes() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert find_key(made["key"]) is not None
        return sum("UPDATE" in query["sql"] for query in captured)

    assert writes() == 1
    assert writes() == 0
    ApiKey.objects.update(last_used_at=datetime.now(UTC) - timedelta(seconds=61))
    assert writes() == 1


def test_a_key_has_limits_of_its_own(admin: APIClient) -> None:
    slow, fast = carrying(make(admin, rate_limit=3)["key"]), carrying(make(admin)["key"])
    answers = [slow.get(LISTS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert answers[0]["RateLimit-Policy"] == '"general";q=3;w=60'
    assert 0 < int(answers[3]["Retry-After"]) <= 60
    assert fast.get(LISTS).status_code == 200


def test_a_check_costs_one_query(admin: APIClient) -> None:
    make_list()
    secret = make(admin)["key"]
    find_key(secret)
    with CaptureQueriesContext(connection) as captured:
        find_key(secret)
    assert len(captured) == 1
