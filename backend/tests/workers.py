"""The engine as it runs: worker processes on PostgreSQL and Redis, worker threads on SQLite."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import dramatiq
import pytest
from django.conf import settings
from django.db import connection

from posthorn.accounts.models import Role, User
from posthorn.campaigns.models import Campaign
from posthorn.core.models import Leader
from posthorn.delivery.models import Delivery
from posthorn.delivery.numbers import reconcile
from posthorn.transports.models import MessageEvent

PATIENCE = 60.0


def wait_for(happened: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    """Wait until `happened` says so; fail naming `what` when it doesn't in time."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)


def reread(campaign: Campaign) -> Campaign:
    return Campaign.objects.get(pk=campaign.pk)


def wait_for_status(campaign: Campaign, status: str, *, seconds: float = PATIENCE) -> Campaign:
    wait_for(
        lambda: reread(campaign).status == status, f"{campaign.name} {status}", seconds=seconds
    )
    return reread(campaign)


def wait_for_sent(campaign: Campaign, count: int) -> Campaign:
    wait_for(lambda: reread(campaign).sent >= count, f"{count} sent of {campaign.name}")
    return reread(campaign)


def last_sent_at(campaign: Campaign) -> datetime:
    latest = (
        Delivery.objects.filter(campaign=campaign, sent_at__isnull=False)
        .order_by("-sent_at")
        .first()
    )
    assert latest is not None
    assert latest.sent_at is not None
    return latest.sent_at


class Engine:
    """Workers of this installation: start some, kill some."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: dramatiq.Worker | None = None

    def start(self, *, workers: int = 1, threads: int = 2) -> None:
        """Run so many worker processes, or in embedded mode the one worker of this process."""
        if settings.ENV.embedded:
            self._threads = dramatiq.Worker(
                dramatiq.get_broker(), worker_threads=threads, worker_timeout=50
            )
            self._threads.start()
            return
        environment = {**os.environ, "DATABASE_URL": _test_database_url()}
        for _ in range(workers):
            self._processes.append(
                subprocess.Popen(
                    [
                        *(sys.executable, "manage.py", "worker"),
                        *("--processes", "1", "--threads", str(threads)),
                    ],
                    env=environment,
                    start_new_session=True,
                )
            )

    def kill_first(self) -> None:
        """SIGKILL the worker that was started first, with everything that it runs."""
        process = self._processes.pop(0)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    @property
    def pids(self) -> list[int]:
        """The worker processes, each the leader of its own group."""
        return [process.pid for process in self._processes]

    def freeze(self, pid: int) -> None:
        """Stop a worker as a paused machine would: no process of it runs until it is thawed."""
        os.killpg(pid, signal.SIGSTOP)

    def thaw(self, pid: int) -> None:
        os.killpg(pid, signal.SIGCONT)

    def stop(self) -> None:
        if self._threads is not None:
            self._threads.stop()
            self._threads = None
        for process in self._processes:
            self.thaw(process.pid)
            process.terminate()
        for process in self._processes:
            process.wait(30)
        self._processes = []
        Leader.objects.all().delete()


def _test_database_url() -> str:
    base, _, _ = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}"


@pytest.fixture
def engine(transactional_db: None) -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.stop()


def assert_adds_up(campaign: Campaign) -> None:
    report = reconcile(campaign.pk)
    assert report.consistent, report


def sent_addresses(campaign: Campaign) -> list[str]:
    """What the `database` transport sent of this campaign."""
    return list(
        MessageEvent.objects.filter(campaign_id=campaign.pk).values_list("email", flat=True)
    )


@pytest.fixture
def user(transactional_db: None) -> User:
    return User.objects.create_user("anna", password="a long enough one", role=Role.OWNER)
