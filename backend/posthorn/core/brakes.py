"""How often something may be done in a while: counters that all web processes share.

In Redis, or in this process when everything runs in it. A try that is refused doesn't count, so
that whoever goes on trying is not kept out for longer.
"""

from __future__ import annotations

import heapq
import logging
import math
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

#: Counts `KEYS[1]` up to ARGV[1] within ARGV[2] milliseconds; answers with whether it was allowed,
#: how often by now, and the milliseconds until it begins anew.
_TAKE = """
local taken = tonumber(redis.call('GET', KEYS[1]) or '0')
local allowed = 0
if taken < tonumber(ARGV[1]) then
    taken = redis.call('INCR', KEYS[1])
    allowed = 1
    if taken == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
end
return {allowed, taken, redis.call('PTTL', KEYS[1])}
"""
_GIVE_BACK = """
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
"""
#: More counters than this are not kept in one process; those that end soonest go first.
_MOST_COUNTERS = 200_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a try. `reset_seconds`: until the count begins anew."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int


class Counters(Protocol):
    def take(self, key: str, limit: int, period_seconds: float) -> tuple[bool, int, float]:
        """Whether it was allowed, how often by now, seconds until the count begins anew."""

    def give_back(self, key: str) -> None: ...

    def forget(self) -> None: ...


class LocalCounters:
    """For the embedded mode, where one process is all there is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self._ends: list[tuple[float, str]] = []

    def take(self, key: str, limit: int, period_seconds: float) -> tuple[bool, int, float]:
        now = time.monotonic()
        with self._lock:
            self._drop(now)
            count, end = self._counts.get(key, (0, now + period_seconds))
            if count >= limit:
                return False, count, end - now
            if count == 0 and key not in self._counts:
                heapq.heappush(self._ends, (end, key))
            self._counts[key] = (count + 1, end)
            return True, count + 1, end - now

    def give_back(self, key: str) -> None:
        with self._lock:
            if key in self._counts:
                count, end = self._counts[key]
                self._counts[key] = (max(count - 1, 0), end)

    def forget(self) -> None:
        with self._lock:
            self._counts.clear()
            self._ends.clear()

    def _drop(self, now: float) -> None:
        while self._ends and (self._ends[0][0] <= now or len(self._ends) > _MOST_COUNTERS):
            _, key = heapq.heappop(self._ends)
            self._counts.pop(key, None)


class RedisCounters:
    """Shared by all web processes. While Redis is away nothing is refused."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._take = self._redis.register_script(_TAKE)
        self._give_back = self._redis.register_script(_GIVE_BACK)

    def take(self, key: str, limit: int, period_seconds: float) -> tuple[bool, int, float]:
        try:
            allowed, taken, left = self._take(
                keys=[self._named(key)], args=[limit, int(period_seconds * 1000)]
            )
        except redis.RedisError as error:
            logger.warning("Tries are not counted, Redis is away: %s", error)
            return True, 0, period_seconds
        return bool(allowed), int(taken), max(int(left), 0) / 1000

    def give_back(self, key: str) -> None:
        try:
            self._give_back(keys=[self._named(key)])
        except redis.RedisError as error:
            logger.warning("A try could not be given back, Redis is away: %s", error)

    def forget(self) -> None:
        for key in self._redis.scan_iter(self._named("*")):
            self._redis.delete(key)

    def _named(self, key: str) -> str:
        return f"posthorn:brake:{key}"


@cache
def counters() -> Counters:
    return LocalCounters() if settings.ENV.embedded else RedisCounters(settings.ENV.redis_url)


def take(key: str, *, limit: int, period_seconds: float) -> Taken:
    """Count one try under `key`, unless there were `limit` in the running period already."""
    allowed, taken, left = counters().take(key, limit, period_seconds)
    return Taken(allowed, limit, max(limit - taken, 0), math.ceil(left))


def give_back(key: str) -> None:
    """Count one try less: it turned out to be none."""
    counters().give_back(key)
