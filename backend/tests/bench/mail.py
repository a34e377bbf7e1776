"""How fast mail goes out: our sender alone beside smtplib and nodemailer, over the same sink.

    python -m tests.bench.mail [--messages 4000]

8 kB of text and HTML with four variables; the sink is a process of its own with a settable round
trip. nodemailer comes from npm into .cache/ and is left out where there is no npm.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from posthorn.content.rendering import Context, compile_content
from posthorn.transports.base import Envelope, Message
from posthorn.transports.smtp.dkim import DkimKey, make_key_pair
from posthorn.transports.smtp.mime import Composer
from posthorn.transports.smtp.server import Server
from posthorn.transports.smtp.transport import SmtpTransport
from tests.transports.handing import BareHandover
from tests.transports.sink import SinkProcess

ENVELOPE = Envelope(campaign_id=1, from_name="News", from_email="news@example.org")
LINE = "Line {} of a letter — with a dash, and with words enough to be one.\n"
TEXT = (
    'Hello {{ name|default:"friend" }},\n\n'
    + "".join(LINE.format(number) for number in range(38))
    + "This month in {{ attributes.city }}, for {{ email }}:\n{{ unsubscribe_url }}\n"
)
HTML = (
    "<html><body><p>Hello {{ name }}</p>\n"
    + "".join(f"<p>{LINE.format(number).strip()}</p>\n" for number in range(50))
    + '<p>{{ attributes.city }} {{ email }} <a href="{{ unsubscribe_url }}">no more</a></p>\n'
)
NODEMAILER = """
const {createTransport} = require('nodemailer');
const [port, count, connections, text, html] = JSON.parse(process.argv[2]);
const pool = createTransport({host: '127.0.0.1', port, pool: true, maxConnections: connections,
  maxMessages: 100000, secure: false, ignoreTLS: true});
const began = process.hrtime.bigint();
let next = 0;
const one = async () => {
  while (next < count) {
    const n = next++;
    await pool.sendMail({from: 'news@example.org', to: `p${n}@example.com`, subject: `Letter ${n}`,
      text: text.replace('{{ email }}', n), html: html.replace('{{ email }}', n),
      messageId: `<posthorn.1.${n}@example.org>`});
  }
};
Promise.all(Array.from({length: connections * 2}, one)).then(() => {
  console.log(Number(process.hrtime.bigint() - began) / 1e9);
  process.exit(0);
});
"""


@dataclass(frozen=True, slots=True)
class Speed:
    a_second: float
    cpu_micros: float


def letters(count: int) -> Iterator[Message]:
    content = compile_content(subject="Your letter, {{ name }}", body_text=TEXT, body_html=HTML)
    for number in range(count):
        link = f"https://news.example.org/unsubscribe/1-{number}.abcdefghijklmnopqrst"
        email, name = f"p{number}@example.com", f"Person {number}"
        subject, text, html = content.fill(Context(email, name, "May", link, {"city": "Рига"}))
        yield Message(number, email, name, subject, "".join(text), "".join(html), link, text, html)


def ours(port: int, count: int, connections: int, keys: tuple[DkimKey, ...] = ()) -> Speed:
    """The faster of two runs: the first one opens the connections."""
    server = Server("127.0.0.1", port, max_connections=connections, keys=keys)
    transport = SmtpTransport(server)
    speeds = []
    for _ in range(2):
        handover = BareHandover(letters(count), transport)
        began, cpu = time.perf_counter(), time.process_time()
        transport.send(ENVELOPE, handover)
        spent = time.perf_counter() - began
        assert handover.by_kind() == {"Sent": count}
        speeds.append(Speed(count / spent, 1e6 * (time.process_time() - cpu) / count))
    return max(speeds, key=lambda speed: speed.a_second)


def plain_smtplib(port: int, count: int) -> float:
    composer, now = Composer(ENVELOPE), datetime.now(UTC)
    with smtplib.SMTP("127.0.0.1", port) as client:
        began = time.perf_counter()
        for letter in letters(count):
            mail = composer.compose(letter, now)
            client.sendmail(mail.sender, mail.recipient, mail.data.removesuffix(b".\r\n"))
        return count / (time.perf_counter() - began)


def nodemailer(folder: Path, port: int, count: int, connections: int) -> float | None:
    """None where there is no npm."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "node_modules/nodemailer").exists():
        (folder / "package.json").write_text("{}")
        subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund", "nodemailer"],
            cwd=folder,
            check=True,
        )
    (folder / "send.js").write_text(NODEMAILER)
    argument = json.dumps([port, count, connections, TEXT, HTML])
    done = subprocess.run(
        [node, "send.js", argument], cwd=folder, check=True, capture_output=True, text=True
    )
    return count / float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=4000)
    count = parser.parse_args().messages
    cache = Path(__file__).resolve().parents[3] / ".cache/bench-mail"
    key = make_key_pair(domain="example.org", selector="bench").key
    with tempfile.TemporaryDirectory() as folder:
        sink = SinkProcess(Path(folder))
        try:
            for rtt, connections, keys, goal in (
                (0.02, 20, (), 850),
                (0.02, 100, (), 3500),
                (0.0, 20, (), 8000),
                (0.0, 20, (key,), 2000),
            ):
                sink.behave(rtt=rtt)
                speed = ours(sink.port, count, connections, keys)
                line = f"{1000 * rtt:.0f} ms, {connections} connections{', DKIM' if keys else ''}"
                print(
                    f"  {line:32} {speed.a_second:8,.0f}/s, {speed.cpu_micros:4.0f} µs CPU"
                    f"  (goal {goal:,}/s)",
                    flush=True,
                )
                if keys:
                    continue
                theirs = nodemailer(cache, sink.port, min(count, 1500), connections)
                if theirs:
                    print(f"    nodemailer {theirs:,.0f}/s: {speed.a_second / theirs:.1f} times it")
                alone = plain_smtplib(sink.port, 30 if rtt else 500)
                print(f"    smtplib loop {alone:,.0f}/s: {speed.a_second / alone:.1f} times it")
        finally:
            sink.stop()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posthorn.config.settings")
    os.environ.setdefault("POSTHORN_SECRET_KEY", "a key for measuring alone, which signs nothing")
    main()
