"""Who may do what: viewers read, admins do everything, anonymous visitors only what is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from posthorn.accounts.actor import Actor
from posthorn.accounts.models import Role, User

if TYPE_CHECKING:
    # DRF's views import this module by their settings.
    from rest_framework.views import APIView


class ReadOrManage(BasePermission):
    """Viewers read, admins do everything; the rule of every route that doesn't say otherwise."""

    message = "Your role is viewer: you may read everything and change nothing."

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        if not isinstance(user, User):
            return False
        return request.method in SAFE_METHODS or user.role == Role.ADMIN


class SignedIn(BasePermission):
    """Any user, whatever the role."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User)


class Anyone(BasePermission):
    """No sign-in needed."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True


def acting(request: Request) -> Actor:
    """Who a write is done by: whoever stands behind a request that a permission let through."""
    return acting_user(request).actor


def acting_user(request: Request) -> User:
    """The user behind a request that a permission has let through."""
    assert isinstance(request.user, User)
    return request.user
