"""What keeps the promise when rings are lost and workers die: looks at the ledger, rings again.

And what clears away after campaigns that were deleted.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from posthorn.accounts.actor import SYSTEM
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.duties import register_duty
from posthorn.core.errors import DomainError
from posthorn.delivery import leases, ledger, moves
from posthorn.delivery.models import Batch

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
#: What is due starts within this and a moment: somebody watches the seconds run down.
DUE_SECONDS = 0.5
#: A campaign whose lanes hold nothing and recorded nothing for so long is rung for again.
SILENCE = timedelta(seconds=5)
#: Any live campaign is rung for so often, in case that only some of its rings were lost.
REFRESH = timedelta(seconds=30)
#: How many batches of deleted campaigns go in one turn: a bounded piece of work.
_PURGE = 100


def sweep() -> None:
    """One round: take back, ring for what went silent."""
    take_back_expired()
    _ring_silent()


def take_back_expired() -> None:
    """Free the batches whose holders died, each by itself: one ledger that refuses must not keep
    the batches of others."""
    for campaign_id, batch_id in leases.expired_batches():
        with moves.stopping_when_broken(campaign_id):
            if ledger.take_back(batch_id):
                logger.warning("Campaign %s: took back a batch from a dead worker", campaign_id)


def start_due() -> None:
    """Start every scheduled campaign whose time has come."""
    due = Campaign.objects.filter(status=Status.SCHEDULED, scheduled_at__lte=database_now())
    for campaign_id in due.values_list("pk", flat=True):
        try:
            moves.start_campaign(campaign_id=campaign_id, by=SYSTEM)
        except DomainError as error:
            # It can't start and nobody is there to be told: back to a draft, with the reason.
            logger.error("Campaign %s: could not start when due: %s", campaign_id, error)
            moves.give_up_schedule(
                campaign_id=campaign_id,
                reason=f"It could not start when it was due: {error.detail}",
            )


def _ring_silent() -> None:
    now = database_now()
    alive = Batch.objects.filter(campaign_id=OuterRef("pk"), lease__isnull=False)
    silent = Campaign.objects.filter(
        Q(status=Status.RUNNING) | Q(status=Status.CANCELLED, pending__gt=0),
        (Q(active_at__lt=now - SILENCE) & ~Exists(alive)) | Q(rung_at__lt=now - REFRESH),
    )
    for campaign_id, pending in silent.values_list("pk", "pending"):
        if pending:
            leases.reopen_lost(campaign_id=campaign_id)
        moves.ring_campaign(campaign_id=campaign_id)


def purge() -> None:
    """Delete some of what deleted campaigns left behind."""
    ledger.purge_deleted(batches=_PURGE)


def register() -> None:
    """Have the leader do this room's duties."""
    register_duty("sweep", every_seconds=SWEEP_SECONDS, work=sweep)
    register_duty("due", every_seconds=DUE_SECONDS, work=start_due)
    register_duty("purge", every_seconds=SWEEP_SECONDS, work=purge)
