"""Duties: periodic work that one process at a time does, the leader.

A room registers what it wants done (`register_duty`); every worker process runs `Duties`, and the
one that holds the lease does the work. Each duty has a thread of its own, so that a slow one (a
mailbox to read, a purge) holds up no other. Between its turns none keeps a connection to the
database: there are nearly as many duties as the pool has, and lanes wait for the rest. A leader
that was frozen and thaws may do one turn beside its successor: a duty must be safe when two do it
at once.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, connection

from posthorn.core.leadership import lead, resign
from posthorn.core.metrics import LEADER

logger = logging.getLogger(__name__)

JOB = "duties"
#: How often the lease is renewed or asked for.
RENEW_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Duty:
    """`work`, every so many seconds: the pause between two turns."""

    name: str
    every_seconds: float
    work: Callable[[], None]


_registry: dict[str, Duty] = {}


def register_duty(name: str, *, every_seconds: float, work: Callable[[], None]) -> None:
    """Have the leader do `work` from now on."""
    _registry[name] = Duty(name, every_seconds, work)


class Duties:
    """This process's part in the duties: leads when nobody else does, and then does them."""

    def __init__(self) -> None:
        self._holder = uuid.uuid4()
        self._stopping = threading.Event()
        self._leading = threading.Event()
        self._threads = [
            threading.Thread(target=self._lead, name="leader", daemon=True),
            *(
                threading.Thread(target=self._do, args=(duty,), name=duty.name, daemon=True)
                for duty in _registry.values()
            ),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the current turns and wait for that."""
        self._stopping.set()
        # Those who wait to lead must see the end too.
        self._leading.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def _lead(self) -> None:
        while not self._stopping.is_set():
            leads = self._ask()
            connection.close()
            LEADER.labels(JOB).set(leads)
            if leads:
                self._leading.set()
            elif not self._stopping.is_set():
                self._leading.clear()
            self._stopping.wait(RENEW_SECONDS)
        try:
            resign(job=JOB, holder=self._holder)
        except DatabaseError:
            logger.warning("Could not give the leadership up; it ends by itself.")
        connection.close()

    def _ask(self) -> bool:
        try:
            return lead(job=JOB, holder=self._holder)
        except DatabaseError as error:
            logger.warning("The leadership waits for the database: %s", error)
        except Exception:
            logger.exception("The leadership could not be asked for; the next turn tries again.")
        return False

    def _do(self, duty: Duty) -> None:
        while True:
            self._leading.wait()
            if self._stopping.is_set():
                break
            try:
                duty.work()
            except DatabaseError as error:
                logger.warning("The duty %s waits for the database: %s", duty.name, error)
            except Exception:
                logger.exception("The duty %s failed; its next turn tries again.", duty.name)
            connection.close()
            if self._stopping.wait(duty.every_seconds):
                break
