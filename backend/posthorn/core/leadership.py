"""One process at a time: a lease in the database, taken over soon after its holder dies."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from posthorn.core.clock import database_now
from posthorn.core.models import Leader

#: A dead leader is replaced after this and one turn of a follower's loop.
LEASE = timedelta(seconds=6)


def lead(*, job: str, holder: uuid.UUID) -> bool:
    """Take or renew the lease of `job`; True while `holder` is its leader."""
    now = database_now()
    free = Q(holder=holder) | Q(until__lt=now)
    if Leader.objects.filter(free, job=job).update(holder=holder, until=now + LEASE):
        return True
    if Leader.objects.filter(job=job).exists():
        return False
    try:
        with transaction.atomic():
            Leader.objects.create(job=job, holder=holder, until=now + LEASE)
    except IntegrityError:
        return False
    return True


def has_leader(job: str) -> bool:
    """Whether some process does `job`: without any, the last one's lease runs out in seconds."""
    return Leader.objects.filter(job=job, until__gt=database_now()).exists()


def resign(*, job: str, holder: uuid.UUID) -> None:
    """Give the lease up, so that a successor need not wait for its end."""
    Leader.objects.filter(job=job, holder=holder).update(until=database_now())
