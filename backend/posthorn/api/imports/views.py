"""Imports: upload a file, say what it means, start, watch, cancel."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.export import csv_of, csv_response
from posthorn.api.imports.serializers import (
    ImportDetailSerializer,
    ImportOptionsSerializer,
    ImportSerializer,
    ImportStartSerializer,
    ImportUploadSerializer,
)
from posthorn.api.parsing import UploadParser
from posthorn.api.permissions import acting
from posthorn.audience.imports.models import Import
from posthorn.audience.imports.selectors import get_import, imports, rejected_lines
from posthorn.audience.imports.services import (
    cancel_import,
    start_import,
    update_import,
    upload_import,
)


def _detail(import_id: int, status: int = 200) -> Response:
    return Response(ImportDetailSerializer(get_import(import_id)).data, status=status)


class ImportsView(GenericAPIView[Import]):
    serializer_class = ImportSerializer
    parser_classes = (UploadParser,)
    search_fields = ("file_name",)
    ordering_fields = ("created_at",)

    def get_queryset(self) -> QuerySet[Import]:
        return imports()

    @extend_schema(
        operation_id="listImports",
        tags=["imports"],
        summary="List imports",
        description="Newest first unless ordered otherwise. Searches the file's name.",
        responses={200: ImportSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(ImportSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createImport",
        tags=["imports"],
        summary="Upload a file of subscribers",
        description=(
            "Answers with what was found out about the file and a suggested mapping. Nothing is"
            " imported before it is started."
        ),
        request={"multipart/form-data": ImportUploadSerializer},
        responses={201: ImportDetailSerializer},
    )
    def post(self, request: Request) -> Response:
        given = ImportUploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data.pop("file")
        pk = upload_import(
            file=file.file,
            size=file.size,
            pieces=file.chunks(),
            file_name=file.name,
            options=given.validated_data,
            by=acting(request),
        )
        return _detail(pk, status=201)


class ImportView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="getImport",
        tags=["imports"],
        summary="Read an import",
        responses={200: ImportDetailSerializer},
    )
    def get(self, request: Request, import_id: int) -> Response:
        return _detail(import_id)

    @extend_schema(
        operation_id="updateImport",
        tags=["imports"],
        summary="Say how a file shall be read",
        description=(
            "Before it is started. Another encoding or delimiter looks at the file anew: preview"
            " and suggested mapping follow it."
        ),
        request=ImportOptionsSerializer,
        responses={200: ImportDetailSerializer},
    )
    def patch(self, request: Request, import_id: int) -> Response:
        given = ImportOptionsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        update_import(import_id=import_id, options=given.validated_data, by=acting(request))
        return _detail(import_id)


class ImportStartView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="startImport",
        tags=["imports"],
        summary="Start an import",
        description="A worker does it. With `dry_run` it only counts, and is `uploaded` again.",
        request=ImportStartSerializer,
        responses={200: ImportDetailSerializer},
    )
    def post(self, request: Request, import_id: int) -> Response:
        given = ImportStartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        start_import(import_id=import_id, **given.validated_data, by=acting(request))
        return _detail(import_id)


class ImportCancelView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="cancelImport",
        tags=["imports"],
        summary="Cancel an import",
        description="For good. What is imported stays.",
        request=None,
        responses={200: ImportDetailSerializer},
    )
    def post(self, request: Request, import_id: int) -> Response:
        cancel_import(import_id=import_id, by=acting(request))
        return _detail(import_id)


class RejectedLinesView(APIView):
    @extend_schema(
        operation_id="exportRejectedLines",
        tags=["imports"],
        summary="Download the lines that were not imported, and why",
        description="In the order of the file; the first 100,000 of them.",
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, import_id: int) -> StreamingHttpResponse:
        get_import(import_id)
        rows = csv_of(rejected_lines(import_id), ("line", "reason", "address"))
        return csv_response(rows, f"import-{import_id}-rejected.csv")
