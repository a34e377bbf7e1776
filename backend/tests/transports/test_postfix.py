"""Mail into a real Postfix with its strict settings, where Debian's package is installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import SmtpTransport
from tests.services import free_port
from tests.transports.handing import BareHandover
from tests.transports.test_pipelining import ENVELOPE, messages

MASTER = Path("/usr/lib/postfix/sbin/master")
PATIENCE = 30.0

pytestmark = pytest.mark.skipif(
    not MASTER.exists() or os.geteuid() != 0,
    reason="Postfix isn't installed, or can't be started by this user: apt-get install postfix",
)

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
default_transport = discard:
relay_transport = discard:
local_transport = discard:
alias_maps =
alias_database =
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
smtpd_forbid_bare_newline = reject
smtpd_forbid_unauth_pipelining = yes
strict_rfc821_envelopes = yes
smtpd_recipient_restrictions =
  check_recipient_access inline:{{ reader7@example.com=REJECT }}, permit
local_recipient_maps =
smtpd_delay_reject = no
"""
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
discard unix - - n - - discard
error unix - - n - - error
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@pytest.fixture
def postfix(tmp_path: Path) -> Iterator[int]:
    """A Postfix with a configuration and a queue of its own; gives its port."""
    folder = Path("/var/tmp") / f"posthorn-postfix-{os.getpid()}"
    (folder / "etc").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "queue").mkdir()
    shutil.chown(folder / "data", "postfix")
    port = free_port()
    (folder / "etc/main.cf").write_text(MAIN.format(folder=folder))
    (folder / "etc/master.cf").write_text(SERVICES.format(port=port))
    subprocess.run(["postfix", "-c", str(folder / "etc"), "check"], check=True, capture_output=True)
    process = subprocess.Popen(
        [str(MASTER), "-c", str(folder / "etc"), "-d"], start_new_session=True
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None, "Postfix did not start"
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "Postfix doesn't listen"
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def test_a_strict_postfix_takes_every_message_and_is_understood(postfix: int) -> None:
    transport = SmtpTransport(Server("127.0.0.1", postfix, max_connections=10))
    assert transport.check() == ""
    long = "one line without an end " * 300
    everybody = [
        message._replace(body_text=long, body_html=f"<p>{long}</p>") if index % 2 else message
        for index, message in enumerate(messages(400, size=6000))
    ]
    handover = BareHandover(everybody, transport)
    began = time.perf_counter()
    transport.send(ENVELOPE, handover)
    print(f"\nPostfix took {400 / (time.perf_counter() - began):.0f} messages/s")
    assert handover.by_kind() == {"Sent": 399, "Refused": 1}
