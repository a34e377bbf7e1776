"""Pages of 25 rows, or as many as the client asks for up to 200, near either end or far from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param


class Pages(PageNumberPagination):
    """`next` and `previous` are paths: what a request claims to be its host comes back nowhere."""

    page_size = 25
    page_size_query_param = "page_size"
    page_size_query_description = "Rows on a page: 25 unless said otherwise, at most 200."
    max_page_size = 200
    invalid_page_message = "There is no such page."

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
            raise _refused("invalid", "A whole number from 1 to 200.")
        if not 1 <= int(asked) <= self.max_page_size:
            code = "min_value" if int(asked) < 1 else "max_value"
            raise _refused(code, f"From 1 to {self.max_page_size} rows fit on a page.")
        return int(asked)

    def get_next_link(self) -> str | None:
        assert self.page is not None
        return self._link(self.page.next_page_number()) if self.page.has_next() else None

    def get_previous_link(self) -> str | None:
        assert self.page is not None
        return self._link(self.page.previous_page_number()) if self.page.has_previous() else None

    def _link(self, number: int) -> str:
        assert self.request is not None
        here = self.request.get_full_path()
        if number == 1:
            return str(remove_query_param(here, self.page_query_param))
        return str(replace_query_param(here, self.page_query_param, number))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)
        for name, number in (("next", 4), ("previous", 2)):
            described["properties"][name].update(
                format="uri-reference", example=f"/api/v1/lists/?{self.page_query_param}={number}"
            )
        return described


class DeepRows:
    """Rows whose last page costs as little as a look at half of an index.

    What stands in front of a page must be read to be skipped. So `keys`, an ordered queryset of
    single values that an index alone can answer, is read from the nearer end, and only the page's
    own rows, found by their `key`, are read whole.
    """

    def __init__(self, rows: QuerySet[Any], *, keys: QuerySet[Any], key: str, count: int) -> None:
        self._rows, self._keys, self._key, self._count = rows, keys, key, count

    def count(self) -> int:
        return self._count

    def __getitem__(self, part: slice) -> Sequence[Any]:
        start, stop = part.start, min(part.stop, self._count)
        if start > self._count // 2:
            behind = self._keys.reverse()[self._count - stop : self._count - start]
            keys = list(behind)[::-1]
        else:
            keys = list(self._keys[start:stop])
        found = {
            getattr(row, self._key): row
            for row in self._rows.filter(**{f"{self._key}__in": keys}).order_by()
        }
        # Somebody may have been deleted in between.
        return [found[key] for key in keys if key in found]


def _refused(code: str, message: str) -> ValidationError:
    return ValidationError({"page_size": [ErrorDetail(message, code=code)]})
