"""`ETag` on every detail, `If-Match` on every change of one, `Location` on every creation."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from posthorn.api.errors import answer

_CHANGES = ("PUT", "PATCH", "DELETE")
_TAG = re.compile(r'(?:W/)?"([^".]+)[^"]*"')


class Preconditions:
    """RFC 9110 sections 8.8.3, 10.2.2 and 13.1.1.

    A view names in `volatile_fields` what changes by itself, such as a tally. Its ETags have two
    parts, `"state.whole"`: caches compare all of it, `If-Match` the state alone, or nobody could
    change a campaign that runs. `If-Match` takes weak tags too: proxies that compress make every
    tag weak.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        match = request.resolver_match
        if match is None or not match.route.startswith("api/v1/"):
            return response
        data = getattr(response, "data", None)
        if isinstance(data, Mapping):
            if response.status_code == 201:
                _locate(request, response, match, data)
            elif response.status_code == 200 and match.kwargs and request.method != "POST":
                response.headers.setdefault("ETag", _tag(data, _volatile(match.func)))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        wanted = request.headers.get("If-Match")
        if wanted is None or request.method not in _CHANGES or not hasattr(view, "cls"):
            return None
        with transaction.atomic():
            _one_at_a_time(request.path_info)
            current = view(_as_get(request), *args, **kwargs)
            if current.status_code != 200:
                return current  # type: ignore[no-any-return]
            tag = _tag(current.data, _volatile(view))
            if wanted.strip() == "*" or _state(tag) in map(_state, wanted.split(",")):
                return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        refused = answer(
            412,
            "changed_meanwhile",
            "Somebody changed this since you read it; `current` is how it is now.",
            current=current.data,
        )
        refused["ETag"] = tag
        return refused


def _as_get(request: HttpRequest) -> HttpRequest:
    """The same client's reading of the same address."""
    reading = copy.copy(request)
    reading.method = "GET"
    unwanted = ("CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_IF_MATCH")
    reading.META = {key: value for key, value in request.META.items() if key not in unwanted}
    return reading


def _one_at_a_time(path: str) -> None:
    """Of two who change the same with `If-Match`, the second looks after the first is done.

    SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _locate(
    request: HttpRequest, response: HttpResponseBase, match: ResolverMatch, data: Mapping[str, Any]
) -> None:
    """Say where the new one is: beside its collection, the resource's own for an action."""
    if "id" not in data or "Location" in response.headers:
        return
    resource = "/".join(request.path_info.split("/")[:4])
    for collection in (request.path_info, f"{resource}/"):
        path = f"{collection}{data['id']}/"
        try:
            found = resolve(path)
        except Resolver404:
            continue
        if hasattr(getattr(found.func, "cls", None), "get"):
            response.headers["Location"] = path
            response.headers.setdefault("ETag", _tag(data, _volatile(found.func)))
            return


def _volatile(view: Callable[..., Any]) -> Collection[str]:
    return getattr(getattr(view, "cls", None), "volatile_fields", ())


def _tag(data: Mapping[str, Any], volatile: Collection[str]) -> str:
    whole = _digest(data)
    if not volatile:
        return f'"{whole}"'
    return f'"{_digest({key: data[key] for key in data if key not in volatile})}.{whole}"'


def _digest(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:20]


def _state(tag: str) -> str | None:
    found = _TAG.fullmatch(tag.strip())
    return found[1] if found else None
