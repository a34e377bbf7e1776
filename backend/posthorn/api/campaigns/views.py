"""Campaigns: list, create, read, change, delete, duplicate, preview."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.filters import CampaignFilter
from posthorn.api.campaigns.preview import preview_campaign, test_campaign
from posthorn.api.campaigns.serializers import (
    CampaignListItemSerializer,
    CampaignSerializer,
    CampaignWriteSerializer,
    PreviewRequestSerializer,
    PreviewSerializer,
    TestOutcomeSerializer,
    TestRequestSerializer,
    list_items,
    whole,
)
from posthorn.api.errors import FindingSerializer
from posthorn.api.permissions import acting
from posthorn.campaigns.checks import checks_of
from posthorn.campaigns.models import Campaign
from posthorn.campaigns.selectors import campaign_rows, get_campaign
from posthorn.campaigns.services import (
    create_campaign,
    delete_campaign,
    duplicate_campaign,
    update_campaign,
)

_EDITING = (
    " Draft and scheduled campaigns may be changed freely; a stopped one keeps its audience; a"
    " running one may only change `name`, `rate_limit` and `is_public`; a finished or cancelled"
    " one only `name` and `is_public`. Otherwise 409 with code `not_editable`. Sending a field's"
    " present value is no change."
)


class CampaignsView(GenericAPIView[Campaign]):
    serializer_class = CampaignListItemSerializer
    filterset_class = CampaignFilter
    search_fields = ("name", "subject")
    ordering_fields = ("name", "status", "created_at", "updated_at", "started_at", "sent", "total")

    def get_queryset(self) -> QuerySet[Campaign]:
        return campaign_rows()

    @extend_schema(
        operation_id="listCampaigns",
        tags=["campaigns"],
        summary="List campaigns",
        description="Newest first unless ordered otherwise. Searches the name and the subject.",
        responses={200: CampaignListItemSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(list_items(page or ()))

    @extend_schema(
        operation_id="createCampaign",
        tags=["campaigns"],
        summary="Create a draft",
        request=CampaignWriteSerializer,
        responses={201: CampaignSerializer},
    )
    def post(self, request: Request) -> Response:
        given = CampaignWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        pk = create_campaign(fields=given.validated_data, by=acting(request))
        return Response(whole(get_campaign(pk)), status=201)


class CampaignView(APIView):
    refuses_by_status = True
    #: What the engine moves: no reason to refuse a change that was made beside it.
    volatile_fields = ("tally", "percent", "rate", "eta_seconds", "allowed_moves")

    @extend_schema(
        operation_id="getCampaign",
        tags=["campaigns"],
        summary="Read a campaign",
        responses={200: CampaignSerializer},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        return Response(whole(get_campaign(campaign_id)))

    @extend_schema(
        operation_id="replaceCampaign",
        tags=["campaigns"],
        summary="Change a campaign, all required fields given",
        description="Optional fields that are missing stay as they are." + _EDITING,
        request=CampaignWriteSerializer,
        responses={200: CampaignSerializer},
    )
    def put(self, request: Request, campaign_id: int) -> Response:
        return self._update(request, campaign_id, partial=False)

    @extend_schema(
        operation_id="updateCampaign",
        tags=["campaigns"],
        summary="Change some fields of a campaign",
        description="Fields that are missing stay as they are." + _EDITING,
        request=CampaignWriteSerializer(partial=True),
        responses={200: CampaignSerializer},
    )
    def patch(self, request: Request, campaign_id: int) -> Response:
        return self._update(request, campaign_id, partial=True)

    @extend_schema(
        operation_id="deleteCampaign",
        tags=["campaigns"],
        summary="Delete a campaign and its ledger",
        description="Any but a running one; that is 409 with code `running`.",
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, campaign_id: int) -> Response:
        delete_campaign(campaign_id=campaign_id, by=acting(request))
        return Response(status=204)

    def _update(self, request: Request, campaign_id: int, *, partial: bool) -> Response:
        given = CampaignWriteSerializer(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        update_campaign(campaign_id=campaign_id, changes=given.validated_data, by=acting(request))
        return Response(whole(get_campaign(campaign_id)))


class DuplicateView(APIView):
    @extend_schema(
        operation_id="duplicateCampaign",
        tags=["campaigns"],
        summary="Make a new draft with the same content",
        description='Copies content, audience, transport and limits; the name becomes "Copy of …".',
        request=None,
        responses={201: CampaignSerializer},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        pk = duplicate_campaign(campaign_id=campaign_id, by=acting(request))
        return Response(whole(get_campaign(pk)), status=201)


class PreviewView(APIView):
    @extend_schema(
        operation_id="previewCampaign",
        tags=["campaigns"],
        summary="Render the message for one subscriber",
        description="For the subscriber given, else the first of its lists, else a made-up one.",
        request=PreviewRequestSerializer,
        responses={200: PreviewSerializer},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        given = PreviewRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(preview_campaign(campaign_id, given.validated_data.get("subscriber")))


class ChecksView(APIView):
    @extend_schema(
        operation_id="checkCampaign",
        tags=["campaigns"],
        summary="What to look at before a start",
        description="Errors first: they refuse the start. Warnings are a person's to decide.",
        responses={200: FindingSerializer(many=True)},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        return Response(FindingSerializer(checks_of(campaign_id), many=True).data)


class TestView(APIView):
    @extend_schema(
        operation_id="testCampaign",
        tags=["campaigns"],
        summary="Send the message to some addresses as a test",
        description=(
            "By the campaign's own transport, marked in the subject and outside the ledger. Answers"
            " with what became of each."
        ),
        request=TestRequestSerializer,
        responses={200: TestOutcomeSerializer(many=True)},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        given = TestRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        outcomes = test_campaign(
            campaign_id,
            given.validated_data["addresses"],
            given.validated_data.get("subscriber"),
            acting(request),
        )
        return Response(TestOutcomeSerializer(outcomes, many=True).data)
