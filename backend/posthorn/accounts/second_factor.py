"""One-time passwords (RFC 6238) as a second factor, and recovery codes for when they are lost."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import pyotp
from django.db import transaction

from posthorn.accounts.actor import Actor
from posthorn.accounts.models import RecoveryCode, SecondFactor, User
from posthorn.accounts.sessions import SignInRefused
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError, FieldError, InvalidInput
from posthorn.core.journal import Entry, record
from posthorn.core.sealing import seal, unseal

TOPIC = "users"
_PURPOSE = "totp"
_STEP_SECONDS = 30
#: Steps before and after the present one whose codes are taken: clocks differ (section 6).
_DRIFT = 1
_RECOVERY_CODES = 10
_RECOVERY_BYTES = 10


class CodeRequired(SignInRefused):
    """The password was right; a one-time password must come with it."""

    code = "second_factor_required"


class CodeWrong(SignInRefused):
    """Neither a one-time password of now nor a recovery code that was not used yet."""

    code = "second_factor_wrong"


class AlreadySetUp(DomainError):
    code = "second_factor_exists"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a generator is told: `secret` typed by hand, or `uri` as a QR code."""

    secret: str
    uri: str


def begin_second_factor(*, user: User, by: Actor) -> Setup:
    """Make a secret; nothing is asked of the user until a first code confirms it.

    Raises AlreadySetUp.
    """
    secret = pyotp.random_base32()
    with transaction.atomic():
        factor, _ = SecondFactor.objects.select_for_update().get_or_create(user=user)
        if factor.confirmed_at is not None:
            raise AlreadySetUp("A second factor is set up. Remove it first.")
        factor.sealed_secret = seal(secret, purpose=_PURPOSE)
        factor.save()
        record(Entry(by, "begin_second_factor", TOPIC, user.pk))
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name="Posthorn")
    return Setup(secret, uri)


def confirm_second_factor(*, user: User, code: str, by: Actor) -> list[str]:
    """Ask for it from now on; returns the recovery codes, which nobody sees again.

    Raises InvalidInput when the code is wrong or nothing was begun, AlreadySetUp.
    """
    wrong = InvalidInput(
        FieldError("code", "invalid", "This is not the code of now. Try the next.")
    )
    codes = [secrets.token_hex(_RECOVERY_BYTES) for _ in range(_RECOVERY_CODES)]
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user).first()
        if factor is None:
            raise wrong
        if factor.confirmed_at is not None:
            raise AlreadySetUp("A second factor is set up already.")
        step = _step_of(factor, code)
        if step is None:
            raise wrong
        factor.confirmed_at, factor.last_step = database_now(), step
        factor.save()
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(user=user, digest=_digest(each)) for each in codes
        )
        record(Entry(by, "confirm_second_factor", TOPIC, user.pk))
    return codes


def check_second_factor(*, user: User, code: str) -> None:
    """For a user who has one: take the code, so that it is good for nothing more.

    Raises CodeRequired when it is empty, CodeWrong.
    """
    factor = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()
    if factor is None:
        return
    if not code:
        raise CodeRequired("Enter the code of your authenticator app too.")
    step = _step_of(factor, code)
    if step is not None:
        # Compare-and-set: of two who saw the same code, one signs in.
        fresh = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
        if fresh.update(last_step=step):
            return
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at=None)
    if not unused.update(used_at=database_now()):
        raise CodeWrong("The code is wrong or was used already. Wait for the next one.")


def _step_of(factor: SecondFactor, code: str) -> int | None:
    """The time step whose code this is, None when it is none of about now."""
    totp = pyotp.TOTP(unseal(factor.sealed_secret, purpose=_PURPOSE))
    now = int(database_now().timestamp()) // _STEP_SECONDS
    given = code.replace(" ", "")
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), given.encode()):
            return step
    return None


def _digest(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").replace(" ", "").lower().encode()).hexdigest()
