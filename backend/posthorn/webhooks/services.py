"""Writes to webhooks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import TypedDict

from django.conf import settings
from django.db import transaction

from posthorn.accounts.actor import Actor
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError, FieldError, InvalidInput, NotFound
from posthorn.core.journal import Entry, record
from posthorn.core.sealing import seal, unseal
from posthorn.webhooks import posting
from posthorn.webhooks.models import EventType, Post, PostStatus, Webhook
from posthorn.webhooks.signature import make_secret

TOPIC = "webhooks"
_PURPOSE = "webhook"
#: For how long the former secret still signs after a rotation.
ROTATION = timedelta(days=1)


class SwitchedOff(DomainError):
    """A post through a webhook that is switched off."""

    code = "switched_off"


class WebhookFields(TypedDict, total=False):
    """What a webhook may be given; what is missing stays as it is."""

    url: str
    description: str
    events: Sequence[str]
    enabled: bool


def create_webhook(*, fields: WebhookFields, by: Actor) -> tuple[Webhook, str]:
    """Create a webhook; returns it with its secret, which is told this once.

    Raises InvalidInput when the address must not be posted to.
    """
    _check(fields)
    secret = make_secret()
    with transaction.atomic():
        webhook = Webhook.objects.create(
            url=fields["url"],
            description=fields.get("description", ""),
            events=sorted(set(fields["events"])),
            enabled=fields.get("enabled", True),
            secret=seal(secret, purpose=_PURPOSE),
        )
        record(Entry(by, "create", TOPIC, webhook.pk, after=dict(fields)))
    return webhook, secret


def update_webhook(*, webhook_id: int, changes: WebhookFields, by: Actor) -> None:
    """Raises InvalidInput, NotFound. Switching one on again forgets why it was switched off."""
    _check(changes)
    values = {**changes, "updated_at": database_now()}
    if "events" in changes:
        values["events"] = sorted(set(changes["events"]))
    if changes.get("enabled"):
        values["switched_off_reason"] = ""
    with transaction.atomic():
        if not Webhook.objects.filter(pk=webhook_id).update(**values):
            raise NotFound("There is no such webhook.")
        record(Entry(by, "update", TOPIC, webhook_id, after=dict(changes)))


def delete_webhook(*, webhook_id: int, by: Actor) -> None:
    """Delete a webhook with its outbox and log. Raises NotFound."""
    with transaction.atomic():
        deleted, _ = Webhook.objects.filter(pk=webhook_id).delete()
        if not deleted:
            raise NotFound("There is no such webhook.")
        record(Entry(by, "delete", TOPIC, webhook_id))


def rotate_secret(*, webhook_id: int, by: Actor) -> str:
    """Give it a new secret and return it; the former one still signs for a day. Raises NotFound."""
    secret = make_secret()
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update().filter(pk=webhook_id).first()
        if webhook is None:
            raise NotFound("There is no such webhook.")
        webhook.former_secret = webhook.secret
        webhook.secret = seal(secret, purpose=_PURPOSE)
        webhook.rotated_at = database_now()
        webhook.save(update_fields=["former_secret", "secret", "rotated_at", "updated_at"])
        record(Entry(by, "rotate_secret", TOPIC, webhook_id))
    return secret


def send_test(*, webhook_id: int, by: Actor) -> Post:
    """Put a test event into the outbox of this webhook alone. Raises NotFound, SwitchedOff."""
    with transaction.atomic():
        webhook = Webhook.objects.filter(pk=webhook_id).first()
        if webhook is None:
            raise NotFound("There is no such webhook.")
        if not webhook.enabled:
            raise SwitchedOff("The webhook is switched off. Switch it on first.")
        post = Post.objects.create(
            webhook=webhook,
            type=EventType.TEST,
            payload={"message": "This is a test."},
            next_try_at=database_now(),
        )
        record(Entry(by, "test", TOPIC, webhook_id))
    return post


def redeliver(*, webhook_id: int, post_id: uuid.UUID, by: Actor) -> None:
    """Post an event once more, whatever became of it. Raises NotFound, SwitchedOff."""
    with transaction.atomic():
        posts = Post.objects.filter(pk=post_id, webhook_id=webhook_id)
        post = posts.select_related("webhook").first()
        if post is None:
            raise NotFound("There is no such event of this webhook.")
        if not post.webhook.enabled:
            raise SwitchedOff("The webhook is switched off. Switch it on first.")
        posts.update(status=PostStatus.WAITING, tries=0, next_try_at=database_now())
        record(Entry(by, "redeliver", TOPIC, webhook_id, after={"post": str(post_id)}))


def secrets_of(webhook: Webhook) -> list[str]:
    """The secrets that sign now, the newest first. Raises SealBroken."""
    secrets = [unseal(webhook.secret, purpose=_PURPOSE)]
    rotated = webhook.rotated_at
    if webhook.former_secret and rotated and database_now() - rotated < ROTATION:
        secrets.append(unseal(webhook.former_secret, purpose=_PURPOSE))
    return secrets


def _check(fields: WebhookFields) -> None:
    if "url" in fields:
        try:
            posting.check_url(fields["url"], allow_private=settings.ENV.webhooks_allow_private)
        except posting.Refused as error:
            raise InvalidInput(FieldError("url", "invalid", str(error))) from error
