"""Why a campaign that should move does not: read from what the engine notes anyway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.duties import anybody_works
from posthorn.delivery.models import Batch


class Cause(StrEnum):
    SCHEDULED = "scheduled"
    NO_WORKERS = "no_workers"
    FREEZING = "freezing"
    TRANSPORT_DOWN = "transport_down"
    RETRYING = "retrying"


@dataclass(frozen=True, slots=True)
class Waiting:
    """`since` and `until` where they are known; `seconds` from now to `until`, at least 0."""

    code: Cause
    since: datetime | None = None
    until: datetime | None = None
    seconds: float | None = None


def waiting_of(campaign: Campaign) -> Waiting | None:
    """Why nothing of the campaign moves; None while it does, or when nothing should."""
    if campaign.status == Status.SCHEDULED:
        return _until(Cause.SCHEDULED, None, campaign.scheduled_at)
    if campaign.status != Status.RUNNING:
        return None
    if not anybody_works():
        return Waiting(Cause.NO_WORKERS, since=campaign.active_at)
    if campaign.frozen_at is None:
        return Waiting(Cause.FREEZING, since=campaign.started_at)
    if campaign.transport_down_since is not None:
        since = campaign.transport_down_since
        return _until(Cause.TRANSPORT_DOWN, since, _next_attempt(campaign.pk))
    until = _next_attempt(campaign.pk)
    if until is not None and until > database_now():
        return _until(Cause.RETRYING, None, until)
    return None


def _next_attempt(campaign_id: int) -> datetime | None:
    """When the next batch may be claimed; None when one may be now, or one is being sent."""
    open_batches = Batch.objects.filter(campaign_id=campaign_id, done=False)
    if open_batches.filter(available_at=None).exists():
        return None
    return open_batches.order_by("available_at").values_list("available_at", flat=True).first()


def _until(cause: Cause, since: datetime | None, until: datetime | None) -> Waiting:
    left = None if until is None else max(0.0, (until - database_now()).total_seconds())
    return Waiting(cause, since, until, left)
