"""The freeze: resolves a campaign's audience into the ledger, once."""

from __future__ import annotations

import logging

from django.db import connection, transaction

from posthorn.audience.resolution import audience_query
from posthorn.campaigns.audience import audience_of
from posthorn.campaigns.models import Campaign
from posthorn.core.sessions import OUTAGES, Work, work_as
from posthorn.delivery import ledger, moves

logger = logging.getLogger(__name__)

#: Names the freezes among PostgreSQL's advisory locks; any number that is ours alone.
_LOCK_SPACE = 0x706F7374


def freeze_audience(*, campaign_id: int) -> bool:
    """Write the campaign's ledger unless it is written; True when the lanes may run.

    One transaction: a worker killed in the middle leaves nothing behind. A second freeze at the
    same time gives way at once (PostgreSQL) or waits for the write lock and finds it done (SQLite).
    What goes wrong stops the campaign with a reason; an outage of the database is waited out.
    """
    try:
        with moves.stopping_when_broken(campaign_id):
            return _freeze(campaign_id)
    except OUTAGES as error:
        logger.warning("Campaign %s: the freeze waits for the database: %s", campaign_id, error)
    return False


def _freeze(campaign_id: int) -> bool:
    with transaction.atomic():
        work_as(Work.FREEZE)
        if connection.vendor == "postgresql" and not _lock(campaign_id):
            return False
        campaign = Campaign.objects.filter(pk=campaign_id).first()
        if campaign is None:
            return False
        if campaign.frozen_at is not None:
            return True
        sql = audience_query(audience_of(campaign))
        total = ledger.open_ledger(
            campaign_id=campaign_id, audience_sql=sql.text, params=sql.params
        )
    if total is not None:
        logger.info("Campaign %s: the audience is frozen at %s subscribers", campaign_id, total)
    return total is not None


def _lock(campaign_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, campaign_id])
        return bool(cursor.fetchone()[0])
