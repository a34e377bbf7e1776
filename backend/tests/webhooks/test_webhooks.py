"""Webhooks: told with the change, signed, tried again, and kept away from what is ours."""

from __future__ import annotations

import io
import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import trustme
from django.db import transaction
from rest_framework.test import APIClient
from standardwebhooks import Webhook as Verifier

from posthorn.accounts.actor import SYSTEM
from posthorn.accounts.models import AuditEntry
from posthorn.audience.imports import running, services
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.errors import InvalidInput
from posthorn.delivery import moves
from posthorn.webhooks import posting
from posthorn.webhooks.duties import BACKOFF, clear_outbox, empty_outbox
from posthorn.webhooks.models import Attempt, EventType, Post, Webhook
from posthorn.webhooks.outbox import write_digests
from posthorn.webhooks.services import create_webhook, rotate_secret, update_webhook
from tests.factories import make_campaign, make_frozen_campaign, make_list
from tests.webhooks.receiver import Receiver, receive

pytestmark = pytest.mark.django_db(transaction=True)

ALL = [kind.value for kind in EventType if kind != EventType.TEST]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.ENV = replace(settings.ENV, webhooks_allow_private=True)
    with receive() as running:
        yield running


def make_webhook(receiver: Receiver, *events: str) -> tuple[Webhook, str]:
    fields = {"url": receiver.url, "events": list(events) or ALL}
    return create_webhook(fields=fields, by=SYSTEM)  # type: ignore[arg-type]


def make_due() -> None:
    Post.objects.update(next_try_at=database_now() - timedelta(seconds=1))


def test_a_start_is_posted_and_its_signature_verifies(receiver: Receiver) -> None:
    _, secret = make_webhook(receiver)
    campaign = make_campaign(lists=[make_list(subscribers=2)], name="Лето")
    moves.start_campaign(campaign_id=campaign.pk, by=SYSTEM)
    empty_outbox()
    [(headers, body)] = receiver.received
    event = Verifier(secret).verify(body, headers)
    assert event["type"] == "campaign.started"
    assert event["data"]["campaign"]["name"] == "Лето"
    assert headers["content-type"] == "application/json"
    assert Post.objects.get().status == "delivered"
    assert Attempt.objects.get().status_code == 200


def test_a_change_that_is_taken_back_tells_nobody(receiver: Receiver) -> None:
    make_webhook(receiver)
    campaign = make_campaign(lists=[make_list(subscribers=1)])
    with transaction.atomic():
        moves.start_campaign(campaign_id=campaign.pk, by=SYSTEM)
        assert Post.objects.exists()
        transaction.set_rollback(True)
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("by_itself", "kind"), [(True, "campaign.failed"), (False, "campaign.stopped")]
)
def test_who_stopped_it_makes_the_difference(
    receiver: Receiver, by_itself: bool, kind: str, user: Any
) -> None:
    make_webhook(receiver)
    campaign = make_frozen_campaign()
    if by_itself:
        moves.stop_broken_campaign(campaign_id=campaign.pk, reason="The transport is down")
    else:
        moves.stop_campaign(campaign_id=campaign.pk, by=user.actor)
    assert Post.objects.get().type == kind


def test_only_what_was_asked_for_is_posted(receiver: Receiver) -> None:
    make_webhook(receiver, "campaign.finished")
    moves.stop_broken_campaign(campaign_id=make_frozen_campaign().pk, reason="x")
    assert not Post.objects.exists()


def test_a_failed_try_is_made_again_with_the_same_id_and_logged(receiver: Receiver) -> None:
    make_webhook(receiver)
    receiver.answers = [503, 200]
    moves.stop_broken_campaign(campaign_id=make_frozen_campaign().pk, reason="x")
    empty_outbox()
    post = Post.objects.get()
    assert post.status == "waiting"
    assert post.next_try_at is not None
    assert post.next_try_at > database_now()
    empty_outbox()
    assert len(receiver.received) == 1, "not before its time"
    make_due()
    empty_outbox()
    first, second = (headers["webhook-id"] for headers, _ in receiver.received)
    assert first == second == str(post.pk)
    assert [attempt.status_code for attempt in post.attempts.order_by("at")] == [503, 200]
    assert "\x00" not in Attempt.objects.latest("at").answer


def test_after_a_day_it_is_switched_off_with_a_note(receiver: Receiver) -> None:
    webhook, _ = make_webhook(receiver)
    receiver.answers = [500]
    moves.stop_broken_campaign(campaign_id=make_frozen_campaign().pk, reason="x")
    for _ in range(len(BACKOFF) + 1):
        make_due()
        empty_outbox()
    assert timedelta(hours=20) < sum(BACKOFF, timedelta()) < timedelta(hours=28)
    webhook.refresh_from_db()
    assert not webhook.enabled
    assert "It answered 500" in webhook.switched_off_reason
    assert Post.objects.get().status == "failed"
    (told,) = AuditEntry.objects.filter(action="switch_off")
    assert (told.actor_kind, told.object_id) == ("system", webhook.pk)
    update_webhook(webhook_id=webhook.pk, changes={"enabled": True}, by=SYSTEM)
    webhook.refresh_from_db()
    assert webhook.switched_off_reason == ""


def test_an_import_that_came_to_its_end_is_told_and_a_dry_run_is_not(receiver: Receiver) -> None:
    make_webhook(receiver, "import.finished")
    people = b"email,name\nada@example.org,Ada\nnobody,X\n"
    import_id = services.upload_import(
        file=io.BytesIO(people),
        size=len(people),
        pieces=[people],
        file_name="people.csv",
        options={},
        by=SYSTEM,
    )
    for dry_run in (True, False):
        services.start_import(import_id=import_id, dry_run=dry_run, by=SYSTEM)
        while running.run_slice(import_id=import_id):
            pass
    empty_outbox()
    ((_, body),) = receiver.received
    told = json.loads(body)["data"]["import"]
    assert (told["id"], told["status"]) == (import_id, "finished")
    assert (told["new"], told["rejected"]) == (1, 1)


def test_a_receiver_that_is_away_delays_no_other(receiver: Receiver) -> None:
    with receive() as gone:
        make_webhook(gone)
    make_webhook(receiver)
    moves.stop_broken_campaign(campaign_id=make_frozen_campaign().pk, reason="x")
    empty_outbox()
    assert len(receiver.received) == 1
    assert Post.objects.filter(status="waiting").count() == 1


def test_after_a_rotation_both_secrets_verify_for_a_day(receiver: Receiver) -> None:
    webhook, old = make_webhook(receiver)
    new = rotate_secret(webhook_id=webhook.pk, by=SYSTEM)
    moves.stop_broken_campaign(campaign_id=make_frozen_campaign().pk, reason="x")
    empty_outbox()
    headers, body = receiver.received[0]
    assert Verifier(old).verify(body, headers)
    assert Verifier(new).verify(body, headers)
    Webhook.objects.update(rotated_at=database_now() - timedelta(days=2))
    moves.stop_broken_campaign(campaign_id=make_frozen_campaign().pk, reason="x")
    empty_outbox()
    headers, body = receiver.received[1]
    assert Verifier(new).verify(body, headers)
    assert len(headers["webhook-signature"].split()) == 1


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    make_webhook(receiver)
    with receive() as elsewhere:
        receiver.answers, receiver.location = [307], elsewhere.url
        moves.stop_broken_campaign(campaign_id=make_frozen_campaign().pk, reason="x")
        empty_outbox()
        assert elsewhere.received == []
    assert Attempt.objects.get().error == "It answered 307."


def test_failures_are_told_as_digests(receiver: Receiver) -> None:
    make_webhook(receiver, "deliveries.failed")
    campaign = make_frozen_campaign(subscribers=5)
    write_digests()
    assert not Post.objects.exists()
    Campaign.objects.filter(pk=campaign.pk).update(pending=2, failed=3)
    write_digests()
    write_digests()
    assert [post.payload["failed_since"] for post in Post.objects.all()] == [3]
    Campaign.objects.filter(pk=campaign.pk).update(pending=1, failed=4)
    write_digests()
    assert [post.payload["failed_since"] for post in Post.objects.all()] == [1, 3]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "http://example.org/",
        "ftp://example.org/",
        "https://user:password@example.org/",
        "https://example.org:99999/",
        "https:///nowhere",
    ],
)
def test_addresses_that_are_not_for_webhooks_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        create_webhook(fields={"url": url, "events": ALL}, by=SYSTEM)
    assert refusal.value.errors[0].field == "url"
    assert not Webhook.objects.exists()


def test_a_name_that_leads_into_our_network_is_refused_when_it_connects() -> None:
    answer = posting.post("https://localhost/", body=b"{}", headers={}, allow_private=False)
    assert answer.status_code is None
    assert "not an address of the public internet" in answer.error


@pytest.mark.parametrize(("name", "accepted"), [("127.0.0.1", True), ("example.org", False)])
def test_a_certificate_is_checked_by_the_name_that_was_asked_for(
    name: str, accepted: bool, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with receive(tls=context) as receiver:
        answer = posting.post(receiver.url, body=b"{}", headers={}, allow_private=True)
    assert answer.accepted is accepted, answer.error
    assert bool(receiver.received) is accepted


def test_what_was_posted_is_forgotten_after_thirty_days(receiver: Receiver) -> None:
    make_webhook(receiver)
    moves.stop_broken_campaign(campaign_id=make_frozen_campaign().pk, reason="x")
    Post.objects.update(created_at=database_now() - timedelta(days=31))
    clear_outbox()
    assert Post.objects.count() == 1, "it has not been posted yet"
    empty_outbox()
    clear_outbox()
    assert not Post.objects.exists()


def test_by_the_api(admin: APIClient, receiver: Receiver) -> None:
    created = admin.post(
        "/api/v1/webhooks/", {"url": receiver.url, "events": ["campaign.finished"]}
    )
    assert created.status_code == 201
    secret = created.json()["secret"]
    address = f"/api/v1/webhooks/{created.json()['id']}/"
    assert "secret" not in admin.get(address).json()
    assert secret not in json.dumps(admin.get("/api/v1/webhooks/").json())
    assert Webhook.objects.get().secret != secret
    assert admin.post(f"{address}test/").status_code == 202
    empty_outbox()
    [event] = admin.get(f"{address}events/").json()["results"]
    assert event["type"] == "webhook.test"
    assert event["attempts"][0]["status_code"] == 200
    assert admin.post(f"{address}events/{event['id']}/redeliver/").status_code == 202
    empty_outbox()
    assert len(receiver.received) == 2
    assert admin.patch(address, {"enabled": False}).json()["enabled"] is False
    assert admin.post(f"{address}test/").json()["code"] == "switched_off"
    assert admin.patch(address, {"events": ["no.such"]}).status_code == 400
    assert admin.delete(address).status_code == 204
    assert not Post.objects.exists()


def test_the_end_of_a_campaign_is_told_by_the_engine(receiver: Receiver) -> None:
    make_webhook(receiver, "campaign.finished")
    campaign = make_frozen_campaign(subscribers=0)
    assert moves.finish_campaign(campaign_id=campaign.pk)
    assert Campaign.objects.get(pk=campaign.pk).status == Status.FINISHED
    assert Post.objects.get().payload["campaign"]["status"] == "finished"
