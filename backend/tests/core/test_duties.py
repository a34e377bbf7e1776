"""Duties: one leader does them, each in its own time."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from functools import partial

import pytest
from django.conf import settings

from posthorn.core import duties
from posthorn.core.duties import JOB, Duties, register_duty
from posthorn.core.leadership import lead, resign
from posthorn.core.models import Leader
from tests.workers import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "_registry", {})
    monkeypatch.setattr(duties, "RENEW_SECONDS", 0.05)


@pytest.fixture
def running() -> Iterator[list[Duties]]:
    started: list[Duties] = []
    yield started
    for each in started:
        each.stop()


def start(running: list[Duties]) -> Duties:
    new = Duties()
    running.append(new)
    new.start()
    return new


def test_a_slow_duty_holds_up_no_other(running: list[Duties]) -> None:
    turns: list[str] = []
    free = threading.Event()

    def be_slow() -> None:
        free.wait()

    register_duty("slow", every_seconds=0.01, work=be_slow)
    register_duty("quick", every_seconds=0.01, work=lambda: turns.append("quick"))
    start(running)
    wait_for(lambda: len(turns) >= 3, "three turns beside a slow duty")
    free.set()


def test_a_duty_that_fails_is_done_again(running: list[Duties]) -> None:
    turns: list[int] = []

    def fail() -> None:
        turns.append(1)
        raise ValueError("not today")

    register_duty("failing", every_seconds=0.01, work=fail)
    start(running)
    wait_for(lambda: len(turns) >= 2, "another turn after a failure")


def test_only_the_leader_does_them_and_another_takes_over(running: list[Duties]) -> None:
    other = uuid.uuid4()
    assert lead(job=JOB, holder=other)
    turns: list[int] = []
    register_duty("work", every_seconds=0.01, work=lambda: turns.append(1))
    follower = start(running)
    # Its asking for the lease several times over is what a follower does.
    asked = follower._ask()
    assert not asked
    assert not turns
    resign(job=JOB, holder=other)
    wait_for(lambda: bool(turns), "the follower leads")


def test_more_duties_than_connections_leave_some_to_the_lanes(running: list[Duties]) -> None:
    done: set[int] = set()
    count = settings.ENV.database_pool_size + 2

    def work(number: int) -> None:
        assert Leader.objects.filter(job=JOB).exists()
        done.add(number)

    for number in range(count):
        register_duty(f"rare {number}", every_seconds=3600, work=partial(work, number))
    start(running)
    # A connection that is kept comes back in an hour; who waits for one gives up after ten seconds.
    wait_for(lambda: len(done) == count, "a turn of every duty", seconds=20)
    assert Leader.objects.filter(job=JOB).exists()
