"""What everybody may see: names, states, counts and times, and nothing about any subscriber."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from posthorn.api.campaigns.choices import STATUSES
from posthorn.api.campaigns.serializers import ProgressSerializer
from posthorn.campaigns.models import Campaign
from posthorn.delivery.numbers import progress_of


class PublicCampaignSerializer(ProgressSerializer):
    """A campaign as everybody may see it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    total = serializers.IntegerField()
    sent = serializers.IntegerField()
    failed = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="Whether they were sent can't be told.")
    skipped = serializers.IntegerField(
        help_text="Left out: unsubscribed or suppressed since the start, or cancelled."
    )
    scheduled_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()


class PublicTotalsSerializer(serializers.Serializer[Any]):
    """All campaigns that everybody may see, in one."""

    campaigns = serializers.IntegerField(help_text="How many there are.")
    running = serializers.IntegerField(help_text="How many of them run now.")
    sent = serializers.IntegerField(help_text="Messages that all of them sent since ever.")
    rate = serializers.FloatField(help_text="Messages a second that all of them send just now.")


class UnsubscribeSerializer(serializers.Serializer[Any]):
    """Who unsubscribes from what."""

    email = serializers.CharField(help_text="Masked, such as `a***@example.org`.")
    campaign = serializers.CharField(help_text="Its name; empty when it was deleted.")
    unsubscribed = serializers.BooleanField(help_text="Whether the address is no longer mailed.")


def public_items(campaigns: Sequence[Campaign]) -> list[dict[str, Any]]:
    """Rows ready for JSON; one query for all their progress."""
    context = {"progress": progress_of(campaigns)}
    return list(PublicCampaignSerializer(campaigns, many=True, context=context).data)
