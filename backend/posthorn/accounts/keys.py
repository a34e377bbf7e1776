"""API keys: machines' credentials. Made, found by their hash, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from posthorn.accounts.actor import Actor
from posthorn.accounts.models import ApiKey, Scope
from posthorn.core.clock import database_now
from posthorn.core.errors import FieldError, InvalidInput, NotFound
from posthorn.core.journal import Entry, record

TOPIC = "api_keys"
#: What every key begins with, so that scanners of leaked secrets know it.
MARK = "phk_"
_RANDOM_BYTES = 32
_SHOWN = 12
#: The last use is written down at most so often: not every request is to cost a write.
_USE_IS_NEWS_AFTER = timedelta(minutes=1)


def create_key(
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
    rate_limit: int | None = None,
    by: Actor,
) -> tuple[ApiKey, str]:
    """Make a key; the second of the two is the secret itself, which nobody sees again.

    Raises InvalidInput when it would have expired already.
    """
    now = database_now()
    if expires_at is not None and expires_at <= now:
        raise InvalidInput(FieldError("expires_at", "past", "Choose a time in the future."))
    secret = MARK + secrets.token_urlsafe(_RANDOM_BYTES)
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=secret[:_SHOWN],
            digest=_digest(secret),
            scopes=sorted(set(scopes), key=Scope.values.index),
            rate_limit=rate_limit,
            expires_at=expires_at,
            created_by_id=by.user_id,
        )
        after = {"name": name, "scopes": key.scopes, "expires_at": expires_at}
        record(Entry(by, "create", TOPIC, key.pk, after=after))
    return key, secret


def revoke_key(*, key_id: int, by: Actor) -> None:
    """End a key for good; nothing happens when it has ended already. Raises NotFound."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=database_now()):
            record(Entry(by, "revoke", TOPIC, key_id))
        elif not ApiKey.objects.filter(pk=key_id).exists():
            raise NotFound("There is no such API key.")


def find_key(secret: str) -> ApiKey | None:
    """The key behind a secret, None when there is none that is good now. Notes the use."""
    now = database_now()
    key = _live(now).filter(digest=_digest(secret)).first()
    if key is None:
        return None
    if key.last_used_at is None or now - key.last_used_at > _USE_IS_NEWS_AFTER:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_IS_NEWS_AFTER)
        ApiKey.objects.filter(long_ago, pk=key.pk).update(last_used_at=now)
    return key


def live_keys(ids: Collection[int]) -> set[int]:
    """Which of the keys are good now, by one query: for streams that outlive their request."""
    return set(_live(database_now()).filter(pk__in=ids).values_list("pk", flat=True))


def api_keys() -> QuerySet[ApiKey]:
    """All keys, the newest first."""
    return ApiKey.objects.order_by("-pk")


def get_key(key_id: int) -> ApiKey:
    """Raises NotFound."""
    key = ApiKey.objects.filter(pk=key_id).first()
    if key is None:
        raise NotFound("There is no such API key.")
    return key


def _live(now: datetime) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
