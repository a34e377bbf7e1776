"""Who stands behind a request: a user by an access token, or a machine by an API key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from posthorn.accounts.keys import MARK, find_key
from posthorn.accounts.models import ApiKey, RefreshSession, User
from posthorn.accounts.sessions import live_session

Principal = User | ApiKey

_CHALLENGE = 'Bearer realm="api"'


class CredentialRefused(AuthenticationFailed):
    """The header names a credential that is none, or is none any more."""

    default_detail = "The access token is not valid or has expired."
    default_code = "token_not_valid"


class KeyRefused(CredentialRefused):
    default_detail = "There is no such API key, or it was revoked or has expired."
    default_code = "key_not_valid"


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request was let in by: a user's session, or a key."""

    principal: Principal
    session_id: uuid.UUID | None = None


def credential_of(header: bytes) -> Credential | None:
    """Who an `Authorization` header stands for, by one query; None when it is empty.

    Raises CredentialRefused. `Bearer` takes access tokens and API keys (RFC 6750), `Api-Key`
    the latter alone.
    """
    if not header.strip():
        return None
    scheme, _, value = header.decode("latin-1").partition(" ")
    value = value.strip()
    if scheme.lower() == "api-key" or value.startswith(MARK):
        key = find_key(value) if scheme.lower() in ("api-key", "bearer") else None
        if key is None:
            raise KeyRefused
        return Credential(key)
    if scheme.lower() != "bearer":
        raise CredentialRefused
    session = _session_of(value)
    if session is None:
        raise CredentialRefused
    return Credential(session.user, session.pk)


def _session_of(token: str) -> RefreshSession | None:
    try:
        session_id = uuid.UUID(AccessToken(token)["sid"])  # type: ignore[arg-type]
    except (TokenError, KeyError, ValueError, AttributeError, TypeError):
        return None
    return live_session(session_id)


class ByHeader(BaseAuthentication):
    """The `Authorization` header, whichever credential it carries."""

    def authenticate(self, request: Request) -> tuple[Principal, Credential] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "").encode("latin-1", errors="replace")
        credential = credential_of(header)
        return None if credential is None else (credential.principal, credential)

    def authenticate_header(self, request: Request) -> str:
        return _CHALLENGE
