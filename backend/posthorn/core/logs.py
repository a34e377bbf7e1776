"""Log lines that can be followed from the request that started something to the worker that did it.

The broker's messages carry the request id along (`LogContext`); which campaign or import a line is
about is bound where it is known.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from dramatiq import Message, Middleware
from dramatiq.broker import Broker, MessageProxy

_Context = Mapping[str, str | int]
_NOTHING: _Context = MappingProxyType({})
_context: ContextVar[_Context] = ContextVar("posthorn_log_context", default=_NOTHING)

_CARRIED = "request_id"

#: What ends a line, moves the cursor or turns the direction of writing.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


@contextmanager
def log_context(**values: str | int) -> Iterator[None]:
    """Everything logged within carries `values` too."""
    token = _context.set({**_context.get(), **values})
    try:
        yield
    finally:
        _context.reset(token)


def new_request_id() -> str:
    return uuid.uuid4().hex


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_context.get(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """For people, with what is bound at the end of the line.

    A message stays on its line, whatever it repeats of what somebody sent: no line is forged.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the base's
        line = _CONTROL.sub(_escape, super().formatMessage(record))
        bound = " ".join(f"{name}={value}" for name, value in _context.get().items())
        return f"{line} [{bound}]" if bound else line


class LogContext(Middleware):
    """Carries the request id in the message's options, and binds it where the actor works."""

    def before_enqueue(self, broker: Broker, message: Message[Any], delay: int | None) -> None:
        carried = _context.get().get(_CARRIED)
        if carried is not None:
            message.options.setdefault(_CARRIED, carried)

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        values: dict[str, str | int] = {"actor": message.actor_name}
        if _CARRIED in message.options:
            values[_CARRIED] = message.options[_CARRIED]
        _context.set(values)

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        _context.set(_NOTHING)

    def after_skip_message(self, broker: Broker, message: MessageProxy) -> None:
        _context.set(_NOTHING)
