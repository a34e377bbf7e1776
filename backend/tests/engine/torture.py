"""Kills the engine in every way we know while it sends, then counts.

    python -m tests.engine.torture --seconds 60 --seed 7

Real worker processes on a PostgreSQL, a Redis and an SMTP sink of its own. While campaigns of all
transports run, faults strike at random moments: SIGKILL and SIGTERM of workers, workers frozen for
longer than their leases and thawed, single database sessions terminated, the web process killed,
Redis flushed and crashed, PostgreSQL crashed, campaigns stopped and started in quick succession and
twice at once, addresses suppressed, a sink that refuses, defers, stalls and drops the connection
before or after it accepted. Then it lets everything finish and checks what the product promises.
Exits 1 and says what broke when it did.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import redis

from tests.services import (
    PostgresServer,
    RedisServer,
    free_port,
    postgres_server,
    redis_server,
)
from tests.transports.sink import SinkProcess

WORKERS = 3
THREADS = 2
LEASE_SECONDS = 5
#: What a killed worker may leave unknown of a campaign: its window, and what 100 ms brought.
SMTP_SLICE, LOG_SLICE = 50, 500
#: A suppressed address is mailed no more after this (seconds).
SUPPRESSED_WITHIN = 1.0
#: How long everything may take to come to rest once nothing is broken any more.
REST_SECONDS = 180.0


class Workers:
    """Worker processes, each in a process group of its own."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._running: list[subprocess.Popen[bytes]] = []
        self.killed = self.frozen = 0

    def fill(self) -> None:
        while len(self._running) < WORKERS:
            with self._log.open("ab") as output:
                self._running.append(
                    subprocess.Popen(
                        [sys.executable, "manage.py", "worker", "--threads", str(THREADS)],
                        stdout=output,
                        stderr=output,
                        start_new_session=True,
                    )
                )

    def freeze(self, victim: int, seconds: float) -> None:
        """Stop a worker as a paused machine would, and let it go on after so long."""
        process = self._running[victim % len(self._running)]
        os.killpg(process.pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGCONT)
        self.frozen += 1

    def kill(self, victim: int) -> None:
        process = self._running.pop(victim % len(self._running))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.killed += 1

    def terminate(self, victim: int) -> None:
        process = self._running.pop(victim % len(self._running))
        process.terminate()
        process.wait(60)

    def stop(self) -> None:
        for process in self._running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()


class Web:
    """The web process, driven over HTTP."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "manage.py", "web"),
                    *("--host", "127.0.0.1", "--port", str(self._port)),
                ],
                stdout=output,
                stderr=output,
            )

    def press(self, campaign_id: int, move: str) -> None:
        """Send a request and do not wait for its answer."""
        from tests.api.clients import token_of

        with fresh_connection():
            token = token_of(operator())
        lines = [
            f"POST /api/v1/campaigns/{campaign_id}/{move}/ HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            f"Authorization: Bearer {token}",
            "Content-Length: 0",
        ]
        # While it starts, nobody is there to hear it.
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection,
        ):
            connection.sendall("\r\n".join([*lines, "", ""]).encode())

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Torture:
    def __init__(
        self,
        *,
        seed: int,
        postgres: PostgresServer,
        redis: RedisServer,
        sink: SinkProcess,
        workers: Workers,
        web: Web,
    ) -> None:
        self.chance = random.Random(seed)
        self.postgres, self.redis, self.sink, self.workers = postgres, redis, sink, workers
        self.web = web
        self.campaigns: list[int] = []
        #: Address -> when its suppression had been committed, by the database's clock.
        self.suppressed: dict[str, datetime] = {}
        self.faults: Counter[str] = Counter()

    def run(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        faults: list[Callable[[], None]] = [
            self.kill_worker,
            self.kill_worker,
            self.terminate_worker,
            self.freeze_worker,
            self.freeze_worker,
            self.end_sessions,
            self.end_sessions,
            self.kill_web,
            self.suppress_some,
            self.suppress_some,
            self.flush_redis,
            self.crash_redis,
            self.lose_redis_for_a_while,
            self.crash_postgres,
            self.stop_and_start,
            self.stop_and_start,
            self.start_twice,
            self.change_moods,
        ]
        while time.monotonic() < until:
            self.workers.fill()
            self.keep_busy()
            # Not a wait for anything: faults strike at random moments.
            time.sleep(self.chance.uniform(0.05, 1.2))
            fault = self.chance.choice(faults)
            self.faults[fault.__name__] += 1
            fault()
        self.sink.feel()
        self.workers.fill()

    def keep_busy(self) -> None:
        from posthorn.campaigns.models import Campaign

        with fresh_connection():
            running = Campaign.objects.filter(status__in=["running", "stopped"]).count()
        while running < 3:
            self.begin_campaign()
            running += 1

    def begin_campaign(self) -> None:
        from posthorn.accounts.actor import SYSTEM
        from posthorn.audience.models import MailingList
        from posthorn.delivery import moves
        from tests.factories import make_campaign

        transport = ("smtp", "log", "database", "smtp")[len(self.campaigns) % 4]
        lists = list(MailingList.objects.all())
        with fresh_connection():
            campaign = make_campaign(
                *self.chance.sample(lists, self.chance.randint(1, len(lists))),
                name=f"Torture {len(self.campaigns)}",
                transport=transport,
                rate_limit=self.chance.choice([None, 2000, 500]),
            )
            moves.start_campaign(campaign_id=campaign.pk, by=SYSTEM)
        self.campaigns.append(campaign.pk)

    # --- faults ---

    def kill_worker(self) -> None:
        self.workers.kill(self.chance.randrange(WORKERS))

    def terminate_worker(self) -> None:
        self.workers.terminate(self.chance.randrange(WORKERS))

    def freeze_worker(self) -> None:
        """Sometimes for so long that its leases run out."""
        self.workers.freeze(
            self.chance.randrange(WORKERS), self.chance.choice([0.3, 1.8, LEASE_SECONDS + 3])
        )

    def end_sessions(self) -> None:
        """End one or two of the database's sessions, whosever they are."""
        with psycopg.connect(self.postgres.url, autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " ORDER BY random() LIMIT %s) AS chosen",
                [self.chance.randint(1, 2)],
            )

    def kill_web(self) -> None:
        """In the middle of a start or a stop, perhaps."""
        campaign = self.chance.choice(self.campaigns)
        self.web.press(campaign, self.chance.choice(["start", "stop"]))
        time.sleep(self.chance.uniform(0, 0.05))
        self.web.kill()
        self.web.start()

    def suppress_some(self) -> None:
        from posthorn.audience.models import Subscriber, Suppression
        from posthorn.core.clock import database_now

        with fresh_connection():
            total = Subscriber.objects.count()
            for _ in range(3):
                person = Subscriber.objects.order_by("pk")[self.chance.randrange(total)]
                made = Suppression.objects.get_or_create(
                    email=person.email, defaults={"reason": "unsubscribed"}
                )[1]
                if made:
                    self.suppressed[person.email] = database_now()

    def flush_redis(self) -> None:
        with redis.Redis.from_url(self.redis.url) as client:
            while True:
                try:
                    client.flushall()
                except redis.BusyLoadingError:
                    # It crashed a moment ago and reads what it had written.
                    time.sleep(0.05)
                else:
                    return

    def crash_redis(self) -> None:
        self.redis.restart(crash=True)

    def lose_redis_for_a_while(self) -> None:
        """A campaign that is started meanwhile begins all the same once Redis is back."""
        self.redis.stop(crash=True)
        began = time.monotonic()
        self.begin_campaign()
        assert time.monotonic() - began < 5, "starting took long because Redis was away"
        time.sleep(self.chance.uniform(0.5, 4))
        self.redis.start()

    def crash_postgres(self) -> None:
        self.postgres.restart(crash=True)

    def change_moods(self) -> None:
        moods = ("refuse", "defer", "stall", "hang-up", "drop")
        mood = self.chance.choice(moods)
        self.sink.feel(**{mood: 0.01 if mood in ("stall", "drop", "hang-up") else 0.1})

    def stop_and_start(self) -> None:
        from posthorn.core.errors import DomainError
        from posthorn.delivery import moves

        campaign = self.chance.choice(self.campaigns)
        for _ in range(self.chance.randint(1, 3)):
            for move in (moves.stop_campaign, moves.start_campaign):
                try:
                    with fresh_connection():
                        move(campaign_id=campaign, by=operator().actor)
                except DomainError:
                    pass

    def start_twice(self) -> None:
        from posthorn.accounts.actor import SYSTEM
        from posthorn.campaigns.models import Campaign
        from posthorn.core.errors import DomainError
        from posthorn.delivery import moves

        campaign = self.chance.choice(self.campaigns)
        try:
            with fresh_connection():
                moves.stop_campaign(campaign_id=campaign, by=operator().actor)
        except DomainError:
            return
        before = Campaign.objects.get(pk=campaign).run_number
        wins = []

        def start() -> None:
            try:
                with fresh_connection():
                    moves.start_campaign(campaign_id=campaign, by=SYSTEM)
                wins.append(1)
            except DomainError:
                pass

        threads = [threading.Thread(target=start) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = Campaign.objects.get(pk=campaign).run_number
        assert len(wins) == 1, f"{len(wins)} of two starts at once won"
        assert after == before + 1

    # --- the end ---

    def come_to_rest(self) -> None:
        """Start what is stopped and wait until everything has finished."""
        from posthorn.accounts.actor import SYSTEM
        from posthorn.campaigns.models import Campaign
        from posthorn.delivery import moves

        deadline = time.monotonic() + REST_SECONDS
        while True:
            with fresh_connection():
                for campaign in Campaign.objects.filter(status="stopped"):
                    assert "add up" not in campaign.stop_reason, campaign.stop_reason
                    moves.start_campaign(campaign_id=campaign.pk, by=SYSTEM)
                left = list(
                    Campaign.objects.exclude(status="finished").values(
                        "pk", "transport", "status", "pending", "sending", "frozen_at"
                    )
                )
            if not left:
                return
            assert time.monotonic() < deadline, f"did not come to rest: {left}"
            time.sleep(0.2)

    def count(self) -> dict[str, int]:
        """Check every promise; returns the totals. Raises AssertionError naming what broke."""
        from posthorn.audience.models import Membership
        from posthorn.campaigns.models import Campaign
        from posthorn.delivery.models import Delivery
        from posthorn.delivery.numbers import reconcile

        accepted = self.sink.accepted()
        logged = _logged()
        totals: Counter[str] = Counter()
        for campaign in Campaign.objects.all():
            report = reconcile(campaign.pk)
            assert report.consistent, f"{campaign}: {report.differences}"
            audience = (
                Membership.objects.filter(mailing_list__in=campaign.lists.all())
                .values("subscriber")
                .distinct()
                .count()
            )
            # Who was suppressed before the freeze is left out of it.
            assert audience - len(self.suppressed) <= campaign.total <= audience, campaign
            self._check_suppressed(campaign.pk)
            rows = defaultdict(set)
            for pk, status in Delivery.objects.filter(campaign=campaign).values_list(
                "pk", "status"
            ):
                rows[status].add(pk)
            if campaign.transport == "database":
                got = _events(campaign.pk)
            else:
                got = (accepted if campaign.transport == "smtp" else logged)[campaign.pk]
            self._compare(campaign.name, campaign.transport, rows, got)
            totals[f"{campaign.transport} sent"] += len(rows["sent"])
            totals[f"{campaign.transport} unknown"] += len(rows["unknown"])
            totals[f"{campaign.transport} failed"] += len(rows["failed"])
        # A killed worker had three campaigns at hand at most; a frozen one lost its leases.
        limit = (self.workers.killed + self.workers.frozen) * 3
        assert totals["database unknown"] == 0
        assert totals["log unknown"] <= limit * LOG_SLICE, totals
        drops = sum(count for name, count in self.dropped().items())
        assert totals["smtp unknown"] <= limit * SMTP_SLICE + drops, (totals, limit, drops)
        return dict(totals)

    def _check_suppressed(self, campaign_id: int) -> None:
        """Nobody is mailed more than a second after the suppression had been committed."""
        from posthorn.delivery.models import Delivery

        late = timedelta(seconds=SUPPRESSED_WITHIN)
        sent = Delivery.objects.filter(campaign_id=campaign_id, email__in=list(self.suppressed))
        for email, sent_at in sent.filter(status="sent").values_list("email", "sent_at"):
            assert sent_at is not None
            assert sent_at <= self.suppressed[email] + late, f"{email} {sent_at} of {campaign_id}"

    def dropped(self) -> dict[str, int]:
        """How many deliveries lost their connection after the whole message was handed over."""
        from posthorn.delivery.models import Delivery

        return {
            "uncertain": Delivery.objects.filter(
                status="unknown", detail__startswith="No answer after"
            ).count()
        }

    def _compare(
        self, name: str, transport: str, rows: dict[str, set[int]], got: Counter[int]
    ) -> None:
        twice = {delivery for delivery, count in got.items() if count > 1}
        assert not twice, f"{name} ({transport}): delivered twice: {sorted(twice)[:5]}"
        lost = rows["sent"] - set(got)
        assert not lost, f"{name} ({transport}): said sent, never arrived: {sorted(lost)[:5]}"
        untold = set(got) - rows["sent"] - rows["unknown"]
        assert not untold, f"{name} ({transport}): arrived, not told: {sorted(untold)[:5]}"


def _events(campaign_id: int) -> Counter[int]:
    from posthorn.transports.models import MessageEvent

    return Counter(
        MessageEvent.objects.filter(campaign_id=campaign_id).values_list("pk", flat=True)
    )


def _logged() -> dict[int, Counter[int]]:
    from django.conf import settings

    counts: dict[int, Counter[int]] = defaultdict(Counter)
    path: Path = settings.ENV.log_transport_file
    if path.exists():
        for line in path.read_text().splitlines():
            event = json.loads(line)
            counts[event["campaign"]][event["delivery"]] += 1
    return counts


@contextmanager
def fresh_connection() -> Iterator[None]:
    """PostgreSQL may have crashed since the last use; the operator shall not fail by that."""
    from django.db import connections

    connections.close_all()
    yield
    connections.close_all()


def operator() -> User:  # type: ignore[name-defined]  # noqa: F821
    from posthorn.accounts.models import User

    return User.objects.get(username="operator")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(f"torture: {options.seconds:g} s, seed {options.seed}", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="posthorn-torture-")))
        postgres = stack.enter_context(postgres_server())
        redis_ = stack.enter_context(redis_server())
        sink = SinkProcess(folder, seed=options.seed)
        stack.callback(sink.stop)
        _prepare(folder, postgres, redis_, sink)
        workers = Workers(folder / "workers.log")
        stack.callback(workers.stop)
        web = Web(folder / "web.log")
        stack.callback(web.kill)
        web.start()
        torture = Torture(
            seed=options.seed,
            postgres=postgres,
            redis=redis_,
            sink=sink,
            workers=workers,
            web=web,
        )
        try:
            torture.run(options.seconds)
            torture.come_to_rest()
            totals = torture.count()
        except AssertionError as error:
            print(f"torture: BROKEN after {dict(torture.faults)}: {error}")
            print((folder / "workers.log").read_text()[-6000:])
            print(f"torture: repeat with --seconds {options.seconds:g} --seed {options.seed}")
            return 1
        print(f"torture: survived {dict(torture.faults)}")
        print(f"torture: {len(torture.campaigns)} campaigns, {totals}")
    return 0


def _prepare(
    folder: Path, postgres: PostgresServer, redis_: RedisServer, sink: SinkProcess
) -> None:
    """Set up an installation for this process and the workers that it will start."""
    os.environ.update(
        {
            "DJANGO_SETTINGS_MODULE": "posthorn.config.settings",
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis_.url,
            "POSTHORN_SECRET_KEY": "a key for tests alone, which signs nothing of value",
            "POSTHORN_DATA_DIR": str(folder),
            "POSTHORN_LOG_TRANSPORT_FILE": str(folder / "messages.jsonl"),
            "POSTHORN_SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
            "POSTHORN_LEASE_SECONDS": str(LEASE_SECONDS),
            "POSTHORN_RETRY_SECONDS": "1",
            "POSTHORN_TRANSPORT_PATIENCE_SECONDS": "600",
            "POSTHORN_LOG_LEVEL": "WARNING",
        }
    )
    import django

    django.setup()
    from django.core.management import call_command

    from posthorn.accounts.models import Role, User
    from tests.factories import make_list

    call_command("migrate", verbosity=0)
    User.objects.create_user("operator", role=Role.OWNER)
    for size in (200, 700, 1500):
        make_list(size)


if __name__ == "__main__":
    sys.exit(main())
