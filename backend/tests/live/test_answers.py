"""Public answers: read once a tick, the same for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from posthorn.live import answers
from posthorn.live.answers import PublicAnswers

PATH = "/api/v1/public/campaigns/"


class Backend:
    """An application that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.body = b"[1]"
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.fails = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope)
        await receive()
        await self.may_answer.wait()
        if self.fails:
            raise RuntimeError("broken")
        headers = [
            (b"Content-Type", b"application/json"),
            (b"ETag", b'"%s"' % self.body),
            (b"Cache-Control", b"public, max-age=1" if self.status == 200 else b"no-store"),
            (b"X-Request-ID", b"somebody-s"),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body[:1], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[1:]})


class Answered:
    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.status = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body = b"".join(message.get("body", b"") for message in messages[1:])


async def get(app: PublicAnswers, query: str = "", method: str = "GET", **headers: str) -> Answered:
    messages: list[dict[str, Any]] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        messages.append(message)

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": method,
        "path": PATH,
        "query_string": query.encode(),
        "headers": given,
    }
    await app(scope, receive, send)
    return Answered(messages)


def asked(story: Callable[[PublicAnswers, Backend], Awaitable[None]]) -> None:
    async def run() -> None:
        backend = Backend()
        await story(PublicAnswers(backend), backend)

    asyncio.run(run())


def test_whoever_comes_within_a_tick_is_given_the_same_answer() -> None:
    async def story(app: PublicAnswers, backend: Backend) -> None:
        first = await get(app, host="a.example", cookie="x=1", authorization="Bearer t")
        backend.body = b"[2]"
        again = await get(app, host="b.example")
        assert (first.status, first.body, first.headers["content-length"]) == (200, b"[1]", "3")
        assert (again.status, again.body, again.headers) == (200, b"[1]", first.headers)
        assert len(backend.asked) == 1
        assert backend.asked[0]["headers"] == [(b"host", b"localhost")]
        assert "x-request-id" not in first.headers

    asked(story)


def test_an_answer_is_never_older_than_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(app: PublicAnswers, backend: Backend) -> None:
        await get(app)
        backend.body = b"[2]"
        await asyncio.sleep(2 * answers.KEEP_SECONDS)
        assert (await get(app)).body == b"[2]"

    monkeypatch.setattr(answers, "KEEP_SECONDS", 0.05)
    asked(story)


def test_those_who_come_while_it_is_read_wait_for_the_one_answer() -> None:
    async def story(app: PublicAnswers, backend: Backend) -> None:
        backend.may_answer.clear()
        crowd = [asyncio.create_task(get(app)) for _ in range(50)]
        # One that goes away takes nothing from the others.
        while not backend.asked:
            await asyncio.sleep(0)
        crowd.pop(0).cancel()
        backend.may_answer.set()
        assert {answer.body for answer in await asyncio.gather(*crowd)} == {b"[1]"}
        assert len(backend.asked) == 1

    asked(story)


@pytest.mark.parametrize("tags", ['"[1]"', 'W/"[1]"', '"x", "[1]"', "*"])
def test_who_has_it_is_not_sent_it_again(tags: str) -> None:
    async def story(app: PublicAnswers, backend: Backend) -> None:
        answer = await get(app, if_none_match=tags)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers == {"etag": '"[1]"', "cache-control": "public, max-age=1"}
        backend.body = b"[2]"
        assert (await get(app, "page=1", if_none_match='"[1]"')).status == 200

    asked(story)


def test_head_is_told_the_length_alone() -> None:
    async def story(app: PublicAnswers, backend: Backend) -> None:
        answer = await get(app, method="HEAD")
        assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "3")

    asked(story)


def test_other_methods_and_endless_queries_go_through() -> None:
    async def story(app: PublicAnswers, backend: Backend) -> None:
        backend.status = 405
        assert (await get(app, method="POST", cookie="x=1")).status == 405
        assert (b"cookie", b"x=1") in backend.asked[0]["headers"]
        for _ in range(2):
            await get(app, "x" * 600)
        assert len(backend.asked) == 3

    asked(story)


def test_a_refusal_or_a_failure_is_not_kept() -> None:
    async def story(app: PublicAnswers, backend: Backend) -> None:
        backend.status = 400
        assert (await get(app, "ordering=x", if_none_match="*")).status == 400
        backend.status = 200
        assert (await get(app, "ordering=x")).status == 200
        backend.fails = True
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await get(app, "page=2")
        backend.fails = False
        assert (await get(app, "page=2")).status == 200

    asked(story)


def test_made_up_queries_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "KEEP_SECONDS", 600.0)

    async def story(app: PublicAnswers, backend: Backend) -> None:
        for number in range(2 * answers.MAX_KEPT):
            await get(app, f"x={number}")
            # What many ask for stays.
            await get(app)
        assert len(app._kept) == answers.MAX_KEPT
        assert len(backend.asked) <= 2 * answers.MAX_KEPT + 10

    asked(story)
