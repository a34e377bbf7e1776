"""Pages of 25 rows, or as many as the client asks for up to 200, near either end or far from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    page_size = 25
    page_size_query_param = "page_size"
    page_size_query_description = "Rows on a page: 25 unless said otherwise, at most 200."
    max_page_size = 200
    invalid_page_message = "There is no such page."


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
