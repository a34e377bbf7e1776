"""Which broker rings: Redis when `REDIS_URL` names one, else one in this process's memory."""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import Any

import dramatiq
from django.conf import settings
from django.db import close_old_connections
from dramatiq import Middleware, Worker
from dramatiq.broker import Broker, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from posthorn.core.duties import Duties
from posthorn.core.logs import LogContext
from posthorn.delivery import outside
from posthorn.ops.observe import Observing

#: The heartbeat after which a silent worker's messages go to others. The sweeper does not wait
#: for them; this only keeps Redis tidy.
_HEARTBEAT_TIMEOUT_MS = 10_000


#: How long a worker that ends waits for what its lanes have begun.
_DRAIN_SECONDS = 10.0


class _Forgetful(list[MessageProxy]):
    """The stub keeps dead letters with their exceptions and frames, for tests to look at."""

    def append(self, message: MessageProxy) -> None:
        """Let it go: the ledger says what is left to do."""


class MemoryBroker(StubBroker):
    """Dramatiq's in-memory broker for earnest use."""

    def __init__(self, middleware: list[Middleware]) -> None:
        super().__init__(middleware)
        self.dead_letters_by_queue = defaultdict(_Forgetful)


#: How long an idle worker waits before it looks for rings that are due: a lane that waits for its
#: rate limit must be woken well within the second that it may lag.
POLL_MS = 20


class DatabaseConnections(Middleware):
    """Each actor begins with a connection that is alive, and keeps it for the next."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        close_old_connections()

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        close_old_connections()


class OnDuty(Middleware):
    """Every worker process takes part in the duties; the one that leads does them."""

    def __init__(self) -> None:
        self._duties: Duties | None = None

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        self._duties = Duties()
        self._duties.start()

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        if self._duties is not None:
            self._duties.stop()


class Lanes(Middleware):
    """Ends the lanes that wait for servers before the worker that started them ends."""

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        outside.open_lanes()

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        outside.drain_lanes(seconds=_DRAIN_SECONDS)


def build_broker() -> Broker:
    """The broker of this process, with our middleware alone.

    No retries by the broker: the ledger says what is left to do, and the sweeper rings for it.
    """
    middleware: list[Middleware] = [LogContext(), DatabaseConnections(), OnDuty(), Lanes()]
    if settings.ENV.embedded:
        return MemoryBroker(middleware=middleware)
    if settings.ENV.metrics_port:
        middleware.append(Observing(settings.ENV.metrics_port))
    return RedisBroker(  # type: ignore[no-untyped-call]
        url=settings.ENV.redis_url,
        middleware=middleware,
        heartbeat_timeout=_HEARTBEAT_TIMEOUT_MS,
        maintenance_chance=100_000,
        dead_message_ttl=3_600_000,
        socket_timeout=5,
        socket_connect_timeout=1,
    )


class EmbeddedWorker:
    """Dramatiq's worker threads inside the web process."""

    def __init__(self) -> None:
        # Shorter turns at the interpreter's lock keep the web thread quick beside busy workers.
        sys.setswitchinterval(0.0005)
        self._worker = Worker(
            dramatiq.get_broker(),
            worker_threads=settings.ENV.worker_threads,
            worker_timeout=POLL_MS,
        )

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        """Let the lanes finish their slices, then end."""
        self._worker.stop(timeout=10_000)
