"""Where the live feed learns what changed."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

import redis.asyncio
from redis.exceptions import RedisError

from posthorn.core.events import CHANNEL, Change, read_change, take_changed

logger = logging.getLogger(__name__)


class Changes(Protocol):
    @property
    def deaf(self) -> bool:
        """Whether changes may go by unheard just now, so that one has to look for them."""

    async def listen(self) -> None:
        """Run for as long as the feed does."""

    def take(self) -> set[Change]:
        """What was heard since the last call."""


class LocalChanges:
    """Embedded mode: the engine runs in this very process."""

    deaf = False

    async def listen(self) -> None:
        return

    def take(self) -> set[Change]:
        return take_changed()


class RedisChanges:
    """Distributed mode: changes come by Redis pub/sub; deaf while Redis is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._changed: set[Change] = set()
        self.deaf = True

    async def listen(self) -> None:
        while True:
            try:
                await self._subscribe()
            except (RedisError, OSError) as error:
                if not self.deaf:
                    logger.warning("Live events by polling, Redis is away: %s", error)
            self.deaf = True
            await asyncio.sleep(1)

    async def _subscribe(self) -> None:
        client = redis.asyncio.Redis.from_url(
            self._url, socket_connect_timeout=2, health_check_interval=10
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            self.deaf = False
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5)
                if message is not None:
                    self._hear(message["data"])

    def _hear(self, data: bytes) -> None:
        try:
            self._changed.add(read_change(data))
        except ValueError:
            logger.warning("Somebody else writes to the channel %s", CHANNEL)

    def take(self) -> set[Change]:
        taken, self._changed = self._changed, set()
        return taken
