"""Who may do what: the one table. Which capability a route asks for, and who has it.

The API's permission reads it at each request, `GET auth/me/` tells the pages from it what to show,
and a test walks every route with every role and every scope of a key. A route whose resource is
missing here is refused to everybody.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Final

from django.db import models

from posthorn.core.errors import DomainError


class Capability(StrEnum):
    """One kind of thing that somebody may do."""

    READ = "read"
    WRITE_DRAFTS = "campaigns.write"
    START = "campaigns.start"
    WRITE_AUDIENCE = "audience.write"
    WRITE_FEEDBACK = "feedback.write"
    MANAGE_SERVERS = "servers.manage"
    MANAGE_SETTINGS = "settings.manage"
    MANAGE_USERS = "users.manage"
    MANAGE_KEYS = "keys.manage"
    READ_AUDIT = "audit.read"
    #: One's own profile, password and sessions: people's, never a key's.
    OWN_ACCOUNT = "account.own"


class Role(models.TextChoices):
    OWNER = "owner", "Users, servers, keys and settings besides"
    MANAGER = "manager", "Campaigns and audiences"
    AUTHOR = "author", "Drafts and tests; starts nothing"
    VIEWER = "viewer", "Reads everything, changes nothing"


class Scope(models.TextChoices):
    READ = "read", "Reads everything"
    WRITE = "write", "Writes drafts and their content, sends tests"
    START = "start", "Starts, stops and schedules; changes what is no draft any more"
    AUDIENCE = "audience", "Changes lists, subscribers, segments, suppressions; imports"
    FEEDBACK = "feedback", "Reports bounces, complaints and unsubscribes"


_READER = frozenset({Capability.READ, Capability.OWN_ACCOUNT})
_AUTHOR = _READER | {Capability.WRITE_DRAFTS}
_MANAGER = _AUTHOR | {Capability.START, Capability.WRITE_AUDIENCE, Capability.WRITE_FEEDBACK}

EVERYTHING: Final = frozenset(Capability)

ROLES: Final[dict[str, frozenset[Capability]]] = {
    Role.OWNER: EVERYTHING,
    Role.MANAGER: _MANAGER,
    Role.AUTHOR: _AUTHOR,
    Role.VIEWER: _READER,
}

#: None of them implies another: a key that reports bounces need not read addresses.
SCOPES: Final[dict[str, Capability]] = {
    Scope.READ: Capability.READ,
    Scope.WRITE: Capability.WRITE_DRAFTS,
    Scope.START: Capability.START,
    Scope.AUDIENCE: Capability.WRITE_AUDIENCE,
    Scope.FEEDBACK: Capability.WRITE_FEEDBACK,
}

_DRAFTS = (Capability.READ, Capability.WRITE_DRAFTS)
_AUDIENCE = (Capability.READ, Capability.WRITE_AUDIENCE)
_SERVERS = (Capability.READ, Capability.MANAGE_SERVERS)
_SETTINGS = (Capability.MANAGE_SETTINGS, Capability.MANAGE_SETTINGS)

#: The first part of a route below /api/v1/: what reading it asks for, and what changing it.
RESOURCES: Final[dict[str, tuple[Capability, Capability]]] = {
    "auth": (Capability.OWN_ACCOUNT, Capability.OWN_ACCOUNT),
    "campaigns": _DRAFTS,
    # Nothing is kept of what is built and shown there.
    "content": (Capability.READ, Capability.READ),
    "layouts": _DRAFTS,
    "media": _DRAFTS,
    "events": _DRAFTS,
    "lists": _AUDIENCE,
    "subscribers": _AUDIENCE,
    "segments": _AUDIENCE,
    "audience": _AUDIENCE,
    "imports": _AUDIENCE,
    "suppressions": _AUDIENCE,
    "feedback": (Capability.READ, Capability.WRITE_FEEDBACK),
    "transports": _SERVERS,
    "mail-servers": _SERVERS,
    "dkim-keys": _SERVERS,
    "webhooks": _SETTINGS,
    "settings": _SETTINGS,
    "installation": (Capability.READ, Capability.MANAGE_SETTINGS),
    "users": (Capability.MANAGE_USERS, Capability.MANAGE_USERS),
    "api-keys": (Capability.MANAGE_KEYS, Capability.MANAGE_KEYS),
    "audit": (Capability.READ_AUDIT, Capability.READ_AUDIT),
}

_CAMPAIGN = "campaigns/<int:campaign_id>/"

#: Routes that ask for something else than their resource does.
EXCEPTIONS: Final[dict[tuple[str, str], Capability]] = {
    ("POST", _CAMPAIGN + "preview/"): Capability.READ,
    # They count and change nothing; a filter can be too long for a GET.
    ("POST", "segments/preview/"): Capability.READ,
    ("POST", "audience/preview/"): Capability.READ,
    ("POST", _CAMPAIGN + "start/"): Capability.START,
    ("POST", _CAMPAIGN + "stop/"): Capability.START,
    ("POST", _CAMPAIGN + "cancel/"): Capability.START,
    ("POST", _CAMPAIGN + "schedule/"): Capability.START,
    ("POST", _CAMPAIGN + "unschedule/"): Capability.START,
    ("POST", _CAMPAIGN + "retry/"): Capability.START,
    ("POST", _CAMPAIGN + "deliveries/<int:delivery_id>/mark-sent/"): Capability.START,
}

_READING = ("GET", "HEAD", "OPTIONS")


class NotAllowed(DomainError):
    """Whoever asks may not do this."""

    code = "permission_denied"


@cache
def capability_for(method: str, route: str) -> Capability | None:
    """What `method` on a route below `/api/v1/` asks for; None for a route that isn't known."""
    exception = EXCEPTIONS.get((method, route))
    if exception is not None:
        return exception
    resource = RESOURCES.get(route.partition("/")[0])
    if resource is None:
        return None
    return resource[0] if method in _READING else resource[1]
