"""Webhooks as JSON. Secrets are told once, when they are made."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.api.fields import LineField
from posthorn.api.strict import StrictSerializer
from posthorn.api.webhooks.choices import EVENTS
from posthorn.webhooks.models import EventType, PostStatus


class WebhookSerializer(serializers.Serializer[Any]):
    """An address that events are posted to, signed by Standard Webhooks."""

    id = serializers.IntegerField()
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=EVENTS))
    enabled = serializers.BooleanField()
    switched_off_reason = serializers.CharField(
        help_text="Why Posthorn switched it off itself; empty otherwise."
    )
    rotated_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WebhookWriteSerializer(StrictSerializer):
    """What a person may give a webhook."""

    url = LineField(max_length=2000, help_text="https, of the public internet.")
    description = LineField(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EVENTS), allow_empty=False, max_length=20
    )
    enabled = serializers.BooleanField(required=False)


class SecretSerializer(serializers.Serializer[Any]):
    """A secret, told this once."""

    secret = serializers.CharField(help_text="`whsec_…`; keep it where the receiver verifies.")


class CreatedWebhookSerializer(WebhookSerializer):
    """A new webhook with its secret, told this once."""

    secret = serializers.CharField()


class AttemptSerializer(serializers.Serializer[Any]):
    """One try to post."""

    at = serializers.DateTimeField()
    milliseconds = serializers.IntegerField()
    status_code = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    answer = serializers.CharField(help_text="The beginning of the answer's body.")


class PostSerializer(serializers.Serializer[Any]):
    """An event in the outbox, with every try to post it."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=EventType.choices)
    status = serializers.ChoiceField(choices=PostStatus.choices)
    payload = serializers.DictField()
    tries = serializers.IntegerField()
    next_try_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    attempts = AttemptSerializer(many=True)
