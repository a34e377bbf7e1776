"""Reads of webhooks and their outbox."""

from __future__ import annotations

from django.db.models import QuerySet

from posthorn.core.errors import NotFound
from posthorn.webhooks.models import Post, Webhook


def get_webhook(webhook_id: int) -> Webhook:
    """Raises NotFound."""
    webhook = Webhook.objects.filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFound("There is no such webhook.")
    return webhook


def posts_of(webhook_id: int) -> QuerySet[Post]:
    """What was and will be posted to it, each with its attempts."""
    return Post.objects.filter(webhook_id=webhook_id).prefetch_related("attempts")
