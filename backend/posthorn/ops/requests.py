"""What surrounds every request: its id in all log lines, its origin, its time in the metrics."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

from posthorn.core.logs import log_context, new_request_id
from posthorn.core.metrics import REQUEST_SECONDS
from posthorn.core.origin import client_address, origin

logger = logging.getLogger("posthorn.request")

_HEADER = "X-Request-ID"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_QUIET = ("GET", "HEAD", "OPTIONS")


class RequestContext:
    """Takes the proxy's request id or makes one, returns it, and measures the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(_HEADER, "")
        request_id = given if _ACCEPTABLE.fullmatch(given) else new_request_id()
        began = time.perf_counter()
        address = client_address(request.META, trusted_proxies=settings.ENV.trusted_proxies)
        with log_context(request_id=request_id), origin(address, request_id):
            response = self._get_response(request)
            self._note(request, response.status_code, time.perf_counter() - began)
        response.headers[_HEADER] = request_id
        return response

    def _note(self, request: HttpRequest, status: int, seconds: float) -> None:
        match = request.resolver_match
        # Never the path itself: anybody can make up new ones, and each would be a series.
        route = f"/{match.route}" if match else "none"
        method = request.method or ""
        REQUEST_SECONDS.labels(method, route, status).observe(seconds)
        level = logging.DEBUG if method in _QUIET and status < 500 else logging.INFO
        logger.log(level, "%s %s %s in %.3f s", method, _masked_path(match), status, seconds)


def _masked_path(match: ResolverMatch | None) -> str:
    """The route with its numbers filled in; a text in a path may be a token, and what matches no
    route may be anything."""
    if match is None:
        return "(no route)"

    def fill(parameter: re.Match[str]) -> str:
        value = match.kwargs.get(parameter[1])
        return str(value) if isinstance(value, int) else "***"

    return "/" + _PARAMETER.sub(fill, match.route)
