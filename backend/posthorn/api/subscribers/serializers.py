"""Subscribers as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.api.fields import AddressField, AttributesField, IdsField, NameField
from posthorn.api.strict import StrictSerializer


class SubscriberSerializer(serializers.Serializer[Any]):
    """An address that can receive mail."""

    id = serializers.IntegerField()
    email = serializers.CharField()
    name = serializers.CharField()
    attributes = AttributesField()
    lists = IdsField(help_text="Ids of the mailing lists that it is on.")
    suppressed = serializers.BooleanField(help_text="Whether the address must not be mailed.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SubscriberWriteSerializer(StrictSerializer):
    """What a person may give a subscriber. Optional fields that are missing stay as they are."""

    email = AddressField(help_text="Kept in lower case; no two subscribers have the same.")
    name = NameField(max_length=200, required=False, allow_blank=True)
    attributes = AttributesField(
        required=False,
        help_text="Anything that templates may read as `{{ attributes.<key> }}`; at most 16 kB.",
    )
    lists = IdsField(required=False, help_text="Ids of the mailing lists to be on.")
