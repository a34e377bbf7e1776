"""A real IMAP server (pymap) in a process of its own, its mails in memory."""

from __future__ import annotations

import imaplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from tests.services import free_port
from tests.workers import wait_for

USER, PASSWORD = "bounces", 'a "quoted\\ pass word'


class ImapServer:
    def __init__(self, port: int) -> None:
        self.port = port

    @contextmanager
    def signed_in(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=20) as client:
            client.login(USER, PASSWORD)
            yield client

    def url(self, query: str = "") -> str:
        return f"imap://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/INBOX{query}"

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the mailbox, unseen."""
        with self.signed_in() as client:
            for mail in mails:
                kind, data = client.append("INBOX", "", "", mail)
                assert kind == "OK", data

    def count(self, criterion: str = "ALL", *, mailbox: str = "INBOX") -> int:
        with self.signed_in() as client:
            assert client.select(mailbox, readonly=True)[0] == "OK", mailbox
            return len(client.search(None, criterion)[1][0].split())


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """Run one for as long as the block lasts."""
    server = ImapServer(free_port())
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from pymap.main import main; main()"),
            *("--no-service", "admin", "--no-service", "managesieve"),
            *("--host", "127.0.0.1", "--port", str(server.port), "--no-tls"),
            *("dict", "--demo-user", USER, "--demo-password", PASSWORD),
        ],
        stdin=subprocess.DEVNULL,
    )

    def answers() -> bool:
        assert process.poll() is None, "the IMAP server did not start"
        try:
            with server.signed_in():
                return True
        except OSError:
            return False

    try:
        wait_for(answers, "the start of the IMAP server")
        yield server
    finally:
        process.terminate()
        process.wait(20)
