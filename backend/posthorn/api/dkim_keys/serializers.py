"""DKIM keys as JSON: their public halves."""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers

from posthorn.api.strict import StrictSerializer
from posthorn.transports.models import DkimAlgorithm

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


class DkimKeySerializer(serializers.Serializer[Any]):
    """A key that signs the mail of a domain's senders."""

    id = serializers.IntegerField()
    domain = serializers.CharField()
    selector = serializers.CharField()
    algorithm = serializers.ChoiceField(choices=DkimAlgorithm.choices)
    active = serializers.BooleanField(help_text="Whether it signs what is sent now.")
    record_name = serializers.CharField(help_text="The name of the TXT record to publish.")
    record = serializers.CharField(help_text="The text of that record.")
    created_at = serializers.DateTimeField()


class DkimKeyWriteSerializer(StrictSerializer):
    """A new key. It signs nothing before it is activated."""

    domain = serializers.CharField(max_length=253)
    selector = serializers.CharField(
        max_length=63, help_text="Tells the domain's keys apart, such as `2026a`."
    )
    algorithm = serializers.ChoiceField(choices=DkimAlgorithm.choices, required=False)

    def validate_domain(self, value: str) -> str:
        labels = value.split(".")
        if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
            raise serializers.ValidationError(
                "Write the domain of your senders in ASCII, such as example.org."
            )
        return value.lower()

    def validate_selector(self, value: str) -> str:
        if not _LABEL.fullmatch(value):
            raise serializers.ValidationError("Use letters, digits and hyphens within, as 2026a.")
        return value.lower()
