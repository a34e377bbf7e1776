"""Ids in addresses, as large as the database's column and no larger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from posthorn.api.errors import not_found
from posthorn.api.fields import MAX_ID


class IdsFit:
    """Nothing has an id that the column can't hold; SQLite would fail over the question."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        if any(isinstance(value, int) and value > MAX_ID for value in kwargs.values()):
            return not_found(request)
        return None
