"""What the gates know: one watch a process looks at the database for all open claims at once.

A transport asks before each message whether it may begin. The answer must be quick, so it is read
from memory; and it must be fresh, so that `stop` is true within a second: knowledge that has become
too old answers HALT, whether the database is away or this process was frozen for a while.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.db import close_old_connections, connection

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.sessions import OUTAGES
from posthorn.delivery import leases
from posthorn.delivery.leases import Claim
from posthorn.delivery.messages import suppressed_in
from posthorn.transports.base import Verdict
from posthorn.transports.registry import rest, tend

logger = logging.getLogger(__name__)

#: How often the watch looks.
LOOK_SECONDS = 0.3
#: How old its knowledge may be when a message begins. What is promised is one second.
FRESH_SECONDS = 0.9


@dataclass(slots=True)
class Sight:
    """What is known of one claim, as of `seen_at` (monotonic seconds)."""

    claim: Claim
    seen_at: float
    #: The campaign is running, in the claim's run.
    runs: bool = True
    #: The lease is still the claim's.
    holds: bool = True
    rate_limit: int | None = None
    suppressed: frozenset[int] = field(default=frozenset())

    @property
    def fresh(self) -> bool:
        return time.monotonic() - self.seen_at <= FRESH_SECONDS

    def verdict(self, delivery_id: int) -> Verdict:
        """Whether a delivery of this claim may begin now."""
        if not (self.runs and self.holds and self.fresh):
            return Verdict.HALT
        return Verdict.SKIP if delivery_id in self.suppressed else Verdict.SEND


class Watch:
    """Looks for all claims of this process; its thread runs while there are any."""

    def __init__(self) -> None:
        self._sights: dict[Claim, Sight] = {}
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None
        self._renewed_at = 0.0

    def open(self, claim: Claim, *, seen_at: float, rate_limit: int | None) -> Sight:
        """Watch a claim that was made at `seen_at`, monotonic, of a campaign that ran then."""
        sight = Sight(claim, seen_at, rate_limit=rate_limit)
        with self._lock:
            self._sights[claim] = sight
            self._start()
        self._wanted.set()
        return sight

    def close(self, claim: Claim) -> None:
        """The claim has ended."""
        with self._lock:
            self._sights.pop(claim, None)
            if not self._sights:
                self._wanted.clear()

    def look(self) -> None:
        """Refresh what is known of all open claims: three statements however many there are."""
        with self._lock:
            sights = list(self._sights.values())
        if not sights:
            return
        seen_at = time.monotonic()
        claims = [sight.claim for sight in sights]
        held = leases.held_leases(claims)
        campaigns = {
            pk: (status, run_number, rate_limit)
            for pk, status, run_number, rate_limit in Campaign.objects.filter(
                pk__in={claim.campaign_id for claim in claims}
            ).values_list("pk", "status", "run_number", "rate_limit")
        }
        suppressed = suppressed_in(claims)
        for sight in sights:
            claim = sight.claim
            status, run_number, rate_limit = campaigns.get(claim.campaign_id, ("", 0, None))
            sight.runs = status == Status.RUNNING and run_number == claim.run_number
            sight.holds = claim.lease in held
            sight.rate_limit = rate_limit
            sight.suppressed = suppressed
            # Last: what is fresh is also true.
            sight.seen_at = seen_at
        if seen_at - self._renewed_at > settings.ENV.lease_seconds / 3:
            leases.renew_quietly([claim for claim in claims if claim.lease in held])
            self._renewed_at = seen_at

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            began = time.monotonic()
            close_old_connections()
            try:
                if not self._wanted.is_set():
                    rest()
                    connection.close()
                    self._wanted.wait()
                    began = time.monotonic()
                database_now()
                self.look()
                tend()
            except OUTAGES as error:
                logger.warning("The watch waits for the database: %s", error)
                connection.close()
            except Exception:
                logger.exception("The watch failed; nothing begins until it sees again.")
            time.sleep(max(0.05, LOOK_SECONDS - (time.monotonic() - began)))


WATCH = Watch()
