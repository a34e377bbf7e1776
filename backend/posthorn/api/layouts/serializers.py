"""Layouts as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from posthorn.api.fields import LineField
from posthorn.api.strict import StrictSerializer


class LayoutSerializer(serializers.Serializer[Any]):
    """The reusable frame around a body."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    brand_color = serializers.CharField()
    background_color = serializers.CharField()
    logo_url = serializers.CharField()
    logo_alt = serializers.CharField()
    footer = serializers.CharField()
    is_default = serializers.BooleanField()
    version = serializers.IntegerField(help_text="How often it was saved with changes.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def _color() -> serializers.RegexField:
    return serializers.RegexField(
        r"^#[0-9a-fA-F]{6}\Z",
        required=False,
        error_messages={"invalid": "Write a colour such as #1f5eff."},
    )


class LayoutWriteSerializer(StrictSerializer):
    """What a person may give a layout. Optional fields that are missing stay as they are."""

    name = LineField(max_length=200, help_text="No two layouts have the same name.")
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=200_000,
        trim_whitespace=False,
        help_text=(
            "MJML with `{{ body }}` within `<mj-body>`; `{{ logo }}`, `{{ footer }}`,"
            " `{{ brand_color }}` and `{{ background_color }}` are filled in from the fields below."
        ),
    )
    brand_color = _color()
    background_color = _color()
    logo_url = serializers.URLField(max_length=1000, required=False, allow_blank=True)
    logo_alt = LineField(max_length=200, required=False, allow_blank=True)
    footer = serializers.CharField(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text="Who sends this and from where: in many countries the law wants an address.",
    )
    is_default = serializers.BooleanField(
        required=False, help_text="Whether new visual and Markdown campaigns begin with it."
    )
