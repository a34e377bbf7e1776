"""How long the web process waits for a client, whether or not a proxy stands in front.

uvicorn waits for ever for the rest of a request and for a reader that doesn't read. A few thousand
such connections cost an attacker nothing.
"""

from __future__ import annotations

import asyncio
import logging
from enum import StrEnum

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

logger = logging.getLogger(__name__)


class WaitsFor(StrEnum):
    NOTHING = "nothing"
    HEAD = "the head of a request"
    BODY = "the body of a request"
    READER = "a reader"


class BoundedConnection(HttpToolsProtocol):
    """Ends a connection whose client is too slow.

    A request's head must be here within `PATIENCE_SECONDS`, and be no longer than
    `MAX_HEAD_BYTES`. A body must come, and an answer must be taken, with `MIN_BYTES_A_SECOND` once
    that time is over.
    """

    CHECK_SECONDS = 5.0
    PATIENCE_SECONDS = 10.0
    MIN_BYTES_A_SECOND = 500
    MAX_HEAD_BYTES = 64 * 1024

    _timer: asyncio.TimerHandle
    _waits_for = WaitsFor.NOTHING
    _since = 0.0
    _received = 0
    _moved_before = 0
    #: How much had been received when the head began that is not yet whole; None without one.
    _head_began: int | None = None
    _has_asked = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(WaitsFor.HEAD)
        self._timer = self.loop.call_later(self.CHECK_SECONDS, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        if self._head_began is not None and self._received - self._head_began > self.MAX_HEAD_BYTES:
            self._end("The head of a request was too long")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_began = self._received

    def on_headers_complete(self) -> None:
        self._head_began = None
        self._has_asked = True
        self._waits_for = WaitsFor.NOTHING
        super().on_headers_complete()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._waits_for = WaitsFor.NOTHING

    def _check(self) -> None:
        waits_for = self._what_it_waits_for()
        if waits_for is not self._waits_for:
            self._wait(waits_for)
        elif self._is_too_slow():
            self._end(f"Waited too long for {waits_for}")
            return
        self._timer = self.loop.call_later(self.CHECK_SECONDS, self._check)

    def _end(self, reason: str) -> None:
        logger.info("A connection was ended. %s.", reason)
        self.transport.abort()

    def _what_it_waits_for(self) -> WaitsFor:
        if self.flow.write_paused or self.transport.is_closing():
            return WaitsFor.READER
        if not self._has_asked or self.cycle.response_complete:
            return WaitsFor.HEAD
        if self.cycle.more_body and not self.flow.read_paused:
            return WaitsFor.BODY
        return WaitsFor.NOTHING

    def _wait(self, waits_for: WaitsFor) -> None:
        self._waits_for = waits_for
        self._since = self.loop.time()
        self._moved_before = self._moved()

    def _moved(self) -> int:
        """Bytes that went the way that is waited for; while writing is paused nothing is added to
        what the transport holds."""
        if self._waits_for is WaitsFor.READER:
            return -self.transport.get_write_buffer_size()
        return self._received

    def _is_too_slow(self) -> bool:
        waited = self.loop.time() - self._since
        if self._waits_for is WaitsFor.NOTHING or waited < self.PATIENCE_SECONDS:
            return False
        if self._waits_for is WaitsFor.HEAD:
            return True
        return self._moved() - self._moved_before < self.MIN_BYTES_A_SECOND * waited
