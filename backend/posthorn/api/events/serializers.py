"""The payloads of the event streams, which `live` sends; the rows are those of the lists.

A snapshot carries, and an event is named by, the topics of a stream (`live.topics`).
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.api.campaigns.serializers import CampaignListItemSerializer
from posthorn.api.public.serializers import PublicCampaignSerializer


def _removed() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of those that are no longer to be seen."
    )


class SnapshotSerializer(serializers.Serializer[Any]):
    """`event: snapshot`, the first of a stream: what changes by itself now."""

    campaigns = CampaignListItemSerializer(many=True)


class CampaignsEventSerializer(serializers.Serializer[Any]):
    """`event: campaigns`: those that changed."""

    campaigns = CampaignListItemSerializer(many=True)
    removed = _removed()


class PublicSnapshotSerializer(serializers.Serializer[Any]):
    """`event: snapshot`, the first of a stream: the campaigns that run now."""

    campaigns = PublicCampaignSerializer(many=True)


class PublicCampaignsEventSerializer(serializers.Serializer[Any]):
    """`event: campaigns`: those that changed."""

    campaigns = PublicCampaignSerializer(many=True)
    removed = _removed()
