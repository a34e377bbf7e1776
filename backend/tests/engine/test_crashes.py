"""The engine is killed for real; a longer run is `make torture SECONDS=600 SEED=7`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from posthorn.accounts.models import User
from posthorn.core.clock import database_now
from posthorn.core.models import Leader
from posthorn.delivery import moves
from tests.factories import make_campaign, make_list
from tests.services import free_port
from tests.workers import Engine, wait_for, wait_for_status

#: How long the faults go on in the ordinary test run.
SECONDS = 25

distributed = pytest.mark.skipif(
    settings.ENV.embedded, reason="worker processes need PostgreSQL and Redis; runs there"
)
embedded = pytest.mark.skipif(not settings.ENV.embedded, reason="one process on SQLite; runs there")


@distributed
def test_nothing_is_lost_or_sent_twice_whatever_is_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.torture", "--seconds", str(SECONDS)],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        env={
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "REDIS_URL")
        },
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "survived" in done.stdout


@distributed
@pytest.mark.django_db(transaction=True)
def test_a_dead_leader_is_replaced_within_ten_seconds(engine: Engine, user: User) -> None:
    engine.start()
    wait_for(lambda: Leader.objects.exists(), "a leader")
    first = Leader.objects.get().holder
    engine.start()
    engine.kill_first()
    killed_at = time.monotonic()
    wait_for(lambda: Leader.objects.get().holder != first, "a new leader", seconds=10)
    assert time.monotonic() - killed_at <= 10
    campaign = make_campaign(make_list(10))
    moves.schedule_campaign(
        campaign_id=campaign.pk, at=database_now() + timedelta(milliseconds=100), by=user.actor
    )
    wait_for_status(campaign, "finished")


class Installation:
    """An embedded installation in a process of its own, driven over HTTP as its users would."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("POSTHORN_")},
            "POSTHORN_DEMO": "1",
            "POSTHORN_DATA_DIR": str(folder),
            "POSTHORN_LEASE_SECONDS": "3",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=30)

    def start(self) -> httpx.Client:
        """Start it and sign in."""
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(self._port)],
            env=self._environment,
            stdout=subprocess.DEVNULL,
        )
        client = self._client
        wait_for(lambda: _answers(client), "the installation's start")
        access = client.post(
            "/api/v1/auth/token/", json={"username": "admin", "password": "posthorn-demo"}
        ).json()["access"]
        client.headers["Authorization"] = f"Bearer {access}"
        return client

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit code."""
        assert self._process is not None
        self._client.close()
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)


def _at_least(count: Callable[[], int], goal: int) -> bool:
    return count() >= goal


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


@embedded
@pytest.mark.parametrize("transport", ["database", "log"])
def test_a_killed_demo_goes_on_where_it_was(tmp_path: Path, transport: str) -> None:
    installation = Installation(tmp_path)
    client = installation.start()

    def sent() -> int:
        count: int = client.get(path).json()["tally"]["sent"]
        return count

    lists = [row["id"] for row in client.get("/api/v1/lists/").json()["results"]]
    made = client.post(
        "/api/v1/campaigns/",
        json={
            "name": "Killed",
            "subject": "Hi {{ name }}",
            "from_email": "a@example.org",
            "body_text": "Hello",
            "lists": lists,
            "transport": transport,
            "rate_limit": 2000,
        },
    ).json()
    path = f"/api/v1/campaigns/{made['id']}/"
    client.post(f"{path}start/").raise_for_status()
    for goal in (300, 1500, 3000):
        wait_for(partial(_at_least, sent, goal), f"{goal} sent")
        installation.kill()
        installation.start()
    wait_for(lambda: client.get(path).json()["status"] == "finished", "the end")
    tally = client.get(path).json()["tally"]
    report = client.get(f"{path}reconciliation/").json()
    assert installation.interrupt() == 0
    assert report["consistent"], report
    assert tally["total"] == 5000 == tally["sent"] + tally["unknown"]
    if transport == "database":
        assert tally["unknown"] == 0
    else:
        lines = (tmp_path / "messages.jsonl").read_text().splitlines()
        got = Counter(line for line in lines if f'"campaign": {made["id"]},' in line)
        assert set(got.values()) == {1}
        assert tally["sent"] <= len(got) <= 5000
        assert tally["unknown"] <= 3 * 500
