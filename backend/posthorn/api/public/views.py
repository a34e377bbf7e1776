"""What needs no sign-in: the public page's numbers, and unsubscribing."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.filters import StatusFilter
from posthorn.api.permissions import Anyone
from posthorn.api.public.serializers import (
    PublicCampaignSerializer,
    UnsubscribeSerializer,
    public_items,
)
from posthorn.campaigns.models import Campaign
from posthorn.campaigns.selectors import public_campaigns
from posthorn.feedback.unsubscribing import subscription_of, unsubscribe

_UNSUBSCRIBE = (
    " The token comes with every message. No sign-in: whoever holds the link may use it. The"
    " address is shown masked."
)


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
            304: OpenApiResponse(description="Nothing changed since the `ETag` that was sent."),
        },
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        response = self.get_paginated_response(public_items(page or ()))
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
