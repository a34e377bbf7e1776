"""How often somebody may try to sign in: by address, and by user name from all addresses."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    # DRF's views import this module by their settings.
    from rest_framework.views import APIView


class SignInByAddress(SimpleRateThrottle):
    scope = "sign_in"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class SignInByName(SimpleRateThrottle):
    """A guesser with many addresses is held up too; looser, so that a stranger who knows a name
    needs some diligence to lock its owner out."""

    scope = "sign_in_name"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        name = request.data.get("username") if isinstance(request.data, dict) else None
        if not isinstance(name, str):
            return None
        digest = hashlib.sha256(name.strip().lower().encode(errors="replace")).hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": digest}
