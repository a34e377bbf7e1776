"""What the event streams show, and to whom."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from posthorn.accounts.models import Role, User
from posthorn.campaigns.lifecycle import Status
from posthorn.live import rows
from tests.api.clients import token_of
from tests.factories import make_campaign, make_frozen_campaign, make_user

pytestmark = pytest.mark.django_db


def scope(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http", "headers": [(b"host", b"localhost"), *headers]}


def bearer(token: object) -> tuple[bytes, bytes]:
    return (b"authorization", f"Bearer {token}".encode())


def test_rows_are_those_of_the_lists_and_ready_for_json(
    admin: APIClient, anonymous: APIClient
) -> None:
    campaign = make_frozen_campaign()
    management = rows.management_rows([campaign.pk])
    public = rows.public_rows([campaign.pk])
    assert json.loads(json.dumps(management)) == admin.get("/api/v1/campaigns/").json()["results"]
    assert (
        json.loads(json.dumps(public))
        == anonymous.get("/api/v1/public/campaigns/").json()["results"]
    )


def test_campaigns_that_are_gone_or_hidden_have_no_row() -> None:
    hidden = make_campaign(is_public=False)
    assert rows.management_rows([hidden.pk, 999]) == rows.management_rows([hidden.pk])
    assert len(rows.management_rows([hidden.pk])) == 1
    assert rows.public_rows([hidden.pk, 999]) == []
    assert rows.management_rows([]) == []
    assert rows.public_rows(set()) == []


def test_the_running_ones_are_told_apart_by_who_looks() -> None:
    shown = make_campaign(status=Status.RUNNING)
    hidden = make_campaign(status=Status.RUNNING, is_public=False)
    make_campaign(status=Status.STOPPED)
    assert rows.running_ids(public=False) == [shown.pk, hidden.pk]
    assert rows.running_ids(public=True) == [shown.pk]


@pytest.mark.parametrize("role", list(Role))
def test_every_user_may_watch(role: Role) -> None:
    assert rows.may_watch(scope(bearer(token_of(make_user(role=role)))))


def test_nobody_else_may_watch() -> None:
    user = make_user()
    token = token_of(user)
    assert not rows.may_watch(scope())
    assert not rows.may_watch(scope((b"authorization", b"")))
    assert not rows.may_watch(scope((b"authorization", b"Basic abc")))
    assert not rows.may_watch(scope((b"authorization", b"Bearer a b")))
    assert not rows.may_watch(scope((b"authorization", b"Bearer \xff")))
    assert not rows.may_watch(scope(bearer("nonsense")))
    assert not rows.may_watch(scope(bearer(AccessToken())))
    User.objects.update(is_active=False)
    assert not rows.may_watch(scope(bearer(token)))
    user.delete()
    assert not rows.may_watch(scope(bearer(token)))
