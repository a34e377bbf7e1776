"""Idempotency-Key, ETag and If-Match, Location, unknown parameters."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from posthorn.accounts.duties import clear
from posthorn.accounts.models import IdempotentAnswer
from posthorn.audience.models import MailingList
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from tests.api.clients import client_of, client_with_key
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_campaign, make_frozen_campaign, make_list, make_user

LISTS = "/api/v1/lists/"
CAMPAIGNS = "/api/v1/campaigns/"


def post(client: APIClient, key: str, body: Any, path: str = LISTS) -> Any:
    return client.post(path, body, HTTP_IDEMPOTENCY_KEY=key)


# --- Idempotency-Key -----------------------------------------------------------------------------


def test_a_request_that_is_sent_again_is_done_once(admin: APIClient) -> None:
    first, again = (post(admin, "k1", {"name": "News"}) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first["Location"] == again["Location"]
    assert first["Content-Type"] == again["Content-Type"]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert MailingList.objects.count() == 1


def test_another_body_or_address_with_the_same_key_is_refused(admin: APIClient) -> None:
    post(admin, "k1", {"name": "News"})
    body = assert_problem(post(admin, "k1", {"name": "Else"}), 422, "idempotency_key_reused")
    assert "new one" in body["detail"]
    other = post(admin, "k1", {"name": "News"}, "/api/v1/suppressions/")
    assert_problem(other, 422, "idempotency_key_reused")
    assert MailingList.objects.count() == 1


def test_a_move_is_made_once(admin: APIClient) -> None:
    campaign = make_campaign(lists=[make_list(subscribers=1)])
    path = f"{CAMPAIGNS}{campaign.pk}/start/"
    first, again = post(admin, "k1", None, path), post(admin, "k1", None, path)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert_problem(post(admin, "k2", None, path), 409, "illegal_move")


def test_a_kept_answer_shows_no_secret_to_who_reads_the_database(admin: APIClient) -> None:
    body = {"name": "CI", "scopes": ["read"], "expires_at": None}
    first, again = (post(admin, "k1", body, "/api/v1/api-keys/") for _ in range(2))
    assert first.json()["key"] == again.json()["key"]
    assert first.json()["key"] not in str(list(IdempotentAnswer.objects.values()))


def test_what_was_refused_may_be_tried_again_with_the_same_key(admin: APIClient) -> None:
    taken = make_list(name="News")
    assert_field(post(admin, "k1", {"name": "News"}), "name", "unique")
    assert not IdempotentAnswer.objects.exists()
    taken.delete()
    assert post(admin, "k1", {"name": "News"}).status_code == 201


def test_keys_belong_to_whoever_sends_them(admin: APIClient) -> None:
    other, machine = client_of(make_user()), client_with_key("audience")
    assert post(admin, "k1", {"name": "A"}).status_code == 201
    assert post(other, "k1", {"name": "B"}).status_code == 201
    assert post(machine, "k1", {"name": "C"}).status_code == 201


def test_after_a_day_a_key_is_free_again(admin: APIClient) -> None:
    post(admin, "k1", {"name": "A"})
    IdempotentAnswer.objects.update(created_at=datetime.now(UTC) - timedelta(hours=25))
    assert post(admin, "k1", {"name": "B"}).status_code == 201
    IdempotentAnswer.objects.update(created_at=datetime.now(UTC) - timedelta(hours=25))
    clear()
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_a_malformed_key_is_named(admin: APIClient, key: str) -> None:
    assert_field(post(admin, key, {"name": "A"}), "Idempotency-Key", "invalid")


def test_without_a_sign_in_the_key_changes_nothing(anonymous: APIClient) -> None:
    assert_problem(post(anonymous, "k1", {"name": "A"}), 401, "not_authenticated")


@pytest.mark.django_db(transaction=True)
def test_of_twins_one_does_the_work() -> None:
    user = make_user()
    clients = [client_of(user) for _ in range(4)]
    together = threading.Barrier(4)
    answers: list[Any] = []

    def send(client: APIClient) -> None:
        together.wait()
        try:
            answers.append(post(client, "k1", {"name": "News"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert MailingList.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in done}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in done) == 1


# --- ETag and If-Match ---------------------------------------------------------------------------


def change(client: APIClient, path: str, tag: str, body: Any) -> Any:
    return client.patch(path, body, HTTP_IF_MATCH=tag)


def test_a_change_of_what_was_read_is_made(admin: APIClient) -> None:
    path = f"{LISTS}{make_list().pk}/"
    tag = admin.get(path)["ETag"]
    answer = change(admin, path, tag, {"name": "New"})
    assert answer.status_code == 200
    assert answer["ETag"] == admin.get(path)["ETag"] != tag
    assert change(admin, path, answer["ETag"], {"name": "Newer"}).status_code == 200
    assert (
        change(admin, path, f'"other", W/{admin.get(path)["ETag"]}', {"name": "x"}).status_code
        == 200
    )
    assert change(admin, path, "*", {"name": "Newest"}).status_code == 200


def test_a_change_of_what_changed_meanwhile_is_refused_with_the_present_state(
    admin: APIClient,
) -> None:
    path = f"{LISTS}{make_list().pk}/"
    tag = admin.get(path)["ETag"]
    admin.patch(path, {"name": "Theirs"})
    for answer in (
        change(admin, path, tag, {"name": "Mine"}),
        admin.delete(path, HTTP_IF_MATCH=tag),
    ):
        body = assert_problem(answer, 412, "changed_meanwhile")
        assert body["current"]["name"] == "Theirs"
        assert answer["ETag"] == admin.get(path)["ETag"]
    assert admin.get(path).json()["name"] == "Theirs"


@pytest.mark.parametrize("tag", ["nonsense", '""', "W/", '"x" "y"', "x" * 5000])
def test_a_tag_that_is_none_matches_nothing(admin: APIClient, tag: str) -> None:
    path = f"{LISTS}{make_list().pk}/"
    assert_problem(change(admin, path, tag, {"name": "x"}), 412, "changed_meanwhile")


def test_numbers_that_move_by_themselves_refuse_no_change(admin: APIClient) -> None:
    campaign = make_frozen_campaign(status=Status.STOPPED)
    path = f"{CAMPAIGNS}{campaign.pk}/"
    tag = admin.get(path)["ETag"]
    Campaign.objects.update(sent=1, pending=2)
    moved = admin.get(path)["ETag"]
    assert moved != tag
    assert admin.get(path, HTTP_IF_NONE_MATCH=tag).status_code == 200
    assert admin.get(path, HTTP_IF_NONE_MATCH=moved).status_code == 304
    assert change(admin, path, tag, {"name": "New"}).status_code == 200
    assert_problem(change(admin, path, tag, {"name": "Newer"}), 412, "changed_meanwhile")


def test_what_is_gone_is_not_found(admin: APIClient) -> None:
    assert_problem(change(admin, f"{LISTS}999/", '"x"', {"name": "x"}), 404, "not_found")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_read_the_same_one_changes_it() -> None:
    user = make_user()
    path = f"{LISTS}{make_list().pk}/"
    clients = [client_of(user) for _ in range(4)]
    tag = clients[0].get(path)["ETag"]
    together = threading.Barrier(4)
    answers: list[int] = []

    def write(number: int) -> None:
        together.wait()
        try:
            answer = change(clients[number], path, tag, {"name": f"Name {number}"})
            answers.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 412, 412, 412]


# --- the rest ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("lists/", {"name": "News"}),
        ("subscribers/", {"email": "a@example.org"}),
        (
            "campaigns/",
            {"name": "x", "subject": "x", "body_text": "x", "from_email": "a@example.org"},
        ),
        ("users/", {"username": "ada", "email": "a@example.org", "role": "viewer"}),
        ("api-keys/", {"name": "CI", "scopes": ["read"], "expires_at": None}),
    ],
)
def test_a_creation_says_where_the_new_one_is(
    admin: APIClient, path: str, body: dict[str, Any]
) -> None:
    answer = admin.post(f"/api/v1/{path}", body)
    assert answer.status_code == 201
    found = admin.get(answer["Location"])
    assert found.json()["id"] == answer.json()["id"]
    if path != "api-keys/":
        assert found["ETag"] == answer["ETag"]


def test_a_duplicate_is_beside_its_original(admin: APIClient) -> None:
    answer = admin.post(f"{CAMPAIGNS}{make_campaign().pk}/duplicate/")
    assert answer["Location"] == f"{CAMPAIGNS}{answer.json()['id']}/"


@pytest.mark.parametrize(
    "query",
    ["lists/?colour=red", "lists/?Search=x", "campaigns/?reason=x", "auth/me/?x=", "lists/1/?a"],
)
def test_unknown_parameters_are_refused_by_name(admin: APIClient, query: str) -> None:
    name = query.partition("?")[2].partition("=")[0]
    assert_field(admin.get(f"/api/v1/{query}"), name, "unknown_parameter")


def test_a_link_to_unsubscribe_takes_whatever_hangs_on_it(anonymous: APIClient) -> None:
    answer = anonymous.get("/api/v1/public/unsubscribe/1.x/?utm_source=mail")
    assert_problem(answer, 404, "not_found")
