"""Transports."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.choices import TRANSPORTS
from posthorn.transports.registry import transports


class TransportSerializer(serializers.Serializer[Any]):
    """A place where rendered messages go."""

    name = serializers.ChoiceField(choices=TRANSPORTS)
    healthy = serializers.BooleanField()
    detail = serializers.CharField(help_text="What is wrong; empty when healthy.")


class TransportsView(APIView):
    @extend_schema(
        operation_id="listTransports",
        tags=["transports"],
        summary="Which transports there are, and whether each can be used",
        description="All of them in one plain array.",
        responses={200: TransportSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        rows = []
        for transport in transports().values():
            trouble = transport.check()
            rows.append({"name": transport.name, "healthy": not trouble, "detail": trouble})
        return Response(TransportSerializer(rows, many=True).data)
