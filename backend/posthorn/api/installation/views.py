"""What whoever runs this installation has decided, where the pages must know it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

#: Worded for the reference; `config.env` checks the value.
PUBLIC = [
    ("all", "every campaign"),
    ("started", "from its schedule or start on"),
    ("none", "only those that say so themselves"),
]


class InstallationSerializer(serializers.Serializer[Any]):
    """Decisions of the installation."""

    public = serializers.ChoiceField(
        choices=PUBLIC,
        help_text="What the public page shows of campaigns that don't say otherwise: `all`,"
        " `started` (from their schedule or start on) or `none`.",
    )


class InstallationView(APIView):
    @extend_schema(
        operation_id="getInstallation",
        tags=["campaigns"],
        summary="What this installation has decided",
        responses={200: InstallationSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(InstallationSerializer({"public": settings.ENV.public}).data)
