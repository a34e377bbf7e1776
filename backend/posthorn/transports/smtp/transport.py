"""The `smtp` transport: what the engine hands over goes to one mail server's pool.

SMTP cannot be exactly once (RFC 5321 section 6.1, RFC 1047): when the connection breaks after the
end of the data, nobody can know whether the message was accepted. Such a delivery is Uncertain; its
Message-ID comes from the delivery, so that a person can trace it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence

from posthorn.core.clock import learnt_now
from posthorn.transports.base import (
    Envelope,
    Handover,
    Message,
    Refusal,
    Refused,
    TransportUnavailable,
)
from posthorn.transports.smtp.addresses import BadAddress
from posthorn.transports.smtp.jobs import Job
from posthorn.transports.smtp.loop import mail_loop
from posthorn.transports.smtp.mime import Composer
from posthorn.transports.smtp.opening import open_connection
from posthorn.transports.smtp.pool import Pool, PoolSeat
from posthorn.transports.smtp.server import Server, Timeouts

logger = logging.getLogger(__name__)

#: `check` is asked by people who wait.
CHECK_TIMEOUTS = Timeouts(connect=3.0, reply=3.0)
_KEPT_COMPOSERS = 8


class SmtpTransport:
    name = "smtp"
    in_database = False

    def __init__(self, server: Server, timeouts: Timeouts | None = None) -> None:
        self._server = server
        self._timeouts = timeouts or Timeouts()
        self._lock = threading.Lock()
        self._composers: dict[Envelope, Composer] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool: Pool | None = None

    @property
    def window(self) -> int:
        pool = self._pool
        return pool.window if pool is not None else self._server.max_connections

    def send(self, envelope: Envelope, handover: Handover) -> None:
        composer = self._composer(envelope)
        loop, pool = self._open_pool()
        seat = PoolSeat(handover)
        loop.call_soon_threadsafe(pool.join, seat)
        try:
            for messages in handover:
                jobs = _compose(messages, composer, seat, handover)
                loop.call_soon_threadsafe(pool.add, seat, jobs)
        finally:
            loop.call_soon_threadsafe(pool.leave, seat)

    def check(self) -> str:
        try:
            asyncio.run_coroutine_threadsafe(self._try(), mail_loop()).result()
        except TransportUnavailable as error:
            return error.detail
        return ""

    async def _try(self) -> None:
        connection = await open_connection(self._server, CHECK_TIMEOUTS)
        connection.quit()

    def _composer(self, envelope: Envelope) -> Composer:
        """Kept for the next time, since a campaign comes back with each of its batches."""
        with self._lock:
            composer = self._composers.get(envelope)
            if composer is None:
                composer = Composer(envelope, self._server.keys)
                while len(self._composers) >= _KEPT_COMPOSERS:
                    del self._composers[next(iter(self._composers))]
                self._composers[envelope] = composer
            return composer

    def _open_pool(self) -> tuple[asyncio.AbstractEventLoop, Pool]:
        loop = mail_loop()
        with self._lock:
            if self._pool is None or self._loop is not loop:
                self._loop = loop
                made = asyncio.run_coroutine_threadsafe(self._make_pool(), loop)
                self._pool = made.result()
            return loop, self._pool

    async def _make_pool(self) -> Pool:
        return Pool(self._server, self._timeouts)


def _compose(
    messages: Sequence[Message], composer: Composer, seat: PoolSeat, handover: Handover
) -> list[Job]:
    """What goes wrong with one message fails that message alone."""
    jobs, now = [], learnt_now()
    for message in messages:
        try:
            mail = composer.compose(message, now)
        except BadAddress as error:
            handover.report(Refused(message.delivery_id, Refusal.PERMANENT, str(error)))
        except Exception as error:
            logger.exception("Delivery %s can't be written as mail", message.delivery_id)
            reason = f"It can't be written as mail: {error}"
            handover.report(Refused(message.delivery_id, Refusal.PERMANENT, reason))
        else:
            jobs.append(Job(seat, message, mail))
    return jobs
