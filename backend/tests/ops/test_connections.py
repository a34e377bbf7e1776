"""A real server ends connections whose clients are too slow, and no others."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from posthorn.ops.connections import BoundedConnection

PATIENCE = 20.0


class Hasty(BoundedConnection):
    CHECK_SECONDS = 0.1
    PATIENCE_SECONDS = 0.5


class Application:
    """Echoes bodies; `/stream` sends for as long as somebody reads."""

    def __init__(self) -> None:
        self.open_streams = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/stream":
            await self._stream(receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            more = message["more_body"]
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _stream(self, receive: Any, send: Any) -> None:
        self.open_streams += 1
        gone = asyncio.create_task(self._gone(receive))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not gone.done():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await asyncio.sleep(0.001)
        self.open_streams -= 1

    async def _gone(self, receive: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def connect(application: Application) -> Iterator[Callable[[], socket.socket]]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(
        application, http=Hasty, lifespan="off", log_config=None, timeout_keep_alive=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    sockets: list[socket.socket] = []

    def open_one() -> socket.socket:
        sockets.append(socket.create_connection(listener.getsockname(), timeout=PATIENCE))
        return sockets[-1]

    yield open_one
    for each in sockets:
        each.close()
    server.should_exit = True
    thread.join(PATIENCE)
    listener.close()


def is_ended(connection: socket.socket) -> bool:
    """Waits until the server ends the connection."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return True


def is_alive(connection: socket.socket) -> bool:
    connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    return connection.recv(1000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
    ],
    ids=["nothing", "half a head", "half a second head", "half a body"],
)
def test_a_request_that_does_not_come_is_not_waited_for(
    connect: Callable[[], socket.socket], begun: bytes
) -> None:
    slow = connect()
    slow.sendall(begun)
    assert is_ended(slow)
    assert is_alive(connect())


def test_a_head_that_trickles_is_not_waited_for(connect: Callable[[], socket.socket]) -> None:
    slow = connect()
    slow.settimeout(0.05)
    slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
    ended = False
    for _ in range(int(PATIENCE / 0.05)):
        try:
            slow.sendall(b"X: y\r\n")
            ended = slow.recv(1) == b""
        except TimeoutError:
            continue
        except OSError:
            ended = True
        if ended:
            break
    assert ended


def test_a_head_without_end_is_not_read(connect: Callable[[], socket.socket]) -> None:
    greedy = connect()
    greedy.sendall(b"GET / HTTP/1.1\r\nX: ")
    ended = False
    while not ended:
        try:
            greedy.sendall(b"x" * 65536)
        except (BrokenPipeError, ConnectionResetError):
            ended = True


def test_a_body_that_comes_steadily_is_taken_whole(connect: Callable[[], socket.socket]) -> None:
    steady = connect()
    steady.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n")
    pause = threading.Event()
    for _ in range(20):
        steady.sendall(b"x" * 1000)
        # A tenth of a second, so that it takes several times the patience.
        pause.wait(0.1)
    assert steady.recv(100).startswith(b"HTTP/1.1 200")


def test_a_connection_that_is_used_now_and_then_stays(
    connect: Callable[[], socket.socket],
) -> None:
    kept = connect()
    pause = threading.Event()
    for _ in range(5):
        assert is_alive(kept)
        pause.wait(0.4)


def test_a_reader_that_does_not_read_is_ended_and_its_stream_with_it(
    connect: Callable[[], socket.socket], application: Application
) -> None:
    reader, reading = connect(), connect()
    for each in (reader, reading):
        each.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
    assert reader.recv(100)
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.005)):
        reading.recv(1 << 20)
        if application.open_streams == 1:
            break
        pause.wait(0.005)
    assert application.open_streams == 1
    for _ in range(200):
        assert reading.recv(65536)
