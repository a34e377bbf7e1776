"""The live feed: server-sent events for any number of viewers at the cost of one.

One hub a process. Once a tick it reads the rows that changed, writes them once as an event, and
hands the same bytes to every viewer. A raw ASGI application, since a Django view would hold a
thread, and maybe a database connection, for each open stream.

Server-sent events: WHATWG HTML, section 9.2.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from django.db import close_old_connections

from posthorn.core.events import Change
from posthorn.live.changes import Changes

logger = logging.getLogger(__name__)

T = TypeVar("T")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
#: Given a stream's request, whether it may be watched; runs in a thread, may use the database.
Authorise = Callable[[Scope], bool]
#: Rows, ready for JSON, of those campaigns that this stream shows.
ReadRows = Callable[[Collection[int]], list[dict[str, Any]]]

TICK_SECONDS = 0.5
PING_SECONDS = 15.0
#: A stream ends after about so long, so that viewers spread anew over the web processes.
LIFE_SECONDS = 300.0
#: A viewer that is so many events behind is cut off; it reconnects to a fresh snapshot.
BACKLOG = 20
MAX_VIEWERS = 5000

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class Stream:
    """One kind of stream: who may watch it and which rows it shows."""

    def __init__(
        self,
        *,
        topic: str,
        read_rows: ReadRows,
        running: Callable[[], list[int]],
        authorise: Authorise | None = None,
    ) -> None:
        self.authorise = authorise
        self._topic = topic
        self.viewers: set[asyncio.Queue[bytes | None]] = set()
        self._read_rows = read_rows
        self._running = running
        self._hidden: set[int] = set()

    def snapshot(self) -> bytes:
        return _event("snapshot", {"campaigns": self._read_rows(self._running())})

    def news(self, changes: Collection[Change]) -> bytes | None:
        """An event of what changed, None when this stream shows nothing of it."""
        changed = {change.id for change in changes if change.topic == self._topic}
        rows = self._read_rows(changed)
        shown = {row["id"] for row in rows}
        gone = changed - shown
        removed = gone - self._hidden
        self._hidden = (self._hidden | gone) - shown
        if not rows and not removed:
            return None
        return _event("campaigns", {"campaigns": rows, "removed": sorted(removed)})

    def push(self, event: bytes) -> None:
        for queue in list(self.viewers):
            if queue.qsize() >= BACKLOG:
                self.viewers.discard(queue)
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)


class Hub:
    """Reads what changed once a tick and feeds the streams of this process."""

    def __init__(self, *streams: Stream, changes: Changes) -> None:
        self._streams = streams
        self._changes = changes
        # One thread, and so one database connection, reads for all viewers.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="feed")
        self._tasks: list[asyncio.Task[None]] = []
        self._snapshots: dict[Stream, tuple[float, asyncio.Future[bytes]]] = {}

    @property
    def viewers(self) -> int:
        return sum(len(stream.viewers) for stream in self._streams)

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._changes.listen()),
            asyncio.create_task(self._run()),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._reader.shutdown(wait=True)

    async def _read(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, _afresh, function)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self._tick()
            except Exception:
                logger.exception("The live feed missed a tick")

    async def _tick(self) -> None:
        changed = await self._read(self._changes.take)
        if not changed:
            return
        for stream in self._streams:
            if stream.viewers:
                event = await self._read(partial(stream.news, changed))
                if event is not None:
                    stream.push(event)

    async def snapshot(self, stream: Stream) -> bytes:
        """The stream's snapshot, read at most once a tick however many connect."""
        read_at, future = self._snapshots.get(stream, (0.0, None))
        if future is None or time.monotonic() - read_at > TICK_SECONDS:
            future = asyncio.ensure_future(self._read(stream.snapshot))
            self._snapshots[stream] = (time.monotonic(), future)
        return await asyncio.shield(future)

    async def serve(self, stream: Stream, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for `stream`, for as long as the viewer stays."""
        if scope["method"] != "GET":
            return await _refuse(send, 405, "method_not_allowed", "Only GET is understood here.")
        if stream.authorise and not await self._read(partial(stream.authorise, scope)):
            # As the API says it, so that a client knows when to refresh its token.
            given = any(name == b"authorization" for name, _ in scope["headers"])
            code = "token_not_valid" if given else "not_authenticated"
            return await _refuse(send, 401, code, "Sign in to watch this stream.")
        if self.viewers >= MAX_VIEWERS:
            return await _refuse(send, 503, "unavailable", "Too many viewers; poll instead.")
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        stream.viewers.add(queue)
        writer = asyncio.create_task(self._write(stream, queue, send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({writer, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stream.viewers.discard(queue)
            for task in (writer, gone):
                task.cancel()
            ends = await asyncio.gather(writer, gone, return_exceptions=True)
            for end in ends:
                if isinstance(end, Exception) and not isinstance(end, OSError):
                    logger.warning("A stream ended by an error: %r", end)

    async def _write(self, stream: Stream, queue: asyncio.Queue[bytes | None], send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        event: bytes | None = await self.snapshot(stream)
        end = time.monotonic() + LIFE_SECONDS * random.uniform(0.8, 1.2)
        while event is not None and time.monotonic() < end:
            await send({"type": "http.response.body", "body": event, "more_body": True})
            try:
                event = await asyncio.wait_for(queue.get(), PING_SECONDS)
            except TimeoutError:
                event = b": ping\n\n"
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _afresh(function: Callable[[], T]) -> T:
    """Call with a database connection that is alive, also after the database was restarted."""
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()


def _event(name: str, data: dict[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {text}\n\n".encode()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int, code: str, detail: str) -> None:
    """Problem details (RFC 9457) without Django."""
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    body = json.dumps({**problem, "code": code}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
