"""What came back, as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.api.fields import AddressField, LineField
from posthorn.api.strict import StrictSerializer
from posthorn.feedback.models import FeedbackKind, FeedbackSource

MOST = 1000


class FeedbackSerializer(serializers.Serializer[Any]):
    """One thing that came back of a campaign."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=FeedbackKind.choices)
    source = serializers.ChoiceField(choices=FeedbackSource.choices)  # type: ignore[assignment]
    email = serializers.CharField()
    delivery = serializers.IntegerField(source="delivery_id", allow_null=True)
    status = serializers.CharField(help_text="RFC 3463's, such as 5.1.1; empty where none came.")
    detail = serializers.CharField()
    at = serializers.DateTimeField(help_text="When it happened, as far as its source says.")


class FeedbackItemSerializer(StrictSerializer):
    """One claim: about an address, or about the delivery that a Message-ID names."""

    id = LineField(
        max_length=200,
        help_text="Your own name for it, another for each event: sent again, it counts once.",
    )
    kind = serializers.ChoiceField(choices=FeedbackKind.choices)
    email = AddressField(required=False, help_text="Whom it is about.")
    message_id = LineField(
        max_length=400,
        required=False,
        help_text="The `Message-ID` of our message. Its delivery's address is the one that counts.",
    )
    status = LineField(max_length=12, required=False, allow_blank=True)
    detail = LineField(max_length=500, required=False, allow_blank=True)
    at = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs.get("email") or attrs.get("message_id")):
            raise serializers.ValidationError(
                {"email": "Give an address, or the Message-ID of our message."}, code="required"
            )
        return attrs


class FeedbackReportSerializer(StrictSerializer):
    """Up to 1000 claims."""

    items = serializers.ListField(child=FeedbackItemSerializer(), min_length=1, max_length=MOST)


class RecordedSerializer(serializers.Serializer[Any]):
    """What became of a report."""

    received = serializers.IntegerField(help_text="How many claims there were.")
    recorded = serializers.IntegerField(help_text="How many of them had not been told before.")
