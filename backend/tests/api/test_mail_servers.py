"""Mail servers and DKIM keys by the API."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from posthorn.accounts.models import AuditEntry
from posthorn.transports.models import MailServer, SigningKey
from posthorn.transports.registry import forget_transports
from posthorn.transports.signing_keys import active_keys
from tests.api.problems import assert_field
from tests.services import free_port
from tests.transports.sink import SinkProcess

pytestmark = pytest.mark.django_db
SERVERS = "/api/v1/mail-servers/"
KEYS = "/api/v1/dkim-keys/"


def test_a_password_goes_in_and_never_comes_out(admin: APIClient) -> None:
    given = {"name": "Main", "host": "smtp.example.org", "username": "news", "password": "s3cret!"}
    made = admin.post(SERVERS, given)
    assert made.status_code == 201
    assert made.json()["has_password"] is True
    row = MailServer.objects.get()
    assert "s3cret!" not in row.password
    changed = admin.patch(f"{SERVERS}{row.pk}/", {"weight": 3})
    assert changed.json()["has_password"] is True
    for answer in (made, changed, admin.get(SERVERS)):
        assert b"s3cret!" not in answer.content
        assert row.password.encode() not in answer.content
    assert "s3cret!" not in str(list(AuditEntry.objects.values_list("before", "after")))
    emptied = admin.patch(f"{SERVERS}{row.pk}/", {"password": ""})
    assert emptied.json()["has_password"] is False
    assert admin.delete(f"{SERVERS}{row.pk}/").status_code == 204
    assert not MailServer.objects.exists()


def test_a_name_is_taken_once(admin: APIClient) -> None:
    given = {"name": "Main", "host": "smtp.example.org"}
    admin.post(SERVERS, given)
    assert_field(admin.post(SERVERS, given), "name", "unique")


def test_the_server_of_the_environment_comes_first_and_is_read_only(
    sink: SinkProcess, admin: APIClient
) -> None:
    admin.post(SERVERS, {"name": "Main", "host": "smtp.example.org"})
    first, second = admin.get(SERVERS).json()["results"]
    assert (first["id"], first["port"], first["from_environment"]) == (0, sink.port, True)
    assert second["from_environment"] is False
    assert admin.patch(f"{SERVERS}0/", {"weight": 3}).status_code == 409
    assert admin.delete(f"{SERVERS}0/").status_code == 409
    assert admin.post(f"{SERVERS}0/check/", {}).json()["ok"] is True


@pytest.mark.parametrize(
    ("fields", "rules", "step"),
    [
        ({"host": "mail.invalid"}, [], "resolve"),
        ({"port": 0}, [], "connect"),
        ({}, [{"at": "greeting", "reply": "554 go away"}], "greeting"),
        ({"security": "starttls"}, [], "tls"),
        ({"security": "tls"}, [], "tls"),
        ({}, [{"at": "ehlo", "reply": "421 4.3.0 not now"}], "ehlo"),
        ({"username": "news", "password": "wrong"}, [], "auth"),
        ({}, [{"at": "mail", "reply": "550 5.7.1 not from you"}], "mail"),
        ({}, [], ""),
    ],
)
def test_a_check_says_at_which_step_it_failed(
    sink: SinkProcess, admin: APIClient, fields: Any, rules: Any, step: str
) -> None:
    sink.rules(*rules)
    given = {"name": "Main", "host": "127.0.0.1", "port": sink.port, "security": "none", **fields}
    given["port"] = given["port"] or free_port()
    made = admin.post(SERVERS, given).json()
    told = admin.post(f"{SERVERS}{made['id']}/check/", {"sender": "news@example.org"}).json()
    assert (told["ok"], told["step"], bool(told["detail"])) == (not step, step, bool(step))
    row = admin.get(f"{SERVERS}{made['id']}/").json()
    assert row["last_error_step"] == step
    assert bool(row["last_success_at"]) == (not step)
    assert sink.addresses() == []


def test_smtp_can_be_chosen_once_there_is_a_server(admin: APIClient) -> None:
    forget_transports()
    names = [each["name"] for each in admin.get("/api/v1/transports/").json()]
    assert "smtp" not in names
    admin.post(SERVERS, {"name": "Main", "host": "127.0.0.1", "port": free_port()})
    names = [each["name"] for each in admin.get("/api/v1/transports/").json()]
    assert "smtp" in names


def test_a_campaign_names_servers_that_there_are(admin: APIClient) -> None:
    campaign = {"name": "A", "subject": "B", "from_email": "a@example.org", "body_text": "C"}
    refused = admin.post("/api/v1/campaigns/", {**campaign, "mail_servers": [7]})
    assert_field(refused, "mail_servers", "does_not_exist")
    made = admin.post(SERVERS, {"name": "Main", "host": "smtp.example.org"}).json()
    taken = admin.post("/api/v1/campaigns/", {**campaign, "mail_servers": [made["id"]]})
    assert taken.json()["mail_servers"] == [made["id"]]
    assert (taken.json()["waiting_reason"], taken.json()["waiting_until"]) == ("", None)


def test_a_dkim_key_signs_once_it_is_activated_and_the_former_one_stays(
    admin: APIClient,
) -> None:
    made = admin.post(KEYS, {"domain": "Example.org", "selector": "2026a"})
    assert made.status_code == 201
    first = made.json()
    assert first["record_name"] == "2026a._domainkey.example.org"
    assert first["record"].startswith("v=DKIM1; k=rsa; p=")
    assert first["active"] is False
    assert active_keys() == ()
    assert "PRIVATE KEY" not in SigningKey.objects.get().private_key
    assert admin.post(f"{KEYS}{first['id']}/activate/").json()["active"] is True
    second = admin.post(KEYS, {"domain": "example.org", "selector": "2026b"}).json()
    admin.post(f"{KEYS}{second['id']}/activate/")
    rows = {row["selector"]: row["active"] for row in admin.get(KEYS).json()["results"]}
    assert rows == {"2026a": False, "2026b": True}
    assert [key.selector for key in active_keys()] == ["2026b"]
    assert admin.delete(f"{KEYS}{second['id']}/").status_code == 409
    assert admin.delete(f"{KEYS}{first['id']}/").status_code == 204
    again = admin.post(KEYS, {"domain": "example.org", "selector": "2026b"})
    assert_field(again, "selector", "unique")


@pytest.mark.parametrize(
    "given",
    [
        {"domain": "example", "selector": "a"},
        {"domain": "example.org\nx", "selector": "a"},
        {"domain": "example.org", "selector": "a; p="},
    ],
)
def test_a_dkim_key_needs_names_that_dns_can_have(admin: APIClient, given: Any) -> None:
    assert admin.post(KEYS, given).status_code == 400
