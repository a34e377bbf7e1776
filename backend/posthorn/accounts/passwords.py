"""Passwords: chosen by a link that came by mail, changed by whoever knows the present one."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from posthorn.accounts.actor import Actor
from posthorn.accounts.models import User
from posthorn.accounts.sessions import end_sessions
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError, FieldError, InvalidInput
from posthorn.core.journal import Entry, record
from posthorn.core.rings import ring_on_commit
from posthorn.core.signing import Signer, read_signed

TOPIC = "users"
INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=1)
_PURPOSE = "choose-password"


class LinkRefused(DomainError):
    """The link is none of ours, has expired, or was used already."""

    code = "link_not_valid"


class WrongPassword(InvalidInput):
    """The present password was to be proven and was not."""


def password_link(user: User, *, life: timedelta) -> str:
    """The address at which `user` chooses a password: good once, and only for so long.

    The token is bound to the present password's hash, so that it ends when one is set.
    """
    expires = int((database_now() + life).timestamp())
    subject = f"{user.pk}-{expires}-{_fingerprint(user)}"
    return f"{settings.ENV.public_url}/choose-password/{Signer(_PURPOSE).sign(subject)}"


def choose_password(*, token: str, password: str) -> None:
    """Set the password of the user whom the link was made for, and end that user's sessions.

    One compare-and-set on the old hash: of two at once one wins. Raises LinkRefused, InvalidInput.
    """
    user = _user_of(token)
    check_password_rules(password, user)
    # Hashed before the transaction: it takes a while, and an idle transaction is ended.
    hashed = make_password(password)
    with transaction.atomic():
        unchanged = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
        if not unchanged.update(password=hashed):
            raise _no_link()
        record(Entry(user.actor, "choose_password", TOPIC, user.pk))
        end_sessions(user_id=user.pk, by=user.actor)


def change_password(
    *, user: User, present: str, password: str, session_id: uuid.UUID | None, by: Actor
) -> None:
    """Replace one's own password; every other session ends. Raises WrongPassword, InvalidInput."""
    check_present(user=user, present=present)
    check_password_rules(password, user)
    hashed = make_password(password)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=hashed)
        record(Entry(by, "change_password", TOPIC, user.pk))
        end_sessions(user_id=user.pk, but=session_id, by=by)


def check_present(*, user: User, present: str) -> None:
    """Raises WrongPassword unless `present` is the user's password."""
    if not user.check_password(present):
        raise WrongPassword(FieldError("present", "invalid", "This is not the present password."))


def ask_for_reset(*, name: str) -> None:
    """Mail a link to the active user of this name or address; none is no error."""
    named = Q(username=name) | Q(email__iexact=name)
    user = User.objects.filter(named, is_active=True).exclude(email="").order_by("pk").first()
    if user is not None:
        ring_on_commit("mail_password_reset", user.pk)


def check_password_rules(password: str, user: User) -> None:
    """Raises InvalidInput when the password is too easy to guess."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(*field_errors(error, "password")) from error


def field_errors(error: ValidationError, field: str) -> list[FieldError]:
    return [FieldError(field, "invalid", message) for message in error.messages]


def _user_of(token: str) -> User:
    subject = read_signed(token, purpose=_PURPOSE)
    if subject is None:
        raise _no_link()
    user_id, expires, fingerprint = subject.split("-")
    if datetime.fromtimestamp(int(expires), UTC) <= database_now():
        raise _no_link()
    user = User.objects.filter(pk=int(user_id), is_active=True).first()
    if user is None or _fingerprint(user) != fingerprint:
        raise _no_link()
    return user


def _fingerprint(user: User) -> str:
    return hashlib.sha256(f"{user.password}\n{user.email}".encode()).hexdigest()[:20]


def _no_link() -> LinkRefused:
    return LinkRefused("This link was used already or has expired. Ask for a new one.")
