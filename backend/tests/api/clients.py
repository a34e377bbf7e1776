"""Clients that speak to the whole stack: routes, middleware, tokens, database."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from posthorn.accounts.models import User
from posthorn.api.auth.tokens import access_token


def client_of(user: User) -> APIClient:
    """A client that is signed in."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
    return client


def send_bytes(
    client: APIClient, method: str, path: str, body: bytes, content_type: str = "application/json"
) -> Any:
    """Send exactly these bytes, however malformed."""
    # The client takes bytes as they are; its stubs know of text alone.
    return client.generic(method, path, body, content_type=content_type)  # type: ignore[arg-type]
