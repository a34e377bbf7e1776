"""Routes that live by a cookie answer pages of our own alone: no third site signs anybody out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from posthorn.api.errors import answer

_COOKIE_PATHS = ("/api/v1/auth/token/", "/api/v1/auth/logout/", "/api/v1/auth/oidc/")
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")


class CookiesStayHome:
    """Refuses what a browser says comes from elsewhere (W3C Fetch Metadata, RFC 6454 Origin).

    The cookie's SameSite=Strict is not enough: without the cookie an answer would still remove it,
    and a sibling subdomain counts as the same site. What is no browser sends neither header.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if (
            request.method in _CHANGING
            and request.path_info.startswith(_COOKIE_PATHS)
            and not _is_home(request)
        ):
            return answer(
                403, "cross_site", "This came from a page of another site. Use Posthorn's own."
            )
        return self._get_response(request)


def _is_home(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    parts, ours = urlsplit(origin), urlsplit(settings.ENV.public_url)
    return parts.netloc in (ours.netloc, request.get_host())
