"""The live feed: one read for all viewers, a snapshot first, and nobody holds up the others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import pytest

from posthorn.core.events import Change
from posthorn.live import hub as feed
from posthorn.live.hub import Hub, Stream

PATIENCE = 10.0


class Source:
    """A stand-in for the database: rows by id, and how often they were read."""

    def __init__(self) -> None:
        self.rows: dict[int, int] = {1: 0, 2: 0}
        self.changed: set[Change] = set()
        self.reads = 0

    async def listen(self) -> None:
        return

    def take(self) -> set[Change]:
        taken, self.changed = self.changed, set()
        return taken

    def read(self, ids: Collection[int]) -> list[dict[str, Any]]:
        self.reads += 1
        return [{"id": pk, "sent": self.rows[pk]} for pk in sorted(ids) if pk in self.rows]

    def change(self, pk: int, sent: int) -> None:
        self.rows[pk] = sent
        self.changed.add(Change("campaigns", pk))


class Viewer:
    """An open stream as the server sees it: what it was sent, and when it goes."""

    def __init__(self, hub: Hub, stream: Stream, *headers: tuple[bytes, bytes]) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()
        scope = {"type": "http", "method": "GET", "headers": list(headers)}
        self.task = asyncio.create_task(hub.serve(stream, scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.sent.put(message)

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.sent.get(), PATIENCE)

    async def event(self) -> tuple[str, dict[str, Any]]:
        """The next event's name and data."""
        message = await self.next()
        while message["type"] != "http.response.body":
            message = await self.next()
        name, data = message["body"].decode().strip().split("\n")
        return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def leave(self) -> None:
        self._gone.set()
        await asyncio.wait_for(self.task, PATIENCE)


def watched(
    story: Callable[[Hub, Stream, Source], Awaitable[None]],
    *,
    authorise: Callable[[Any], bool] | None = None,
) -> None:
    """Run `story` with a running hub."""

    async def run() -> None:
        source = Source()
        stream = Stream(
            topic="campaigns",
            read_rows=source.read,
            running=lambda: [1],
            authorise=authorise,
        )
        hub = Hub(stream, changes=source)
        await hub.start()
        try:
            await story(hub, stream, source)
        finally:
            await hub.stop()

    asyncio.run(run())


def test_a_viewer_gets_a_snapshot_first_and_then_what_changed() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewer = Viewer(hub, stream)
        assert await viewer.event() == ("snapshot", {"campaigns": [{"id": 1, "sent": 0}]})
        source.change(2, 7)
        assert await viewer.event() == (
            "campaigns",
            {"campaigns": [{"id": 2, "sent": 7}], "removed": []},
        )
        await viewer.leave()
        assert hub.viewers == 0

    watched(story)


def test_a_hundred_viewers_cost_one_read() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewers = [Viewer(hub, stream) for _ in range(100)]
        for viewer in viewers:
            await viewer.event()
        before = source.reads
        source.change(1, 5)
        for viewer in viewers:
            assert (await viewer.event())[1]["campaigns"] == [{"id": 1, "sent": 5}]
        assert source.reads == before + 1
        assert before <= 2, "the snapshots were not shared"
        for viewer in viewers:
            await viewer.leave()

    watched(story)


def test_what_is_gone_or_hidden_is_told_once() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewer = Viewer(hub, stream)
        await viewer.event()
        del source.rows[1]
        source.changed.add(Change("campaigns", 1))
        assert (await viewer.event())[1] == {"campaigns": [], "removed": [1]}
        source.changed.add(Change("campaigns", 1))
        source.change(2, 1)
        assert (await viewer.event())[1] == {"campaigns": [{"id": 2, "sent": 1}], "removed": []}
        await viewer.leave()

    watched(story)


def test_a_viewer_that_falls_behind_is_cut_off_and_may_come_again() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        stream.viewers.add(queue)
        for number in range(feed.BACKLOG + 1):
            stream.push(b"%d" % number)
        assert queue not in stream.viewers
        assert [queue.get_nowait() for _ in range(queue.qsize())][-1] is None

    watched(story)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ((), "not_authenticated"),
        (((b"authorization", b"Bearer old"),), "token_not_valid"),
    ],
)
def test_who_may_not_watch_is_told_why(headers: tuple[tuple[bytes, bytes], ...], code: str) -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewer = Viewer(hub, stream, *headers)
        start, body = await viewer.next(), await viewer.next()
        assert start["status"] == 401
        problem = json.loads(body["body"])
        assert (problem["code"], problem["title"]) == (code, "Unauthorized")

    watched(story, authorise=lambda _: False)
