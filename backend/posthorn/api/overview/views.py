"""What goes on, in one answer: the first page of whoever signs in."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.serializers import CampaignListItemSerializer, list_items
from posthorn.core.duties import anybody_works
from posthorn.delivery.overview import (
    attention_campaigns,
    audience_growth,
    coming_campaigns,
    running_campaigns,
    sent_by_hour,
)


class SentHourSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(help_text="When the hour begins.")
    sent = serializers.IntegerField()
    failed = serializers.IntegerField()


class GrowthSerializer(serializers.Serializer[Any]):
    """How many there are, and how many of them came within seven days."""

    subscribers = serializers.IntegerField()
    new_subscribers = serializers.IntegerField()
    suppressions = serializers.IntegerField()
    new_suppressions = serializers.IntegerField()


class OverviewSerializer(serializers.Serializer[Any]):
    """What goes on."""

    workers = serializers.BooleanField(help_text="Whether any worker process lives.")
    running = CampaignListItemSerializer(many=True, help_text="At most 20, the newest start first.")
    coming = CampaignListItemSerializer(many=True, help_text="The next ten that are scheduled.")
    attention = CampaignListItemSerializer(
        many=True,
        help_text=(
            "At most ten that need a person: stopped by themselves, with unknown deliveries, or"
            " with failed ones of the last seven days."
        ),
    )
    sent = SentHourSerializer(
        many=True, help_text="The last seven days by the hour; empty hours are left out."
    )
    audience = GrowthSerializer()


class OverviewView(APIView):
    @extend_schema(
        operation_id="getOverview",
        tags=["campaigns"],
        summary="What runs, what comes, and what needs a person",
        responses={200: OverviewSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(
            {
                "workers": anybody_works(),
                "running": list_items(running_campaigns()),
                "coming": list_items(coming_campaigns()),
                "attention": list_items(attention_campaigns()),
                "sent": SentHourSerializer(sent_by_hour(), many=True).data,
                "audience": GrowthSerializer(audience_growth()).data,
            }
        )
