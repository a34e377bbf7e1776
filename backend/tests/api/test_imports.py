"""Imports over HTTP, and exports that can be imported again."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.asgi import get_asgi_application
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient
from rest_framework.test import APIClient

from posthorn.accounts.models import Role
from posthorn.audience.imports.models import Import
from posthorn.audience.imports.running import run_slice
from posthorn.audience.models import Subscriber, Suppression
from posthorn.config.bodies import BoundedBodies
from posthorn.delivery import leases
from posthorn.delivery.messages import suppressed_in
from tests.api.clients import send_bytes, token_of
from tests.api.problems import assert_field, assert_problem
from tests.factories import make_list, make_subscriber, make_user

URL = "/api/v1/imports/"
PEOPLE = b"email;name;city\nada@example.org;Ada;Bern\nnobody;X;\n"


def upload(client: APIClient, data: bytes = PEOPLE, **fields: Any) -> Any:
    file = SimpleUploadedFile(fields.pop("name", "people.csv"), data)
    return client.post(URL, {"file": file, **fields}, format="multipart")


def run(client: APIClient, job: dict[str, Any], **options: Any) -> dict[str, Any]:
    url = f"{URL}{job['id']}/"
    assert client.post(f"{url}start/", options).status_code == 200
    while run_slice(import_id=job["id"]):
        pass
    return client.get(url).json()


def download(path: str) -> list[dict[str, str]]:
    """A file's rows, by way of the asynchronous stack as in production."""
    headers = {"Authorization": f"Bearer {token_of(make_user(role=Role.VIEWER))}"}

    async def get() -> str:
        response: Any = await AsyncClient().get(f"/api/v1/{path}", headers=headers)
        assert response.status_code == 200
        return b"".join([chunk async for chunk in response.streaming_content]).decode()

    return list(csv.DictReader(StringIO(async_to_sync(get)())))


def test_an_upload_answers_with_what_was_found_out(admin: APIClient) -> None:
    readers = make_list()
    response = upload(admin, lists=json.dumps([readers.pk]), mode="update")
    assert response.status_code == 201
    job = response.json()
    assert (job["status"], job["delimiter"], job["encoding"]) == ("uploaded", ";", "utf-8")
    assert (job["columns"], job["header"]) == (["email", "name", "city"], True)
    assert job["preview"] == [["ada@example.org", "Ada", "Bern"], ["nobody", "X", ""]]
    assert [column["target"] for column in job["mapping"]] == ["email", "name", "attribute"]
    assert (job["lists"], job["mode"]) == ([readers.pk], "update")
    assert admin.get(URL).json()["results"][0]["id"] == job["id"]


def test_an_import_is_told_started_and_read(admin: APIClient) -> None:
    job = upload(admin).json()
    mapping = [{**column, "target": "ignore"} for column in job["mapping"]]
    mapping[0]["target"] = "email"
    changed = admin.patch(f"{URL}{job['id']}/", {"mapping": mapping}).json()
    assert [column["target"] for column in changed["mapping"]] == ["email", "ignore", "ignore"]
    checked = run(admin, job, dry_run=True)
    assert (checked["status"], checked["dry_run"], checked["new"]) == ("uploaded", True, 1)
    assert not Subscriber.objects.exists()
    done = run(admin, job)
    assert (done["status"], done["new"], done["rejected"]) == ("finished", 1, 1)
    assert (done["percent"], done["seconds_left"]) == (100.0, None)
    assert done["rows_per_second"] > 0
    assert Subscriber.objects.get().attributes == {}
    (line,) = download(f"imports/{job['id']}/rejected/")
    assert line == {
        "line": "3",
        "reason": "It has no @ between a name and a domain.",
        "address": "nobody",
    }


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"mode": "all"}, "mode", "invalid_choice"),
        ({"lists": "[999]"}, "lists.0", "does_not_exist"),
        ({"mapping": '[{"target": "email"}]'}, "mapping", "invalid"),
        ({"encoding": "klingon"}, "file", "invalid"),
        ({"delimiter": "x"}, "delimiter", "invalid_choice"),
        ({"data": b"\x00\x01\x02" * 1000}, "file", "invalid"),
        ({"data": b""}, "file", "invalid"),
    ],
)
def test_a_bad_upload_is_refused_and_leaves_nothing(
    admin: APIClient, fields: dict[str, Any], field: str, code: str
) -> None:
    assert_field(upload(admin, fields.pop("data", PEOPLE), **fields), field, code)
    assert not Import.objects.exists()


def test_an_upload_that_breaks_off_leaves_nothing(admin: APIClient) -> None:
    begun = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nemail\r\n'
    messages = [
        {"type": "http.request", "body": begun, "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": URL,
        "query_string": b"",
        "headers": [
            (b"authorization", f"Bearer {token_of(make_user())}".encode()),
            (b"content-type", b"multipart/form-data; boundary=x"),
        ],
    }
    async_to_sync(get_asgi_application())(scope, receive, send)
    assert sent == []
    assert not Import.objects.exists()


def test_a_body_that_is_no_form_is_refused(admin: APIClient) -> None:
    without_boundary = send_bytes(admin, "POST", URL, b"x", "multipart/form-data")
    assert_problem(without_boundary, 400, "malformed")
    assert_problem(send_bytes(admin, "POST", URL, b"{}"), 415, "unsupported_media_type")


def test_a_file_that_is_too_large_is_refused(
    admin: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posthorn.audience.imports.services.largest_upload", lambda: 10)
    assert_field(upload(admin), "file", "max_length")


def test_what_the_status_does_not_allow_is_a_conflict(admin: APIClient) -> None:
    job = upload(admin).json()
    url = f"{URL}{job['id']}/"
    assert admin.post(f"{url}cancel/").json()["status"] == "cancelled"
    assert_problem(admin.post(f"{url}cancel/"), 409, "wrong_status")
    assert_problem(admin.post(f"{url}start/", {}), 409, "wrong_status")
    assert_problem(admin.patch(url, {"mode": "add"}), 409, "wrong_status")


# --- exports -------------------------------------------------------------------------------------

HOSTILE = '=HYPERLINK("http://evil.example")'


def test_subscribers_go_out_and_come_in_the_same(admin: APIClient) -> None:
    readers = make_list()
    attributes = {"note": HOSTILE, "age": 36, "tags": ["a", {"b": None}], "vip": True, "é": "ü"}
    make_subscriber(email="ada@example.org", name=HOSTILE, attributes=attributes, lists=[readers])
    make_subscriber(email="=bob@example.org", name='Bob, "the"\tB\'')
    make_subscriber(email="cy@example.org", name="'quoted'")
    before = list(Subscriber.objects.order_by("email").values("email", "name", "attributes"))
    rows = download("subscribers/export/")
    assert rows[0]["name"] == f"'{HOSTILE}"
    assert len(download(f"subscribers/export/?list={readers.pk}")) == 1
    assert len(download("subscribers/export/?search=cy")) == 1
    Subscriber.objects.all().delete()
    text = StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    done = run(admin, upload(admin, text.getvalue().encode()).json())
    assert (done["new"], done["rejected"]) == (3, 0)
    after = list(Subscriber.objects.order_by("email").values("email", "name", "attributes"))
    # A name is one line; the tab in Bob's is a space since.
    before[0]["name"] = before[0]["name"].replace("\t", " ")
    assert after == before


def test_suppressions_go_out_and_come_in_the_same(admin: APIClient) -> None:
    Suppression.objects.create(email="ada@example.org", reason="complained")
    Suppression.objects.create(domain="example.net", reason="manual")
    before = set(Suppression.objects.values_list("email", "domain", "reason"))
    rows = download("suppressions/export/")
    assert len(download("suppressions/export/?reason=manual")) == 1
    Suppression.objects.all().delete()
    text = StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    assert run(admin, upload(admin, text.getvalue().encode()).json())["suppressed"] == 2
    assert set(Suppression.objects.values_list("email", "domain", "reason")) == before


# --- suppressed domains --------------------------------------------------------------------------


def test_a_domain_is_suppressed_and_lifted(admin: APIClient) -> None:
    make_subscriber(email="ada@example.net")
    make_subscriber(email="bob@below.example.net")
    created = admin.post("/api/v1/suppressions/", {"domain": " @Example.NET "})
    assert created.status_code == 201
    assert (created.json()["domain"], created.json()["email"]) == ("example.net", None)
    assert created.json()["origin"] == "hand"
    people = admin.get("/api/v1/subscribers/").json()["results"]
    assert {row["email"]: row["suppressed"] for row in people} == {
        "ada@example.net": True,
        "bob@below.example.net": False,
    }
    again = admin.post("/api/v1/suppressions/", {"domain": "example.net"})
    assert_field(again, "domain", "unique")
    assert admin.delete(f"/api/v1/suppressions/{created.json()['id']}/").status_code == 204
    assert not admin.get("/api/v1/subscribers/?search=ada").json()["results"][0]["suppressed"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "email", "required"),
        ({"email": "ada@example.org", "domain": "example.org"}, "email", "required"),
        ({"domain": "no domain"}, "domain", "invalid"),
        ({"domain": "x" * 300 + ".org"}, "domain", "invalid"),
    ],
)
def test_a_bad_suppression_of_a_domain_is_refused(
    admin: APIClient, body: dict[str, str], field: str, code: str
) -> None:
    assert_field(admin.post("/api/v1/suppressions/", body), field, code)


@pytest.mark.django_db
def test_campaigns_leave_suppressed_domains_out_and_skip_those_suppressed_since() -> None:
    from posthorn.delivery.models import Delivery
    from tests.factories import make_frozen_campaign

    Suppression.objects.create(domain="example.org", reason="manual")
    # Its whole audience is of example.org.
    make_frozen_campaign(subscribers=2)
    assert not Delivery.objects.exists()
    Suppression.objects.all().delete()
    campaign = make_frozen_campaign(subscribers=2)
    claim = leases.claim_batch(campaign_id=campaign.pk, run_number=campaign.run_number)
    assert claim is not None
    assert suppressed_in([claim]) == frozenset()
    Suppression.objects.create(domain="example.org", reason="manual")
    assert len(suppressed_in([claim])) == 2


# --- bodies without bounds -----------------------------------------------------------------------


def drive(body: list[bytes], *, announced: int | None, most: int) -> list[dict[str, Any]]:
    """What an application that reads all of a request answers behind the bound."""
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": part, "more_body": True} for part in body] + [
        {"type": "http.request", "body": b"", "more_body": False}
    ]

    async def application(scope: Any, receive: Any, send: Any) -> None:
        read = BytesIO()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            read.write(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [] if announced is None else [(b"content-length", str(announced).encode())]
    bounded = BoundedBodies(application, most=lambda path: most)
    async_to_sync(bounded)({"type": "http", "path": "/", "headers": headers}, receive, send)
    return sent


@pytest.mark.parametrize("announced", [None, 11, 5])
def test_a_body_is_cut_off_at_its_bound_whatever_it_announces(announced: int | None) -> None:
    sent = drive([b"12345", b"67890", b"1"], announced=announced, most=10)
    assert sent[0]["status"] == 413
    assert json.loads(sent[1]["body"])["code"] == "too_large"


def test_a_body_within_its_bound_passes() -> None:
    assert drive([b"12345", b"67890"], announced=10, most=10)[0]["status"] == 200
