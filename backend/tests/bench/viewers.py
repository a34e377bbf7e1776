"""A crowd that watches the public stream, and how old the numbers are that it sees."""

from __future__ import annotations

import re
import resource
import selectors
import socket
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

REQUEST = b"GET /api/v1/public/events/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SAMPLE_SECONDS = 0.1
#: Of so many viewers the age of what they see is looked at.
SAMPLED = 250


class Crowd:
    """So many open streams, read by one thread, and what each shows of one campaign."""

    def __init__(self, port: int, size: int) -> None:
        self._selector = selectors.EpollSelector()
        self._sockets: list[socket.socket] = []
        #: What each viewer shows, by its place.
        self.shown = [0] * size
        self.lost = 0
        self._sent = re.compile(rb'"sent":(\d+)')
        for place in range(size):
            connection = socket.create_connection(("127.0.0.1", port), timeout=30)
            connection.sendall(REQUEST)
            connection.setblocking(False)
            self._selector.register(connection, selectors.EVENT_READ, place)
            self._sockets.append(connection)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._read, name="crowd")
        self._thread.start()

    def _read(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(timeout=0.2):
                assert isinstance(key.fileobj, socket.socket)
                data = key.fileobj.recv(65536)
                if not data:
                    self.lost += 1
                    self._selector.unregister(key.fileobj)
                    continue
                at = data.rfind(b'"sent":')
                if at >= 0 and (found := self._sent.match(data, at)):
                    self.shown[key.data] = int(found[1])

    def leave(self) -> None:
        self._stopping.set()
        self._thread.join()
        for connection in self._sockets:
            connection.close()


def allow_files(count: int) -> None:
    """Let this process, and the web process that it starts, hold so many sockets."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(count, 1024), most), most))


class Watch:
    """What the ledger says, noted every 20 ms, and how old what the crowd sees is beside it."""

    def __init__(self, url: str, campaign_id: int, crowd: Crowd) -> None:
        self._url = url
        self._campaign_id = campaign_id
        self._crowd = crowd
        self._stopping = threading.Event()
        self._counts: list[int] = [0]
        self._times: list[float] = [0.0]
        #: Seconds by which what a viewer saw was out of date, one for each viewer and sample.
        self.ages: list[float] = []
        self._thread = threading.Thread(target=self._note, name="watch")

    def _note(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            sample_at = time.monotonic()
            while not self._stopping.wait(0.02):
                row = connection.execute(
                    "SELECT sent FROM campaigns_campaign WHERE id = %s", [self._campaign_id]
                ).fetchone()
                now = time.monotonic()
                if row is not None and row[0] > self._counts[-1]:
                    self._counts.append(row[0])
                    self._times.append(now)
                if now >= sample_at and len(self._counts) > 1:
                    sample_at = now + SAMPLE_SECONDS
                    self.ages += [self._age(shown, now) for shown in self._sample()]

    def _sample(self) -> list[int]:
        return self._crowd.shown[:: max(1, len(self._crowd.shown) // SAMPLED)]

    def _age(self, shown: int, now: float) -> float:
        """How long ago the ledger said something newer for the first time."""
        newer = bisect_right(self._counts, shown)
        return now - self._times[newer] if newer < len(self._counts) else 0.0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._thread.join()
