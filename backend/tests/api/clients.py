"""Clients that speak to the whole stack: routes, middleware, tokens, database."""

from __future__ import annotations

from rest_framework.test import APIClient

from posthorn.accounts.models import User
from posthorn.api.auth.tokens import access_token


def client_of(user: User) -> APIClient:
    """A client that is signed in."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token(user)}")
    return client
