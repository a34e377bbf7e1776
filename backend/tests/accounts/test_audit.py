"""The audit log: complete, discreet, append-only."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import DatabaseError, connection, transaction
from rest_framework.test import APIClient

from posthorn.accounts.actor import SYSTEM, Actor
from posthorn.accounts.audit import redacted, remove_old_entries
from posthorn.accounts.models import AuditEntry
from posthorn.audience.models import MailingList
from posthorn.core.journal import Entry, record
from tests.api.problems import assert_field
from tests.audit_guard import lifted_guard
from tests.factories import make_campaign, make_list, make_user

pytestmark = pytest.mark.django_db

URL = "/api/v1/audit/"


def note(action: str = "update", *, by: Actor = SYSTEM, object_id: int = 1) -> AuditEntry:
    record(Entry(by, action, "lists", object_id, before={"name": "A"}, after={"name": "B"}))
    return AuditEntry.objects.latest("pk")


def age(entry: AuditEntry, days: int) -> None:
    with lifted_guard():
        AuditEntry.objects.filter(pk=entry.pk).update(at=datetime.now(UTC) - timedelta(days=days))


def test_an_entry_says_who_what_when_and_from_where(admin: APIClient) -> None:
    mailing_list = make_list(name="Old")
    answer = admin.patch(
        f"/api/v1/lists/{mailing_list.pk}/", {"name": "New"}, REMOTE_ADDR="192.0.2.8"
    )
    entry = admin.get(f"{URL}?topic=lists").json()["results"][0]
    assert entry["action"] == "update"
    assert entry["object_id"] == mailing_list.pk
    assert (entry["before"], entry["after"]) == ({"name": "Old"}, {"name": "New"})
    assert entry["actor_kind"] == "user"
    assert entry["actor_name"].startswith("user")
    assert entry["address"] == "192.0.2.8"
    assert entry["request_id"] == answer["X-Request-ID"]


def test_bodies_and_addresses_are_not_kept(admin: APIClient) -> None:
    campaign = make_campaign(body_text="Dear reader")
    admin.patch(
        f"/api/v1/campaigns/{campaign.pk}/",
        {"name": "New", "body_text": "Secret plan", "from_email": "boss@example.org"},
    )
    entry = AuditEntry.objects.get(topic="campaigns", action="update")
    told = f"{entry.before} {entry.after}"
    assert "Secret plan" not in told
    assert "Dear reader" not in told
    assert "boss@" not in told
    assert entry.after["body_text"] == "(not kept)"
    assert entry.after["name"] == "New"


def test_whatever_nobody_thought_of_is_not_kept() -> None:
    given: dict[str, Any] = {
        "password": "x", "token": "y", "name": "z" * 999, "lists": [1, 2], "reason": {"a": "b"}
    }  # fmt: skip
    assert redacted(given) == {
        "password": "(not kept)",
        "token": "(not kept)",
        "name": "z" * 300,
        "lists": [1, 2],
        "reason": "(not kept)",
    }


def test_an_entry_comes_and_goes_with_its_change() -> None:
    with transaction.atomic():
        MailingList.objects.create(name="Never")
        note()
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET actor_name = 'nobody'",
        "UPDATE accounts_auditentry SET at = '2001-01-01'",
        "DELETE FROM accounts_auditentry",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(statement: str) -> None:
    entry = note()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    entry.refresh_from_db()
    assert entry.actor_name == "Posthorn"


def test_on_postgresql_the_table_can_not_be_emptied_either() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    note()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("TRUNCATE accounts_auditentry")


def test_what_is_older_than_the_setting_is_removed() -> None:
    old, year, young = note(), note(), note()
    age(old, days=366)
    age(year, days=364)
    assert remove_old_entries() == 1
    assert set(AuditEntry.objects.values_list("pk", flat=True)) == {year.pk, young.pk}


def test_the_log_can_be_filtered(admin: APIClient) -> None:
    user = make_user()
    note("start", by=user.actor, object_id=7)
    note("stop", object_id=7)
    note("stop", object_id=8)

    def found(query: str) -> list[str]:
        return [f"{e['action']} {e['object_id']}" for e in admin.get(URL + query).json()["results"]]

    assert found("?topic=lists&object_id=7") == ["stop 7", "start 7"]
    assert found(f"?actor_kind=user&actor_id={user.pk}") == ["start 7"]
    assert found("?action=stop&actor_kind=system") == ["stop 8", "stop 7"]
    assert found("?topic=lists&until=2020-01-01T00:00:00Z") == []
    assert len(found("?topic=lists&since=2020-01-01T00:00:00Z")) == 3
    assert_field(admin.get(f"{URL}?actor_kind=robot"), "actor_kind", "invalid_choice")
    assert admin.get(f"{URL}?since=yesterday").status_code == 400


def test_the_csv_holds_what_the_list_shows(admin: APIClient) -> None:
    note("start", by=Actor(kind="user", name="=cmd()", user_id=3))
    note("stop")
    answer: Any = admin.get(f"{URL}export/?topic=lists")

    async def whole() -> bytes:
        return b"".join([chunk async for chunk in answer.streaming_content])

    rows = list(csv.DictReader(StringIO(async_to_sync(whole)().decode())))
    assert [row["action"] for row in rows] == ["stop", "start"]
    assert rows[1]["actor_name"] == "'=cmd()"
    assert rows[1]["after"] == '{"name": "B"}'
