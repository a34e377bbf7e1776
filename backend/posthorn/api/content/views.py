"""Content that is not saved."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.preview import preview_content
from posthorn.api.campaigns.serializers import ContentPreviewSerializer, PreviewSerializer


class ContentPreviewView(APIView):
    @extend_schema(
        operation_id="previewContent",
        tags=["campaigns"],
        summary="Build and render a content that is not saved",
        description=(
            "For the subscriber given, else the first of the lists given, else a made-up one. The"
            " HTML is as it would go out: show it in a sandboxed frame."
        ),
        request=ContentPreviewSerializer,
        responses={200: PreviewSerializer},
    )
    def post(self, request: Request) -> Response:
        given = ContentPreviewSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(preview_content(given.validated_data))
