"""The `log` transport: one JSON line a message, appended to a file that may be rotated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from posthorn.core.clock import database_now
from posthorn.transports.base import (
    Envelope,
    Gate,
    Message,
    Outcome,
    Session,
    TransportUnavailable,
    Verdict,
)


class LogSession:
    def __init__(self, envelope: Envelope, path: Path) -> None:
        self._campaign_id = envelope.campaign_id
        self._path = path

    def send(self, messages: Sequence[Message], gate: Gate) -> Sequence[Outcome]:
        """Append one line for each message that the gate lets through, in a single write.

        The file is opened anew each time, so that `mv` or logrotate may take it away at any
        moment; a single append keeps the lines of several workers apart.
        """
        lines: list[str] = []
        outcomes: list[Outcome] = []
        now = database_now()
        sent = Outcome(sent_at=now)
        for message in messages:
            verdict = gate(message)
            if verdict is Verdict.HALT:
                break
            if verdict is Verdict.SKIP:
                outcomes.append(Outcome())
                continue
            lines.append(self._line(message, now))
            outcomes.append(sent)
        if lines:
            self._append("".join(lines).encode(), outcomes)
        return outcomes

    def _line(self, message: Message, now: datetime) -> str:
        event = {
            "campaign": self._campaign_id,
            "delivery": message.delivery_id,
            "address": message.email,
            "subject": message.subject,
            "time": now.isoformat(),
        }
        return json.dumps(event, ensure_ascii=False) + "\n"

    def _append(self, data: bytes, outcomes: Sequence[Outcome]) -> None:
        try:
            with self._path.open("ab", buffering=0) as file:
                written = file.write(data)
        except OSError as error:
            raise TransportUnavailable(f"Can't write to {self._path}: {error.strerror}") from error
        if written < len(data):
            # What stands on the disk as a whole line was sent; the rest was not.
            lines = data[:written].count(b"\n")
            sent = [index for index, outcome in enumerate(outcomes) if outcome.sent_at][:lines]
            raise TransportUnavailable(
                f"Can't write to {self._path}: no space left",
                outcomes=outcomes[: sent[-1] + 1] if sent else (),
            )


class LogTransport:
    name = "log"
    slice_size = 500
    in_database = False

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def open(self, envelope: Envelope) -> Iterator[Session]:
        yield LogSession(envelope, self._path)

    def check(self) -> str:
        try:
            with self._path.open("ab"):
                return ""
        except OSError as error:
            return f"Can't write to {self._path}: {error.strerror}"
