"""How much a request may send: Django would write a body of any size to a temporary file before
anybody looked at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BoundedBodies:
    """Answers 413 to a body larger than `most(path)` bytes, at the latest when it gets there."""

    def __init__(self, application: ASGIApp, *, most: Callable[[str], int]) -> None:
        self._application = application
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = self._most(scope["path"])
        if _announced(scope) > most:
            return await _refuse(send, most)
        received, begun = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            # For the application the client is gone.
            return message if received <= most else {"type": "http.disconnect"}

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        await self._application(scope, counted, noted)
        if received > most and not begun:
            await _refuse(send, most)
        return None


def _announced(scope: Scope) -> int:
    """`Content-Length`, 0 when there is none (RFC 9110 section 8.6)."""
    given = dict(scope["headers"]).get(b"content-length", b"")
    return int(given) if given.isdigit() and len(given) < 20 else 0


async def _refuse(send: Send, most: int) -> None:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": f"The request is larger than {most} bytes. Send less.",
        "code": "too_large",
    }
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
