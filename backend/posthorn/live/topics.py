"""What the event streams show, and to whom: a topic is one kind of thing, with its readers.

To show another kind, add a `Topic` here and describe its payload in `api.events.serializers`. All
readers run in the hub's thread, one at a time, and may use the database.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from starlette.types import Scope

from posthorn.accounts.access import Capability
from posthorn.accounts.keys import live_keys
from posthorn.accounts.sessions import live_sessions
from posthorn.api.authentication import CredentialRefused, credential_of
from posthorn.api.campaigns.serializers import list_items
from posthorn.api.public.serializers import public_items
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.campaigns.selectors import campaign_rows, public_campaigns


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` is what changes are told under (`core.events`), and the event's name.

    `read_rows` gives, of some ids, those that this stream may show, ready for JSON; `read_ids` the
    ids of all that it may show; `read_active` the ids that change by themselves now: their rows
    make the snapshot, and they are looked at when changes can't be heard.
    """

    name: str
    read_rows: Callable[[Collection[int]], list[dict[str, Any]]]
    read_ids: Callable[[], set[int]]
    read_active: Callable[[], set[int]]


#: A session's id, or an API key's number.
Pass = uuid.UUID | int


@dataclass(frozen=True, slots=True)
class Door:
    """Who may watch. `admit` gives the name of whatever lets this request in, None when nothing
    does; `still_good` those of such names that would let somebody in now."""

    admit: Callable[[Scope], Pass | None]
    still_good: Callable[[Collection[Pass]], Collection[Pass]]


def management_rows(campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those of the campaigns that exist, as the list of campaigns shows them."""
    return list_items(list(campaign_rows().filter(pk__in=campaign_ids)))


def public_rows(campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those of the campaigns that everybody may see, as the public list shows them."""
    return public_items(list(public_campaigns().filter(pk__in=campaign_ids)))


def pass_of(scope: Scope) -> Pass | None:
    """The session or the API key by which the request may read."""
    try:
        credential = credential_of(dict(scope["headers"]).get(b"authorization", b""))
    except CredentialRefused:
        return None
    if credential is None or Capability.READ not in credential.principal.capabilities:
        return None
    return credential.session_id or credential.principal.pk


def good_passes(passes: Collection[Pass]) -> set[Pass]:
    """Those of the sessions and API keys that have not ended."""
    sessions = [each for each in passes if isinstance(each, uuid.UUID)]
    keys = [each for each in passes if isinstance(each, int)]
    good: set[Pass] = set()
    if sessions:
        good |= live_sessions(sessions)
    if keys:
        good |= live_keys(keys)
    return good


def _ids(campaigns: QuerySet[Campaign]) -> set[int]:
    return set(campaigns.order_by().values_list("pk", flat=True))


MANAGEMENT = (
    Topic(
        name=TOPIC,
        read_rows=management_rows,
        read_ids=lambda: _ids(Campaign.objects.all()),
        read_active=lambda: _ids(Campaign.objects.filter(status=Status.RUNNING)),
    ),
)
PUBLIC = (
    Topic(
        name=TOPIC,
        read_rows=public_rows,
        read_ids=lambda: _ids(public_campaigns()),
        read_active=lambda: _ids(public_campaigns().filter(status=Status.RUNNING)),
    ),
)
READERS = Door(admit=pass_of, still_good=good_passes)
