"""Clients that speak to the whole stack: routes, middleware, tokens, database."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from posthorn.accounts.actor import SYSTEM
from posthorn.accounts.keys import create_key
from posthorn.accounts.models import User
from posthorn.accounts.sessions import open_session
from posthorn.api.auth.tokens import access_token


def token_of(user: User) -> str:
    """An access token of a session of its own."""
    return access_token(open_session(user=user).pk)


def client_of(user: User) -> APIClient:
    """A client that is signed in."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(user)}")
    return client


def client_with_key(*scopes: str) -> APIClient:
    """A client that carries an API key."""
    _, secret = create_key(name="machine", scopes=scopes, expires_at=None, by=SYSTEM)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def send_bytes(
    client: APIClient, method: str, path: str, body: bytes, content_type: str = "application/json"
) -> Any:
    """Send exactly these bytes, however malformed."""
    # The client takes bytes as they are; its stubs know of text alone.
    return client.generic(method, path, body, content_type=content_type)  # type: ignore[arg-type]
