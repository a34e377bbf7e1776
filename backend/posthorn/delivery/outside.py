"""Lanes whose messages leave this database: a thread for each campaign in each process.

They wait for servers, not for each other; a database connection is theirs only for the moment in
which something is recorded.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from datetime import timedelta

from django.db import connection

from posthorn.campaigns.content import attachments_of
from posthorn.campaigns.models import Campaign
from posthorn.core.logs import log_context
from posthorn.core.sessions import OUTAGES
from posthorn.delivery import moves
from posthorn.delivery.handover import RollingHandover
from posthorn.delivery.leases import Claim
from posthorn.delivery.ledger import LedgerMismatch
from posthorn.delivery.messages import Composer
from posthorn.delivery.watch import WATCH
from posthorn.transports.base import (
    Envelope,
    Transport,
    TransportResting,
    TransportUnavailable,
    Unsendable,
)
from posthorn.transports.registry import rest, tend

logger = logging.getLogger(__name__)

#: How many campaigns one process sends outside at a time; others wait for their turn.
MAX_LANES = 64
#: How long the batches of a campaign rest after its transport could not be used.
DOWN_PAUSE = timedelta(seconds=5)


class _Lane:
    """One campaign being handed over."""

    def __init__(
        self,
        *,
        campaign: Campaign,
        transport: Transport,
        composer: Composer,
        claim: Claim,
        claimed_at: float,
    ) -> None:
        self._campaign = campaign
        self._transport = transport
        self._composer = composer
        self._claim = claim
        self._claimed_at = claimed_at
        self._stopping = False
        self._handover: RollingHandover | None = None
        self.thread = threading.Thread(target=self._run, name=f"lane-{campaign.pk}", daemon=True)

    def stop(self) -> None:
        """Let nothing more begin."""
        self._stopping = True
        if self._handover is not None:
            self._handover.stop()

    def _run(self) -> None:
        campaign_id, run_number = self._campaign.pk, self._campaign.run_number
        try:
            with (
                log_context(campaign_id=campaign_id),
                moves.stopping_when_broken(campaign_id, in_run=run_number),
            ):
                self._send()
        except OUTAGES as error:
            logger.warning(
                "Campaign %s: the lane ends, the database is away: %s", campaign_id, error
            )
        finally:
            with _lock:
                _lanes.pop(campaign_id, None)
            connection.close()

    def _send(self) -> None:
        handover = self._handover = RollingHandover(
            campaign=self._campaign,
            transport=self._transport,
            composer=self._composer,
            watch=WATCH,
            claim=self._claim,
            claimed_at=self._claimed_at,
        )
        if self._stopping:
            handover.stop()
        try:
            hand_over(self._campaign, self._transport, handover)
        finally:
            # Whatever happened, no lease is kept alive by a lane that is gone.
            handover.abandon()


def hand_over(campaign: Campaign, transport: Transport, handover: RollingHandover) -> None:
    """Have `transport` send what `handover` yields, and settle how that ended.

    Raises what the transport raised beyond its contract, and what the ledger refused.
    """
    envelope = envelope_of(campaign)
    try:
        tend()
        transport.send(envelope, handover)
    except TransportResting as reason:
        logger.info("Campaign %s rests: %s", campaign.pk, reason)
        handover.settle()
        handover.release()
    except TransportUnavailable as error:
        handover.settle()
        moves.note_transport_down(campaign_id=campaign.pk, reason=error.detail)
        handover.release(pause=DOWN_PAUSE)
    except Unsendable as error:
        handover.settle()
        handover.release()
        moves.stop_broken_campaign(
            campaign_id=campaign.pk, reason=error.detail, in_run=campaign.run_number
        )
    except (LedgerMismatch, *OUTAGES):
        # What can't be recorded is left to the leases' end.
        raise
    except Exception as error:
        handover.settle(uncertain=f"The transport broke while this was being sent: {error}")
        handover.release()
        raise
    else:
        complete = handover.exhausted
        handover.settle(uncertain="The transport ended without an answer.")
        handover.release()
        if complete:
            moves.finish_campaign(campaign_id=campaign.pk)


def envelope_of(campaign: Campaign) -> Envelope:
    return Envelope(
        campaign_id=campaign.pk,
        from_name=campaign.from_name,
        from_email=campaign.from_email,
        attachments=tuple(attachments_of(campaign.pk)),
    )


_lanes: dict[int, _Lane] = {}
_lock = threading.Lock()
_open = True


def is_at_work(campaign_id: int) -> bool:
    """Whether this process has a lane of the campaign."""
    return campaign_id in _lanes


def start_lane(
    *,
    campaign: Campaign,
    transport: Transport,
    composer: Composer,
    claim: Claim,
    claimed_at: float,
) -> bool:
    """Begin to hand the campaign over, from this claim on; False when there is no place for it."""
    lane = _Lane(
        campaign=campaign,
        transport=transport,
        composer=composer,
        claim=claim,
        claimed_at=claimed_at,
    )
    with _lock:
        if not _open or campaign.pk in _lanes or len(_lanes) >= MAX_LANES:
            return False
        _lanes[campaign.pk] = lane
        lane.thread.start()
    return True


def open_lanes() -> None:
    """Let lanes be started in this process."""
    global _open
    _open = True


def drain_lanes(*, seconds: float) -> None:
    """Start no more lanes, let nothing more begin, and wait for what has begun: so long at most."""
    global _open
    with _lock:
        _open = False
        lanes = list(_lanes.values())
    for lane in lanes:
        lane.stop()
    until = time.monotonic() + seconds
    for lane in lanes:
        lane.thread.join(max(0.0, until - time.monotonic()))
    with contextlib.suppress(*OUTAGES):
        rest()
