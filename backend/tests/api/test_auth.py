"""Signing in, staying signed in, signing out."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from posthorn.accounts.models import RefreshSession, Role, User
from posthorn.api.auth.tokens import COOKIE, RefreshToken
from tests.api.clients import token_of as access_of
from tests.api.problems import assert_field, assert_problem
from tests.factories import PASSWORD, make_user

SIGN_IN = "/api/v1/auth/token/"
REFRESH = "/api/v1/auth/token/refresh/"
SIGN_OUT = "/api/v1/auth/logout/"
ME = "/api/v1/auth/me/"


def sign_in(client: APIClient, user: User) -> Any:
    return client.post(SIGN_IN, {"username": user.username, "password": PASSWORD})


def with_cookie(value: str) -> APIClient:
    client = APIClient()
    client.cookies[COOKIE] = value
    return client


def token_of(cookies: Any) -> str:
    """Which exchange the cookie is good for."""
    return str(RefreshToken(cookies[COOKIE].value)["jti"])


def age_rotation(seconds: int) -> None:
    """Let the last exchange have been so long ago."""
    rotated_at = datetime.now(UTC) - timedelta(seconds=seconds)
    RefreshSession.objects.update(rotated_at=rotated_at)


def test_signing_in_answers_with_access_user_and_a_strict_cookie(anonymous: APIClient) -> None:
    user = make_user(role=Role.VIEWER)
    response = sign_in(anonymous, user)
    assert response.status_code == 200
    body = response.json()
    assert body.keys() == {"access", "user"}
    assert body["user"] == {
        "id": user.pk,
        "username": user.username,
        "email": "",
        "first_name": "",
        "last_name": "",
        "role": "viewer",
        "may": ["account.own", "read"],
        "second_factor": False,
    }
    cookie = response.cookies[COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/api/v1/auth/"
    assert bool(cookie["secure"]) is settings.ENV.secure_cookies
    assert response["Cache-Control"] == "no-store"
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {body['access']}")
    assert anonymous.get(ME).json() == body["user"]


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_name_and_a_wrong_password_read_alike(anonymous: APIClient, known: bool) -> None:
    name = make_user().username if known else "nobody"
    response = anonymous.post(SIGN_IN, {"username": name, "password": "wrong"})
    body = assert_problem(response, 401, "no_active_account")
    assert body["detail"] == "The user name or the password is wrong."
    assert COOKIE not in response.cookies


@pytest.mark.parametrize(
    ("username", "code"), [("", "blank"), (None, "null"), ("a\x00b", "invalid"), ([], "invalid")]
)
def test_credentials_that_are_none_are_named(
    anonymous: APIClient, username: Any, code: str
) -> None:
    response = anonymous.post(SIGN_IN, {"username": username, "password": "x"})
    assert_field(response, "username", code)


def test_a_deactivated_user_is_refused_everywhere(anonymous: APIClient) -> None:
    user = make_user()
    access = sign_in(anonymous, user).json()["access"]
    User.objects.update(is_active=False)
    assert_problem(anonymous.post(REFRESH), 401, "refresh_invalid")
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    assert_problem(anonymous.get(ME), 401, "token_not_valid")
    anonymous.credentials()
    assert_problem(sign_in(anonymous, user), 401, "no_active_account")


def test_refreshing_answers_with_a_new_access_token_and_a_new_cookie(
    anonymous: APIClient,
) -> None:
    user = make_user()
    first = sign_in(anonymous, user).cookies[COOKIE].value
    response = anonymous.post(REFRESH)
    assert response.status_code == 200
    assert response.json()["user"]["id"] == user.pk
    assert response.cookies[COOKIE].value != first
    assert anonymous.post(REFRESH).status_code == 200


def test_two_tabs_that_refresh_with_the_same_token_stay_both_signed_in(
    anonymous: APIClient,
) -> None:
    token = sign_in(anonymous, make_user()).cookies[COOKIE].value
    first, second = with_cookie(token), with_cookie(token)
    assert first.post(REFRESH).status_code == 200
    assert second.post(REFRESH).status_code == 200
    assert token_of(second.cookies) == token_of(first.cookies)
    assert first.post(REFRESH).status_code == 200


def test_a_page_that_missed_the_answer_stays_signed_in(anonymous: APIClient) -> None:
    token = sign_in(anonymous, make_user()).cookies[COOKIE].value
    with_cookie(token).post(REFRESH)
    reloaded = with_cookie(token)
    reloaded.post(REFRESH)
    age_rotation(seconds=300)
    assert reloaded.post(REFRESH).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_refreshes_at_the_same_instant_make_one_exchange() -> None:
    token = sign_in(APIClient(), make_user()).cookies[COOKIE].value
    together = threading.Barrier(4)
    answers: list[Any] = []

    def refresh() -> None:
        client = with_cookie(token)
        together.wait()
        try:
            answers.append(client.post(REFRESH))
        finally:
            connection.close()

    threads = [threading.Thread(target=refresh) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({token_of(answer.cookies) for answer in answers}) == 1


def test_a_token_exchanged_long_ago_ends_the_session_for_everybody(anonymous: APIClient) -> None:
    stolen = sign_in(anonymous, make_user()).cookies[COOKIE].value
    assert anonymous.post(REFRESH).status_code == 200
    age_rotation(seconds=11)
    assert_problem(with_cookie(stolen).post(REFRESH), 401, "refresh_reused")
    assert_problem(anonymous.post(REFRESH), 401, "refresh_invalid")


def test_the_token_before_the_last_one_is_reuse_at_once(anonymous: APIClient) -> None:
    old = sign_in(anonymous, make_user()).cookies[COOKIE].value
    anonymous.post(REFRESH)
    anonymous.post(REFRESH)
    assert_problem(with_cookie(old).post(REFRESH), 401, "refresh_reused")


def test_rotation_does_not_lengthen_the_session(anonymous: APIClient) -> None:
    sign_in(anonymous, make_user())
    end = RefreshSession.objects.get().expires_at
    assert timedelta(days=13, hours=23) < end - datetime.now(UTC) <= timedelta(days=14)
    response = anonymous.post(REFRESH)
    assert RefreshSession.objects.get().expires_at == end
    assert f"{end.day:02d} " in response.cookies[COOKIE]["expires"]
    RefreshSession.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert_problem(anonymous.post(REFRESH), 401, "refresh_invalid")


@pytest.mark.parametrize("value", [None, "", "nonsense", "a.b.c"])
def test_no_cookie_of_ours_is_no_session(anonymous: APIClient, value: str | None) -> None:
    client = anonymous if value is None else with_cookie(value)
    assert_problem(client.post(REFRESH), 401, "refresh_invalid")


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(
    anonymous: APIClient,
) -> None:
    signed_in = sign_in(anonymous, make_user())
    assert_problem(with_cookie(signed_in.json()["access"]).post(REFRESH), 401, "refresh_invalid")
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in.cookies[COOKIE].value}")
    assert_problem(anonymous.get(ME), 401, "token_not_valid")


def test_signing_out_ends_the_session_and_the_cookie(anonymous: APIClient) -> None:
    token = sign_in(anonymous, make_user()).cookies[COOKIE].value
    response = anonymous.post(SIGN_OUT)
    assert response.status_code == 204
    assert response.cookies[COOKIE].value == ""
    assert_problem(with_cookie(token).post(REFRESH), 401, "refresh_invalid")
    assert with_cookie(token).post(SIGN_OUT).status_code == 204
    assert APIClient().post(SIGN_OUT).status_code == 204


def test_signing_in_clears_the_users_expired_sessions(anonymous: APIClient) -> None:
    user, other = make_user(), make_user()
    past = datetime.now(UTC) - timedelta(days=1)
    gone = RefreshSession.objects.create(user=user, expires_at=past)
    kept = RefreshSession.objects.create(user=other, expires_at=past)
    sign_in(anonymous, user)
    left = set(RefreshSession.objects.values_list("pk", flat=True))
    assert gone.pk not in left
    assert kept.pk in left


def test_an_expired_access_token_is_refused_with_a_challenge(anonymous: APIClient) -> None:
    token = AccessToken(access_of(make_user()))  # type: ignore[arg-type]
    token.set_exp(lifetime=-timedelta(seconds=1))
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    response = anonymous.get(ME)
    assert_problem(response, 401, "token_not_valid")
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer a b", "Bearer"])
def test_a_malformed_access_token_is_refused(anonymous: APIClient, header: str) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION=header)
    assert_problem(anonymous.get(ME), 401, "token_not_valid")


def test_a_token_of_a_user_who_is_gone_is_refused(anonymous: APIClient) -> None:
    user = make_user()
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {access_of(user)}")
    user.delete()
    assert_problem(anonymous.get(ME), 401, "token_not_valid")


def test_a_session_that_was_made_up_is_refused(anonymous: APIClient) -> None:
    sign_in(anonymous, make_user())
    RefreshSession.objects.update(id=uuid.uuid4())
    assert_problem(anonymous.post(REFRESH), 401, "refresh_invalid")


def test_attempts_from_one_address_are_limited(anonymous: APIClient) -> None:
    for attempt in range(10):
        answer = anonymous.post(SIGN_IN, {"username": f"user{attempt}", "password": "x"})
        assert answer.status_code == 401
    response = anonymous.post(SIGN_IN, {"username": "another", "password": "x"})
    assert_problem(response, 429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 60
    elsewhere = anonymous.post(
        SIGN_IN, {"username": "another", "password": "x"}, REMOTE_ADDR="192.0.2.9"
    )
    assert elsewhere.status_code == 401


def test_a_made_up_forwarding_header_is_no_way_around_the_limit(anonymous: APIClient) -> None:
    answers = [
        anonymous.post(
            SIGN_IN,
            {"username": f"user{n}", "password": "x"},
            HTTP_X_FORWARDED_FOR=f"198.51.100.{n}",
        ).status_code
        for n in range(11)
    ]
    assert answers == [401] * 10 + [429]


def test_a_stranger_can_not_lock_a_user_out(anonymous: APIClient) -> None:
    user = make_user()
    tries = [
        anonymous.post(
            SIGN_IN,
            {"username": user.username.upper(), "password": "x"},
            REMOTE_ADDR=f"192.0.2.{attempt % 9}",
        ).status_code
        for attempt in range(40)
    ]
    assert 401 in tries
    response = anonymous.post(
        SIGN_IN, {"username": user.username, "password": PASSWORD}, REMOTE_ADDR="198.51.100.1"
    )
    assert response.status_code == 200


def test_one_name_from_one_address_is_limited_before_the_address_is(anonymous: APIClient) -> None:
    user = make_user()
    wrong = {"username": user.username, "password": "x"}
    assert [anonymous.post(SIGN_IN, wrong).status_code for _ in range(6)] == [401] * 5 + [429]
    assert_problem(
        anonymous.post(SIGN_IN, {"username": user.username, "password": PASSWORD}), 429, "throttled"
    )
    assert sign_in(anonymous, make_user()).status_code == 200


def test_tries_that_were_refused_do_not_count(anonymous: APIClient) -> None:
    name = make_user().username
    for _ in range(30):
        anonymous.post(SIGN_IN, {"username": name, "password": "x"})
    # Five of them were tries; the address has five left.
    others = [
        anonymous.post(SIGN_IN, {"username": f"user{n}", "password": "x"}).status_code
        for n in range(6)
    ]
    assert others == [401] * 5 + [429]


def test_right_passwords_count_for_nothing(anonymous: APIClient) -> None:
    user = make_user()
    assert [sign_in(anonymous, user).status_code for _ in range(15)] == [200] * 15


def test_one_ipv6_network_is_one_address(anonymous: APIClient) -> None:
    answers = [
        anonymous.post(
            SIGN_IN,
            {"username": f"user{n}", "password": "x"},
            REMOTE_ADDR=f"2001:db8:1:2:{n:x}::{n:x}",
        ).status_code
        for n in range(11)
    ]
    assert answers == [401] * 10 + [429]
    elsewhere = anonymous.post(
        SIGN_IN, {"username": "x", "password": "x"}, REMOTE_ADDR="2001:db8:1:3::1"
    )
    assert elsewhere.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_instant_are_all_counted() -> None:
    user = make_user()
    together = threading.Barrier(12)
    answers: list[int] = []

    def guess() -> None:
        together.wait()
        try:
            answers.append(
                APIClient().post(SIGN_IN, {"username": user.username, "password": "x"}).status_code
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [401] * 5 + [429] * 7
