"""What was answered to a request that is to be done once (draft-ietf-httpapi-idempotency-key)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from posthorn.accounts.models import IdempotentAnswer
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError
from posthorn.core.sealing import seal, unseal

#: Sealed: the answer that makes an API key or a webhook holds its secret.
_PURPOSE = "idempotent-answer"
LIFE = timedelta(hours=24)


class KeyReused(DomainError):
    """The key came with another request before."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def claim(*, principal: str, key: str, fingerprint: str) -> Answer | None:
    """Take the key within the caller's transaction; the answer when it was taken before.

    A twin that comes while this transaction is open waits for its end at the unique index: for the
    answer, or to do the work itself when this one was rolled back. Raises KeyReused.
    """
    now = database_now()
    mine = IdempotentAnswer.objects.filter(principal=principal, key=key)
    while True:
        try:
            with transaction.atomic():
                IdempotentAnswer.objects.create(
                    principal=principal, key=key, fingerprint=fingerprint, created_at=now
                )
            return None
        except IntegrityError:
            kept = mine.first()
        if kept is not None and kept.created_at >= now - LIFE:
            break
        # Forgotten in the meantime, or due to be: free again.
        mine.filter(created_at__lt=now - LIFE).delete()
    if kept.fingerprint != fingerprint:
        raise KeyReused(
            "This Idempotency-Key came with another request before. Take a new one for each."
        )
    body = unseal(kept.sealed_body, purpose=_PURPOSE)
    return Answer(kept.status, kept.headers, body.encode())


def keep(*, principal: str, key: str, answer: Answer) -> None:
    """Remember what was answered, in the transaction of the claim."""
    IdempotentAnswer.objects.filter(principal=principal, key=key).update(
        status=answer.status,
        headers=answer.headers,
        sealed_body=seal(answer.body.decode(), purpose=_PURPOSE),
    )


def remove_old_answers() -> None:
    """Forget what is older than a day."""
    IdempotentAnswer.objects.filter(created_at__lt=database_now() - LIFE).delete()
