"""Dramatiq's actors: shells that take ids and call the engine. Whatever they drop, the sweeper
finds in the ledger, so none of them is retried by the broker."""

from __future__ import annotations

import dramatiq

from posthorn.core.logs import log_context
from posthorn.core.rings import QUEUE, ring
from posthorn.delivery import lane, moves
from posthorn.delivery.freeze import freeze_audience


@dramatiq.actor(actor_name="freeze", queue_name=QUEUE)
def freeze(campaign_id: int) -> None:
    with log_context(campaign_id=campaign_id):
        if freeze_audience(campaign_id=campaign_id):
            moves.ring_campaign(campaign_id=campaign_id)


@dramatiq.actor(actor_name="lane", queue_name=QUEUE)
def run_lane(campaign_id: int, epoch: int) -> None:
    with log_context(campaign_id=campaign_id):
        turn = lane.run(campaign_id=campaign_id, epoch=epoch)
        if turn.rings:
            ring("lane", campaign_id, epoch, delay_ms=turn.after_ms)
