"""How request bodies are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser


class BoundedJSONParser(JSONParser):
    """JSON of a bounded depth; the settings bound its size."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None


class UploadParser(MultiPartParser):
    """`multipart/form-data` (RFC 7578): a file, and fields of which those that begin like an array
    are JSON."""

    def parse(  # type: ignore[override]
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        parsed = super().parse(stream, media_type or self.media_type, dict(parser_context or {}))
        fields = {name: _value(name, parsed.data[name]) for name in parsed.data}
        return fields | {name: parsed.files[name] for name in parsed.files}


def _value(name: str, text: str) -> Any:
    if not text.startswith("["):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ParseError(f"The field {name} is no JSON.") from None
