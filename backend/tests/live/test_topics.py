"""What the event streams show, and to whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from posthorn.accounts.actor import SYSTEM
from posthorn.accounts.keys import create_key, revoke_key
from posthorn.accounts.models import RefreshSession, Role, User
from posthorn.accounts.sessions import end_sessions, open_session
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.events import Change
from posthorn.live import topics
from posthorn.live.stream import Stream
from posthorn.live.topics import MANAGEMENT, PUBLIC, Topic
from tests.api.clients import token_of
from tests.factories import make_campaign, make_frozen_campaign, make_user

OPENAPI = Path(__file__).resolve().parents[3] / "openapi.yaml"

pytestmark = pytest.mark.django_db


def scope(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http", "headers": [(b"host", b"localhost"), *headers]}


def bearer(token: object) -> tuple[bytes, bytes]:
    return (b"authorization", f"Bearer {token}".encode())


def stream_of(topics_: tuple[Topic, ...]) -> Stream:
    stream = Stream(topics=topics_, max_viewers=1)
    stream.read_snapshot()
    return stream


def data(event: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(event.split(b"data: ")[1])
    return parsed


def test_rows_are_those_of_the_lists_and_ready_for_json(
    admin: APIClient, anonymous: APIClient
) -> None:
    campaign = make_frozen_campaign()
    management = topics.management_rows([campaign.pk])
    public = topics.public_rows([campaign.pk])
    assert json.loads(json.dumps(management)) == admin.get("/api/v1/campaigns/").json()["results"]
    assert (
        json.loads(json.dumps(public))
        == anonymous.get("/api/v1/public/campaigns/").json()["results"]
    )


def test_a_snapshot_holds_what_runs_and_may_be_seen() -> None:
    shown = make_campaign(status=Status.RUNNING)
    hidden = make_campaign(status=Status.RUNNING, is_public=False)
    make_campaign(status=Status.STOPPED)
    for topics_, ids in ((MANAGEMENT, {shown.pk, hidden.pk}), (PUBLIC, {shown.pk})):
        snapshot = data(Stream(topics=topics_, max_viewers=1).read_snapshot())
        assert {row["id"] for row in snapshot["campaigns"]} == ids


def test_nobody_hears_of_a_campaign_that_was_never_public() -> None:
    stream = stream_of(PUBLIC)
    hidden = make_campaign(is_public=False)
    assert stream.read_news({Change("campaigns", hidden.pk)}) == []
    Campaign.objects.filter(pk=hidden.pk)._raw_delete("default")
    assert stream.read_news({Change("campaigns", hidden.pk)}) == []


def test_what_is_hidden_or_deleted_is_told_to_those_who_saw_it() -> None:
    shown, other = make_campaign(), make_campaign()
    stream = stream_of(PUBLIC)
    Campaign.objects.filter(pk=shown.pk).update(is_public=False)
    (event,) = stream.read_news({Change("campaigns", shown.pk)})
    assert data(event) == {"campaigns": [], "removed": [shown.pk]}
    Campaign.objects.filter(pk=other.pk)._raw_delete("default")
    (event,) = stream.read_news({Change("campaigns", other.pk)})
    assert data(event)["removed"] == [other.pk]


def test_what_is_new_is_told_with_its_row() -> None:
    stream = stream_of(MANAGEMENT)
    new = make_campaign(is_public=False)
    (event,) = stream.read_news({Change("campaigns", new.pk), Change("somebody-else-s", 1)})
    assert data(event)["campaigns"] == topics.management_rows([new.pk])


@pytest.mark.parametrize(
    ("topics_", "snapshot", "event"),
    [
        (MANAGEMENT, "Snapshot", "CampaignsEvent"),
        (PUBLIC, "PublicSnapshot", "PublicCampaignsEvent"),
    ],
)
def test_events_are_as_the_reference_says(
    topics_: tuple[Topic, ...], snapshot: str, event: str
) -> None:
    document = yaml.safe_load(OPENAPI.read_text())
    campaign = make_frozen_campaign()
    stream = Stream(topics=topics_, max_viewers=1)
    sent = [(snapshot, stream.read_snapshot())]
    sent += [(event, told) for told in stream.read_news({Change("campaigns", campaign.pk)})]
    assert len(sent) == 2
    for component, told in sent:
        # Everything within the component, and nothing that it doesn't name.
        schema = {"$ref": f"#/components/schemas/{component}", **document}
        Draft202012Validator(schema).validate(data(told))
        assert (
            data(told).keys() == document["components"]["schemas"][component]["properties"].keys()
        )
        assert data(told)["campaigns"]


@pytest.mark.parametrize("role", list(Role))
def test_every_user_may_watch(role: Role) -> None:
    user = make_user(role=role)
    assert topics.pass_of(scope(bearer(token_of(user)))) == RefreshSession.objects.get().pk


def test_nobody_else_may_watch() -> None:
    user = make_user()
    token = token_of(user)
    for headers in (
        (),
        ((b"authorization", b""),),
        ((b"authorization", b"Basic abc"),),
        ((b"authorization", b"Bearer a b"),),
        ((b"authorization", b"Bearer \xff"),),
        (bearer("nonsense"),),
        (bearer(AccessToken()),),
    ):
        assert topics.pass_of(scope(*headers)) is None
    User.objects.update(is_active=False)
    assert topics.pass_of(scope(bearer(token))) is None
    user.delete()
    assert topics.pass_of(scope(bearer(token))) is None


def test_a_right_to_watch_ends_with_its_session_and_its_user_s_right_to_sign_in(
    django_assert_num_queries: Any,
) -> None:
    active, inactive, gone, out = make_user(), make_user(), make_user(), make_user()
    rights = [open_session(user=user).pk for user in (active, inactive, gone, out)]
    assert topics.good_passes(rights) == set(rights)
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    gone.delete()
    end_sessions(user_id=out.pk, by=out.actor)
    with django_assert_num_queries(1):
        assert topics.good_passes(rights) == {rights[0]}


def test_a_key_watches_until_it_is_revoked() -> None:
    key, secret = create_key(name="screen", scopes=["read"], expires_at=None, by=SYSTEM)
    _, other = create_key(name="bounces", scopes=["feedback"], expires_at=None, by=SYSTEM)
    assert topics.pass_of(scope(bearer(secret))) == key.pk
    assert topics.pass_of(scope(bearer(other))) is None
    assert topics.good_passes([key.pk]) == {key.pk}
    revoke_key(key_id=key.pk, by=SYSTEM)
    assert topics.good_passes([key.pk]) == set()
