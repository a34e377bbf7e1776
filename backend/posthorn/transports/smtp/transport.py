"""The `smtp` transport: what the engine hands over goes to the pools of the mail servers.

SMTP cannot be exactly once (RFC 5321 section 6.1, RFC 1047): when the connection breaks after the
end of the data, nobody can know whether the message was accepted. Such a delivery is Uncertain; its
Message-ID comes from the delivery, so that a person can trace it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from posthorn.core.clock import learnt_now
from posthorn.transports.base import (
    Envelope,
    Handover,
    Message,
    Refusal,
    Refused,
    TransportUnavailable,
    Unsendable,
)
from posthorn.transports.smtp.addresses import BadAddress
from posthorn.transports.smtp.connection import Job
from posthorn.transports.smtp.dkim import DkimKey
from posthorn.transports.smtp.loop import mail_loop
from posthorn.transports.smtp.mime import Composer
from posthorn.transports.smtp.opening import open_connection, try_sender
from posthorn.transports.smtp.pool import Health, Pool
from posthorn.transports.smtp.server import Server, Timeouts
from posthorn.transports.smtp.sharing import Sharing

_T = TypeVar("_T")

logger = logging.getLogger(__name__)

#: `check` is asked by people who wait.
CHECK_TIMEOUTS = Timeouts(connect=3.0, reply=3.0)
_KEPT_COMPOSERS = 8
NO_SERVER = "There is no mail server. Add one under Mail servers, or set POSTHORN_SMTP_URL."
NONE_CHOSEN = (
    "None of the campaign's mail servers is there and enabled. Choose others, or none for all."
)


class SmtpTransport:
    """All mail servers of this process; `through` is what one campaign uses of them.

    It reads no database: whoever does tells it by `configure` and `grant`, and asks for `health`.
    """

    name = "smtp"
    in_database = False

    def __init__(self, *servers: Server, timeouts: Timeouts | None = None) -> None:
        self._servers = servers
        self._timeouts = timeouts or Timeouts()
        self._lock = threading.Lock()
        self._composers: dict[tuple[Envelope, tuple[DkimKey, ...]], Composer] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pools: dict[int, Pool] = {}
        self._sharings: dict[Sharing, frozenset[int]] = {}

    @property
    def window(self) -> int:
        return self.through(()).window

    def through(self, server_ids: Sequence[int]) -> Through:
        """The transport of a campaign that chose these servers; none for all."""
        return Through(self, frozenset(server_ids))

    def send(self, envelope: Envelope, handover: Handover) -> None:
        self.through(()).send(envelope, handover)

    def check(self) -> str:
        """What is wrong when none of the servers can be used."""
        troubles = []
        for server in self._servers:
            try:
                check_server(server)
            except TransportUnavailable as error:
                troubles.append(error.detail)
            else:
                return ""
        return " ".join(troubles) or NO_SERVER

    # --- what the installation does ---

    @property
    def servers(self) -> tuple[Server, ...]:
        return self._servers

    def configure(self, servers: Sequence[Server]) -> None:
        """These are the servers from now on. What has begun goes on as it began."""
        with self._lock:
            if tuple(servers) == self._servers:
                return
            self._servers = tuple(servers)
            self._fit_in_loop()

    def grant(self, server_id: int, count: int, *, last: bool) -> None:
        """Let a metered server give so many more; `last` when that is all for today."""
        pool = self._pools.get(server_id)
        if pool is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(lambda: pool.grant(count, last=last))

    def budgets(self) -> dict[int, int]:
        """What each metered server that is in use may still give, by id."""
        return {
            number: pool.budget for number, pool in list(self._pools.items()) if pool.server.metered
        }

    def take_budget(self, server_id: int) -> int:
        """Take away what a server has not given yet, and say how much that was."""
        pool = self._pools.get(server_id)
        return self._in_loop(pool.take_budget) if pool is not None else 0

    def health(self) -> dict[int, Health]:
        return {number: pool.health for number, pool in list(self._pools.items())}

    # --- within ---

    def chosen(self, ids: frozenset[int]) -> list[Server]:
        return [server for server in self._servers if not ids or server.id in ids]

    def compose_for(self, envelope: Envelope, servers: Sequence[Server]) -> Composer:
        """Kept for the next time, since a campaign comes back with each of its batches."""
        keys = tuple(dict.fromkeys(key for server in servers for key in server.keys))
        with self._lock:
            composer = self._composers.get((envelope, keys))
            if composer is None:
                composer = Composer(envelope, keys)
                while len(self._composers) >= _KEPT_COMPOSERS:
                    del self._composers[next(iter(self._composers))]
                self._composers[envelope, keys] = composer
            return composer

    def open_sharing(self, handover: Handover, ids: frozenset[int]) -> Sharing:
        with self._lock:
            if self._loop is not mail_loop():
                self._fit_in_loop()

            def make() -> Sharing:
                sharing = Sharing(handover, self._pools_of(ids))
                self._sharings[sharing] = ids
                return sharing

            return self._in_loop(make)

    def close_sharing(self, sharing: Sharing) -> None:
        def close() -> None:
            self._sharings.pop(sharing, None)
            sharing.leave()

        mail_loop().call_soon_threadsafe(close)

    def _pools_of(self, ids: frozenset[int]) -> list[Pool]:
        return [self._pools[server.id] for server in self.chosen(ids)]

    def _fit_in_loop(self) -> None:
        loop = mail_loop()
        if self._loop is not loop:
            self._loop, self._pools, self._sharings = loop, {}, {}
        self._in_loop(self._fit)

    def _fit(self) -> None:
        """Bring pools and sharings in line with the servers. In the loop."""
        former = self._pools
        self._pools = {}
        for server in self._servers:
            pool = former.pop(server.id, None)
            if pool is None or server.needs_other_connections_than(pool.server):
                if pool is not None:
                    pool.retire()
                pool = Pool(server, self._timeouts)
            pool.server = server
            self._pools[server.id] = pool
        for pool in former.values():
            pool.retire()
        for sharing, ids in self._sharings.items():
            sharing.refit(self._pools_of(ids))

    def _in_loop(self, work: Callable[[], _T]) -> _T:
        async def run() -> _T:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), mail_loop()).result()


class Through:
    """The `smtp` transport as one campaign uses it: over the servers that it chose."""

    name = "smtp"
    in_database = False

    def __init__(self, whole: SmtpTransport, ids: frozenset[int]) -> None:
        self._whole = whole
        self._ids = ids
        self._sharing: Sharing | None = None

    @property
    def window(self) -> int:
        sharing = self._sharing
        if sharing is not None:
            return sharing.window
        return max(1, sum(server.max_connections for server in self._whole.chosen(self._ids)))

    def send(self, envelope: Envelope, handover: Handover) -> None:
        servers = self._whole.chosen(self._ids)
        if not servers:
            raise Unsendable(NONE_CHOSEN if self._ids else NO_SERVER)
        composer = self._whole.compose_for(envelope, servers)
        sharing = self._sharing = self._whole.open_sharing(handover, self._ids)
        loop = mail_loop()
        try:
            for messages in handover:
                jobs = _compose(messages, composer, handover)
                loop.call_soon_threadsafe(sharing.add, jobs)
        finally:
            self._sharing = None
            self._whole.close_sharing(sharing)

    def check(self) -> str:
        return self._whole.check()


def check_server(server: Server, *, sender: str = "") -> None:
    """Connect, sign in, and ask whether mail from `sender` is taken, if one is given.

    Raises TransportUnavailable with the step at which that ended. Sends nothing.
    """

    async def run() -> None:
        connection = await open_connection(server, CHECK_TIMEOUTS)
        try:
            if sender:
                await try_sender(connection, sender, CHECK_TIMEOUTS)
        finally:
            connection.quit()

    asyncio.run_coroutine_threadsafe(run(), mail_loop()).result()


def _compose(messages: Sequence[Message], composer: Composer, handover: Handover) -> list[Job]:
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
            jobs.append(Job(message, mail))
    return jobs
