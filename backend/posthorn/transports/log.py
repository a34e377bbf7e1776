"""The `log` transport: one JSON line a message, appended to a file that may be rotated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from posthorn.core.clock import learnt_now
from posthorn.transports.base import (
    Envelope,
    Handover,
    Message,
    Returned,
    Sent,
    Skipped,
    TransportUnavailable,
    Verdict,
)


class LogTransport:
    name = "log"
    in_database = False
    #: A chunk is one write; a killed worker leaves at most one `unknown`.
    window = 500

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, envelope: Envelope, handover: Handover) -> None:
        """Append one line for each message that the gate lets through, a chunk in one write."""
        for messages in handover:
            now = learnt_now()
            begun: list[Message] = []
            for message in messages:
                verdict = handover.may_begin(message)
                if verdict is Verdict.SEND:
                    begun.append(message)
                elif verdict is Verdict.SKIP:
                    handover.report(Skipped(message.delivery_id))
                else:
                    handover.report(Returned(message.delivery_id))
            written = self._append(envelope, begun, now)
            handover.report(*[Sent(message.delivery_id, now) for message in begun[:written]])
            if written < len(begun):
                raise TransportUnavailable(f"Can't write to {self._path}: no space left")

    def check(self) -> str:
        try:
            with self._path.open("ab"):
                return ""
        except OSError as error:
            return f"Can't write to {self._path}: {error.strerror}"

    def _append(self, envelope: Envelope, messages: Sequence[Message], now: datetime) -> int:
        """Write the messages' lines; returns how many stand in the file whole.

        The file is opened anew each time, so that `mv` or logrotate may take it away at any
        moment; a single append keeps the lines of several workers apart.
        """
        if not messages:
            return 0
        data = "".join(_line(envelope, message, now) for message in messages).encode()
        try:
            with self._path.open("ab", buffering=0) as file:
                written = file.write(data)
        except OSError as error:
            raise TransportUnavailable(f"Can't write to {self._path}: {error.strerror}") from error
        return data[:written].count(b"\n")


def _line(envelope: Envelope, message: Message, now: datetime) -> str:
    event = {
        "campaign": envelope.campaign_id,
        "delivery": message.delivery_id,
        "address": message.email,
        "subject": message.subject,
        "time": now.isoformat(),
    }
    return json.dumps(event, ensure_ascii=False) + "\n"
