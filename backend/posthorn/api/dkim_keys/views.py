"""DKIM keys: made here, published by people, switched by selector."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.dkim_keys.serializers import DkimKeySerializer, DkimKeyWriteSerializer
from posthorn.api.permissions import acting
from posthorn.transports.models import DkimAlgorithm, SigningKey
from posthorn.transports.signing_keys import (
    activate_signing_key,
    create_signing_key,
    deactivate_signing_key,
    delete_signing_key,
    get_signing_key,
)


class DkimKeysView(GenericAPIView[SigningKey]):
    serializer_class = DkimKeySerializer
    search_fields = ("domain", "selector")
    ordering_fields = ("domain", "created_at")

    def get_queryset(self) -> QuerySet[SigningKey]:
        return SigningKey.objects.all()

    @extend_schema(
        operation_id="listDkimKeys",
        tags=["dkim-keys"],
        summary="List DKIM keys",
        responses={200: DkimKeySerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(DkimKeySerializer(page, many=True).data)

    @extend_schema(
        operation_id="createDkimKey",
        tags=["dkim-keys"],
        summary="Make a DKIM key",
        description="Publish its record, then activate it: it signs nothing before.",
        request=DkimKeyWriteSerializer,
        responses={201: DkimKeySerializer},
    )
    def post(self, request: Request) -> Response:
        given = DkimKeyWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        key = create_signing_key(
            domain=given.validated_data["domain"],
            selector=given.validated_data["selector"],
            algorithm=given.validated_data.get("algorithm", DkimAlgorithm.RSA),
            by=acting(request),
        )
        return Response(DkimKeySerializer(key).data, status=201)


class DkimKeyView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="getDkimKey",
        tags=["dkim-keys"],
        summary="Read a DKIM key",
        responses={200: DkimKeySerializer},
    )
    def get(self, request: Request, key_id: int) -> Response:
        return Response(DkimKeySerializer(get_signing_key(key_id)).data)

    @extend_schema(
        operation_id="deleteDkimKey",
        tags=["dkim-keys"],
        summary="Delete a DKIM key",
        description="An active one is refused with 409.",
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, key_id: int) -> Response:
        delete_signing_key(key_id=key_id, by=acting(request))
        return Response(status=204)


class ActivateView(APIView):
    @extend_schema(
        operation_id="activateDkimKey",
        tags=["dkim-keys"],
        summary="Sign with this key from now on",
        description="The domain's former key of the same algorithm signs no more. Keep its record"
        " published for a week: mail on its way still names it.",
        request=None,
        responses={200: DkimKeySerializer},
    )
    def post(self, request: Request, key_id: int) -> Response:
        key = activate_signing_key(key_id=key_id, by=acting(request))
        return Response(DkimKeySerializer(key).data)


class DeactivateView(APIView):
    @extend_schema(
        operation_id="deactivateDkimKey",
        tags=["dkim-keys"],
        summary="Sign with this key no more",
        request=None,
        responses={200: DkimKeySerializer},
    )
    def post(self, request: Request, key_id: int) -> Response:
        key = deactivate_signing_key(key_id=key_id, by=acting(request))
        return Response(DkimKeySerializer(key).data)
