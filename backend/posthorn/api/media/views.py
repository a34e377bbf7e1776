"""Images and attachments of a team."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.permissions import acting
from posthorn.api.strict import StrictSerializer
from posthorn.campaigns.layouts import delete_media
from posthorn.content.media import MAX_BYTES, get_media, keep_media, media_files, media_url
from posthorn.content.models import MediaFile
from posthorn.core.errors import FieldError, InvalidInput


class MediaFileSerializer(serializers.Serializer[Any]):
    """An image or an attachment."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="Where everybody can fetch it.")
    content_type = serializers.CharField()
    is_image = serializers.BooleanField()
    size = serializers.IntegerField(help_text="In bytes.")
    width = serializers.IntegerField(allow_null=True, help_text="In pixels; null if no image.")
    height = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()

    def get_url(self, media: MediaFile) -> str:
        return media_url(media)


class UploadSerializer(StrictSerializer):
    """The file to keep, as multipart/form-data (RFC 7578)."""

    file = serializers.FileField(max_length=200)


class MediaFilter(filters.FilterSet):  # type: ignore[misc]
    class Meta:
        model = MediaFile
        fields = ("is_image",)


class FilesView(GenericAPIView[MediaFile]):
    serializer_class = MediaFileSerializer
    filterset_class = MediaFilter
    search_fields = ("name",)
    ordering_fields = ("name", "size", "created_at")
    parser_classes = (MultiPartParser,)

    def get_queryset(self) -> QuerySet[MediaFile]:
        return media_files()

    @extend_schema(
        operation_id="listMedia",
        tags=["media"],
        summary="List images and attachments",
        description="Newest first unless ordered otherwise. Searches the name.",
        responses={200: MediaFileSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(MediaFileSerializer(page, many=True).data)

    @extend_schema(
        operation_id="uploadMedia",
        tags=["media"],
        summary="Upload an image or an attachment",
        description=(
            "At most 10 MB. Images (PNG, JPEG, GIF, WebP) are turned upright, freed of metadata,"
            " made at most 1600 pixels wide and encoded anew. SVG, programs and pages are refused."
            " The same content is kept once: a second upload answers with the first."
        ),
        request={"multipart/form-data": UploadSerializer},
        responses={201: MediaFileSerializer},
    )
    def post(self, request: Request) -> Response:
        given = UploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        if file.size > MAX_BYTES:
            detail = f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Send less."
            raise InvalidInput(FieldError("file", "max_length", detail))
        media = keep_media(name=file.name, data=file.read(), by=acting(request))
        return Response(MediaFileSerializer(media).data, status=201)


class FileView(APIView):
    @extend_schema(
        operation_id="getMedia",
        tags=["media"],
        summary="Read what is known of a file",
        responses={200: MediaFileSerializer},
    )
    def get(self, request: Request, media_id: int) -> Response:
        return Response(MediaFileSerializer(get_media(media_id)).data)

    @extend_schema(
        operation_id="deleteMedia",
        tags=["media"],
        summary="Delete a file",
        description=(
            "While a campaign or a layout shows or attaches it: 409 with code `in_use`. Also a"
            " campaign that was sent, since people open old mail."
        ),
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, media_id: int) -> Response:
        delete_media(media_id=media_id, by=acting(request))
        return Response(status=204)
