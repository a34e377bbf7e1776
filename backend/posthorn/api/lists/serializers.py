"""Mailing lists as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.api.fields import LineField
from posthorn.api.strict import StrictSerializer


class TagsField(serializers.ListField):
    """A list's tags."""

    child = LineField(max_length=50)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def to_representation(self, data: Any) -> list[str]:
        return [tag.name for tag in data.all()]


class MailingListSerializer(serializers.Serializer[Any]):
    """A named set of subscribers."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    tags = TagsField()
    subscriber_count = serializers.IntegerField()
    mailable_count = serializers.IntegerField(help_text="Those who may be mailed.")
    suppressed_count = serializers.IntegerField(help_text="Those whose address is suppressed.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class MailingListWriteSerializer(StrictSerializer):
    """What a person may give a mailing list."""

    name = LineField(max_length=200, help_text="No two lists have the same name.")
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    tags = TagsField(required=False, help_text="Words to file it under; at most 20.")
