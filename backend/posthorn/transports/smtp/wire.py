"""The line to a mail server below the sending: replies, questions while it opens, its end."""

from __future__ import annotations

import asyncio
import logging
from typing import cast

from posthorn.transports.smtp.replies import NotSmtp, Reply, ReplyReader

logger = logging.getLogger(__name__)


class Wire(asyncio.Protocol):
    """Runs in the mail loop alone. Whatever goes wrong in it ends it, so that nobody waits."""

    def __init__(self) -> None:
        self.keywords: dict[str, str] = {}
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reader = ReplyReader()
        #: Who asked while the connection was opened; the greeting comes unasked.
        self._answer: asyncio.Future[Reply | None] | None = self._loop.create_future()
        self._lost = False
        self._reason = "it closed the connection"

    # --- what the loop calls ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.exchange(cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        try:
            for reply in self._reader.feed(data):
                if self._lost:
                    return
                if self._answer is None:
                    self.hear(reply)
                elif self._answer.done():
                    raise NotSmtp(f"it answered more than it was asked: {reply.text}")
                else:
                    self._answer.set_result(reply)
        except NotSmtp as error:
            self.drop(f"it doesn't talk as a mail server: {error}")
        except Exception as error:
            self.break_down(error)

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None and str(error):
            self._reason = f"the connection broke: {error}"
        self._lose()

    # --- what it is told ---

    async def ask(self, command: bytes, *, seconds: float) -> Reply:
        """The reply to one command, to none at all for the greeting.

        Raises NotSmtp, OSError or TimeoutError.
        """
        if self._lost:
            raise ConnectionError(self._reason)
        if command:
            self._answer = self._loop.create_future()
            self._write(command)
        assert self._answer is not None
        try:
            reply = await asyncio.wait_for(self._answer, seconds)
        finally:
            self._answer = None
        if reply is None or self._lost:
            raise ConnectionError(self._reason)
        return reply

    def exchange(self, transport: asyncio.Transport) -> None:
        """Go on over another transport, with nothing offered on it yet."""
        self._transport = transport
        self.keywords = {}
        transport.set_write_buffer_limits(high=0)

    @property
    def transport(self) -> asyncio.Transport:
        assert self._transport is not None
        return self._transport

    @property
    def has_unread(self) -> bool:
        return not self._reader.is_empty

    def drop(self, reason: str) -> None:
        self._reason = reason
        if self._transport is not None:
            self._transport.abort()
        self._lose()

    def break_down(self, error: Exception) -> None:
        """End for a fault of our own."""
        logger.error("A connection to the mail server ends by a fault of ours", exc_info=error)
        self.drop(f"a fault of ours: {error!r}")

    # --- what sending adds ---

    def hear(self, reply: Reply) -> None:
        """A reply that came once the connection had been opened. May raise NotSmtp."""
        raise NotSmtp(f"it said more than it was asked: {reply.text}")

    def on_lost(self) -> None:
        """The connection is gone, told once."""

    # --- within ---

    def _lose(self) -> None:
        if self._lost:
            return
        self._lost = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)
        self.on_lost()

    def _write(self, data: bytes) -> None:
        self.transport.write(data)
