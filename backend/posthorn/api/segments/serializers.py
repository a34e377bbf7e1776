"""Segments as JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from posthorn.api.fields import LineField
from posthorn.api.strict import StrictSerializer
from posthorn.api.subscribers.serializers import SubscriberSerializer


@extend_schema_field({"type": "object", "additionalProperties": {}})
class FilterField(serializers.JSONField):
    """A segment's filter; `audience.segments` checks it where it is used."""


class SegmentSerializer(serializers.Serializer[Any]):
    """A saved filter over subscribers."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    filter = FilterField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SegmentWriteSerializer(StrictSerializer):
    """What a person may give a segment."""

    name = LineField(max_length=200, help_text="No two segments have the same name.")
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    filter = FilterField(
        help_text='`{"all": [...]}`, `{"any": [...]}`, `{"not": ...}` of conditions'
        ' `{"field": ..., "op": ..., "value": ...}`.'
    )


class SegmentCountSerializer(serializers.Serializer[Any]):
    """How many a filter selects just now."""

    subscribers = serializers.IntegerField()
    suppressed = serializers.IntegerField(help_text="How many of them must not be mailed.")


class SegmentPreviewRequestSerializer(StrictSerializer):
    """A filter to try."""

    filter = FilterField()


class SegmentPreviewSerializer(SegmentCountSerializer):
    """What a filter selects just now."""

    first = SubscriberSerializer(many=True, help_text="The first few, by address.")
