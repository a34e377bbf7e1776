"""Where every write that a person or a machine causes is told, within its own transaction.

What must be written together with the change (the audit log, webhooks) registers here; whoever
writes calls `record` and needs to know none of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

logger = logging.getLogger(__name__)


class By(Protocol):
    """Who did it; `accounts.actor.Actor` is one."""

    @property
    def kind(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """`action` ("start") on the object `topic` ("campaigns") `object_id`, with what it changed."""

    by: By
    action: str
    topic: str
    object_id: int
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


_writers: list[Callable[[Entry], None]] = []


def register_writer(writer: Callable[[Entry], None]) -> None:
    """Have `writer` called for every entry, in the transaction of the change it tells of."""
    _writers.append(writer)


def record(entry: Entry) -> None:
    """Tell of a change. Call it within the transaction that makes it."""
    logger.info(
        "%s %s: %s by %s", entry.topic, entry.object_id, entry.action, entry.by.name or "nobody"
    )
    for writer in _writers:
        writer(entry)
