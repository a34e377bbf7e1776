"""Whom a campaign would reach."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.fields import IdsField
from posthorn.api.strict import StrictSerializer
from posthorn.audience.resolution import AudienceCount, count_audience
from posthorn.campaigns.audience import audience_of, spec_of
from posthorn.campaigns.selectors import get_campaign

_MAX_SAMPLE = 2**31 - 1


class AudienceFieldsSerializer(StrictSerializer):
    """What makes up an audience."""

    lists = IdsField(required=False, help_text="Ids of mailing lists.")
    segments = IdsField(required=False, help_text="Ids of segments.")
    excluded_lists = IdsField(
        required=False, help_text="Ids of mailing lists whose subscribers are left out."
    )
    excluded_segments = IdsField(
        required=False, help_text="Ids of segments whose subscribers are left out."
    )
    sample_size = serializers.IntegerField(
        min_value=1,
        max_value=_MAX_SAMPLE,
        required=False,
        allow_null=True,
        help_text="So many of the audience, chosen as if by chance; null for all.",
    )
    sample_percent = serializers.IntegerField(
        min_value=1,
        max_value=100,
        required=False,
        allow_null=True,
        help_text="This share of the audience instead, rounded up; null for all.",
    )


class AudienceCountSerializer(serializers.Serializer[Any]):
    """How large an audience is."""

    subscribers = serializers.IntegerField(help_text="How many would be mailed.")
    suppressed = serializers.IntegerField(
        help_text="How many are left out because their address must not be mailed."
    )
    frozen = serializers.BooleanField(
        help_text="Whether the audience is in the ledger already: then `subscribers` is its size."
    )


class CampaignAudienceView(APIView):
    @extend_schema(
        operation_id="getCampaignAudience",
        tags=["campaigns"],
        summary="Count whom a campaign would reach now",
        responses={200: AudienceCountSerializer},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        campaign = get_campaign(campaign_id)
        if campaign.frozen_at is not None:
            return _answer(AudienceCount(campaign.total, 0), frozen=True)
        return _answer(count_audience(audience_of(campaign)))


class AudiencePreviewView(APIView):
    """Changes nothing, so whoever may read may ask (`accounts.access`)."""

    @extend_schema(
        operation_id="previewAudience",
        tags=["campaigns"],
        summary="Count an audience without saving it",
        request=AudienceFieldsSerializer,
        responses={200: AudienceCountSerializer},
    )
    def post(self, request: Request) -> Response:
        given = AudienceFieldsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return _answer(count_audience(spec_of(given.validated_data)))


def _answer(count: AudienceCount, *, frozen: bool = False) -> Response:
    body = {"subscribers": count.subscribers, "suppressed": count.suppressed, "frozen": frozen}
    return Response(AudienceCountSerializer(body).data)
