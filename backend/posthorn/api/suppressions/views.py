"""Suppressions: who must not be mailed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.fields import AddressField, LineField
from posthorn.api.permissions import acting
from posthorn.api.strict import StrictSerializer
from posthorn.audience.models import Suppression, SuppressionReason
from posthorn.audience.selectors import suppressions
from posthorn.audience.services import create_suppression, delete_suppression


class SuppressionSerializer(serializers.Serializer[Any]):
    """An address that must not be mailed, and why."""

    id = serializers.IntegerField()
    email = serializers.CharField()
    reason = serializers.ChoiceField(choices=SuppressionReason.choices)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class SuppressionWriteSerializer(StrictSerializer):
    """An address to suppress."""

    email = AddressField()
    reason = serializers.ChoiceField(
        choices=SuppressionReason.choices,
        required=False,
        help_text="`manual` unless said otherwise.",
    )
    note = LineField(max_length=500, required=False, allow_blank=True)


class SuppressionFilter(filters.FilterSet):  # type: ignore[misc]
    reason = filters.ChoiceFilter(choices=SuppressionReason.choices)

    class Meta:
        model = Suppression
        fields = ("reason",)


class SuppressionsView(GenericAPIView[Suppression]):
    serializer_class = SuppressionSerializer
    filterset_class = SuppressionFilter
    search_fields = ("email",)
    ordering_fields = ("email", "created_at")

    def get_queryset(self) -> QuerySet[Suppression]:
        return suppressions()

    @extend_schema(
        operation_id="listSuppressions",
        tags=["suppressions"],
        summary="List suppressions",
        description="Newest first unless ordered otherwise. Searches the address.",
        responses={200: SuppressionSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(SuppressionSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createSuppression",
        tags=["suppressions"],
        summary="Suppress an address",
        description="Running campaigns skip it from now on.",
        request=SuppressionWriteSerializer,
        responses={201: SuppressionSerializer},
    )
    def post(self, request: Request) -> Response:
        given = SuppressionWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(
            SuppressionSerializer(
                create_suppression(**given.validated_data, by=acting(request))
            ).data,
            status=201,
        )


class SuppressionView(APIView):
    @extend_schema(
        operation_id="deleteSuppression",
        tags=["suppressions"],
        summary="Let an address be mailed again",
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, suppression_id: int) -> Response:
        delete_suppression(suppression_id=suppression_id, by=acting(request))
        return Response(status=204)
