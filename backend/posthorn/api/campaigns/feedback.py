"""What came back of a campaign."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django_filters import rest_framework as filters
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from posthorn.api.export import csv_of, csv_response
from posthorn.api.feedback.serializers import FeedbackSerializer
from posthorn.api.filtering import Search
from posthorn.campaigns.selectors import require_campaign
from posthorn.feedback.models import Feedback, FeedbackKind
from posthorn.feedback.selectors import feedback_of

_COLUMNS = ("id", "kind", "source", "email", "delivery_id", "status", "detail", "at")


class FeedbackFilter(filters.FilterSet):  # type: ignore[misc]
    kind = filters.MultipleChoiceFilter(choices=FeedbackKind.choices, help_text="Repeatable.")

    class Meta:
        model = Feedback
        fields = ("kind",)


class CampaignFeedbackView(GenericAPIView[Feedback]):
    queryset = Feedback.objects.none()
    serializer_class = FeedbackSerializer
    filterset_class = FeedbackFilter
    search_fields = ("email",)
    ordering_fields = ("id", "at")

    @extend_schema(
        operation_id="listCampaignFeedback",
        tags=["feedback"],
        summary="What came back of a campaign",
        description="The newest first. Searches the address.",
        responses={200: FeedbackSerializer(many=True)},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        require_campaign(campaign_id)
        page = self.paginate_queryset(self.filter_queryset(feedback_of(campaign_id)))
        return self.get_paginated_response(FeedbackSerializer(page, many=True).data)


class CampaignFeedbackExportView(GenericAPIView[Feedback]):
    queryset = Feedback.objects.none()
    filterset_class = FeedbackFilter
    filter_backends = (DjangoFilterBackend, Search)
    search_fields = ("email",)
    pagination_class = None

    @extend_schema(
        operation_id="exportCampaignFeedback",
        tags=["feedback"],
        summary="Download what came back of a campaign as CSV",
        description="In the order in which it came, with the filters of the list.",
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, campaign_id: int) -> StreamingHttpResponse:
        require_campaign(campaign_id)
        rows = csv_of(
            self.filter_queryset(feedback_of(campaign_id)),
            _COLUMNS,
            header=tuple("delivery" if name == "delivery_id" else name for name in _COLUMNS),
        )
        return csv_response(rows, f"campaign-{campaign_id}-feedback.csv")
