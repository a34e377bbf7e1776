"""An SMTP server in a process of its own that counts what it accepted, and misbehaves on request.

Started as `python -m tests.transports.sink LOG SEED`; prints its port; takes its behaviour by lines
of JSON on its standard input and answers each with a line of what it has seen (`Sink.seen`). What
it accepts it appends to LOG, one `message-id address` a line, before it answers: a message whose
answer never arrived was accepted all the same.

`rtt` delays what arrives and what leaves by half of it each, as a real distance would; several
commands in one segment are answered in one (RFC 2920). A bare CR or LF is refused, as Postfix does.

`rules` say what to do at a stage (`greeting`, `ehlo`, `starttls`, `auth`, `mail`, `rcpt`, `data`,
`end`), for a `share` of the times, `times` at the most, not the first `skip`:

    {"reply": "550 no"}    say this and nothing else; the message is not accepted
    {"cut": true}          close the connection instead; with "accept" after it accepted
    {"stall": 3}           wait for so many seconds first
    {"silent": true}       never answer any more
    {"twice": true}        say it twice
    {"to": "eve@"}         only for addresses with this in them (rcpt, end)
    {"flood": 10000000}    say so many bytes without an end; {"endless": true} a reply without one
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import ssl
import subprocess
import sys
from base64 import b64decode
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from posthorn.transports.smtp.loop import new_loop

FEATURES = ("PIPELINING", "SIZE 20000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
_MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_END = b"\r\n.\r\n"


class Sink:
    """What all connections share."""

    def __init__(self, log: Path, seed: int) -> None:
        self._log = log.open("ab", buffering=0)
        self._chance = random.Random(seed)
        self.rtt = 0.0
        self.features: Iterable[str] = FEATURES
        self.rules: dict[str, list[dict[str, Any]]] = {}
        self.users: dict[str, str] = {}
        self.keep: Path | None = None
        self.tls: ssl.SSLContext | None = None
        self.open: set[Talk] = set()
        self.seen: Counter[str] = Counter()

    def behave(self, wanted: dict[str, Any]) -> None:
        self.rtt = wanted.get("rtt", self.rtt)
        self.features = wanted.get("features", self.features)
        self.users = wanted.get("users", self.users)
        if "keep" in wanted:
            self.keep = Path(wanted["keep"])
        if "rules" in wanted:
            self.rules = defaultdict(list)
            for rule in wanted["rules"]:
                self.rules[rule["at"]].append({**rule})

    def rule_for(self, stage: str, address: str = "") -> dict[str, Any]:
        for rule in self.rules.get(stage, ()):
            if rule.get("to", "") not in address or self._chance.random() >= rule.get("share", 1):
                continue
            rule["met"] = rule.get("met", 0) + 1
            past = rule["met"] - rule.get("skip", 0)
            if past > 0 and past <= rule.get("times", past):
                return rule
        return {}

    def accept(self, data: bytes, addresses: list[str]) -> None:
        found = _MESSAGE_ID.search(data)
        assert found is not None, data[:2000]
        self.seen["accepted"] += 1
        for address in addresses:
            self._log.write(f"{found[1].decode()} {address}\n".encode())
        if self.keep is not None:
            (self.keep / f"{self.seen['accepted']}.eml").write_bytes(data)


class Talk(asyncio.Protocol):
    """One connection."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._loop = asyncio.get_running_loop()
        self._coming: deque[bytes] = deque()
        self._leaving: deque[bytes | None] = deque()
        self._buffer = b""
        self._in_data = False
        self._said: list[bytes] = []
        self._resting = False
        self._closing = False
        self._mail = False
        self._addresses: list[str] = []
        self._user = ""
        self._encrypted = False
        #: What a client that signs in by LOGIN has answered.
        self._asked: list[str] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport
        sink = self._sink
        sink.open.add(self)
        sink.seen["connections"] += 1
        sink.seen["peak"] = max(sink.seen["peak"], len(sink.open))
        self._say("greeting", "220 sink ESMTP")
        # What a connection costs over a distance before anything can be said.
        self._flush(after=sink.rtt * 1.5)

    def connection_lost(self, error: Exception | None) -> None:
        self._closing = True
        self._sink.open.discard(self)

    def data_received(self, data: bytes) -> None:
        if self._sink.rtt:
            self._coming.append(data)
            self._loop.call_later(self._sink.rtt / 2, self._arrive)
        else:
            self._read(data)

    def _arrive(self) -> None:
        self._read(self._coming.popleft())

    def _read(self, data: bytes) -> None:
        self._buffer += data
        self._go_on()

    def _go_on(self) -> None:
        while not (self._resting or self._closing):
            if self._in_data:
                if not self._read_data():
                    break
            else:
                line, end, rest = self._buffer.partition(b"\n")
                if not end:
                    break
                self._buffer = rest
                self._obey(line.rstrip(b"\r"))
        self._flush()

    def _read_data(self) -> bool:
        if self._buffer.startswith(b".\r\n"):
            data, self._buffer = b"", self._buffer[3:]
        else:
            end = self._buffer.find(_END)
            if end < 0:
                return False
            data, self._buffer = self._buffer[: end + 2], self._buffer[end + 5 :]
        self._in_data = False
        addresses, self._addresses, self._mail = self._addresses, [], False
        if not addresses:
            self._sink.seen["lone dots"] += 1
            self._say("", "554 5.5.1 no valid recipients")
        elif _BARE.search(data):
            self._sink.seen["bare line ends"] += 1
            self._say("", "521 5.5.2 bare line end received")
        else:
            self._end(data, addresses)
        return True

    def _end(self, data: bytes, addresses: list[str]) -> None:
        rule = self._sink.rule_for("end", addresses[0])
        if "reply" not in rule and (not rule.get("cut") or rule.get("accept")):
            self._sink.accept(data, addresses)
        self._act(rule, "250 2.0.0 accepted")

    def _obey(self, line: bytes) -> None:
        if self._asked is not None:
            self._asked.append(b64decode(line).decode())
            if len(self._asked) < 2:
                self._say("", "334 UGFzc3dvcmQ6")
                return
            (user, password), self._asked = self._asked, None
            self._welcome(user, password)
            return
        verb = line[:4].upper().decode("ascii", "replace").strip()
        self._sink.seen[verb] += 1
        handler = _VERBS.get(verb)
        if handler is None:
            self._say("", "500 5.5.1 not understood")
        else:
            handler(self, line)

    def hear_ehlo(self, line: bytes) -> None:
        offered = [f for f in self._sink.features if f != "STARTTLS" or not self._encrypted]
        lines = ["sink", *offered]
        marks = ["-"] * (len(lines) - 1) + [" "]
        self._say("ehlo", "\r\n".join(f"250{m}{t}" for m, t in zip(marks, lines, strict=True)))

    def hear_helo(self, line: bytes) -> None:
        self._say("", "250 sink")

    def hear_mail(self, line: bytes) -> None:
        if self._mail:
            self._say("", "503 5.5.1 nested MAIL")
        elif self._sink.users and not self._user:
            self._say("", "530 5.7.0 authentication required")
        elif self._say("mail", "250 2.1.0 ok"):
            self._mail = True

    def hear_rcpt(self, line: bytes) -> None:
        address = line.decode().split("<")[1].split(">")[0]
        if not self._mail:
            self._say("", "503 5.5.1 need MAIL first")
        elif self._say("rcpt", "250 2.1.5 ok", address):
            self._addresses.append(address)

    def hear_data(self, line: bytes) -> None:
        if not self._mail:
            self._say("", "503 5.5.1 need MAIL first")
        elif not self._addresses and not self._sink.rule_for("354 anyway"):
            self._say("", "503 5.5.1 need RCPT first")
        elif self._say("data", "354 go ahead"):
            self._in_data = True

    def hear_rset(self, line: bytes) -> None:
        self._mail, self._addresses = False, []
        self._say("", "250 2.0.0 ok")

    def hear_quit(self, line: bytes) -> None:
        self._say("", "221 2.0.0 bye")
        self._cut()

    def hear_starttls(self, line: bytes) -> None:
        if self._say("starttls", "220 2.0.0 go ahead"):
            self._resting = True
            self._flush()
            self._task = self._loop.create_task(self._encrypt())

    async def _encrypt(self) -> None:
        assert self._sink.tls is not None
        try:
            self._transport = await self._loop.start_tls(
                self._transport, self, self._sink.tls, server_side=True
            )
        except OSError:
            return
        self._resting = False
        self._encrypted = True

    def hear_auth(self, line: bytes) -> None:
        words = line.decode().split()
        rule = self._sink.rule_for("auth")
        if rule:
            self._act(rule, "535 5.7.8 no")
            return
        if words[1].upper() == "LOGIN":
            self._asked = []
            self._say("", "334 VXNlcm5hbWU6")
            return
        given = b64decode(words[2]).decode()
        if words[1].upper() == "PLAIN":
            _, user, password = given.split("\0")
        else:
            user, password = given.rstrip("\x01").removeprefix("user=").split("\x01auth=Bearer ")
        self._welcome(user, password)

    def _welcome(self, user: str, password: str) -> None:
        known = self._sink.users.get(user) == password
        self._user = user if known else ""
        self._say("", "235 2.7.0 welcome" if known else "535 5.7.8 wrong password")

    def _say(self, stage: str, text: str, address: str = "") -> bool:
        """Whether it was said as it is."""
        rule = self._sink.rule_for(stage, address) if stage else {}
        return self._act(rule, text)

    def _act(self, rule: dict[str, Any], text: str) -> bool:
        if "stall" in rule:
            self._flush()
            self._resting = True
            self._loop.call_later(rule["stall"], self._wake, rule, text)
            return "reply" not in rule and not rule.get("cut")
        if rule.get("silent"):
            self._closing = True
            return True
        if "flood" in rule:
            self._said.append(b"2" * rule["flood"])
            return False
        if rule.get("endless"):
            self._said.append(b"250-and so on\r\n" * 100_000)
            return False
        if "reply" in rule:
            self._said.append(rule["reply"].encode() + b"\r\n")
        elif not rule.get("cut"):
            self._said.append(text.encode() + b"\r\n")
            if rule.get("twice"):
                self._said.append(text.encode() + b"\r\n")
        if rule.get("cut"):
            self._cut()
        return "reply" not in rule and not rule.get("cut")

    def _wake(self, rule: dict[str, Any], text: str) -> None:
        self._resting = False
        self._act({key: value for key, value in rule.items() if key != "stall"}, text)
        self._go_on()

    def _cut(self) -> None:
        self._flush()
        self._closing = True
        self._send(None, self._sink.rtt / 2)

    def _flush(self, *, after: float | None = None) -> None:
        if self._said:
            data = b"".join(self._said)
            self._said.clear()
            self._send(data, self._sink.rtt / 2 if after is None else after)

    def _send(self, data: bytes | None, after: float) -> None:
        self._leaving.append(data)
        if after:
            self._loop.call_later(after, self._depart)
        else:
            self._depart()

    def _depart(self) -> None:
        data = self._leaving.popleft()
        if data is None:
            self._transport.close()
        elif not self._transport.is_closing():
            self._transport.write(data)


_VERBS = {
    "EHLO": Talk.hear_ehlo,
    "HELO": Talk.hear_helo,
    "MAIL": Talk.hear_mail,
    "RCPT": Talk.hear_rcpt,
    "DATA": Talk.hear_data,
    "RSET": Talk.hear_rset,
    "QUIT": Talk.hear_quit,
    "STAR": Talk.hear_starttls,
    "AUTH": Talk.hear_auth,
}


async def main(log: str, seed: str, certificate: str = "", implicit: str = "") -> None:
    sink = Sink(Path(log), int(seed))
    if certificate:
        sink.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        sink.tls.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Talk(sink), "127.0.0.1", 0, ssl=sink.tls if implicit else None, backlog=500
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    # When the tests end, however they end, so does the pipe, and this.
    while line := await lines.readline():
        wanted = json.loads(line)
        if wanted.get("cut all"):
            for talk in list(sink.open):
                talk._transport.abort()
        sink.behave(wanted)
        print(json.dumps({**sink.seen, "open": len(sink.open)}), flush=True)


class SinkProcess:
    """The sink seen from the tests: its process, its behaviour, and what it accepted."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 0,
        certificate: Path | None = None,
        implicit: bool = False,
    ) -> None:
        self.log = folder / "sink.log"
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.transports.sink", str(self.log), str(seed)),
                *([str(certificate)] if certificate else []),
                *(["implicit"] if implicit else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def behave(self, **wanted: Any) -> dict[str, int]:
        """Holds once this has returned. Returns what the sink has seen so far."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        return Counter(json.loads(self._process.stdout.readline()))

    def seen(self) -> dict[str, int]:
        return self.behave()

    def rules(self, *rules: dict[str, Any]) -> None:
        self.behave(rules=rules)

    def feel(self, **moods: float) -> None:
        """Misbehave with a share of the messages: refuse, defer, stall, hang-up, drop.

        `delay` is the round trip in seconds.
        """
        delay = moods.pop("delay", 0.0)
        rules = [{**_MOODS[mood], "share": share} for mood, share in moods.items() if share]
        self.behave(rtt=delay, rules=rules)

    def accepted(self) -> dict[int, Counter[int]]:
        """By campaign: how often each delivery was accepted."""
        counts: dict[int, Counter[int]] = defaultdict(Counter)
        for line in self._lines():
            _, campaign, delivery = line.split("@")[0].split(".")
            counts[int(campaign)][int(delivery)] += 1
        return counts

    def order(self) -> list[tuple[int, int]]:
        """Campaign and delivery of what was accepted, in order."""
        names = [line.split("@")[0].split(".") for line in self._lines()]
        return [(int(campaign), int(delivery)) for _, campaign, delivery in names]

    def addresses(self) -> list[str]:
        """Everybody whose message was accepted, in order."""
        return [line.split(" ", 1)[1] for line in self._lines()]

    def _lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


_MOODS: dict[str, dict[str, Any]] = {
    "refuse": {"at": "rcpt", "reply": "550 5.1.1 no such mailbox"},
    "defer": {"at": "rcpt", "reply": "451 4.7.1 try again later"},
    "stall": {"at": "end", "stall": 3},
    "hang-up": {"at": "end", "cut": True},
    "drop": {"at": "end", "cut": True, "accept": True},
}


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main(*sys.argv[1:]))
