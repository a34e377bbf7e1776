"""What the event streams show, and to whom: a topic is one kind of thing, with its readers.

To show another kind, add a `Topic` here and describe its payload in `api.events.serializers`. All
readers run in the hub's thread, one at a time, and may use the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from starlette.types import Scope

from posthorn.accounts.models import User
from posthorn.api.auth.tokens import user_of_header
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


@dataclass(frozen=True, slots=True)
class Door:
    """Who may watch. `admit` gives the number of whatever lets this request in, None when nothing
    does; `still_good` those of such numbers that would let somebody in now."""

    admit: Callable[[Scope], int | None]
    still_good: Callable[[Collection[int]], Collection[int]]


def management_rows(campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those of the campaigns that exist, as the list of campaigns shows them."""
    return list_items(list(campaign_rows().filter(pk__in=campaign_ids)))


def public_rows(campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those of the campaigns that everybody may see, as the public list shows them."""
    return public_items(list(public_campaigns().filter(pk__in=campaign_ids)))


def user_of(scope: Scope) -> int | None:
    """The id of the user whose good access token the request carries."""
    user = user_of_header(dict(scope["headers"]).get(b"authorization", b""))
    return None if user is None else user.pk


def active_users(user_ids: Collection[int]) -> set[int]:
    """Those of the users that may still sign in."""
    return set(User.objects.filter(pk__in=user_ids, is_active=True).values_list("pk", flat=True))


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
USERS = Door(admit=user_of, still_good=active_users)
