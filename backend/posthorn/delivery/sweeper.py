"""What keeps the promise when rings are lost and workers die: looks at the ledger, rings again."""

from __future__ import annotations

import logging
import threading
import uuid
from datetime import timedelta

from django.db import DatabaseError, close_old_connections
from django.db.models import Exists, OuterRef, Q

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError
from posthorn.core.events import publish, publish_on_commit
from posthorn.core.leader import lead, resign
from posthorn.core.metrics import LEADER
from posthorn.delivery import dispatch, ledger
from posthorn.delivery.models import Batch

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 2.0
#: A campaign whose lanes hold nothing and recorded nothing for so long is rung for again.
SILENCE = timedelta(seconds=5)
#: Any live campaign is rung for so often, in case that only some of its rings were lost.
REFRESH = timedelta(seconds=30)
#: How many batches of deleted campaigns go in one sweep: a bounded piece of work.
_PURGE = 100


def sweep() -> None:
    """One round: take back, start what is due, ring for what went silent, purge."""
    for campaign_id in ledger.take_back_expired_leases():
        logger.warning("Campaign %s: took back a batch from a dead worker", campaign_id)
        publish(campaign_id)
    _start_due()
    _ring_silent()
    ledger.purge_deleted(batches=_PURGE)


def _start_due() -> None:
    due = Campaign.objects.filter(status=Status.SCHEDULED, scheduled_at__lte=database_now())
    for campaign_id in due.values_list("pk", flat=True):
        try:
            dispatch.start_campaign(campaign_id=campaign_id, by=None)
        except DomainError as error:
            # It can't start and nobody is there to be told: back to a draft, with the reason.
            logger.error("Campaign %s: could not start when due: %s", campaign_id, error)
            Campaign.objects.filter(pk=campaign_id, status=Status.SCHEDULED).update(
                status=Status.DRAFT,
                scheduled_at=None,
                stop_reason=f"It could not start when it was due: {error.detail}"[:500],
            )
            publish_on_commit(campaign_id)


def _ring_silent() -> None:
    now = database_now()
    alive = Batch.objects.filter(campaign_id=OuterRef("pk"), lease__isnull=False)
    silent = Campaign.objects.filter(
        Q(status=Status.RUNNING) | Q(status=Status.CANCELLED, pending__gt=0),
        (Q(active_at__lt=now - SILENCE) & ~Exists(alive)) | Q(rung_at__lt=now - REFRESH),
    )
    for campaign_id, pending in silent.values_list("pk", "pending"):
        if pending:
            ledger.reopen_lost_batches(campaign_id=campaign_id)
        dispatch.ring_campaign(campaign_id=campaign_id)


class Sweeper(threading.Thread):
    """Sweeps every two seconds while this process is the leader."""

    def __init__(self) -> None:
        super().__init__(name="sweeper", daemon=True)
        self._holder = uuid.uuid4()
        self._stopping = threading.Event()

    def run(self) -> None:
        while True:
            self._turn()
            if self._stopping.wait(INTERVAL_SECONDS):
                break
        try:
            resign(job="sweeper", holder=self._holder)
        except DatabaseError:
            logger.warning("Could not give the leadership up; it ends by itself.")
        close_old_connections()

    def _turn(self) -> None:
        close_old_connections()
        try:
            leads = lead(job="sweeper", holder=self._holder)
            LEADER.labels("sweeper").set(leads)
            if leads:
                sweep()
        except DatabaseError as error:
            logger.warning("The sweep waits for the database: %s", error)
        except Exception:
            logger.exception("The sweep failed; the next one tries again.")

    def stop(self) -> None:
        """End after the current round and wait for that."""
        self._stopping.set()
        self.join(timeout=10)
