"""What needs no sign-in: the public page's numbers, and unsubscribing."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.filters import StatusFilter
from posthorn.api.campaigns.serializers import TimelineSerializer
from posthorn.api.permissions import Anyone
from posthorn.api.public.head import campaign_head
from posthorn.api.public.serializers import (
    PublicCampaignSerializer,
    PublicTotalsSerializer,
    UnsubscribeSerializer,
    public_items,
)
from posthorn.campaigns.models import Campaign
from posthorn.campaigns.selectors import get_public_campaign, public_campaigns
from posthorn.delivery.numbers import public_totals, timeline_of
from posthorn.feedback.unsubscribing import subscription_of, unsubscribe

_UNSUBSCRIBE = (
    " The token comes with every message. No sign-in: whoever holds the link may use it. The"
    " address is shown masked."
)


_ETAG = (
    " Answers with an `ETag`: send it back as `If-None-Match` and get 304 while nothing changed."
    " May be cached for a second."
)
_UNCHANGED = OpenApiResponse(description="Nothing changed since the `ETag` that was sent.")


def _for_everybody(data: Any) -> Response:
    return Response(data, headers={"Cache-Control": "public, max-age=1"})


class PublicCampaignsView(GenericAPIView[Campaign]):
    authentication_classes = []
    permission_classes = [Anyone]
    serializer_class = PublicCampaignSerializer
    filterset_class = StatusFilter
    search_fields = ("name",)
    ordering_fields = ("name", "started_at", "created_at", "sent", "total")

    def get_queryset(self) -> QuerySet[Campaign]:
        return public_campaigns()

    @extend_schema(
        operation_id="listPublicCampaigns",
        tags=["public"],
        summary="Watch the campaigns",
        description=(
            "Running ones first, then the newest, unless ordered otherwise. Searches the name."
            " Answers with an `ETag`: send it back as `If-None-Match` and get 304 while nothing"
            " changed. At most half a second old, and may be cached for a second."
        ),
        responses={
            200: PublicCampaignSerializer(many=True),
            304: _UNCHANGED,
        },
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        response = self.get_paginated_response(public_items(page or ()))
        response["Cache-Control"] = "public, max-age=1"
        return response


class PublicCampaignView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="getPublicCampaign",
        tags=["public"],
        summary="Watch one campaign",
        description="404 for one that is hidden." + _ETAG,
        responses={200: PublicCampaignSerializer, 304: _UNCHANGED},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        (item,) = public_items([get_public_campaign(campaign_id)])
        return _for_everybody(item)


class PublicTimelineView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="getPublicTimeline",
        tags=["public"],
        summary="A campaign's sending over time",
        description="404 for one that is hidden." + _ETAG,
        responses={200: TimelineSerializer, 304: _UNCHANGED},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        campaign = get_public_campaign(campaign_id)
        return _for_everybody(TimelineSerializer(timeline_of(campaign.pk)).data)


class PublicTotalsView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="getPublicTotals",
        tags=["public"],
        summary="All campaigns in four numbers",
        description="Of those that everybody may see." + _ETAG,
        responses={200: PublicTotalsSerializer, 304: _UNCHANGED},
    )
    def get(self, request: Request) -> Response:
        return _for_everybody(PublicTotalsSerializer(public_totals()).data)


class PublicCampaignHeadView(APIView):
    """The `<head>` of a campaign's page, for whoever shows a preview of a link."""

    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(exclude=True)
    def get(self, request: Request, campaign_id: int) -> HttpResponse:
        response = HttpResponse(campaign_head(campaign_id))
        response["Cache-Control"] = "public, max-age=1"
        return response


class UnsubscribeView(APIView):
    # Whatever programs on the way have hung on to the link, it still unsubscribes.
    takes_any_parameters = True
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="getUnsubscribe",
        tags=["public"],
        summary="What a link to unsubscribe stands for",
        description="Changes nothing: programs that follow links must not unsubscribe anybody."
        + _UNSUBSCRIBE,
        responses={200: UnsubscribeSerializer},
    )
    def get(self, request: Request, token: str) -> Response:
        return Response(UnsubscribeSerializer(subscription_of(token)).data)

    @extend_schema(
        operation_id="unsubscribe",
        tags=["public"],
        summary="Unsubscribe",
        description="Also takes the one-click form of RFC 8058; the body is not looked at. Twice"
        " is no error." + _UNSUBSCRIBE,
        request=None,
        responses={200: UnsubscribeSerializer},
    )
    def post(self, request: Request, token: str) -> Response:
        return Response(UnsubscribeSerializer(unsubscribe(token)).data)
