"""What the event streams show, and to whom."""

from __future__ import annotations

from collections.abc import Collection, MutableMapping
from typing import Any

from posthorn.accounts.access import Capability
from posthorn.api.authentication import CredentialRefused, credential_of
from posthorn.api.campaigns.serializers import list_items
from posthorn.api.public.serializers import public_items
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.campaigns.selectors import campaign_rows, public_campaigns


def management_rows(campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those of the campaigns that exist, as the list of campaigns shows them."""
    return list_items(list(campaign_rows().filter(pk__in=campaign_ids)))


def public_rows(campaign_ids: Collection[int]) -> list[dict[str, Any]]:
    """Those of the campaigns that everybody may see, as the public list shows them."""
    return public_items(list(public_campaigns().filter(pk__in=campaign_ids)))


def running_ids(public: bool) -> list[int]:
    """The campaigns that run now; with `public` only those that everybody may see."""
    running = Campaign.objects.filter(status=Status.RUNNING.value)
    if public:
        running = running.filter(is_public=True)
    return list(running.order_by("pk").values_list("pk", flat=True))


def may_watch(scope: MutableMapping[str, Any]) -> bool:
    """Whether the request, given as its ASGI scope, carries a credential that may read."""
    try:
        credential = credential_of(dict(scope["headers"]).get(b"authorization", b""))
    except CredentialRefused:
        return False
    return credential is not None and Capability.READ in credential.principal.capabilities
