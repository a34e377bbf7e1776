"""Runs the SPA's end-to-end tests against a demo server of their own, and always ends it.

python -m tests.e2e [arguments for npm run e2e]
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.services import free_port

BACKEND = Path(__file__).resolve().parents[1]
SPA = BACKEND.parent / "spa"
PATIENCE = 120.0
#: How the line begins in which spa/e2e/playwright.config.ts names its browser.
_NAMES_BROWSER = "posthorn: end-to-end tests on "


def main() -> int:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="posthorn-e2e-") as folder:
        log = Path(folder) / "server.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(port)],
                cwd=BACKEND,
                env=_clean_environment()
                | {
                    "POSTHORN_DEMO": "1",
                    "POSTHORN_DATA_DIR": f"{folder}/var",
                    "POSTHORN_PUBLIC_URL": url,
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # A plain TERM ends the server too, by way of `finally`.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            _wait_until_ready(server, url)
            status = _run_tests(url)
        except BaseException:
            status = 1
            raise
        finally:
            _end(server)
            if status:
                print(f"The server's last words:\n{log.read_text()[-5000:]}")
        return status


def _clean_environment() -> dict[str, str]:
    """The environment without what it says about the developer's own installation."""
    ours = ("POSTHORN_", "DATABASE_URL", "REDIS_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _wait_until_ready(server: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        if server.poll() is not None:
            sys.exit(f"The demo server ended by itself with status {server.returncode}.")
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                sys.exit(f"The demo server was not ready within {PATIENCE:.0f} s: {error}")
            time.sleep(0.2)


def _run_tests(url: str) -> int:
    """Pass the tests' output on, and say at the end in which browser they ran."""
    browser = "no browser"
    tests = subprocess.Popen(
        ["npm", "run", "--silent", "e2e", "--", *sys.argv[1:]],
        cwd=SPA,
        env=os.environ
        | {
            "POSTHORN_E2E_URL": url,
            "POSTHORN_E2E_USER": "admin",
            "POSTHORN_E2E_PASSWORD": "posthorn-demo",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert tests.stdout is not None
    for line in tests.stdout:
        if line.startswith(_NAMES_BROWSER):
            browser = line.removeprefix(_NAMES_BROWSER).strip()
        else:
            print(line, end="", flush=True)
    status = tests.wait()
    line = f"posthorn: end-to-end tests ran on {browser}: {'FAILED' if status else 'passed'}"
    print(line)
    report = os.environ.get("POSTHORN_TEST_REPORT")
    if report:
        with Path(report).open("a") as file:
            file.write(f"{line}\n")
    return status


def _end(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
