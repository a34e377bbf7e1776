"""Asks the table (`accounts.access`) whether whoever stands behind a request may do this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from posthorn.accounts.access import Capability, capability_for
from posthorn.accounts.actor import Actor
from posthorn.accounts.models import ApiKey, User

if TYPE_CHECKING:
    # DRF's views import this module by their settings.
    from rest_framework.views import APIView

_PREFIX = "api/v1/"

_ASKS = {
    Capability.READ: "This key has no scope to read. Make one with the scope read.",
    Capability.WRITE_DRAFTS: "Writing drafts needs the role author, or a key's scope write.",
    Capability.START: "Starting and stopping needs the role manager, or a key's scope start.",
    Capability.WRITE_AUDIENCE: "This needs the role manager, or a key's scope audience.",
    Capability.WRITE_FEEDBACK: "This needs the role manager, or a key's scope feedback.",
    Capability.OWN_ACCOUNT: "An API key has no account of its own. Sign in as a user.",
}
_OWNERS_ALONE = "This needs the role owner."


class ByTable(BasePermission):
    """The rule of every route that doesn't say otherwise; a route nobody put in the table is
    refused to everybody."""

    message = "You may not do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        principal = request.user
        if not isinstance(principal, User | ApiKey):
            return False
        match = request._request.resolver_match
        route = match.route.removeprefix(_PREFIX) if match else ""
        capability = capability_for(request.method or "", route)
        if capability is not None:
            self.message = _ASKS.get(capability, _OWNERS_ALONE)
        return capability in principal.capabilities


class Anyone(BasePermission):
    """No sign-in needed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True


def acting(request: Request) -> Actor:
    """Who a write is done by: whoever stands behind a request that a permission let through."""
    principal = request.user
    assert isinstance(principal, User | ApiKey)
    return principal.actor


def acting_user(request: Request) -> User:
    """The user behind a request to one's own account, which the table lets no key do."""
    assert isinstance(request.user, User)
    return request.user
