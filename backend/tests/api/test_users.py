"""Users: invited, changed, deactivated; passwords chosen and changed."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from rest_framework.test import APIClient

from posthorn.accounts import mails
from posthorn.accounts.access import Capability
from posthorn.accounts.models import AuditEntry, Role, User
from posthorn.accounts.passwords import RESET_LIFE, password_link
from tests.api.clients import client_of, client_with_key
from tests.api.problems import assert_field, assert_problem
from tests.factories import PASSWORD, make_campaign, make_user

URL = "/api/v1/users/"
SIGN_IN = "/api/v1/auth/token/"
FORGOTTEN = "/api/v1/auth/password/forgotten/"
CHOOSE = "/api/v1/auth/password/choose/"
CHANGE = "/api/v1/auth/password/"
ME = "/api/v1/auth/me/"
NEW = "another one that is long enough"
ADA = {"username": "ada", "email": "Ada@Example.org", "role": "author"}


def invite(admin: APIClient, **fields: Any) -> dict[str, Any]:
    response = admin.post(URL, {**ADA, **fields})
    assert response.status_code == 201, response.content
    body: dict[str, Any] = response.json()
    return body


def token_in(text: str) -> str:
    found = re.search(r"/choose-password/(\S+)", text)
    assert found
    return found[1]


def set_smtp(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    from dataclasses import replace

    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, smtp_url=url))


def test_an_invitation_leads_to_a_user_who_signs_in(
    admin: APIClient, anonymous: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_smtp(monkeypatch, "smtp://127.0.0.1:1")
    user = invite(admin)
    assert (user["email"], user["role"], user["invited"]) == ("ada@example.org", "author", True)
    mails.mail_invitation(user["id"])
    assert mail.outbox[0].to == ["ada@example.org"]
    token = token_in(str(mail.outbox[0].body))
    assert anonymous.post(CHOOSE, {"token": token, "password": NEW}).status_code == 204
    answer = anonymous.post(SIGN_IN, {"username": "ada", "password": NEW})
    assert answer.json()["user"]["role"] == "author"
    assert admin.get(f"{URL}{user['id']}/").json()["invited"] is False
    again = anonymous.post(CHOOSE, {"token": token, "password": "yet another long one"})
    assert_problem(again, 400, "link_not_valid")


def test_without_a_mail_server_the_owner_gets_the_link(
    admin: APIClient, anonymous: APIClient
) -> None:
    user = invite(admin)
    body = admin.post(f"{URL}{user['id']}/invitation/").json()
    assert body["mailed"] is False
    token = token_in(body["link"])
    assert anonymous.post(CHOOSE, {"token": token, "password": NEW}).status_code == 204
    assert_problem(admin.post(f"{URL}{user['id']}/invitation/"), 409, "not_invited")


def test_a_link_is_good_for_its_user_and_its_time_alone(
    db: None, anonymous: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    user = make_user()
    late = token_in(password_link(user, life=-timedelta(seconds=1)))
    good = token_in(password_link(user, life=RESET_LIFE))
    subject, _, signature = good.rpartition(".")
    other = f"{make_user().pk}-{subject.partition('-')[2]}.{signature}"
    for token in (late, other, "nonsense", subject, good[:-1]):
        answer = anonymous.post(CHOOSE, {"token": token, "password": NEW})
        assert_problem(answer, 400, "link_not_valid")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert_problem(anonymous.post(CHOOSE, {"token": good, "password": NEW}), 400, "link_not_valid")


def test_a_reset_ends_sessions_and_the_old_password(
    anonymous: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_smtp(monkeypatch, "smtp://127.0.0.1:1")
    user = make_user(email="eve@example.org")
    theirs = client_of(user)
    mails.mail_password_reset(user.pk)
    token = token_in(str(mail.outbox[0].body))
    assert theirs.get(ME).status_code == 200
    assert anonymous.post(CHOOSE, {"token": token, "password": NEW}).status_code == 204
    assert_problem(theirs.get(ME), 401, "token_not_valid")
    old = anonymous.post(SIGN_IN, {"username": user.username, "password": PASSWORD})
    assert_problem(old, 401, "no_active_account")


def test_asking_for_a_reset_tells_nobody_who_exists(anonymous: APIClient) -> None:
    user = make_user(email="eve@example.org")
    answers = [
        anonymous.post(FORGOTTEN, {"name": name})
        for name in (user.username, "EVE@example.org", "nobody", make_user().username)
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}


def test_asking_for_resets_is_limited(anonymous: APIClient) -> None:
    answers = [anonymous.post(FORGOTTEN, {"name": "x"}).status_code for _ in range(11)]
    assert answers == [202] * 10 + [429]


def test_changing_ones_password_ends_the_other_sessions(db: None) -> None:
    user = make_user()
    here, elsewhere = client_of(user), client_of(user)
    wrong = here.post(CHANGE, {"present": "wrong", "password": NEW})
    assert_field(wrong, "present", "invalid")
    weak = here.post(CHANGE, {"present": PASSWORD, "password": "12345678"})
    assert_field(weak, "password", "invalid")
    assert elsewhere.get(ME).status_code == 200
    assert here.post(CHANGE, {"present": PASSWORD, "password": NEW}).status_code == 204
    assert here.get(ME).status_code == 200
    assert_problem(elsewhere.get(ME), 401, "token_not_valid")


def test_guessing_the_present_password_of_an_open_session_is_limited(db: None) -> None:
    client = client_of(make_user())
    answers = [
        client.post(CHANGE, {"present": f"guess {n}", "password": NEW}).status_code
        for n in range(6)
    ]
    assert answers == [400] * 5 + [429]


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "viewer"}])
def test_deactivating_and_demoting_end_sessions_at_once(
    admin: APIClient, change: dict[str, Any]
) -> None:
    user = make_user(role=Role.MANAGER)
    theirs = client_of(user)
    assert theirs.get(ME).status_code == 200
    assert admin.patch(f"{URL}{user.pk}/", change).status_code == 200
    assert_problem(theirs.get(ME), 401, "token_not_valid")


def test_another_name_ends_no_session(admin: APIClient) -> None:
    user = make_user(role=Role.MANAGER)
    theirs = client_of(user)
    assert admin.patch(f"{URL}{user.pk}/", {"first_name": "Eve"}).status_code == 200
    assert theirs.get(ME).json()["first_name"] == "Eve"


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "manager"}])
def test_the_last_owner_stays(db: None, change: dict[str, Any]) -> None:
    owner = make_user()
    make_user(is_active=False)
    client = client_of(owner)
    assert_problem(client.patch(f"{URL}{owner.pk}/", change), 409, "last_owner")
    second = make_user()
    assert client.patch(f"{URL}{second.pk}/", change).status_code == 200
    assert_problem(client.patch(f"{URL}{owner.pk}/", change), 409, "last_owner")


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_leave_one() -> None:
    owners = [make_user(), make_user()]
    clients = [client_of(owner) for owner in owners]
    together = threading.Barrier(2)
    answers: list[int] = []

    def demote(client: APIClient, other: User) -> None:
        together.wait()
        try:
            answers.append(client.patch(f"{URL}{other.pk}/", {"role": "viewer"}).status_code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=demote, args=pair)
        for pair in zip(clients, reversed(owners), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.filter(role=Role.OWNER).count() == 1
    assert answers.count(200) == 1


def test_names_and_addresses_are_taken_once(admin: APIClient) -> None:
    invite(admin)
    same_name = admin.post(URL, {**ADA, "email": "b@example.org"})
    assert_field(same_name, "username", "unique")
    same_address = admin.post(URL, {**ADA, "username": "b", "email": "ADA@EXAMPLE.org"})
    assert_field(same_address, "email", "unique")
    assert_field(admin.post(URL, {**ADA, "username": "a b"}), "username", "invalid")
    assert_field(
        admin.post(URL, {**ADA, "username": "c", "role": "admin"}), "role", "invalid_choice"
    )


def test_nobody_raises_themselves(db: None) -> None:
    author = make_user(role=Role.AUTHOR)
    client = client_of(author)
    assert_field(client.patch(ME, {"role": "owner"}), "role", "unknown_field")
    assert_problem(client.patch(f"{URL}{author.pk}/", {"role": "owner"}), 403, "permission_denied")
    assert client.patch(ME, {"first_name": "Grace"}).json()["first_name"] == "Grace"


def test_another_address_needs_the_password(db: None) -> None:
    user = make_user()
    client = client_of(user)
    for given in ({}, {"present": "wrong"}):
        answer = client.patch(ME, {"email": "mallory@example.org", **given})
        assert_field(answer, "present", "invalid")
    changed = client.patch(ME, {"email": "New@example.org", "present": PASSWORD})
    assert changed.json()["email"] == "new@example.org"


def test_an_author_changes_drafts_and_nothing_that_was_planned(db: None) -> None:
    from posthorn.campaigns.lifecycle import Status

    author = client_of(make_user(role=Role.AUTHOR))
    draft = make_campaign()
    planned = make_campaign(status=Status.SCHEDULED)
    path = "/api/v1/campaigns/"
    assert author.patch(f"{path}{draft.pk}/", {"name": "New"}).status_code == 200
    for response in (
        author.patch(f"{path}{planned.pk}/", {"subject": "Mine now"}),
        author.delete(f"{path}{planned.pk}/"),
        client_with_key("write", "read").patch(f"{path}{planned.pk}/", {"subject": "x"}),
    ):
        assert_problem(response, 403, "permission_denied")
    assert author.delete(f"{path}{draft.pk}/").status_code == 204
    manager = client_of(make_user(role=Role.MANAGER))
    assert manager.patch(f"{path}{planned.pk}/", {"subject": "Ours"}).status_code == 200


def test_me_says_what_i_may(db: None) -> None:
    for role in Role:
        body = client_of(make_user(role=role)).get(ME).json()
        assert ("campaigns.start" in body["may"]) is (role in (Role.OWNER, Role.MANAGER))
        assert ("users.manage" in body["may"]) is (role == Role.OWNER)
        assert set(body["may"]) <= {str(each) for each in Capability}


def test_passwords_are_nowhere_in_the_log_of_changes(admin: APIClient) -> None:
    user = invite(admin)
    admin.patch(f"{URL}{user['id']}/", {"email": "new@example.org", "role": "viewer"})
    entry = AuditEntry.objects.filter(topic="users", action="update").get()
    assert entry.before == {"email": "(not kept)", "role": "author"}
    assert entry.after == {"email": "(not kept)", "role": "viewer"}
