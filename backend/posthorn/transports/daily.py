"""How much a mail server may send a day, shared by all workers. A day is one of UTC.

Each process takes a little ahead and gives back what it did not use, so that no message waits for
the database; one that is killed loses what it had taken, so that never more goes out than allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from posthorn.core.clock import database_now
from posthorn.transports.models import MailServer, ServerDay


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a campaign waits for its mail servers, and until when."""

    reason: str
    until: datetime


def limit_on(server: MailServer, day: date) -> int | None:
    """How many messages the server may send on `day`; None for as many as it takes."""
    if server.daily_limit is None or server.warmup_from is None:
        return server.daily_limit
    assert server.warmup_factor is not None
    assert server.warmup_started_on is not None
    # After so many days any warm-up is over; the power would become too big for a number.
    days = min(max(0, (day - server.warmup_started_on).days), 1000)
    try:
        return min(server.daily_limit, int(server.warmup_from * server.warmup_factor**days))
    except OverflowError:
        return server.daily_limit


def take(*, server_id: int, day: date, limit: int, wanted: int) -> int:
    """Take up to `wanted` messages of the day's limit; returns how many there were."""
    with transaction.atomic():
        ServerDay.objects.bulk_create(
            [ServerDay(server_id=server_id, day=day)], ignore_conflicts=True
        )
        row = ServerDay.objects.select_for_update().get(server_id=server_id, day=day)
        count = max(0, min(wanted, limit - row.taken))
        ServerDay.objects.filter(pk=row.pk).update(taken=F("taken") + count)
    return count


def give_back(*, server_id: int, day: date, count: int) -> None:
    """Give back what was taken and not used."""
    if count > 0:
        ServerDay.objects.filter(server_id=server_id, day=day).update(taken=F("taken") - count)


def taken_on(day: date) -> dict[int, int]:
    """How many messages of each server's limit are taken, by the server's id."""
    return dict(ServerDay.objects.filter(day=day).values_list("server_id", "taken"))


def today() -> date:
    return database_now().date()


def waiting_for(server_ids: Sequence[int]) -> Waiting | None:
    """Why nothing can go out over these servers (none for all) before tomorrow; None if it can."""
    if settings.ENV.smtp_url and (not server_ids or 0 in server_ids):
        # The environment's server has no limit for the day.
        return None
    servers = MailServer.objects.filter(enabled=True)
    if server_ids:
        servers = servers.filter(pk__in=server_ids)
    day = today()
    taken = taken_on(day)
    limits = {server.name: (limit_on(server, day), taken.get(server.pk, 0)) for server in servers}
    if not limits or any(limit is None or count < limit for limit, count in limits.values()):
        return None
    told = ", ".join(f"{name} {limit}" for name, (limit, _) in limits.items())
    tomorrow = datetime.combine(day + timedelta(days=1), time(), UTC)
    return Waiting(f"The mail servers have sent what they may send today: {told}.", tomorrow)
