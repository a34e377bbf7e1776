"""The rate limit of a campaign, shared by all its lanes on all hosts.

A virtual clock in the campaign's row (the generic cell rate algorithm): `paced_until` is the time
up to which the messages that were let out have used up the rate. Taking n messages moves it on by
n / rate; it may lag behind the real time by a burst at most, so that over any minute no more goes
out than the limit and one burst.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.db import transaction

from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now

#: How far the virtual clock may lag: what a busy worker may catch up on. Over a minute it adds
#: at most a sixtieth, which keeps the promised 2 %.
BURST_SECONDS = 1.0
#: A lane that must wait lets about so much accumulate, rather than waking for single messages.
_WORTHWHILE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many messages may go out now; when none, in how many milliseconds to ask again."""

    count: int
    wait_ms: int = 0


def take(*, campaign_id: int, wanted: int) -> Allowance:
    """Take up to `wanted` messages from the campaign's rate limit, if it has one."""
    with transaction.atomic():
        campaign = (
            Campaign.objects.select_for_update()
            .only("rate_limit", "paced_until")
            .filter(pk=campaign_id)
            .first()
        )
        if campaign is None or campaign.rate_limit is None:
            return Allowance(wanted)
        rate = campaign.rate_limit
        now = database_now()
        burst = timedelta(seconds=max(BURST_SECONDS, 1 / rate))
        start = max(campaign.paced_until or now, now - burst)
        ready = int((now - start).total_seconds() * rate + 1e-6)
        count = min(ready, wanted)
        if count < min(wanted, ceil(rate * _WORTHWHILE_SECONDS)):
            missing = min(wanted, ceil(rate * _WORTHWHILE_SECONDS)) / rate
            wait = (start - now).total_seconds() + missing
            return Allowance(0, wait_ms=max(1, ceil(wait * 1000)))
        Campaign.objects.filter(pk=campaign_id).update(
            paced_until=start + timedelta(seconds=count / rate)
        )
    return Allowance(count)
