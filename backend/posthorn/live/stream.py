"""One stream of events, the same for all who watch it."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

from posthorn.core.events import Change
from posthorn.live.topics import Door, Topic

PING_SECONDS = 15.0
#: A viewer that is more events behind is ended; it reconnects to a fresh snapshot.
BACKLOG = 20


class Stream:
    """The events of some topics, the last `BACKLOG` of them kept. Without a `door` everybody may
    watch, but never more than `max_viewers` at once.

    What is named `read_…` runs in the hub's thread; everything else in the event loop.
    """

    def __init__(
        self, *, topics: Sequence[Topic], max_viewers: int, door: Door | None = None
    ) -> None:
        self.door = door
        self.max_viewers = max_viewers
        #: How many events there have been.
        self.told = 0
        self._topics = topics
        self._kept: deque[bytes] = deque(maxlen=BACKLOG)
        self._more = asyncio.Event()
        self._told_at = time.monotonic()
        self._visible: dict[str, set[int]] = {}

    def read_snapshot(self) -> bytes:
        self._read_visible()
        return _event(
            "snapshot", {topic.name: topic.read_rows(topic.read_active()) for topic in self._topics}
        )

    def read_news(self, changes: Collection[Change]) -> list[bytes]:
        """An event for each topic of which this stream shows something new.

        Of what is gone only that is told which was to be seen before: the number of a campaign
        that was never public is nobody's business.
        """
        visible = self._read_visible()
        events = []
        for topic in self._topics:
            changed = {change.id for change in changes if change.topic == topic.name}
            rows = topic.read_rows(changed) if changed else []
            shown = {row["id"] for row in rows}
            removed = (changed - shown) & visible[topic.name]
            visible[topic.name] = (visible[topic.name] - removed) | shown
            if rows or removed:
                events.append(_event(topic.name, {topic.name: rows, "removed": sorted(removed)}))
        return events

    def read_active(self) -> set[Change]:
        return {Change(topic.name, pk) for topic in self._topics for pk in topic.read_active()}

    def rest(self) -> None:
        """Nobody watches, so nothing is kept up to date."""
        self._visible = {}

    def push(self, event: bytes) -> None:
        self._kept.append(event)
        self.told += 1
        self._told_at = time.monotonic()
        more, self._more = self._more, asyncio.Event()
        more.set()

    def ping(self) -> None:
        """Show that the connection lives, where nothing else did for a while."""
        if time.monotonic() - self._told_at > PING_SECONDS:
            self.push(b": ping\n\n")

    def has_lost(self, seen: int) -> bool:
        """Whether somebody who has read `seen` events missed some that are no longer kept."""
        return self.told - seen > BACKLOG

    async def wait_for_news(self, seen: int) -> list[bytes]:
        """What follows the first `seen` events; waits while there is nothing."""
        if self.told == seen:
            await self._more.wait()
        behind = self.told - seen
        return list(islice(self._kept, max(0, len(self._kept) - behind), None))

    def _read_visible(self) -> dict[str, set[int]]:
        """The ids that this stream may show, by topic: read when somebody begins to watch, and
        kept by the news from then on."""
        if not self._visible:
            self._visible = {topic.name: topic.read_ids() for topic in self._topics}
        return self._visible


def _event(name: str, data: dict[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {text}\n\n".encode()
