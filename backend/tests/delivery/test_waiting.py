"""Why nothing moves, as it is told to people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.models import Leader
from posthorn.delivery.models import Batch
from posthorn.delivery.waiting import Cause, waiting_of
from tests.factories import make_campaign, make_frozen_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> None:
    until = database_now() + timedelta(minutes=5)
    Leader.objects.create(job="duties", holder="6f1a1c9e-6f43-4c55-9d6e-4d2f6d2f7a11", until=until)


def frozen(**fields: Any) -> Campaign:
    return make_frozen_campaign(subscribers=2, **fields)


def test_without_a_worker_it_says_so() -> None:
    waiting = waiting_of(frozen())
    assert waiting is not None
    assert waiting.code is Cause.NO_WORKERS


@pytest.mark.usefixtures("worker")
def test_what_can_be_sent_now_waits_for_nothing() -> None:
    assert waiting_of(frozen()) is None


@pytest.mark.usefixtures("worker")
def test_an_audience_that_is_being_counted() -> None:
    waiting = waiting_of(make_campaign(status=Status.RUNNING, frozen_at=None))
    assert waiting is not None
    assert waiting.code is Cause.FREEZING


@pytest.mark.usefixtures("worker")
def test_a_transport_that_is_down_since_when_and_until_the_next_attempt() -> None:
    since = database_now() - timedelta(minutes=1)
    campaign = frozen(transport_down_since=since)
    again = database_now() + timedelta(seconds=20)
    Batch.objects.filter(campaign=campaign).update(available_at=again)
    waiting = waiting_of(campaign)
    assert waiting is not None
    assert (waiting.code, waiting.since, waiting.until) == (Cause.TRANSPORT_DOWN, since, again)
    assert waiting.seconds is not None
    assert 15 < waiting.seconds <= 20


@pytest.mark.usefixtures("worker")
def test_all_that_is_left_waits_for_another_try() -> None:
    campaign = frozen()
    again = database_now() + timedelta(minutes=2)
    Batch.objects.filter(campaign=campaign).update(available_at=again)
    waiting = waiting_of(campaign)
    assert waiting is not None
    assert (waiting.code, waiting.until) == (Cause.RETRYING, again)


@pytest.mark.parametrize("status", [Status.DRAFT, Status.STOPPED, Status.FINISHED])
def test_what_should_not_move_waits_for_nothing(status: Status) -> None:
    assert waiting_of(make_campaign(status=status)) is None
