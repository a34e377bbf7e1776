"""How request bodies are read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

#: How deep bodies may be nested: a visual document is the deepest that means anything.
MAX_NESTING = 100

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


class BoundedJSONParser(JSONParser):
    """JSON of a bounded depth; the settings bound its size."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read()
        if _nesting(body) > MAX_NESTING:
            raise ParseError(f"The JSON is nested too deeply: {MAX_NESTING} levels at most.")
        return super().parse(BytesIO(body), media_type, dict(parser_context or {}))


def _nesting(body: bytes) -> int:
    """How deep the brackets outside of strings are nested.

    Counted before the parser descends: where it gives up depends on how deep the caller stands.
    """
    if body.count(b"[") + body.count(b"{") <= MAX_NESTING:
        return 0
    depth = deepest = 0
    for match in _BRACKETS.finditer(body):
        if match[0] in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in b"]}":
            depth -= 1
    return deepest


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
