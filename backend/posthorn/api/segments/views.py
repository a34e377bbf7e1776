"""Segments: saved filters over subscribers."""

from __future__ import annotations

from dataclasses import asdict

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.permissions import acting
from posthorn.api.segments.serializers import (
    SegmentCountSerializer,
    SegmentPreviewRequestSerializer,
    SegmentPreviewSerializer,
    SegmentSerializer,
    SegmentWriteSerializer,
)
from posthorn.audience.models import Segment
from posthorn.audience.selectors import (
    count_segment,
    first_subscribers,
    get_segment,
    segments,
)
from posthorn.audience.services import create_segment, update_segment
from posthorn.campaigns.services import delete_segment


class SegmentsView(GenericAPIView[Segment]):
    serializer_class = SegmentSerializer
    search_fields = ("name",)
    ordering_fields = ("name", "created_at")

    def get_queryset(self) -> QuerySet[Segment]:
        return segments()

    @extend_schema(
        operation_id="listSegments",
        tags=["segments"],
        summary="List segments",
        description="By name unless ordered otherwise. Searches the name.",
        responses={200: SegmentSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(SegmentSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createSegment",
        tags=["segments"],
        summary="Create a segment",
        description="What is wrong with the filter is told with its place: `filter.all.1.value`.",
        request=SegmentWriteSerializer,
        responses={201: SegmentSerializer},
    )
    def post(self, request: Request) -> Response:
        given = SegmentWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        created = create_segment(fields=given.validated_data, by=acting(request))
        return Response(SegmentSerializer(created).data, status=201)


class SegmentView(APIView):
    @extend_schema(
        operation_id="getSegment",
        tags=["segments"],
        summary="Read a segment",
        responses={200: SegmentSerializer},
    )
    def get(self, request: Request, segment_id: int) -> Response:
        return Response(SegmentSerializer(get_segment(segment_id)).data)

    @extend_schema(
        operation_id="replaceSegment",
        tags=["segments"],
        summary="Change a segment, name and filter given",
        request=SegmentWriteSerializer,
        responses={200: SegmentSerializer},
    )
    def put(self, request: Request, segment_id: int) -> Response:
        return self._update(request, segment_id, partial=False)

    @extend_schema(
        operation_id="updateSegment",
        tags=["segments"],
        summary="Change some fields of a segment",
        request=SegmentWriteSerializer(partial=True),
        responses={200: SegmentSerializer},
    )
    def patch(self, request: Request, segment_id: int) -> Response:
        return self._update(request, segment_id, partial=True)

    @extend_schema(
        operation_id="deleteSegment",
        tags=["segments"],
        summary="Delete a segment",
        description=(
            "Audiences that were frozen from it stay. While a campaign is scheduled or starting"
            " with it, or a draft excludes it: 409 with code `in_use`."
        ),
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, segment_id: int) -> Response:
        delete_segment(segment_id=segment_id, by=acting(request))
        return Response(status=204)

    def _update(self, request: Request, segment_id: int, *, partial: bool) -> Response:
        given = SegmentWriteSerializer(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        update_segment(segment_id=segment_id, changes=given.validated_data, by=acting(request))
        return Response(SegmentSerializer(get_segment(segment_id)).data)


class SegmentCountView(APIView):
    @extend_schema(
        operation_id="countSegment",
        tags=["segments"],
        summary="Count whom a segment selects now",
        responses={200: SegmentCountSerializer},
    )
    def get(self, request: Request, segment_id: int) -> Response:
        count = count_segment(get_segment(segment_id).filter)
        return Response(SegmentCountSerializer(count).data)


class SegmentPreviewView(APIView):
    """Changes nothing, so whoever may read may ask (`accounts.access`)."""

    @extend_schema(
        operation_id="previewSegment",
        tags=["segments"],
        summary="Try a filter without saving it",
        request=SegmentPreviewRequestSerializer,
        responses={200: SegmentPreviewSerializer},
    )
    def post(self, request: Request) -> Response:
        given = SegmentPreviewRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        raw = given.validated_data["filter"]
        found = {**asdict(count_segment(raw)), "first": first_subscribers(raw)}
        return Response(SegmentPreviewSerializer(found).data)
