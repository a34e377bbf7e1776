"""How often somebody may ask: in general, and when signing in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from posthorn.accounts.models import ApiKey, User
from posthorn.accounts.passwords import WrongPassword
from posthorn.core.brakes import Taken, give_back, take
from posthorn.core.origin import current_origin, network_of

if TYPE_CHECKING:
    # DRF's views import this module by their settings.
    from rest_framework.views import APIView

_MINUTE = 60.0
#: Wrong passwords a minute from one address (an IPv6 /64), whatever the names.
SIGN_IN_BY_ADDRESS = 10
#: Wrong passwords in five minutes for one name from one address. Not for one name from everywhere:
#: that would let a stranger keep its owner out.
SIGN_IN_BY_NAME = 5
_NAME_SECONDS = 300.0
#: Links to choose a password that one address may ask for in an hour.
RESETS_BY_ADDRESS = 10
_HOUR = 3600.0


class GeneralLimit(BaseThrottle):
    """So many requests a minute for each user, each key, and each address without either."""

    def __init__(self) -> None:
        self._taken: Taken | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        who, limit = _counted(request)
        self._taken = take(who, limit=limit, period_seconds=_MINUTE)
        # Read by `RateLimitHeaders`, also on a refusal.
        request._request.posthorn_limit = self._taken  # type: ignore[attr-defined]
        return self._taken.allowed

    def wait(self) -> float | None:
        return self._taken.reset_seconds if self._taken else None


def _counted(request: Request) -> tuple[str, int]:
    principal: Any = request.user
    if isinstance(principal, ApiKey):
        return f"key:{principal.pk}", principal.rate_limit or settings.ENV.user_rate
    if isinstance(principal, User):
        return f"user:{principal.pk}", settings.ENV.user_rate
    return f"address:{network_of(current_origin().address)}", settings.ENV.address_rate


class RateLimitHeaders:
    """Says in `RateLimit` and `RateLimit-Policy` what is left.

    draft-ietf-httpapi-ratelimit-headers-09.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        taken: Taken | None = getattr(request, "posthorn_limit", None)
        if taken is not None:
            response.headers["RateLimit-Policy"] = f'"general";q={taken.limit};w={int(_MINUTE)}'
            response.headers["RateLimit"] = f'"general";r={taken.remaining};t={taken.reset_seconds}'
        return response


@contextmanager
def sign_in_brake(name: str) -> Iterator[Callable[[], None]]:
    """Count a try to sign in as wrong until the function that this yields says it was right.

    Counted before the password is looked at: a hundred guesses at once are a hundred guesses.
    Raises Throttled, and then counts nothing.
    """
    network = network_of(current_origin().address)
    digest = hashlib.sha256(name.strip().lower().encode(errors="replace")).hexdigest()[:32]
    by_address, by_name = f"sign-in:{network}", f"sign-in:{digest}:{network}"
    _take_or_refuse(by_address, SIGN_IN_BY_ADDRESS, _MINUTE)
    try:
        _take_or_refuse(by_name, SIGN_IN_BY_NAME, _NAME_SECONDS)
    except Throttled:
        give_back(by_address)
        raise

    def was_right() -> None:
        give_back(by_address)
        give_back(by_name)

    yield was_right


@contextmanager
def password_brake(user_id: int) -> Iterator[None]:
    """Whoever found a session open can't guess its password there: counts what raises
    WrongPassword and nothing else. Raises Throttled."""
    key = f"password:{user_id}"
    _take_or_refuse(key, SIGN_IN_BY_NAME, _NAME_SECONDS)
    try:
        yield
    except WrongPassword:
        raise
    except Exception:
        give_back(key)
        raise
    give_back(key)


def reset_brake() -> None:
    """Mails to users whom a stranger names are few. Raises Throttled."""
    network = network_of(current_origin().address)
    _take_or_refuse(f"reset:{network}", RESETS_BY_ADDRESS, _HOUR)


def _take_or_refuse(key: str, limit: int, seconds: float) -> None:
    taken = take(key, limit=limit, period_seconds=seconds)
    if not taken.allowed:
        raise Throttled(taken.reset_seconds)
