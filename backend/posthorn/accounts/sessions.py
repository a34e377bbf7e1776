"""How long a sign-in lives and how its refresh token is exchanged. Knows nothing of HTTP or JWT."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from posthorn.accounts.models import RefreshSession, User
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError

logger = logging.getLogger(__name__)

#: A sign-in ends after this time however often it was refreshed.
SESSION_LIFE = timedelta(days=14)

#: Two tabs that wake up together both send the same token, and so does a page that was loaded again
#: before the answer arrived. Within this time they are no thieves and get the current token once
#: more: without it, whoever missed the answer would be signed out at the next refresh.
GRACE = timedelta(seconds=10)


class SessionRefused(DomainError):
    """The refresh token opens no session: sign in again."""

    code = "refresh_invalid"


class SignInRefused(SessionRefused):
    """No active user has this name and this password."""

    code = "no_active_account"


class TokenReused(SessionRefused):
    """A token that was exchanged long ago came again: the session is revoked for everybody."""

    code = "refresh_reused"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A session that goes on, and the only token that is good for it now."""

    user: User
    session_id: uuid.UUID
    token_id: uuid.UUID
    expires_at: datetime


def open_session(*, user: User) -> RefreshSession:
    """Begin a session at sign-in, and clear away the user's expired ones."""
    now = database_now()
    RefreshSession.objects.filter(user=user, expires_at__lte=now).delete()
    return RefreshSession.objects.create(user=user, expires_at=now + SESSION_LIFE)


def refresh_session(*, session_id: uuid.UUID, token_id: uuid.UUID) -> Refreshed:
    """Exchange the session's token for a new one.

    The exchange is one compare-and-set on the token, so that of two at once exactly one wins.
    Raises SessionRefused, or TokenReused after revoking the session.
    """
    now = database_now()
    session = RefreshSession.objects.select_related("user").filter(pk=session_id).first()
    if session is None or session.revoked_at or session.expires_at <= now:
        raise SessionRefused("The session has ended. Sign in again.")
    if not session.user.is_active:
        raise SessionRefused("This user may no longer sign in.")
    new_token = uuid.uuid4()
    exchanged = RefreshSession.objects.filter(
        pk=session_id, token_id=token_id, revoked_at=None
    ).update(token_id=new_token, previous_token_id=token_id, rotated_at=now)
    if exchanged:
        return Refreshed(session.user, session_id, new_token, session.expires_at)
    session.refresh_from_db(fields=["token_id", "previous_token_id", "rotated_at", "revoked_at"])
    if session.revoked_at is None and _is_recent(session, token_id):
        return Refreshed(session.user, session_id, session.token_id, session.expires_at)
    revoke_session(session_id=session_id)
    logger.warning("User %s: an old refresh token came again, session revoked", session.user)
    raise TokenReused(
        "This session was continued somewhere else with a newer token, so it was ended for"
        " safety. Sign in again."
    )


def revoke_session(*, session_id: uuid.UUID) -> None:
    """End a session; nothing happens when it has ended already."""
    RefreshSession.objects.filter(pk=session_id, revoked_at=None).update(revoked_at=database_now())


def _is_recent(session: RefreshSession, token_id: uuid.UUID) -> bool:
    if session.previous_token_id != token_id or session.rotated_at is None:
        return False
    return database_now() - session.rotated_at <= GRACE
