"""How request bodies are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

#: Both bodies of a campaign at their longest, in UTF-8 with escapes, and some room.
MAX_BODY_BYTES = 8 * 1024 * 1024


class BodyTooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = f"The request is larger than {MAX_BODY_BYTES} bytes. Send less at once."


class BoundedJSONParser(JSONParser):
    """JSON of a bounded size and depth: DRF itself reads however much is sent."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
            raise BodyTooLarge()
        try:
            return super().parse(stream, media_type, dict(parser_context or {}))
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
