"""What the numbers of a campaign say: percent, rate and the time that is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.delivery.selectors import rates


@dataclass(frozen=True, slots=True)
class Progress:
    """`percent` of total that was sent, floored to a tenth so that 100 means all of it; `rate` in
    messages a second just now; `eta_seconds` until nothing is pending, None where unknown.
    """

    percent: float
    rate: float
    eta_seconds: int | None


def progress_of(campaigns: Iterable[Campaign]) -> dict[int, Progress]:
    """The progress of each campaign by its id, in one query however many there are."""
    campaigns = list(campaigns)
    running = [campaign.pk for campaign in campaigns if campaign.status == Status.RUNNING]
    measured = rates(running) if running else {}
    return {
        campaign.pk: _progress(campaign, measured.get(campaign.pk, 0.0)) for campaign in campaigns
    }


def _progress(campaign: Campaign, rate: float) -> Progress:
    percent = campaign.sent * 1000 // campaign.total / 10 if campaign.total else 0.0
    left = campaign.pending + campaign.sending
    return Progress(
        percent=percent,
        rate=round(rate, 1),
        eta_seconds=ceil(left / rate) if rate and left else None,
    )
