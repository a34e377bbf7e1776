"""What an outcome makes of a delivery: the retry policy, one pure function."""

from __future__ import annotations

from datetime import datetime, timedelta

from posthorn.delivery.models import DeliveryStatus
from posthorn.delivery.statements import Record
from posthorn.transports.base import (
    Outcome,
    Refusal,
    Refused,
    Returned,
    Sent,
    Skipped,
    Uncertain,
)

MAX_ATTEMPTS = 5


def record_of(outcome: Outcome, *, attempts: int, now: datetime, retry_seconds: int) -> Record:
    """What to record of a `sending` delivery that was tried `attempts` times before."""

    def record(
        status: DeliveryStatus,
        *,
        attempts: int = attempts + 1,
        detail: str = "",
        sent_at: datetime | None = None,
        next_attempt_at: datetime | None = None,
    ) -> Record:
        return Record(
            outcome.delivery_id,
            DeliveryStatus.SENDING.value,
            status.value,
            attempts,
            detail,
            sent_at,
            next_attempt_at,
        )

    match outcome:
        case Sent(at=at):
            return record(DeliveryStatus.SENT, sent_at=at)
        case Refused(kind=kind, reply=reply):
            if kind is Refusal.PERMANENT or attempts + 1 >= MAX_ATTEMPTS:
                return record(DeliveryStatus.FAILED, detail=reply)
            again = now + backoff(attempts + 1, retry_seconds)
            return record(DeliveryStatus.PENDING, detail=reply, next_attempt_at=again)
        case Uncertain(reason=reason):
            return record(DeliveryStatus.UNKNOWN, detail=reason)
        case Skipped():
            return record(
                DeliveryStatus.SKIPPED,
                attempts=attempts,
                detail="The address was suppressed since the start.",
            )
        case Returned(after=after, reason=reason):
            return record(
                DeliveryStatus.PENDING,
                attempts=attempts,
                detail=reason,
                next_attempt_at=None if after is None else now + after,
            )


def backoff(attempts: int, retry_seconds: int) -> timedelta:
    """How long to wait after so many attempts: with 30 s, then 2, 8 and 32 minutes."""
    return timedelta(seconds=retry_seconds * 4 ** (attempts - 1))
