"""Answers that are the same for everybody, read once a tick however many ask.

What the public page polls. An answer is asked of Django as nobody in particular, kept as bytes with
its ETag for one tick, and given to all who ask for the same path and query meanwhile; those who
come while it is being read wait for that one. docs/adr/0017 tells why.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.utils.http import parse_etags
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from posthorn.core.metrics import PUBLIC_ANSWERS
from posthorn.live.hub import TICK_SECONDS

KEEP_SECONDS = TICK_SECONDS
#: So many answers are kept at most, those asked for last.
MAX_KEPT = 256
#: What a longer query asks for is not kept.
MAX_QUERY = 512
#: Of an answer's headers, those that are the same for everybody.
_HEADERS = frozenset(
    {
        b"cache-control",
        b"content-type",
        b"etag",
        b"referrer-policy",
        b"retry-after",
        b"x-content-type-options",
    }
)
_WITH_304 = frozenset({b"cache-control", b"etag"})

_Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer as it goes out, to those who have it already, too."""

    start: Message
    body: Message
    unchanged: Message
    etag: str
    is_public: bool


class PublicAnswers:
    """An ASGI application before `app`; only for addresses whose answers hold nothing private."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: OrderedDict[tuple[str, bytes], tuple[float, asyncio.Future[Answer]]] = (
            OrderedDict()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD") or len(scope["query_string"]) > MAX_QUERY:
            await self._app(scope, receive, send)
            return
        answer = await self._answer(scope)
        etags = [value for name, value in scope["headers"] if name == b"if-none-match"]
        if etags and answer.etag and _matches(etags, answer.etag):
            await send(answer.unchanged)
            await send(_END)
            return
        await send(answer.start)
        await send(answer.body if scope["method"] == "GET" else _END)

    async def _answer(self, scope: Scope) -> Answer:
        key = (scope["path"], scope["query_string"])
        read_at, future = self._kept.get(key, (0.0, None))
        if future is not None and time.monotonic() - read_at <= KEEP_SECONDS:
            self._kept.move_to_end(key)
            _GIVEN_AGAIN.inc()
            return await asyncio.shield(future)
        _READ.inc()
        future = asyncio.ensure_future(_ask(self._app, scope))
        self._kept[key] = (time.monotonic(), future)
        self._kept.move_to_end(key)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        try:
            answer = await asyncio.shield(future)
        except Exception:
            self._kept.pop(key, None)
            raise
        if not answer.is_public:
            self._kept.pop(key, None)
        return answer


_END: Message = {"type": "http.response.body", "body": b""}
_READ = PUBLIC_ANSWERS.labels("read")
_GIVEN_AGAIN = PUBLIC_ANSWERS.labels("given again")


async def _ask(app: ASGIApp, scope: Scope) -> Answer:
    """The application's answer to nobody in particular: no header of who asks reaches it."""
    asked = {**scope, "method": "GET", "headers": [(b"host", b"localhost")]}
    request: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    start: Message = {}
    body = bytearray()

    async def receive() -> Message:
        if request:
            return request.pop()
        nobody_hangs_up: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        return await nobody_hangs_up

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(asked, receive, send)
    return _prepare(start["status"], start["headers"], bytes(body))


def _prepare(status: int, headers: _Headers, body: bytes) -> Answer:
    kept = [(name.lower(), value) for name, value in headers if name.lower() in _HEADERS]
    by_name = dict(kept)
    length = (b"content-length", str(len(body)).encode())
    return Answer(
        start={"type": "http.response.start", "status": status, "headers": [*kept, length]},
        body={"type": "http.response.body", "body": body},
        unchanged={
            "type": "http.response.start",
            "status": 304,
            "headers": [(name, value) for name, value in kept if name in _WITH_304],
        },
        etag=by_name.get(b"etag", b"").decode() if status == 200 else "",
        is_public=status == 200 and b"public" in by_name.get(b"cache-control", b""),
    )


def _matches(headers: list[bytes], etag: str) -> bool:
    """Whether `If-None-Match` names the answer (RFC 9110, section 13.1.2: compared weakly)."""
    given = parse_etags(b",".join(headers).decode("latin-1"))
    return given == ["*"] or etag.removeprefix("W/") in (tag.removeprefix("W/") for tag in given)
