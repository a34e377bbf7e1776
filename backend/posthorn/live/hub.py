"""The live feed: server-sent events for any number of viewers at the cost of one.

One hub a process. Once a tick it reads the rows that changed, writes them once as an event, and
hands the same bytes to every viewer. A raw ASGI application, since a Django view would hold a
thread, and maybe a database connection, for each open stream.

Server-sent events: WHATWG HTML, section 9.2.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import close_old_connections
from starlette.types import Message, Receive, Scope, Send

from posthorn.core.events import Change
from posthorn.live.changes import Changes
from posthorn.live.problems import refuse
from posthorn.live.stream import Stream
from posthorn.live.topics import Pass

logger = logging.getLogger(__name__)

T = TypeVar("T")

TICK_SECONDS = 0.5
#: Those who connect within so long share a snapshot.
SNAPSHOT_SECONDS = TICK_SECONDS
#: A stream ends after about so long, so that viewers spread anew over the web processes.
LIFE_SECONDS = 300.0
#: A viewer that takes nothing for so long is ended.
SEND_SECONDS = 20.0

_START: Message = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ],
}


class Viewer:
    """One open stream: by what right, and how far it has read."""

    __slots__ = ("_send", "_sending_since", "_writer", "ends_at", "right", "seen")

    def __init__(self, send: Send) -> None:
        self.right: Pass | None = None
        self.seen = 0
        self.ends_at = time.monotonic() + LIFE_SECONDS * random.uniform(0.8, 1.2)
        self._send = send
        self._sending_since = 0.0
        self._writer: asyncio.Task[None] | None = None

    async def send(self, message: Message) -> None:
        self._sending_since = time.monotonic()
        await self._send(message)
        self._sending_since = 0.0

    @property
    def is_sending(self) -> bool:
        return self._sending_since > 0

    def is_over(self, now: float) -> bool:
        is_stuck = self.is_sending and now - self._sending_since > SEND_SECONDS
        return is_stuck or now > self.ends_at

    async def watch(self, writing: Awaitable[None], receive: Receive) -> None:
        """Write until that is over, the viewer has gone, or `end` is called."""
        self._writer = asyncio.ensure_future(writing)
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({self._writer, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left = gone.done()
            for task in (self._writer, gone):
                task.cancel()
            for end in await asyncio.gather(self._writer, gone, return_exceptions=True):
                if isinstance(end, Exception) and not isinstance(end, OSError):
                    logger.warning("A stream ended by an error: %r", end)
        if not left and not self.is_sending:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SEND_SECONDS):
                    await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    def end(self) -> None:
        if self._writer is not None:
            self._writer.cancel()


class Hub:
    """Reads what changed once a tick and feeds the streams of this process."""

    def __init__(self, *streams: Stream, changes: Changes) -> None:
        self._streams = streams
        self._changes = changes
        # One thread, and so one database connection, reads for all viewers.
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="feed")
        self._tasks: list[asyncio.Task[None]] = []
        self._viewers: dict[Stream, set[Viewer]] = {stream: set() for stream in streams}
        self._snapshots: dict[Stream, tuple[float, int, asyncio.Future[bytes]]] = {}
        self._were_active: set[Change] = set()

    @property
    def viewers(self) -> int:
        return sum(len(viewers) for viewers in self._viewers.values())

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
            for step in (self._tell_news, self._see_out):
                try:
                    await step()
                except Exception:
                    logger.exception("The live feed missed a tick")

    async def _tell_news(self) -> None:
        changed = self._changes.take() | await self._looked_for()
        for stream, viewers in self._viewers.items():
            if not viewers:
                stream.rest()
                self._snapshots.pop(stream, None)
                continue
            if changed:
                for event in await self._read(partial(stream.read_news, changed)):
                    stream.push(event)
            stream.ping()

    async def _looked_for(self) -> set[Change]:
        """While changes can't be heard, whatever is active counts as changed, and what was so at
        the last look, so that its end is seen."""
        if not self._changes.deaf and not self._were_active:
            return set()
        were_active, self._were_active = self._were_active, set()
        if self._changes.deaf:
            for stream in self._streams:
                if self._viewers[stream]:
                    self._were_active |= await self._read(stream.read_active)
        return were_active | self._were_active

    async def _see_out(self) -> None:
        """End the streams that are over, all in one look."""
        for stream, viewers in self._viewers.items():
            now = time.monotonic()
            for viewer in list(viewers):
                if viewer.is_over(now) or stream.has_lost(viewer.seen):
                    viewer.end()
            if stream.door is not None and viewers:
                rights = {viewer.right for viewer in viewers if viewer.right is not None}
                good = await self._read(partial(stream.door.still_good, rights))
                for viewer in list(viewers):
                    if viewer.right in rights - set(good):
                        viewer.end()

    async def _snapshot(self, stream: Stream) -> tuple[int, bytes]:
        """The stream's snapshot, and how many events went before it."""
        read_at, told, future = self._snapshots.get(stream, (0.0, 0, None))
        if future is None or time.monotonic() - read_at > SNAPSHOT_SECONDS:
            told, future = stream.told, asyncio.ensure_future(self._read(stream.read_snapshot))
            self._snapshots[stream] = (time.monotonic(), told, future)
        return told, await asyncio.shield(future)

    async def serve(self, stream: Stream, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for `stream`, for as long as the viewer stays."""
        if scope["method"] != "GET":
            return await refuse(send, 405, "method_not_allowed", "Only GET is understood here.")
        viewer = Viewer(send)
        viewers = self._viewers[stream]
        try:
            if stream.door is not None:
                viewer.right = await self._read(partial(stream.door.admit, scope))
                if viewer.right is None:
                    return await _refuse_stranger(scope, send)
            if len(viewers) >= stream.max_viewers:
                return await refuse(send, 503, "unavailable", "Too many viewers; poll instead.")
            viewers.add(viewer)
            viewer.seen, snapshot = await self._snapshot(stream)
        except Exception:
            viewers.discard(viewer)
            logger.exception("A stream could not begin")
            return await refuse(send, 503, "unavailable", "Nothing can be read now; try again.")
        try:
            await viewer.watch(_write(stream, viewer, snapshot), receive)
        finally:
            viewers.discard(viewer)


async def _write(stream: Stream, viewer: Viewer, snapshot: bytes) -> None:
    await viewer.send(_START)
    await viewer.send({"type": "http.response.body", "body": snapshot, "more_body": True})
    while not stream.has_lost(viewer.seen):
        if news := await stream.wait_for_news(viewer.seen):
            viewer.seen += len(news)
            body = b"".join(news)
            await viewer.send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse_stranger(scope: Scope, send: Send) -> None:
    # As the API says it, so that a client knows when to refresh its token.
    given = any(name == b"authorization" for name, _ in scope["headers"])
    code = "token_not_valid" if given else "not_authenticated"
    await refuse(send, 401, code, "Sign in to watch this stream.")


def _afresh(function: Callable[[], T]) -> T:
    """Call with a database connection that is alive, also after the database was restarted."""
    close_old_connections()
    try:
        return function()
    finally:
        close_old_connections()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
