"""The moves of a campaign's life over HTTP."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from posthorn.audience.models import Suppression
from posthorn.campaigns.lifecycle import PERSONAL_MOVES, TRANSITIONS, Status, allowed_moves
from posthorn.campaigns.models import Campaign
from posthorn.delivery.models import Delivery, DeliveryStatus
from tests.api.clients import client_of
from tests.api.problems import assert_field, assert_problem
from tests.factories import (
    make_campaign,
    make_frozen_campaign,
    make_list,
    make_user,
    set_delivery,
)

SOON = datetime.now(UTC) + timedelta(days=2)
BODIES: dict[str, dict[str, Any]] = {
    "schedule": {"scheduled_at": SOON.isoformat()},
    "retry": {"statuses": ["failed"]},
}


def move(client: APIClient, campaign: Campaign, name: str, body: Any = None) -> Any:
    return client.post(f"/api/v1/campaigns/{campaign.pk}/{name}/", body)


def ready_campaign(status: Status) -> Campaign:
    """A campaign of three subscribers in `status`, with one failed delivery once it has begun."""
    if status in (Status.DRAFT, Status.SCHEDULED):
        return make_campaign(status=status, lists=[make_list(subscribers=3)])
    campaign = make_frozen_campaign(status=Status.RUNNING)
    if status in (Status.FINISHED, Status.CANCELLED):
        for delivery in Delivery.objects.filter(campaign=campaign):
            set_delivery(delivery, DeliveryStatus.SENT)
    set_delivery(Delivery.objects.filter(campaign=campaign).latest("pk"), DeliveryStatus.FAILED)
    Campaign.objects.filter(pk=campaign.pk).update(status=status)
    campaign.refresh_from_db()
    return campaign


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("name", PERSONAL_MOVES)
def test_every_move_goes_by_the_table(admin: APIClient, status: Status, name: str) -> None:
    campaign = ready_campaign(status)
    transition = TRANSITIONS[next(each for each in PERSONAL_MOVES if each == name)]
    response = move(admin, campaign, name, BODIES.get(name))
    if status in transition.sources:
        assert response.status_code == 200, response.content
        body = response.json()
        assert body["status"] == transition.target
        assert body["allowed_moves"] == list(allowed_moves(transition.target))
        assert "body_text" in body
    else:
        body = assert_problem(response, 409, "illegal_move")
        assert body["campaign_status"] == status
        assert body["allowed_moves"] == list(allowed_moves(status))
        campaign.refresh_from_db()
        assert campaign.status == status


def test_starting_a_finished_campaign_says_what_can_be_done(admin: APIClient) -> None:
    body = assert_problem(
        move(admin, ready_campaign(Status.FINISHED), "start"), 409, "illegal_move"
    )
    assert "retry" in body["detail"]


def test_starting_without_lists_says_so(admin: APIClient) -> None:
    assert_field(move(admin, make_campaign(), "start"), "lists", "no_lists")
    assert Campaign.objects.get().status == Status.DRAFT


@pytest.mark.parametrize("name", ["start", "schedule"])
def test_an_audience_of_nobody_is_refused(admin: APIClient, name: str) -> None:
    mailing_list = make_list(subscribers=1)
    for subscriber in mailing_list.subscribers.all():
        Suppression.objects.create(email=subscriber.email, reason="manual")
    campaign = make_campaign(lists=[mailing_list])
    response = move(admin, campaign, name, BODIES.get(name))
    assert_field(response, "lists", "empty_audience")
    assert Campaign.objects.get().status == Status.DRAFT


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2001-01-01T00:00:00Z", "past"),
        ("tomorrow", "invalid"),
        (None, "null"),
        (12, "invalid"),
        ("0001-01-01T00:00:00+14:00", "invalid"),
        ("9999-12-31T23:59:59-14:00", "invalid"),
    ],
)
def test_a_time_that_cannot_be_is_refused(admin: APIClient, value: Any, code: str) -> None:
    campaign = ready_campaign(Status.DRAFT)
    response = move(admin, campaign, "schedule", {"scheduled_at": value})
    assert_field(response, "scheduled_at", code)


def test_scheduling_without_a_time_is_refused(admin: APIClient) -> None:
    assert_field(move(admin, ready_campaign(Status.DRAFT), "schedule"), "scheduled_at", "required")


def test_a_time_with_an_offset_is_kept_as_utc(admin: APIClient) -> None:
    body = move(
        admin, ready_campaign(Status.DRAFT), "schedule", {"scheduled_at": "2090-05-01T12:00+02:00"}
    ).json()
    assert body["scheduled_at"] == "2090-05-01T10:00:00Z"


@pytest.mark.parametrize(
    ("statuses", "field", "code"),
    [
        ([], "statuses", "invalid"),
        (["sent"], "statuses.0", "invalid_choice"),
        ("failed", "statuses", "invalid"),
        (["unknown"], "statuses", "nothing_to_retry"),
    ],
)
def test_only_what_failed_or_is_unknown_can_be_retried(
    admin: APIClient, statuses: Any, field: str, code: str
) -> None:
    campaign = ready_campaign(Status.STOPPED)
    assert_field(move(admin, campaign, "retry", {"statuses": statuses}), field, code)
    campaign.refresh_from_db()
    assert campaign.status == Status.STOPPED


def test_a_retry_puts_the_failed_back(admin: APIClient) -> None:
    body = move(admin, ready_campaign(Status.FINISHED), "retry", BODIES["retry"]).json()
    assert body["tally"]["failed"] == 0
    assert body["tally"]["pending"] == 1


def test_a_move_of_a_campaign_that_is_not_there_is_not_found(admin: APIClient) -> None:
    for name in PERSONAL_MOVES:
        response = admin.post(f"/api/v1/campaigns/999/{name}/", BODIES.get(name))
        assert_problem(response, 404, "not_found")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["start", "schedule", "cancel"])
def test_of_the_same_move_twice_at_once_one_wins(name: str) -> None:
    client = client_of(make_user())
    status = Status.SCHEDULED if name == "cancel" else Status.DRAFT
    campaign = make_campaign(status=status, lists=[make_list(subscribers=2)])
    together = threading.Barrier(4)
    answers: list[Any] = []

    def try_it() -> None:
        together.wait()
        try:
            answers.append(move(client, campaign, name, BODIES.get(name)))
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "illegal_move")


def test_a_delayed_start_is_scheduled_and_can_be_undone(admin: APIClient) -> None:
    campaign = ready_campaign(Status.DRAFT)
    body = move(admin, campaign, "start", {"delay_seconds": 10}).json()
    assert body["status"] == Status.SCHEDULED
    assert body["waiting"]["code"] == "scheduled"
    assert body["waiting"]["until"] == body["scheduled_at"]
    assert 5 < body["waiting"]["seconds"] <= 10
    undone = move(admin, campaign, "unschedule").json()
    assert undone["status"] == Status.DRAFT
    assert undone["waiting"] is None


@pytest.mark.parametrize(
    ("value", "code"), [(61, "max_value"), (-1, "min_value"), ("x", "invalid")]
)
def test_a_delay_that_cannot_be_is_refused(admin: APIClient, value: Any, code: str) -> None:
    campaign = ready_campaign(Status.DRAFT)
    assert_field(move(admin, campaign, "start", {"delay_seconds": value}), "delay_seconds", code)
    campaign.refresh_from_db()
    assert campaign.status == Status.DRAFT


def test_what_was_stopped_goes_on_at_once_or_not_at_all(admin: APIClient) -> None:
    campaign = ready_campaign(Status.STOPPED)
    assert_problem(move(admin, campaign, "start", {"delay_seconds": 10}), 409, "illegal_move")
    assert move(admin, campaign, "start", {"delay_seconds": 0}).json()["status"] == "running"
