"""Writes events into the outbox, in the transaction of the change that they tell of."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.core.clock import database_now
from posthorn.core.journal import Entry, register_writer
from posthorn.webhooks.models import Digest, EventType, Post, Webhook

_CAMPAIGN_EVENTS = {
    "start": EventType.CAMPAIGN_STARTED,
    "retry": EventType.CAMPAIGN_STARTED,
    "stop": EventType.CAMPAIGN_STOPPED,
    "finish": EventType.CAMPAIGN_FINISHED,
}


def note(entry: Entry) -> None:
    """Turn what the journal is told into events for those who subscribed to them."""
    kind = _kind(entry)
    if kind is None:
        return
    if entry.topic == TOPIC:
        payload = campaign_payload(entry.object_id)
    else:
        payload = {"import": {"id": entry.object_id, **entry.after}}
    write(kind, payload)


def _kind(entry: Entry) -> EventType | None:
    if entry.topic == "imports":
        return EventType.IMPORT_FINISHED if entry.action == "finish" else None
    if entry.topic != TOPIC:
        return None
    if entry.action == "stop" and entry.by.kind == "system":
        return EventType.CAMPAIGN_FAILED
    return _CAMPAIGN_EVENTS.get(entry.action)


def campaign_payload(campaign_id: int) -> dict[str, Any]:
    """The campaign as events tell of it: no content and no subscriber."""
    campaign = Campaign.objects.defer("body_text", "body_html").get(pk=campaign_id)
    tally = ("total", "pending", "sending", "sent", "failed", "unknown", "skipped")
    return {
        "campaign": {
            "id": campaign.pk,
            "name": campaign.name,
            "status": campaign.status,
            "stop_reason": campaign.stop_reason,
            **{field: getattr(campaign, field) for field in tally},
        }
    }


def write(kind: EventType, payload: dict[str, Any]) -> None:
    """Put an event into the outbox for every webhook that wants it."""
    wanting = [
        webhook
        for webhook in Webhook.objects.filter(enabled=True).only("pk", "events")
        if kind in webhook.events
    ]
    if wanting:
        now = database_now()
        Post.objects.bulk_create(
            Post(webhook=webhook, type=kind, payload=payload, next_try_at=now)
            for webhook in wanting
        )


def write_digests() -> None:
    """Tell, once a turn and campaign, how many deliveries failed since the last digest."""
    if not any(
        EventType.DELIVERIES_FAILED in webhook.events
        for webhook in Webhook.objects.filter(enabled=True)
    ):
        return
    told = Digest.objects.filter(campaign_id=OuterRef("pk")).values("failed")
    news = (
        Campaign.objects.annotate(told=Subquery(told))
        .filter(Q(told=None, failed__gt=0) | Q(told__lt=F("failed")))
        .values_list("pk", "failed", "told")
    )
    for campaign_id, failed, before in news:
        payload = campaign_payload(campaign_id)
        write(EventType.DELIVERIES_FAILED, {**payload, "failed_since": failed - (before or 0)})
        Digest.objects.update_or_create(campaign_id=campaign_id, defaults={"failed": failed})


def register() -> None:
    """Have the journal told to the outbox."""
    register_writer(note)
