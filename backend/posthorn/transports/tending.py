"""Keeps the `smtp` transport of a process in step with the database, which it never reads itself.

Which servers and signing keys there are, what may still be sent today, and how the servers fare.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import date

from posthorn.transports import daily
from posthorn.transports.mail_servers import note_health, to_server
from posthorn.transports.models import MailServer
from posthorn.transports.signing_keys import active_keys
from posthorn.transports.smtp.pool import Health
from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import SmtpTransport

#: How often the rows are read.
READ_SECONDS = 1.0
#: How often at most a server's success is written down; a new error is at once.
_HEALTH_SECONDS = 5.0
#: What a metered server has in stock at least, if the day has it; a busy one has more.
STOCK = 50


class Tender:
    def __init__(self, transport: SmtpTransport, fixed: Sequence[Server]) -> None:
        self._transport = transport
        self._fixed = tuple(fixed)
        self._lock = threading.Lock()
        self._read_at = float("-inf")
        self._limits: dict[int, int | None] = {}
        self._day: date | None = None
        #: What each metered server had in stock after the last look.
        self._stock: dict[int, int] = {}
        self._told: dict[int, tuple[Health, float]] = {}

    def tend(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._read_at >= READ_SECONDS:
                self._read()
                self._read_at = now
                self._tell_health(now)
            self._grant()

    def rest(self) -> None:
        with self._lock:
            self._take_back()
            # Whoever sends next sees what was changed meanwhile.
            self._read_at = float("-inf")

    def _read(self) -> None:
        rows = list(MailServer.objects.filter(enabled=True))
        today = daily.today()
        if today != self._day:
            self._take_back()
            self._day = today
        self._limits = {row.pk: daily.limit_on(row, today) for row in rows}
        keys = active_keys()
        servers = [*self._fixed, *(to_server(row) for row in rows)]
        self._transport.configure([server.signing_with(keys) for server in servers])

    def _grant(self) -> None:
        """Keep twice in stock what went out since the last look."""
        assert self._day is not None
        for number, left in self._transport.budgets().items():
            limit = self._limits.get(number)
            if limit is None:
                continue
            used = self._stock.get(number, 0) - left
            wanted = max(STOCK, 2 * used) - left
            if wanted <= 0:
                continue
            count = daily.take(server_id=number, day=self._day, limit=limit, wanted=wanted)
            self._transport.grant(number, count, last=count < wanted)
            self._stock[number] = left + count

    def _take_back(self) -> None:
        for number in self._transport.budgets():
            left = self._transport.take_budget(number)
            if self._day is not None:
                daily.give_back(server_id=number, day=self._day, count=left)
        self._stock.clear()

    def _tell_health(self, now: float) -> None:
        for number, health in self._transport.health().items():
            told, at = self._told.get(number, (Health(), float("-inf")))
            fresh = health.error_at != told.error_at or now - at >= _HEALTH_SECONDS
            if number and health != told and fresh:
                note_health(server_id=number, health=health)
                self._told[number] = (health, now)
