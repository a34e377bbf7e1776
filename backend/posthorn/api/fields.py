"""Fields that several resources share."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from posthorn.audience.addresses import (
    MAX_LENGTH,
    InvalidAddress,
    clean_name,
    encode_domain,
    normalise_address,
)
from posthorn.audience.imports.parsing.values import read_domain

MAX_ID = 2**63 - 1
_MAX_ATTRIBUTES_BYTES = 16 * 1024
_MAX_DEPTH = 20
#: A million characters of any script.
_MAX_BODY_BYTES = 4_100_000

#: An escaped null character in JSON, which PostgreSQL can't store, but no escaped backslash.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def single_line(value: str) -> None:
    """A validator: no line breaks or other control characters, which could add a header."""
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value):
        raise serializers.ValidationError("Write this on one line, without control characters.")


class LineField(serializers.CharField):
    """Text that must stay on one line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(single_line)


class NameField(LineField):
    """A name, without the invisible characters that come with copied text."""

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        single_line(value)
        name = clean_name(value)
        if value and not name and not self.allow_blank:
            self.fail("blank")
        return name


class SenderField(serializers.EmailField):
    """A sender's address, as it was written but for the domain, which is kept in ASCII."""

    read = staticmethod(encode_domain)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_LENGTH, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        try:
            return self.read(super().to_internal_value(data))
        except InvalidAddress as error:
            raise serializers.ValidationError(error.detail, code=error.code) from error


class AddressField(SenderField):
    """An e-mail address, written as it is kept: lower case, the domain in ASCII."""

    read = staticmethod(normalise_address)


class DomainField(serializers.CharField):
    """A domain, written as it is kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=253, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        try:
            return read_domain(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class IdField(serializers.IntegerField):
    """An id that fits the database's column."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)


class IdsField(serializers.ListField):
    """Ids of mailing lists. That they exist is checked where they are written, in one query."""

    child = serializers.IntegerField(min_value=1, max_value=MAX_ID)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=1000, **kwargs)

    def to_representation(self, data: Any) -> list[int]:
        return [row.pk for row in data.all()]


@extend_schema_field({"type": "object", "additionalProperties": {}})
class AttributesField(serializers.JSONField):
    """A JSON object of bounded size that every database can store."""

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if not isinstance(value, dict):
            raise serializers.ValidationError('Send a JSON object such as {"city": "Bern"}.')
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
            size = len(text.encode())
        except (ValueError, RecursionError):
            raise serializers.ValidationError(
                "This holds numbers or characters that can't be stored."
            ) from None
        if size > _MAX_ATTRIBUTES_BYTES:
            raise serializers.ValidationError(
                f"The attributes are {size} bytes long; at most {_MAX_ATTRIBUTES_BYTES} fit."
            )
        if _deeper_than(_MAX_DEPTH, value):
            raise serializers.ValidationError(
                f"The attributes are nested more than {_MAX_DEPTH} levels deep."
            )
        if _NUL.search(text):
            raise serializers.ValidationError("Null characters can't be stored. Remove them.")
        return value


@extend_schema_field(
    {"oneOf": [{"type": "string"}, {"type": "object", "additionalProperties": {}}]}
)
class BodyField(serializers.JSONField):
    """A body as it was written: text, or a document of blocks that is kept as JSON."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | dict):
            raise serializers.ValidationError("Send text, or an object of blocks.")
        value: Any = data
        try:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
            size = len(text.encode())
        except (ValueError, RecursionError):
            raise serializers.ValidationError(
                "This holds numbers or characters that can't be stored."
            ) from None
        if size > _MAX_BODY_BYTES:
            raise serializers.ValidationError(
                f"The body is {size} bytes long; at most {_MAX_BODY_BYTES} fit.", code="max_length"
            )
        if _deeper_than(_MAX_DEPTH, value):
            raise serializers.ValidationError(f"This nests more than {_MAX_DEPTH} levels deep.")
        if _NUL.search(text):
            raise serializers.ValidationError("Null characters can't be stored. Remove them.")
        return value

    def get_attribute(self, instance: Any) -> Any:
        """A campaign's: an object when it is visual."""
        if instance.body_kind == "visual" and instance.body:
            return json.loads(instance.body)
        return instance.body


def _deeper_than(levels: int, value: Any) -> bool:
    """Whether `value` nests more than `levels` objects or arrays in each other."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper_than(levels - 1, each) for each in inner)
