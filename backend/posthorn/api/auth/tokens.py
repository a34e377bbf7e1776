"""Sessions as tokens: the access token in the answer's body, the refresh token in a cookie."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token

from posthorn.accounts.sessions import SESSION_LIFE

COOKIE = "posthorn_refresh"
COOKIE_PATH = "/api/v1/auth/"


class RefreshToken(Token):
    """Names a session and the one exchange that it is good for."""

    token_type = "refresh"  # noqa: S105
    lifetime = SESSION_LIFE


def access_token(session_id: uuid.UUID) -> str:
    """Names the session alone, and so ends with it."""
    token = AccessToken()
    token["sid"] = session_id.hex
    return str(token)


def set_cookie(
    response: Response, *, session_id: uuid.UUID, token_id: uuid.UUID, expires_at: datetime
) -> None:
    """Hand over a refresh token that ends when its session does, however often it was rotated."""
    token = RefreshToken()
    token.set_exp(from_time=expires_at, lifetime=timedelta())
    token["jti"] = token_id.hex
    token["sid"] = session_id.hex
    response.set_cookie(
        COOKIE,
        str(token),
        expires=expires_at.astimezone(UTC),
        path=COOKIE_PATH,
        secure=settings.ENV.secure_cookies,
        httponly=True,
        samesite="Strict",
    )


def clear_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Strict")


def read_cookie(request: Request) -> tuple[uuid.UUID, uuid.UUID] | None:
    """The session and the token that the cookie names, None when it is not a token of ours."""
    raw = request.COOKIES.get(COOKIE)
    if not raw:
        return None
    try:
        token = RefreshToken(raw)  # type: ignore[arg-type]
        return uuid.UUID(token["sid"]), uuid.UUID(token["jti"])
    except (TokenError, KeyError, ValueError):
        return None
