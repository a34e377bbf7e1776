"""The web process as it runs: streams, the public list and probes over real connections."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.db import connection

from posthorn.accounts.models import User
from tests.factories import PASSWORD, make_user
from tests.services import free_port
from tests.workers import _test_database_url

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 30.0
CONTENT = {"subject": "s", "from_email": "team@example.org", "body_text": "t"}


def database_url() -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    return _test_database_url()


@pytest.fixture(scope="module")
def url(django_db_setup: None) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "web", "--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": database_url()},
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx.get(f"{address}/healthz").status_code == 200:
                break
        except httpx.TransportError:
            assert process.poll() is None
            assert time.monotonic() < deadline, "the web process does not answer"
            time.sleep(0.05)
    yield address
    process.terminate()
    process.wait(PATIENCE)


@pytest.fixture
def api(url: str) -> Iterator[httpx.Client]:
    user = make_user(username="ada")
    with httpx.Client(base_url=f"{url}/api/v1", timeout=PATIENCE) as client:
        credentials = {"username": user.username, "password": PASSWORD}
        access = client.post("/auth/token/", json=credentials).json()["access"]
        client.headers["Authorization"] = f"Bearer {access}"
        yield client


@contextmanager
def events(client: httpx.Client, path: str) -> Iterator[Iterator[tuple[str, dict[str, Any]]]]:
    with client.stream("GET", path) as response:
        assert response.status_code == 200
        lines = response.iter_lines()

        def read() -> Iterator[tuple[str, dict[str, Any]]]:
            name = ""
            for line in lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield name, json.loads(line.removeprefix("data: "))

        yield read()


def make(api: httpx.Client, name: str, **fields: Any) -> int:
    made = api.post("/campaigns/", json={**CONTENT, "name": name, **fields})
    assert made.status_code == 201, made.text
    return int(made.json()["id"])


def test_nobody_outside_hears_of_a_private_campaign(url: str, api: httpx.Client) -> None:
    stranger = httpx.Client(base_url=f"{url}/api/v1", timeout=PATIENCE)
    with stranger, events(stranger, "/public/events/") as public:
        assert next(public)[0] == "snapshot"
        private = make(api, "private", is_public=False)
        shown = make(api, "shown", is_public=True)
        name, told = next(public)
        assert (name, [row["id"] for row in told["campaigns"]]) == ("campaigns", [shown])
        assert told["removed"] == []
        assert api.delete(f"/campaigns/{private}/").status_code == 204
        assert api.patch(f"/campaigns/{shown}/", json={"is_public": False}).is_success
        told = next(public)[1]
        assert (told["campaigns"], told["removed"]) == ([], [shown])


def test_a_stream_ends_soon_after_its_user_was_deactivated(api: httpx.Client) -> None:
    with events(api, "/events/") as watched:
        assert next(watched)[0] == "snapshot"
        User.objects.update(is_active=False)
        began = time.monotonic()
        assert list(watched) == []
        assert time.monotonic() - began < PATIENCE / 2
    assert api.get("/events/").status_code == 401


def test_the_public_list_is_the_same_for_everybody(url: str, api: httpx.Client) -> None:
    make(api, "shown")
    path = f"{url}/api/v1/public/campaigns/?page_size=1"
    first = httpx.get(path)
    while not first.json()["count"]:
        first = httpx.get(path)
    make(api, "another")
    answer = httpx.get(path, headers={"Host": "evil.example", "Cookie": "a=b"})
    while answer.json()["count"] == 1:
        assert answer.headers["ETag"] == first.headers["ETag"]
        answer = httpx.get(path, headers={"Host": "evil.example", "Cookie": "a=b"})
    assert answer.json()["next"] == "/api/v1/public/campaigns/?page=2&page_size=1"
    etag = answer.headers["ETag"]
    unchanged = httpx.get(path, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert httpx.get(f"{url}/api/v1/public/campaigns/?ordering=x").status_code == 400
    assert httpx.post(path).status_code == 405


def test_a_probe_may_know_the_process_by_any_name_and_nobody_else(url: str) -> None:
    for path in ("/healthz", "/metrics"):
        assert httpx.get(f"{url}{path}", headers={"Host": "10.1.2.3:8000"}).status_code == 200
    strange = httpx.get(f"{url}/api/v1/transports/", headers={"Host": "evil.example"})
    assert strange.status_code == 400
