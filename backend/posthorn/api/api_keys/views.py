"""API keys: credentials for machines. For owners alone."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.accounts.keys import api_keys, create_key, get_key, revoke_key
from posthorn.accounts.models import ApiKey, Scope
from posthorn.api.fields import LineField
from posthorn.api.permissions import acting
from posthorn.api.strict import StrictSerializer

_MAX_RATE = 1_000_000


class ApiKeySerializer(serializers.Serializer[Any]):
    """A key without its secret."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the key begins, to recognise it by.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    rate_limit = serializers.IntegerField(
        allow_null=True, help_text="Requests a minute; null for the general limit."
    )
    created_by = serializers.IntegerField(
        source="created_by_id", allow_null=True, help_text="A user's id."
    )
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="To the minute.")


class NewApiKeySerializer(ApiKeySerializer):
    """A key that was just made, with the secret that nobody sees again."""

    key = serializers.CharField(help_text="Send as `Authorization: Bearer phk_…`.")


class ApiKeyWriteSerializer(StrictSerializer):
    """A key to make."""

    name = LineField(max_length=100)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices),
        allow_empty=False,
        max_length=len(Scope),
        help_text="What it may do; none implies another.",
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="A time in the future; null for a key that doesn't expire."
    )
    rate_limit = serializers.IntegerField(
        min_value=1, max_value=_MAX_RATE, required=False, allow_null=True
    )


class ApiKeysView(GenericAPIView[ApiKey]):
    serializer_class = ApiKeySerializer
    search_fields = ("name", "prefix")
    ordering_fields = ("name", "created_at", "expires_at", "last_used_at")

    def get_queryset(self) -> QuerySet[ApiKey]:
        return api_keys()

    @extend_schema(
        operation_id="listApiKeys",
        tags=["api keys"],
        summary="List API keys",
        description="Newest first unless ordered otherwise; revoked and expired ones too.",
        responses={200: ApiKeySerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(ApiKeySerializer(page, many=True).data)

    @extend_schema(
        operation_id="createApiKey",
        tags=["api keys"],
        summary="Make an API key",
        description="The answer is the only one that holds the key itself.",
        request=ApiKeyWriteSerializer,
        responses={201: NewApiKeySerializer},
    )
    def post(self, request: Request) -> Response:
        given = ApiKeyWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        key, secret = create_key(**given.validated_data, by=acting(request))
        body: dict[str, Any] = {**ApiKeySerializer(key).data, "key": secret}
        return Response(body, status=201)


class ApiKeyView(APIView):
    @extend_schema(
        operation_id="getApiKey",
        tags=["api keys"],
        summary="Read an API key",
        responses={200: ApiKeySerializer},
    )
    def get(self, request: Request, key_id: int) -> Response:
        return Response(ApiKeySerializer(get_key(key_id)).data)

    @extend_schema(
        operation_id="revokeApiKey",
        tags=["api keys"],
        summary="Revoke an API key",
        description="At once and for good; it stays in the list. Twice is no error.",
        request=None,
        responses={204: OpenApiResponse(description="Revoked.")},
    )
    def delete(self, request: Request, key_id: int) -> Response:
        revoke_key(key_id=key_id, by=acting(request))
        return Response(status=204)
