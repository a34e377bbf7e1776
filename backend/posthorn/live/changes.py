"""Where the live feed learns which campaigns changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

import redis.asyncio
from redis.exceptions import RedisError

from posthorn.core.events import CHANNEL, Change, read_change, take_changed

logger = logging.getLogger(__name__)


class Changes(Protocol):
    async def listen(self) -> None:
        """Run for as long as the feed does."""

    def take(self) -> set[Change]:
        """What changed since the last call; called in a thread, may use the database."""


class LocalChanges:
    """Embedded mode: the engine runs in this very process."""

    async def listen(self) -> None:
        return

    def take(self) -> set[Change]:
        return take_changed()


class RedisChanges:
    """Distributed mode: changes come by Redis pub/sub.

    While Redis is away the running campaigns count as changed, and those that ran a moment ago,
    so that the numbers go on moving and their end is seen.
    """

    def __init__(self, url: str, *, running: Callable[[], set[Change]]) -> None:
        self._url = url
        self._running = running
        self._changed: set[Change] = set()
        self._connected = False
        self._were_running: set[Change] = set()

    async def listen(self) -> None:
        while True:
            try:
                await self._subscribe()
            except (RedisError, OSError) as error:
                if self._connected:
                    logger.warning("Live events by polling, Redis is away: %s", error)
            self._connected = False
            await asyncio.sleep(1)

    async def _subscribe(self) -> None:
        client = redis.asyncio.Redis.from_url(
            self._url, socket_connect_timeout=2, health_check_interval=10
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            # Whatever was published while nobody listened shows with the next poll.
            self._changed |= self._were_running
            self._connected = True
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5)
                if message is not None:
                    self._changed.add(read_change(message["data"]))

    def take(self) -> set[Change]:
        taken, self._changed = self._changed, set()
        if not self._connected:
            running = self._running()
            taken |= running | self._were_running
            self._were_running = running
        return taken
