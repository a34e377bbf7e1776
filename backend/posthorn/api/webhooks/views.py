"""Webhooks: where events are posted, what was posted, and posting it again."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.permissions import acting
from posthorn.api.webhooks.serializers import (
    CreatedWebhookSerializer,
    PostSerializer,
    SecretSerializer,
    WebhookSerializer,
    WebhookWriteSerializer,
)
from posthorn.webhooks.models import Post, Webhook
from posthorn.webhooks.selectors import get_webhook, posts_of
from posthorn.webhooks.services import (
    create_webhook,
    delete_webhook,
    redeliver,
    rotate_secret,
    send_test,
    update_webhook,
)


class WebhooksView(GenericAPIView[Webhook]):
    serializer_class = WebhookSerializer
    search_fields = ("url", "description")
    ordering_fields = ("url", "created_at")

    def get_queryset(self) -> QuerySet[Webhook]:
        return Webhook.objects.all()

    @extend_schema(
        operation_id="listWebhooks",
        tags=["webhooks"],
        summary="List webhooks",
        responses={200: WebhookSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(WebhookSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createWebhook",
        tags=["webhooks"],
        summary="Create a webhook",
        description="Answers with the secret that signs its events; it is told this once.",
        request=WebhookWriteSerializer,
        responses={201: CreatedWebhookSerializer},
    )
    def post(self, request: Request) -> Response:
        given = WebhookWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        webhook, secret = create_webhook(fields=given.validated_data, by=acting(request))
        return Response({**WebhookSerializer(webhook).data, "secret": secret}, status=201)


class WebhookView(APIView):
    @extend_schema(
        operation_id="getWebhook",
        tags=["webhooks"],
        summary="Read a webhook",
        responses={200: WebhookSerializer},
    )
    def get(self, request: Request, webhook_id: int) -> Response:
        return Response(WebhookSerializer(get_webhook(webhook_id)).data)

    @extend_schema(
        operation_id="updateWebhook",
        tags=["webhooks"],
        summary="Change some fields of a webhook",
        description="Switching one on again forgets why it was switched off.",
        request=WebhookWriteSerializer(partial=True),
        responses={200: WebhookSerializer},
    )
    def patch(self, request: Request, webhook_id: int) -> Response:
        given = WebhookWriteSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        update_webhook(webhook_id=webhook_id, changes=given.validated_data, by=acting(request))
        return Response(WebhookSerializer(get_webhook(webhook_id)).data)

    @extend_schema(
        operation_id="deleteWebhook",
        tags=["webhooks"],
        summary="Delete a webhook",
        description="What waits in its outbox is not posted any more.",
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, webhook_id: int) -> Response:
        delete_webhook(webhook_id=webhook_id, by=acting(request))
        return Response(status=204)


class RotateSecretView(APIView):
    @extend_schema(
        operation_id="rotateWebhookSecret",
        tags=["webhooks"],
        summary="Replace a webhook's secret",
        description="For a day events carry signatures by both secrets.",
        request=None,
        responses={200: SecretSerializer},
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        return Response({"secret": rotate_secret(webhook_id=webhook_id, by=acting(request))})


class TestWebhookView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="testWebhook",
        tags=["webhooks"],
        summary="Post a test event",
        description="It goes the way of every other; look at the events for what came of it.",
        request=None,
        responses={202: PostSerializer},
    )
    def post(self, request: Request, webhook_id: int) -> Response:
        post = send_test(webhook_id=webhook_id, by=acting(request))
        return Response(PostSerializer(post).data, status=202)


class PostsView(GenericAPIView[Post]):
    serializer_class = PostSerializer
    filterset_fields = ("status", "type")
    ordering_fields = ("created_at",)

    def get_queryset(self) -> QuerySet[Post]:
        return posts_of(self.kwargs.get("webhook_id", 0))

    @extend_schema(
        operation_id="listWebhookEvents",
        tags=["webhooks"],
        summary="What was posted and what came of it",
        description="The newest first; kept for thirty days.",
        responses={200: PostSerializer(many=True)},
    )
    def get(self, request: Request, webhook_id: int) -> Response:
        get_webhook(webhook_id)
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(PostSerializer(page, many=True).data)


class RedeliverView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="redeliverWebhookEvent",
        tags=["webhooks"],
        summary="Post an event once more",
        description="With the same id, so that a receiver that has it already can drop it.",
        request=None,
        responses={202: OpenApiResponse(description="It is posted within seconds.")},
    )
    def post(self, request: Request, webhook_id: int, post_id: uuid.UUID) -> Response:
        redeliver(webhook_id=webhook_id, post_id=post_id, by=acting(request))
        return Response(status=202)
