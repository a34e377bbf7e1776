"""How long a sign-in lives and how its refresh token is exchanged. Knows nothing of HTTP or JWT."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from posthorn.accounts.actor import SYSTEM, Actor
from posthorn.accounts.models import RefreshSession, User
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError, NotFound
from posthorn.core.journal import Entry, record
from posthorn.core.origin import current_origin

logger = logging.getLogger(__name__)

TOPIC = "users"

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


def open_session(*, user: User, user_agent: str = "") -> RefreshSession:
    """Begin a session at sign-in, and clear away the user's expired ones."""
    now = database_now()
    with transaction.atomic():
        RefreshSession.objects.filter(user=user, expires_at__lte=now).delete()
        session = RefreshSession.objects.create(
            user=user,
            expires_at=now + SESSION_LIFE,
            address=current_origin().address,
            user_agent=user_agent[:300],
        )
        record(Entry(user.actor, "sign_in", TOPIC, user.pk))
    return session


def live_session(session_id: uuid.UUID) -> RefreshSession | None:
    """The session with its user, by one query; None when it has ended or the user may not."""
    session = RefreshSession.objects.select_related("user").filter(pk=session_id).first()
    if session is None or session.revoked_at or not session.user.is_active:
        return None
    return session if session.expires_at > database_now() else None


def live_sessions(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of the sessions go on, by one query: for streams that outlive their request."""
    return set(_live().filter(pk__in=ids).values_list("pk", flat=True))


def sessions_of(user_id: int) -> QuerySet[RefreshSession]:
    """Where the user is signed in now, the newest first."""
    return _live().filter(user_id=user_id).order_by("-created_at")


def _live() -> QuerySet[RefreshSession]:
    return RefreshSession.objects.filter(
        revoked_at=None, expires_at__gt=database_now(), user__is_active=True
    )


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
    _revoke(session, "end_session", by=SYSTEM)
    logger.warning("User %s: an old refresh token came again, session revoked", session.user)
    raise TokenReused(
        "This session was continued somewhere else with a newer token, so it was ended for"
        " safety. Sign in again."
    )


def sign_out(*, session_id: uuid.UUID) -> None:
    """End the session that somebody is in; nothing happens when it has ended already."""
    session = RefreshSession.objects.select_related("user").filter(pk=session_id).first()
    if session is not None:
        _revoke(session, "sign_out", by=session.user.actor)


def _revoke(session: RefreshSession, action: str, *, by: Actor) -> None:
    with transaction.atomic():
        live = RefreshSession.objects.filter(pk=session.pk, revoked_at=None)
        if live.update(revoked_at=database_now()):
            record(Entry(by, action, TOPIC, session.user_id))


def end_session(*, session_id: uuid.UUID, by: Actor) -> None:
    """End one of one's own sessions from another one. Raises NotFound."""
    assert by.user_id is not None
    with transaction.atomic():
        ended = _live().filter(pk=session_id, user_id=by.user_id).update(revoked_at=database_now())
        if not ended:
            raise NotFound("There is no such session.")
        record(Entry(by, "end_session", TOPIC, by.user_id))


def end_sessions(*, user_id: int, but: uuid.UUID | None = None, by: Actor) -> int:
    """End a user's sessions, all or all but one, and with them their access tokens and streams.

    Returns how many there were.
    """
    with transaction.atomic():
        ending = RefreshSession.objects.filter(user_id=user_id, revoked_at=None)
        if but is not None:
            ending = ending.exclude(pk=but)
        ended = ending.update(revoked_at=database_now())
        if ended:
            record(Entry(by, "end_sessions", TOPIC, user_id, after={"sessions": ended}))
    return ended


def _is_recent(session: RefreshSession, token_id: uuid.UUID) -> bool:
    if session.previous_token_id != token_id or session.rotated_at is None:
        return False
    return database_now() - session.rotated_at <= GRACE
