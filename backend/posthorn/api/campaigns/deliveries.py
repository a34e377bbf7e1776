"""A campaign's ledger."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.filters import DeliveryFilter
from posthorn.api.export import csv_of, csv_response
from posthorn.api.filtering import Search
from posthorn.api.permissions import acting
from posthorn.campaigns.selectors import get_campaign, require_campaign
from posthorn.delivery import moves
from posthorn.delivery.models import Delivery, DeliveryStatus
from posthorn.delivery.numbers import LedgerRows, deliveries_of

_FIELDS = ("id", "subscriber_id", "email", "status", "attempts", "sent_at", "detail")


class DeliverySerializer(serializers.Serializer[Any]):
    """One subscriber in one campaign."""

    id = serializers.IntegerField()
    subscriber = serializers.IntegerField(source="subscriber_id")
    email = serializers.CharField(help_text="The address that it went to, or will go to.")
    status = serializers.ChoiceField(choices=DeliveryStatus.choices)
    attempts = serializers.IntegerField()
    sent_at = serializers.DateTimeField(allow_null=True)
    detail = serializers.CharField(help_text="The transport's reply, or why it was not sent.")


class DeliveriesView(GenericAPIView[Delivery]):
    queryset = Delivery.objects.none()
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    search_fields = ("email",)
    ordering_fields = ("id", "sent_at")

    @extend_schema(
        operation_id="listDeliveries",
        tags=["deliveries"],
        summary="Read a campaign's ledger",
        description="In the order in which it goes out. Searches the address.",
        responses={200: DeliverySerializer(many=True)},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        campaign = get_campaign(campaign_id)
        rows = self.filter_queryset(deliveries_of(campaign_id))
        narrowed = {"status", "search", "ordering"} & request.query_params.keys()
        # A ledger that is still being frozen has rows which no counter tells of.
        whole = campaign.frozen_at is not None and not narrowed
        page = self.paginate_queryset(LedgerRows(campaign) if whole else rows)  # type: ignore[arg-type]
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)


class ExportView(GenericAPIView[Delivery]):
    queryset = Delivery.objects.none()
    filterset_class = DeliveryFilter
    filter_backends = (DjangoFilterBackend, Search)
    search_fields = ("email",)
    pagination_class = None

    @extend_schema(
        operation_id="exportDeliveries",
        tags=["deliveries"],
        summary="Download a campaign's ledger as CSV",
        description=(
            "In the order in which it goes out, with the filters of the list. A cell that a"
            " spreadsheet would take for a formula gets an apostrophe in front."
        ),
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, campaign_id: int) -> StreamingHttpResponse:
        require_campaign(campaign_id)
        rows = csv_of(
            self.filter_queryset(deliveries_of(campaign_id)),
            _FIELDS,
            key="subscriber_id",
            header=("id", "subscriber", *_FIELDS[2:]),
        )
        return csv_response(rows, f"campaign-{campaign_id}-deliveries.csv")


class MarkSentView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="markDeliverySent",
        tags=["deliveries"],
        summary="Say that an unknown delivery did arrive",
        description="Any other status is 409 with code `not_unknown`.",
        request=None,
        responses={200: DeliverySerializer},
    )
    def post(self, request: Request, campaign_id: int, delivery_id: int) -> Response:
        delivery = moves.mark_delivery_sent(
            campaign_id=campaign_id, delivery_id=delivery_id, by=acting(request)
        )
        return Response(DeliverySerializer(delivery).data)
