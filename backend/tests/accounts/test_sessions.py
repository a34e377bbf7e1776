"""How long a sign-in lives, without HTTP."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from posthorn.accounts.models import AuditEntry, RefreshSession
from posthorn.accounts.sessions import (
    GRACE,
    SESSION_LIFE,
    SessionRefused,
    TokenReused,
    open_session,
    refresh_session,
    sign_out,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def set_rotated(session: RefreshSession, ago: timedelta) -> None:
    RefreshSession.objects.filter(pk=session.pk).update(rotated_at=datetime.now(UTC) - ago)


def test_every_exchange_gives_another_token_until_the_same_end() -> None:
    session = open_session(user=make_user())
    token, seen = session.token_id, {session.token_id}
    for _ in range(5):
        refreshed = refresh_session(session_id=session.pk, token_id=token)
        assert refreshed.expires_at == session.expires_at
        token = refreshed.token_id
        seen.add(token)
    assert len(seen) == 6
    assert session.expires_at - session.created_at == pytest.approx(
        SESSION_LIFE, abs=timedelta(seconds=5)
    )


def test_within_the_grace_the_previous_token_gets_the_current_one_again() -> None:
    session = open_session(user=make_user())
    first = refresh_session(session_id=session.pk, token_id=session.token_id)
    set_rotated(session, GRACE - timedelta(seconds=2))
    second = refresh_session(session_id=session.pk, token_id=session.token_id)
    assert second.token_id == first.token_id
    refresh_session(session_id=session.pk, token_id=second.token_id)


def test_after_the_grace_the_previous_token_is_taken_for_a_copy() -> None:
    session = open_session(user=make_user())
    kept = refresh_session(session_id=session.pk, token_id=session.token_id).token_id
    set_rotated(session, GRACE + timedelta(seconds=1))
    with pytest.raises(TokenReused):
        refresh_session(session_id=session.pk, token_id=session.token_id)
    with pytest.raises(SessionRefused):
        refresh_session(session_id=session.pk, token_id=kept)


def test_a_token_that_never_was_ends_the_session() -> None:
    session = open_session(user=make_user())
    with pytest.raises(TokenReused):
        refresh_session(session_id=session.pk, token_id=uuid.uuid4())
    session.refresh_from_db()
    assert session.revoked_at is not None


def test_one_session_of_a_user_ends_without_the_others() -> None:
    user = make_user()
    phone, laptop = open_session(user=user), open_session(user=user)
    sign_out(session_id=phone.pk)
    with pytest.raises(SessionRefused):
        refresh_session(session_id=phone.pk, token_id=phone.token_id)
    refresh_session(session_id=laptop.pk, token_id=laptop.token_id)


def test_the_time_of_the_first_revocation_is_kept() -> None:
    session = open_session(user=make_user())
    sign_out(session_id=session.pk)
    session.refresh_from_db()
    first = session.revoked_at
    sign_out(session_id=session.pk)
    assert AuditEntry.objects.filter(action="sign_out").count() == 1
    session.refresh_from_db()
    assert session.revoked_at == first
