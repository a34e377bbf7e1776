"""Writes to users."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from posthorn.accounts.actor import Actor
from posthorn.accounts.models import Role, User
from posthorn.core.errors import FieldError, InvalidInput
from posthorn.core.journal import Entry, record


def create_user(*, username: str, password: str, role: Role, by: Actor) -> bool:
    """Create a user; False when the name is taken, which changes nothing.

    Raises InvalidInput when the name or the password is not good enough.
    """
    if User.objects.filter(username=username).exists():
        return False
    user = User(username=username, role=role)
    user.set_password(password)
    try:
        user.clean_fields()
    except ValidationError as error:
        raise InvalidInput(*_field_errors(error, "username")) from error
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(*_field_errors(error, "password")) from error
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record(Entry(by, "create", "users", user.pk, after={"role": str(role)}))
    except IntegrityError:
        return False
    return True


def _field_errors(error: ValidationError, field: str) -> list[FieldError]:
    return [FieldError(field, "invalid", message) for message in error.messages]
