"""Layouts."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.layouts.serializers import LayoutSerializer, LayoutWriteSerializer
from posthorn.api.permissions import acting
from posthorn.campaigns.layouts import delete_layout, update_layout
from posthorn.content.layouts import create_layout, get_layout, layouts
from posthorn.content.models import Layout

_REBUILDS = " Draft and scheduled campaigns that use it are built anew; others stay as they are."


class LayoutsView(GenericAPIView[Layout]):
    serializer_class = LayoutSerializer
    search_fields = ("name",)
    ordering_fields = ("name", "created_at", "updated_at")

    def get_queryset(self) -> QuerySet[Layout]:
        return layouts()

    @extend_schema(
        operation_id="listLayouts",
        tags=["layouts"],
        summary="List layouts",
        description="By name unless ordered otherwise. Searches the name.",
        responses={200: LayoutSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(LayoutSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createLayout",
        tags=["layouts"],
        summary="Create a layout",
        request=LayoutWriteSerializer,
        responses={201: LayoutSerializer},
    )
    def post(self, request: Request) -> Response:
        given = LayoutWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        created = create_layout(fields=given.validated_data, by=acting(request))
        return Response(LayoutSerializer(created).data, status=201)


class LayoutView(APIView):
    @extend_schema(
        operation_id="getLayout",
        tags=["layouts"],
        summary="Read a layout",
        responses={200: LayoutSerializer},
    )
    def get(self, request: Request, layout_id: int) -> Response:
        return Response(LayoutSerializer(get_layout(layout_id)).data)

    @extend_schema(
        operation_id="replaceLayout",
        tags=["layouts"],
        summary="Change a layout, its name and source given",
        description=_REBUILDS.strip(),
        request=LayoutWriteSerializer,
        responses={200: LayoutSerializer},
    )
    def put(self, request: Request, layout_id: int) -> Response:
        return self._update(request, layout_id, partial=False)

    @extend_schema(
        operation_id="updateLayout",
        tags=["layouts"],
        summary="Change some fields of a layout",
        description=_REBUILDS.strip(),
        request=LayoutWriteSerializer(partial=True),
        responses={200: LayoutSerializer},
    )
    def patch(self, request: Request, layout_id: int) -> Response:
        return self._update(request, layout_id, partial=True)

    @extend_schema(
        operation_id="deleteLayout",
        tags=["layouts"],
        summary="Delete a layout",
        description="While a campaign uses it, or it is the default: 409 with code `in_use`.",
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, layout_id: int) -> Response:
        delete_layout(layout_id=layout_id, by=acting(request))
        return Response(status=204)

    def _update(self, request: Request, layout_id: int, *, partial: bool) -> Response:
        given = LayoutWriteSerializer(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        changed = update_layout(
            layout_id=layout_id, changes=given.validated_data, by=acting(request)
        )
        return Response(LayoutSerializer(changed).data)
