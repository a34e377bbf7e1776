"""An SMTP server in a process of its own that counts what it accepted, and misbehaves on request.

Started as `python -m tests.transports.sink LOG`; prints its port; takes its moods by lines on its
standard input: `{"refuse": 0.1, "defer": 0.1, "stall": 0.0, "drop": 0.05}`, each a share of the
messages; `delay` is how many seconds each answer takes, as over a distance. What it accepts it
appends to LOG, one `message-id address` a line, before it answers: a message whose answer never
arrived was accepted all the same.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Sink:
    def __init__(self, log: Path, seed: int) -> None:
        self._log = log.open("a", buffering=1)
        self._chance = random.Random(seed)
        self.moods: dict[str, float] = {}

    def _mood(self, name: str) -> bool:
        return self._chance.random() < self.moods.get(name, 0.0)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = ""

        async def say(line: str) -> None:
            if delay := self.moods.get("delay"):
                await asyncio.sleep(delay)
            writer.write(line.encode() + b"\r\n")
            await writer.drain()

        await say("220 sink")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb in (b"EHLO", b"HELO", b"MAIL", b"RSET", b"NOOP"):
                await say("250 ok")
            elif verb == b"RCPT":
                address = line.decode().split("<")[1].split(">")[0]
                if self._mood("refuse"):
                    await say("550 5.1.1 no such mailbox")
                elif self._mood("defer"):
                    await say("451 4.7.1 try again later")
                else:
                    await say("250 ok")
            elif verb == b"DATA":
                await say("354 go ahead")
                data = await reader.readuntil(b"\r\n.\r\n")
                if self._mood("stall"):
                    await asyncio.sleep(3)
                if self._mood("hang-up"):
                    return
                self._accept(data, address)
                if self._mood("drop"):
                    return
                await say("250 accepted")
            elif verb == b"QUIT":
                await say("221 bye")
                return
            else:
                await say("500 not understood")

    def _accept(self, data: bytes, address: str) -> None:
        found = _MESSAGE_ID.search(data)
        assert found is not None
        self._log.write(f"{found[1].decode()} {address}\n")


async def main(log: str, seed: str) -> None:
    sink = Sink(Path(log), int(seed))
    server = await asyncio.start_server(sink.talk, "127.0.0.1", 0, limit=2**22)
    print(server.sockets[0].getsockname()[1], flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    # When the tests end, however they end, so does the pipe, and this.
    while line := await lines.readline():
        sink.moods = json.loads(line)


class SinkProcess:
    """The sink seen from the tests: its process, its moods, and what it accepted."""

    def __init__(self, folder: Path, *, seed: int = 0) -> None:
        self.log = folder / "sink.log"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.transports.sink", str(self.log), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def feel(self, **moods: float) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(moods) + "\n")
        self._process.stdin.flush()

    def accepted(self) -> dict[int, Counter[int]]:
        """By campaign: how often each delivery was accepted."""
        counts: dict[int, Counter[int]] = defaultdict(Counter)
        for line in self._lines():
            _, campaign, delivery = line.split("@")[0].split(".")
            counts[int(campaign)][int(delivery)] += 1
        return counts

    def addresses(self) -> list[str]:
        """Everybody whose message was accepted, in order."""
        return [line.split(" ", 1)[1] for line in self._lines()]

    def _lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
