"""How many requests a web process answers: a load of keep-alive connections, each with one request
at a time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """Answers a second, and the time that 99 of 100 took at most."""

    rate: float
    p99_seconds: float


class _Client(asyncio.Protocol):
    """Asks again as soon as it has the whole answer."""

    def __init__(self, request: bytes, until: float, times: list[float]) -> None:
        self._request = request
        self._until = until
        self._times = times
        self._received = bytearray()
        self._asked_at = 0.0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(body) < length:
            return
        self._received.clear()
        now = time.perf_counter()
        self._times.append(now - self._asked_at)
        if now < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            if exc is None and time.perf_counter() >= self._until:
                self.over.set_result(None)
            else:
                self.over.set_exception(exc or ConnectionError("The server hung up."))


async def _load(port: int, request: bytes, connections: int, seconds: float) -> Load:
    times: list[float] = []
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    clients = [
        (
            await loop.create_connection(
                lambda: _Client(request, began + seconds, times), "127.0.0.1", port
            )
        )[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(client.over for client in clients))
    took = time.perf_counter() - began
    return Load(rate=len(times) / took, p99_seconds=sorted(times)[int(0.99 * len(times))])


def load(
    port: int, path: str, *, connections: int = 16, seconds: float = 5.0, **headers: str
) -> Load:
    """Ask for `path` over so many connections for so long."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    request = "\r\n".join([*lines, "", ""]).encode()
    return asyncio.run(_load(port, request, connections, seconds))
