"""Suppressions: who must not be mailed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.export import csv_of, csv_response
from posthorn.api.fields import AddressField, DomainField, LineField
from posthorn.api.filtering import Search
from posthorn.api.permissions import acting
from posthorn.api.strict import StrictSerializer
from posthorn.audience.models import Suppression, SuppressionOrigin, SuppressionReason
from posthorn.audience.selectors import suppressions
from posthorn.audience.services import create_suppression, delete_suppression


class SuppressionSerializer(serializers.Serializer[Any]):
    """An address, or a whole domain, that must not be mailed, and why."""

    id = serializers.IntegerField()
    email = serializers.CharField(allow_null=True, help_text="Null when it is a domain.")
    domain = serializers.CharField(allow_null=True, help_text="Null when it is an address.")
    reason = serializers.ChoiceField(choices=SuppressionReason.choices)
    origin = serializers.ChoiceField(choices=SuppressionOrigin.choices)
    note = serializers.CharField()
    created_at = serializers.DateTimeField()


class SuppressionWriteSerializer(StrictSerializer):
    """An address or a domain to suppress."""

    email = AddressField(required=False)
    domain = DomainField(
        required=False,
        help_text="Instead of an address: everybody at exactly this domain, such as example.org.",
    )
    reason = serializers.ChoiceField(
        choices=SuppressionReason.choices,
        required=False,
        help_text="`manual` unless said otherwise.",
    )
    note = LineField(max_length=500, required=False, allow_blank=True)


class SuppressionFilter(filters.FilterSet):  # type: ignore[misc]
    reason = filters.ChoiceFilter(choices=SuppressionReason.choices)
    origin = filters.ChoiceFilter(choices=SuppressionOrigin.choices)

    class Meta:
        model = Suppression
        fields = ("reason", "origin")


class SuppressionsView(GenericAPIView[Suppression]):
    serializer_class = SuppressionSerializer
    filterset_class = SuppressionFilter
    search_fields = ("email", "domain")
    ordering_fields = ("email", "domain", "created_at")

    def get_queryset(self) -> QuerySet[Suppression]:
        return suppressions()

    @extend_schema(
        operation_id="listSuppressions",
        tags=["suppressions"],
        summary="List suppressions",
        description="Newest first unless ordered otherwise. Searches address and domain.",
        responses={200: SuppressionSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(SuppressionSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createSuppression",
        tags=["suppressions"],
        summary="Suppress an address or a domain",
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


class SuppressionsExportView(GenericAPIView[Suppression]):
    queryset = Suppression.objects.all()
    filterset_class = SuppressionFilter
    filter_backends = (filters.DjangoFilterBackend, Search)
    search_fields = ("email", "domain")
    pagination_class = None

    @extend_schema(
        operation_id="exportSuppressions",
        tags=["suppressions"],
        summary="Download suppressions as CSV",
        description=(
            "With the filters of the list. The file can be imported again. A cell that a"
            " spreadsheet would take for a formula gets an apostrophe in front."
        ),
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        fields = ("email", "domain", "reason", "origin", "note", "created_at")
        rows = csv_of(self.filter_queryset(self.get_queryset()), fields)
        return csv_response(rows, "suppressions.csv")


class SuppressionView(APIView):
    @extend_schema(
        operation_id="deleteSuppression",
        tags=["suppressions"],
        summary="Let an address or a domain be mailed again",
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, suppression_id: int) -> Response:
        delete_suppression(suppression_id=suppression_id, by=acting(request))
        return Response(status=204)
