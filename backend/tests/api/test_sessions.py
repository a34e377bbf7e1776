"""Where one is signed in; what ends with a session; what no other site may do."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

from posthorn.accounts.models import RefreshSession, User
from posthorn.accounts.sessions import live_sessions, open_session
from posthorn.api.auth.tokens import COOKIE
from posthorn.live import topics
from tests.api.clients import client_of, client_with_key
from tests.api.problems import assert_problem
from tests.factories import PASSWORD, make_user

SIGN_IN = "/api/v1/auth/token/"
REFRESH = "/api/v1/auth/token/refresh/"
SIGN_OUT = "/api/v1/auth/logout/"
SESSIONS = "/api/v1/auth/sessions/"
ME = "/api/v1/auth/me/"


def sign_in(user: User, **headers: str) -> APIClient:
    client = APIClient()
    body = {"username": user.username, "password": PASSWORD}
    answer = client.post(SIGN_IN, body, **headers)  # type: ignore[arg-type]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return client


def test_the_list_says_where_and_which_is_this(db: None) -> None:
    user = make_user()
    sign_in(make_user())
    phone = sign_in(user, HTTP_USER_AGENT="Phone", REMOTE_ADDR="192.0.2.7")
    laptop = sign_in(user, HTTP_USER_AGENT="Laptop")
    shown = laptop.get(SESSIONS).json()
    assert [(each["user_agent"], each["current"]) for each in shown] == [
        ("Laptop", True),
        ("Phone", False),
    ]
    assert shown[1]["address"] == "192.0.2.7"
    assert laptop.delete(f"{SESSIONS}{shown[1]['id']}/").status_code == 204
    assert_problem(phone.get(ME), 401, "token_not_valid")
    assert_problem(phone.post(REFRESH), 401, "refresh_invalid")
    assert len(laptop.get(SESSIONS).json()) == 1


def test_nobody_ends_the_sessions_of_others(db: None) -> None:
    mine, theirs = client_of(make_user()), open_session(user=make_user())
    assert_problem(mine.delete(f"{SESSIONS}{theirs.pk}/"), 404, "not_found")
    assert live_sessions([theirs.pk]) == {theirs.pk}


def test_signing_out_everywhere_ends_all(db: None) -> None:
    user = make_user()
    clients = [sign_in(user) for _ in range(3)]
    assert clients[0].delete(SESSIONS).status_code == 204
    for client in clients:
        assert_problem(client.get(ME), 401, "token_not_valid")
        assert_problem(client.post(REFRESH), 401, "refresh_invalid")


def test_signing_out_ends_the_access_token_too(db: None) -> None:
    client = sign_in(make_user())
    assert client.get(ME).status_code == 200
    client.post(SIGN_OUT)
    assert_problem(client.get(ME), 401, "token_not_valid")


def test_an_owner_signs_somebody_out(admin: APIClient) -> None:
    user = make_user()
    client = sign_in(user)
    assert admin.delete(f"/api/v1/users/{user.pk}/sessions/").status_code == 204
    assert_problem(client.get(ME), 401, "token_not_valid")


def test_live_sessions_are_those_that_go_on(db: None) -> None:
    user = make_user()
    kept, ended = open_session(user=user), open_session(user=user)
    gone = open_session(user=make_user(is_active=False))
    RefreshSession.objects.filter(pk=ended.pk).update(revoked_at=ended.created_at)
    assert live_sessions([kept.pk, ended.pk, gone.pk]) == {kept.pk}


def test_a_key_may_watch_when_it_may_read(db: None) -> None:
    def scope(client: APIClient) -> dict[str, Any]:
        header = str(client._credentials["HTTP_AUTHORIZATION"]).encode()  # type: ignore[attr-defined]
        return {"headers": [(b"authorization", header)]}

    assert topics.pass_of(scope(client_with_key("read")))
    assert not topics.pass_of(scope(client_with_key("feedback")))


@pytest.mark.parametrize("path", [SIGN_IN, REFRESH, SIGN_OUT])
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
    ],
)
def test_no_other_site_signs_anybody_in_or_out(
    db: None, path: str, headers: dict[str, str]
) -> None:
    client = sign_in(make_user())
    answer = client.post(path, {}, **headers)  # type: ignore[arg-type]
    assert_problem(answer, 403, "cross_site")
    assert COOKIE not in answer.cookies
    assert client.get(ME).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_ORIGIN": "http://localhost:5173"},
        {"HTTP_ORIGIN": "http://testserver"},
        {"HTTP_ORIGIN": settings.ENV.public_url},
    ],
)
def test_our_own_pages_and_programs_do(db: None, headers: dict[str, str]) -> None:
    assert sign_in(make_user()).post(SIGN_OUT, **headers).status_code == 204  # type: ignore[arg-type]
