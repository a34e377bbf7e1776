"""Writes to users."""

from __future__ import annotations

from typing import Any, TypedDict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from posthorn.accounts.actor import Actor
from posthorn.accounts.models import Role, SecondFactor, User
from posthorn.accounts.passwords import (
    INVITATION_LIFE,
    check_password_rules,
    field_errors,
    password_link,
)
from posthorn.accounts.sessions import end_sessions
from posthorn.core.errors import DomainError, FieldError, InvalidInput, NotFound
from posthorn.core.journal import Entry, record
from posthorn.core.rings import ring_on_commit

TOPIC = "users"


class LastOwner(DomainError):
    """Without an owner nobody could manage users any more."""

    code = "last_owner"


class NotInvited(DomainError):
    """The user chose a password already; who forgot it asks for a new one."""

    code = "not_invited"


class UserFields(TypedDict, total=False):
    """What a user may be given; what is missing stays as it is."""

    username: str
    email: str
    first_name: str
    last_name: str
    role: str
    is_active: bool


def users() -> QuerySet[User]:
    """All users by name, each with whether a second factor is asked of it."""
    return User.objects.select_related("second_factor").order_by("username")


def get_user(user_id: int) -> User:
    """Raises NotFound."""
    user = users().filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such user.")
    return user


def create_user(*, username: str, password: str, role: Role, by: Actor) -> bool:
    """Create a user; False when the name is taken, which changes nothing.

    Raises InvalidInput when the name or the password is not good enough.
    """
    if User.objects.filter(username=username).exists():
        return False
    user = User(username=username, role=role)
    _check_name(user)
    check_password_rules(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record(Entry(by, "create", TOPIC, user.pk, after={"role": str(role)}))
    except IntegrityError:
        return False
    return True


def invite_user(*, username: str, email: str, role: str, by: Actor) -> int:
    """Create a user without a password, and mail an invitation to choose one; returns the id.

    Raises InvalidInput when the name or the address is taken or not good enough.
    """
    user = User(username=username, email=email.lower(), role=role)
    user.set_unusable_password()
    _check_name(user)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record(Entry(by, "invite", TOPIC, user.pk, after={"role": role}))
            ring_on_commit("mail_invitation", user.pk)
    except IntegrityError:
        raise _taken(username) from None
    return user.pk


def invite_again(*, user_id: int, by: Actor) -> str:
    """Mail the invitation once more, or without a mail server return the link to hand over.

    Raises NotInvited, NotFound.
    """
    with transaction.atomic():
        user = get_user(user_id)
        if user.has_usable_password() or not user.is_active:
            raise NotInvited("Only an active user who has chosen no password yet is invited again.")
        record(Entry(by, "invite", TOPIC, user.pk))
        if settings.ENV.smtp_url:
            ring_on_commit("mail_invitation", user.pk)
            return ""
    return password_link(user, life=INVITATION_LIFE)


def update_user(*, user_id: int, changes: UserFields, by: Actor) -> None:
    """Change what differs. Deactivating and another role end the user's sessions.

    Raises LastOwner, InvalidInput when the name or the address is taken, NotFound.
    """
    values: dict[str, Any] = dict(changes)
    if "email" in values:
        values["email"] = values["email"].lower()
    try:
        with transaction.atomic():
            # Whoever takes ownership away locks all owners first, always in the same order: of two
            # owners who demote each other at once, the second finds that it is the last.
            owners = list(
                User.objects.select_for_update()
                .filter(role=Role.OWNER, is_active=True)
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            user = User.objects.select_for_update().filter(pk=user_id).first()
            if user is None:
                raise NotFound("There is no such user.")
            before = {
                key: getattr(user, key) for key in values if getattr(user, key) != values[key]
            }
            if not before:
                return
            for key in before:
                setattr(user, key, values[key])
            if owners == [user_id] and (user.role != Role.OWNER or not user.is_active):
                raise LastOwner("This is the last owner. Make somebody else an owner first.")
            if "username" in before:
                _check_name(user)
            user.save(update_fields=list(before))
            after = {key: values[key] for key in before}
            record(Entry(by, "update", TOPIC, user_id, before=before, after=after))
            if {"role", "is_active"} & before.keys():
                end_sessions(user_id=user_id, by=by)
    except IntegrityError:
        raise _taken(str(values.get("username", ""))) from None


def remove_second_factor(*, user_id: int, by: Actor) -> None:
    """For whoever lost the generator and the recovery codes; ends the user's sessions too.

    Nothing happens when there is none.
    """
    with transaction.atomic():
        removed, _ = SecondFactor.objects.filter(user_id=user_id).delete()
        if removed:
            User(pk=user_id).recovery_codes.all().delete()
            record(Entry(by, "remove_second_factor", TOPIC, user_id))
            end_sessions(user_id=user_id, by=by)


def _check_name(user: User) -> None:
    try:
        user.clean_fields(exclude=["password", "email"])
    except ValidationError as error:
        raise InvalidInput(*field_errors(error, "username")) from error


def _taken(username: str) -> InvalidInput:
    if username and User.objects.filter(username=username).exists():
        return InvalidInput(
            FieldError("username", "unique", "There is a user of this name. Choose another one.")
        )
    return InvalidInput(FieldError("email", "unique", "There is a user of this address."))
