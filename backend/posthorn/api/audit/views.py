"""The audit log: read it, filter it, download it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters import rest_framework as filters
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from posthorn.accounts.audit import audit_entries
from posthorn.accounts.models import AuditEntry
from posthorn.api.export import CHUNK, csv_lines

ACTOR_KINDS = [
    ("user", "A user"),
    ("api_key", "An API key"),
    ("system", "Posthorn itself"),
]
_COLUMNS = (
    "id", "at", "actor_kind", "actor_id", "actor_name", "action", "topic", "object_id", "before",
    "after", "address", "request_id",
)  # fmt: skip
_PK, _BEFORE, _AFTER = 0, _COLUMNS.index("before"), _COLUMNS.index("after")


class AuditEntrySerializer(serializers.Serializer[Any]):
    """Who did what to which object when."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor_kind = serializers.ChoiceField(choices=ACTOR_KINDS)
    actor_id = serializers.IntegerField(allow_null=True, help_text="The user's or the key's id.")
    actor_name = serializers.CharField(help_text="As it was then.")
    action = serializers.CharField()
    topic = serializers.CharField(help_text="What kind of object, such as `campaigns`.")
    object_id = serializers.IntegerField()
    before = serializers.DictField(help_text="Of fields that are not kept, `(not kept)`.")
    after = serializers.DictField(help_text="Of fields that are not kept, `(not kept)`.")
    address = serializers.CharField(help_text="Whence; empty for what no request did.")
    request_id = serializers.CharField(help_text="The `X-Request-ID` of the answer and the logs.")


class AuditFilter(filters.FilterSet):  # type: ignore[misc]
    topic = filters.CharFilter()
    object_id = filters.NumberFilter(min_value=1, max_value=2**63 - 1)
    actor_kind = filters.ChoiceFilter(choices=ACTOR_KINDS)
    actor_id = filters.NumberFilter(min_value=1, max_value=2**63 - 1)
    action = filters.CharFilter()
    since = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", help_text="From then on.")
    until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", help_text="Before then.")

    class Meta:
        model = AuditEntry
        fields = ("topic", "object_id", "actor_kind", "actor_id", "action", "since", "until")


class AuditView(GenericAPIView[AuditEntry]):
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
    search_fields = ("actor_name", "action", "topic")
    ordering_fields = ("id", "at")

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return audit_entries()

    @extend_schema(
        operation_id="listAuditEntries",
        tags=["audit"],
        summary="Read the audit log",
        description="Newest first unless ordered otherwise. Nobody can change it.",
        responses={200: AuditEntrySerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(AuditEntrySerializer(page, many=True).data)


class AuditExportView(GenericAPIView[AuditEntry]):
    queryset = AuditEntry.objects.none()
    filterset_class = AuditFilter
    filter_backends = (DjangoFilterBackend,)
    pagination_class = None

    @extend_schema(
        operation_id="exportAuditEntries",
        tags=["audit"],
        summary="Download the audit log as CSV",
        description="Newest first, with the filters of the list.",
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        return StreamingHttpResponse(
            _csv_of(self.filter_queryset(audit_entries())),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )


async def _csv_of(entries: QuerySet[AuditEntry]) -> AsyncIterator[bytes]:
    """Chunks of CSV, each read on its own after the last one's end."""
    yield csv_lines([_COLUMNS])
    following = entries
    while rows := await sync_to_async(_read)(following):
        yield csv_lines(rows)
        following = entries.filter(pk__lt=rows[-1][_PK])


def _read(entries: QuerySet[AuditEntry]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for row in entries.values_list(*_COLUMNS)[:CHUNK]:
        told = list(row)
        for place in (_BEFORE, _AFTER):
            told[place] = json.dumps(row[place], ensure_ascii=False) if row[place] else ""
        rows.append(tuple(told))
    return rows
