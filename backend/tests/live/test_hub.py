"""The live feed: one read for all viewers, a snapshot first, and nobody holds up the others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import pytest

from posthorn.core.events import Change
from posthorn.live import hub as feed
from posthorn.live import stream as streams
from posthorn.live.hub import Hub
from posthorn.live.stream import BACKLOG, Stream
from posthorn.live.topics import Door, Topic

PATIENCE = 10.0


class Source:
    """A stand-in for the database: rows by id, and how often they were read."""

    deaf = False

    def __init__(self) -> None:
        self.rows: dict[int, int] = {1: 0, 2: 0}
        self.active = {1}
        self.changed: set[Change] = set()
        self.reads = 0
        self.users = {"Ada": 1, "Bob": 2}

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

    def topic(self, name: str = "campaigns") -> Topic:
        return Topic(
            name=name,
            read_rows=self.read,
            read_ids=lambda: set(self.rows),
            read_active=lambda: self.active,
        )

    def door(self) -> Door:
        def admit(scope: Any) -> int | None:
            return self.users.get(dict(scope["headers"]).get(b"authorization", b"").decode())

        return Door(admit=admit, still_good=lambda numbers: set(numbers) & set(self.users.values()))


class Viewer:
    """An open stream as the server sees it: what it was sent, and when it goes."""

    def __init__(self, hub: Hub, stream: Stream, *headers: tuple[bytes, bytes]) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reads = asyncio.Event()
        self.reads.set()
        self._gone = asyncio.Event()
        scope = {"type": "http", "method": "GET", "headers": list(headers)}
        self.task = asyncio.create_task(hub.serve(stream, scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.reads.wait()
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

    async def refusal(self) -> tuple[int, str]:
        start, body = await self.next(), await self.next()
        return start["status"], json.loads(body["body"])["code"]

    async def leave(self) -> None:
        self._gone.set()
        await self.ended()

    async def ended(self) -> None:
        await asyncio.wait_for(self.task, PATIENCE)


def name(user: str) -> tuple[bytes, bytes]:
    return (b"authorization", user.encode())


Story = Callable[[Hub, Stream, Source], Awaitable[None]]


def watched(story: Story, *, closed: bool = False, max_viewers: int = 1000) -> None:
    """Run `story` with a running hub; `closed` asks viewers for their names."""

    async def run() -> None:
        source = Source()
        door = source.door() if closed else None
        stream = Stream(topics=[source.topic()], max_viewers=max_viewers, door=door)
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


def test_nothing_is_lost_between_a_shared_snapshot_and_the_next_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        first = Viewer(hub, stream)
        await first.event()
        source.change(1, 5)
        await first.event()
        # The second gets the snapshot of before the change.
        second = Viewer(hub, stream)
        assert (await second.event())[1] == {"campaigns": [{"id": 1, "sent": 0}]}
        assert (await second.event())[1]["campaigns"] == [{"id": 1, "sent": 5}]
        await first.leave()
        await second.leave()

    monkeypatch.setattr(feed, "SNAPSHOT_SECONDS", 60)
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


def test_what_was_never_to_be_seen_is_not_told_when_it_goes() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewer = Viewer(hub, stream)
        await viewer.event()
        # Somebody makes a campaign that this stream doesn't show.
        source.changed.add(Change("campaigns", 3))
        source.change(2, 1)
        assert (await viewer.event())[1] == {"campaigns": [{"id": 2, "sent": 1}], "removed": []}
        await viewer.leave()

    watched(story)


def test_a_stream_may_show_several_topics() -> None:
    async def run() -> None:
        campaigns, imports = Source(), Source()
        stream = Stream(topics=[campaigns.topic(), imports.topic("imports")], max_viewers=10)
        hub = Hub(stream, changes=campaigns)
        await hub.start()
        viewer = Viewer(hub, stream)
        row = {"id": 1, "sent": 0}
        assert await viewer.event() == ("snapshot", {"campaigns": [row], "imports": [row]})
        imports.rows[2] = 9
        campaigns.changed.add(Change("imports", 2))
        changed = {"imports": [{"id": 2, "sent": 9}], "removed": []}
        assert await viewer.event() == ("imports", changed)
        await viewer.leave()
        await hub.stop()

    asyncio.run(run())


def test_while_changes_are_not_heard_what_runs_is_looked_at_and_its_end_too() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewer = Viewer(hub, stream)
        await viewer.event()
        source.deaf = True
        source.rows[1] = 4
        assert (await viewer.event())[1]["campaigns"] == [{"id": 1, "sent": 4}]
        source.rows[1] = 5
        source.active = set()
        while (await viewer.event())[1]["campaigns"] != [{"id": 1, "sent": 5}]:
            pass
        await viewer.leave()

    watched(story)


def test_a_viewer_that_falls_behind_is_ended_and_the_others_go_on() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        slow, quick = Viewer(hub, stream), Viewer(hub, stream)
        await slow.event()
        await quick.event()
        slow.reads.clear()
        for number in range(BACKLOG + 2):
            stream.push(b"event: campaigns\ndata: %d\n\n" % number)
            assert (await quick.event())[0] == "campaigns"
        await slow.ended()
        assert hub.viewers == 1
        await quick.leave()

    watched(story)


def test_a_viewer_that_stops_reading_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewer = Viewer(hub, stream)
        await viewer.event()
        viewer.reads.clear()
        source.change(1, 5)
        await viewer.ended()
        assert hub.viewers == 0

    monkeypatch.setattr(feed, "SEND_SECONDS", 0.1)
    watched(story)


def test_a_stream_ends_politely_after_its_life(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewer = Viewer(hub, stream)
        await viewer.event()
        await viewer.ended()
        assert await viewer.next() == {
            "type": "http.response.body",
            "body": b"",
            "more_body": False,
        }

    monkeypatch.setattr(feed, "LIFE_SECONDS", 0.1)
    watched(story)


def test_a_quiet_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        viewer = Viewer(hub, stream)
        await viewer.event()
        assert (await viewer.next())["body"] == b": ping\n\n"
        await viewer.leave()

    monkeypatch.setattr(streams, "PING_SECONDS", 0.1)
    watched(story)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ((), "not_authenticated"),
        ((name("Mallory"),), "token_not_valid"),
    ],
)
def test_who_may_not_watch_is_told_why(headers: tuple[tuple[bytes, bytes], ...], code: str) -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        assert await Viewer(hub, stream, *headers).refusal() == (401, code)

    watched(story, closed=True)


def test_a_stream_ends_when_its_user_may_no_longer_watch() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        ada, bob = Viewer(hub, stream, name("Ada")), Viewer(hub, stream, name("Bob"))
        await ada.event()
        await bob.event()
        del source.users["Ada"]
        await asyncio.wait_for(ada.task, 4 * feed.TICK_SECONDS)
        source.change(1, 5)
        assert (await bob.event())[1]["campaigns"] == [{"id": 1, "sent": 5}]
        await bob.leave()

    watched(story, closed=True)


def test_a_crowd_of_anonymous_viewers_takes_nobody_else_s_place() -> None:
    async def run() -> None:
        source = Source()
        public = Stream(topics=[source.topic()], max_viewers=2)
        management = Stream(topics=[source.topic()], max_viewers=2, door=source.door())
        hub = Hub(public, management, changes=source)
        await hub.start()
        crowd = [Viewer(hub, public) for _ in range(2)]
        for viewer in crowd:
            await viewer.event()
        assert await Viewer(hub, public).refusal() == (503, "unavailable")
        ada = Viewer(hub, management, name("Ada"))
        assert (await ada.event())[0] == "snapshot"
        await ada.leave()
        await crowd[0].leave()
        late = Viewer(hub, public)
        assert (await late.event())[0] == "snapshot"
        for viewer in (late, crowd[1]):
            await viewer.leave()
        await hub.stop()

    asyncio.run(run())


def test_a_stream_that_cannot_begin_says_so() -> None:
    async def story(hub: Hub, stream: Stream, source: Source) -> None:
        def fail(*_: Any) -> Any:
            raise ConnectionError("no database")

        source.read = fail  # type: ignore[assignment, method-assign]
        stream._topics = [source.topic()]
        assert await Viewer(hub, stream).refusal() == (503, "unavailable")
        assert hub.viewers == 0

    watched(story)
