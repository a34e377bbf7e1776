"""Mailing lists as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.api.fields import LineField
from posthorn.api.strict import StrictSerializer


class MailingListSerializer(serializers.Serializer[Any]):
    """A named set of subscribers."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    subscriber_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class MailingListWriteSerializer(StrictSerializer):
    """What a person may give a mailing list."""

    name = LineField(max_length=200, help_text="No two lists have the same name.")
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
