"""One-time passwords and recovery codes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.db import connection
from rest_framework.test import APIClient

from posthorn.accounts.models import RecoveryCode, SecondFactor, User
from tests.api.clients import client_of
from tests.api.problems import assert_field, assert_problem
from tests.factories import PASSWORD, make_user

BEGIN = "/api/v1/auth/second-factor/"
CONFIRM = "/api/v1/auth/second-factor/confirm/"
REMOVE = "/api/v1/auth/second-factor/remove/"
SIGN_IN = "/api/v1/auth/token/"
ME = "/api/v1/auth/me/"


def set_up(user: User) -> tuple[pyotp.TOTP, list[str]]:
    client = client_of(user)
    totp = pyotp.TOTP(client.post(BEGIN, {"present": PASSWORD}).json()["secret"])
    answer = client.post(CONFIRM, {"code": totp.now()})
    assert answer.status_code == 200, answer.content
    return totp, answer.json()["recovery_codes"]


def next_code(totp: pyotp.TOTP) -> str:
    """Of the step after this one: the present one's was used to confirm."""
    return totp.at(datetime.now(UTC) + timedelta(seconds=30))


def sign_in(user: User, code: str | None = None) -> Any:
    body = {"username": user.username, "password": PASSWORD}
    return APIClient().post(SIGN_IN, body if code is None else {**body, "code": code})


def test_signing_in_asks_for_a_code_once_it_is_set_up(db: None) -> None:
    user = make_user()
    assert sign_in(user).status_code == 200
    totp, _ = set_up(user)
    assert_problem(sign_in(user), 401, "second_factor_required")
    assert_problem(sign_in(user, "000000"), 401, "second_factor_wrong")
    answer = sign_in(user, next_code(totp))
    assert answer.status_code == 200
    assert answer.json()["user"]["second_factor"] is True


def test_a_wrong_password_says_nothing_of_the_second_factor(db: None) -> None:
    user = make_user()
    set_up(user)
    answer = APIClient().post(SIGN_IN, {"username": user.username, "password": "wrong"})
    assert_problem(answer, 401, "no_active_account")


def test_no_code_is_good_twice(db: None) -> None:
    user = make_user()
    totp, _ = set_up(user)
    code = next_code(totp)
    assert sign_in(user, code).status_code == 200
    assert_problem(sign_in(user, code), 401, "second_factor_wrong")


def test_a_code_of_long_ago_is_wrong(db: None) -> None:
    user = make_user()
    totp, _ = set_up(user)
    old = totp.at(datetime.now(UTC) - timedelta(minutes=5))
    assert_problem(sign_in(user, old), 401, "second_factor_wrong")


def test_each_recovery_code_is_good_once(db: None) -> None:
    user = make_user()
    _, codes = set_up(user)
    assert len(set(codes)) == 10
    assert sign_in(user, codes[0]).status_code == 200
    assert_problem(sign_in(user, codes[0]), 401, "second_factor_wrong")
    assert sign_in(user, codes[1].upper()).status_code == 200
    assert codes[2] not in str(list(RecoveryCode.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_saw_the_same_code_one_signs_in() -> None:
    user = make_user()
    totp, _ = set_up(user)
    code = next_code(totp)
    together = threading.Barrier(2)
    answers: list[int] = []

    def enter() -> None:
        together.wait()
        try:
            answers.append(sign_in(user, code).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 401]


def test_codes_can_not_be_guessed_at_length(db: None) -> None:
    user = make_user()
    set_up(user)
    answers = [sign_in(user, f"{n:06}").status_code for n in range(6)]
    assert answers == [401] * 5 + [429]


def test_setting_up_asks_for_the_password_and_a_first_code(db: None) -> None:
    user = make_user()
    client = client_of(user)
    assert_field(client.post(BEGIN, {"present": "wrong"}), "present", "invalid")
    assert_field(client.post(CONFIRM, {"code": "000000"}), "code", "invalid")
    secret = client.post(BEGIN, {"present": PASSWORD}).json()["secret"]
    assert secret not in SecondFactor.objects.get().sealed_secret
    assert_field(client.post(CONFIRM, {"code": "12"}), "code", "invalid")
    assert sign_in(user).status_code == 200
    assert client.get(ME).json()["second_factor"] is False


def test_a_second_set_up_replaces_nothing(db: None) -> None:
    user = make_user()
    set_up(user)
    again = client_of(user).post(BEGIN, {"present": PASSWORD})
    assert_problem(again, 409, "second_factor_exists")


def test_removing_it_ends_the_sessions(db: None) -> None:
    user = make_user()
    set_up(user)
    client = client_of(user)
    assert client.post(REMOVE, {"present": PASSWORD}).status_code == 204
    assert_problem(client.get(ME), 401, "token_not_valid")
    assert sign_in(user).status_code == 200


def test_an_owner_takes_a_lost_one_away(admin: APIClient) -> None:
    user = make_user()
    set_up(user)
    assert admin.delete(f"/api/v1/users/{user.pk}/second-factor/").status_code == 204
    assert sign_in(user).status_code == 200
