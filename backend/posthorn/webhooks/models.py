"""Where events are posted to, the outbox that holds them until then, and what came of each try."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from posthorn.core.models import TimestampedModel


class EventType(models.TextChoices):
    CAMPAIGN_STARTED = "campaign.started", "A campaign was started"
    CAMPAIGN_STOPPED = "campaign.stopped", "A person stopped a campaign"
    CAMPAIGN_FAILED = "campaign.failed", "A campaign stopped by itself"
    CAMPAIGN_FINISHED = "campaign.finished", "A campaign has nothing left to send"
    DELIVERIES_FAILED = "deliveries.failed", "So many deliveries failed since the last digest"
    IMPORT_FINISHED = "import.finished", "An import came to its end"
    TEST = "webhook.test", "Somebody pressed the test button"


def no_events() -> list[str]:
    return []


class Webhook(TimestampedModel):
    """An address that events are posted to.

    The secrets are sealed (`core.sealing`); the former one still signs for a day after a rotation,
    so that the receiver can change over without losing an event.
    """

    url = models.URLField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    events = models.JSONField(default=no_events)
    secret = models.TextField()
    former_secret = models.TextField(blank=True, default="")
    rotated_at = models.DateTimeField(null=True)
    enabled = models.BooleanField(default=True)
    switched_off_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.url


class PostStatus(models.TextChoices):
    WAITING = "waiting", "Not posted yet, or waiting for another try"
    DELIVERED = "delivered", "The receiver answered 2xx"
    FAILED = "failed", "Given up after a day"


def no_payload() -> dict[str, Any]:
    return {}


class Post(models.Model):
    """One event for one webhook: a row of the outbox, written with the change that it tells of.

    `id` is the message's id to the receiver and the same at each try, so that a receiver can drop
    what it has seen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="posts")
    type = models.CharField(max_length=30, choices=EventType)
    payload = models.JSONField(default=no_payload)
    created_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(max_length=10, choices=PostStatus, default=PostStatus.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(
                name="webhook_post_due", fields=("next_try_at",), condition=Q(status="waiting")
            ),
        )

    def __str__(self) -> str:
        return f"{self.type} to {self.webhook_id}"


class Attempt(models.Model):
    """One try to post: what was answered, or why nothing was."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status_code = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    answer = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        ordering = ("-at", "-id")


class Digest(models.Model):
    """How many failed deliveries of a campaign the last digest had told of."""

    campaign_id = models.BigIntegerField(primary_key=True)
    failed = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.failed}"
