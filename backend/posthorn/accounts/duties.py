"""What is cleared away by itself: old audit entries, remembered answers, sessions that ended."""

from __future__ import annotations

import logging
from datetime import timedelta

from posthorn.accounts.audit import remove_old_entries
from posthorn.accounts.idempotency import remove_old_answers
from posthorn.accounts.models import RefreshSession
from posthorn.core.clock import database_now
from posthorn.core.duties import register_duty

logger = logging.getLogger(__name__)

_TURN_SECONDS = 600.0
#: A revoked session is kept for as long as its last access token could have been good.
_AFTERGLOW = timedelta(hours=1)


def clear() -> None:
    """One turn."""
    if removed := remove_old_entries():
        logger.info("Removed %s audit entries of age", removed)
    remove_old_answers()
    RefreshSession.objects.filter(revoked_at__lt=database_now() - _AFTERGLOW).delete()


def register() -> None:
    """Have the leader do this room's duties."""
    register_duty("accounts", every_seconds=_TURN_SECONDS, work=clear)
