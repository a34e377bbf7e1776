"""`make bench`: measures the engine beside the bare limit in the same run.

Starts a PostgreSQL and a Redis of its own, takes a few minutes, prints a table and writes
bench.json. Machines are noisy: quote the ratios, and medians where there are several runs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from tests.bench import audience, bare, importing, installation, reads, viewers
from tests.services import postgres_server, redis_server

MILLION = 1_000_000
PARTS = ("engine", "imports", "audience")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `goal` says what must be reached, `reached` whether it was."""

    what: str
    value: str
    goal: str
    reached: bool


class Bench:
    def __init__(self, *, url: str, million: int) -> None:
        self.url = url
        self.million = million
        self.figures: list[Figure] = []

    def note(self, what: str, value: str, goal: str, reached: bool) -> None:
        self.figures.append(Figure(what, value, goal, reached))
        print(f"  {what:58} {value:46} {goal:28} {'ok' if reached else 'MISSED'}", flush=True)

    def freeze(self, everybody: int) -> None:
        from posthorn.delivery.freeze import freeze_audience

        ours, plain = [], []
        for _ in range(3):
            plain.append(bare.freeze(self.url, everybody))
            campaign_id = installation.make_campaign(everybody)
            installation.start(campaign_id)
            began = time.perf_counter()
            freeze_audience(campaign_id=campaign_id)
            ours.append(time.perf_counter() - began)
            self.forget(campaign_id)
        mine, theirs = statistics.median(ours), statistics.median(plain)
        self.note(
            f"freeze of {self.million:,} (median of 3)",
            f"{self.million / mine:,.0f}/s, {theirs / mine:.2f} of bare"
            f" {self.million / theirs:,.0f}/s",
            "≥ 0.6 of bare",
            theirs / mine >= 0.6,
        )

    def imports(self) -> None:
        """On a PostgreSQL of its own, and on SQLite."""
        rates = importing.measured(self.million)
        for what, least in (("new", 40_000), ("unchanged", 60_000)):
            self.note(
                f"import of {self.million:,} rows, {what}",
                f"{rates[what]:,.0f}/s, {rates[what] / rates['copy']:.2f} of bare COPY"
                f" {rates['copy']:,.0f}/s",
                f"≥ {least:,}/s",
                rates[what] >= least,
            )
        memory = rates["megabytes"]
        self.note("memory of the importing process", f"{memory:.0f} MB", "< 200 MB", memory < 200)
        small = importing.measured(self.million // 10, "--sqlite")
        slower = min(small["new"], small["unchanged"])
        self.note("import on SQLite", f"{slower:,.0f}/s", "≥ 20,000/s", slower >= 20_000)

    def dispatch(self, readers: int, size: int) -> None:
        rates: dict[int, float] = {}
        plain, jinja = (
            statistics.median(
                size / bare.render_and_copy(self.url, readers, render) for _ in range(3)
            )
            for render in (bare.our_renderer(), bare.sandboxed_jinja())
        )
        for count in (1, 2):
            with installation.workers(count):
                runs = [installation.run(readers) for _ in range(3)]
            rates[count] = statistics.median(run.rate for run in runs)
        self.note(
            f"dispatch of {size:,}, database transport, one worker",
            f"{rates[1]:,.0f}/s",
            "≥ 20,000/s",
            rates[1] >= 20_000,
        )
        for name, rate in (("sandboxed Jinja2", jinja), ("our own renderer", plain)):
            self.note(
                f"… of bare render + COPY with {name}",
                f"{rates[1] / rate:.2f} of {rate:,.0f}/s",
                "≥ 0.5",
                rates[1] / rate >= 0.5,
            )
        self.note(
            "the same with two workers",
            f"{rates[2]:,.0f}/s, {rates[2] / rates[1]:.2f} of one",
            "≥ 1.5 of one",
            rates[2] / rates[1] >= 1.5,
        )

    def log(self, readers: int) -> None:
        with installation.workers(1):
            rate = statistics.median(
                installation.run(readers, transport="log").rate for _ in range(3)
            )
        self.note("log transport, one worker", f"{rate:,.0f}/s", "≥ 10,000/s", rate >= 10_000)

    def growth(self, lists: dict[int, int]) -> None:
        seconds: dict[int, float] = {}
        with installation.workers(1) as processes:
            installation.run(lists[min(lists)])  # warm
            for size, readers in lists.items():
                runs = [installation.run(readers) for _ in range(1 if size == max(lists) else 3)]
                seconds[size] = statistics.median(run.dispatch_seconds for run in runs)
            memory = installation.peak_memory_of(processes[0])
        each = {size: 1e6 * spent / size for size, spent in seconds.items()}
        spread = max(each.values()) / min(each.values())
        self.note(
            "cost against size, µs a delivery",
            ", ".join(f"{size:,}: {cost:.1f}" for size, cost in each.items()),
            "within 20 %",
            spread <= 1.2,
        )
        self.note("memory of the worker", f"{memory:.0f} MB at the most", "< 200 MB", memory < 200)

    def start_request(self, everybody: int) -> None:
        from django.test import Client

        from posthorn.accounts.models import Role, User

        User.objects.create_user("bench", password="for measuring alone", role=Role.OWNER)
        client = Client(headers={"host": "127.0.0.1"})
        access = client.post(
            "/api/v1/auth/token/",
            {"username": "bench", "password": "for measuring alone"},
            content_type="application/json",
        ).json()["access"]
        times = []
        for _ in range(5):
            campaign_id = installation.make_campaign(everybody)
            began = time.perf_counter()
            answer = client.post(
                f"/api/v1/campaigns/{campaign_id}/start/",
                headers={"authorization": f"Bearer {access}"},
            )
            times.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, answer.content
            self.forget(campaign_id)
        slowest = max(times)
        self.note(
            f"start request for {self.million:,} (slowest of 5)",
            f"{slowest:.0f} ms",
            "≤ 200 ms",
            slowest <= 200,
        )

    def stops(self, everybody: int) -> None:
        """Stop under full load, 50 times: how long until the last send had begun."""
        from posthorn.accounts.models import User
        from posthorn.campaigns.models import Campaign
        from posthorn.core.clock import database_now
        from posthorn.delivery import moves
        from posthorn.delivery.models import Delivery

        latencies = []
        operator = User.objects.get(username="bench")
        campaign_id = installation.make_campaign(everybody)
        with installation.workers(2):
            installation.start(campaign_id)
            installation.wait_for(campaign_id, sent=1)
            for _ in range(50):
                before = Campaign.objects.get(pk=campaign_id).sent
                installation.wait_for(campaign_id, sent=before + 1)
                called_at = database_now()
                moves.stop_campaign(campaign_id=campaign_id, by=operator.actor)
                returned_at = database_now()
                last = (
                    Delivery.objects.filter(campaign_id=campaign_id, sent_at__gte=called_at)
                    .order_by("-sent_at")
                    .values_list("sent_at", flat=True)
                    .first()
                )
                latencies.append(
                    (max(returned_at, last or returned_at) - called_at).total_seconds()
                )
                installation.start(campaign_id)
        self.forget(campaign_id)
        worst = sorted(latencies)[-1]
        self.note(
            "stop under full load, two workers, 50 stops",
            f"median {1000 * statistics.median(latencies):.0f} ms, worst {1000 * worst:.0f} ms",
            "p99 ≤ 1 s",
            worst <= 1,
        )

    def fairness(self, everybody: int, few: int) -> None:
        from posthorn.campaigns.models import Campaign
        from posthorn.delivery.models import Delivery

        large = installation.make_campaign(everybody)
        with installation.workers(1):
            installation.start(large)
            installation.wait_for(large, sent=1)
            small = installation.make_campaign(few)
            installation.start(small)
            installation.wait_for(small, status="finished")
            assert Campaign.objects.get(pk=large).status == "running"
        row = Campaign.objects.get(pk=small)
        first = Delivery.objects.filter(campaign_id=small).order_by("sent_at")[0].sent_at
        assert row.started_at
        assert row.finished_at
        assert first
        wait = (first - row.started_at).total_seconds()
        whole = (row.finished_at - row.started_at).total_seconds()
        self.forget(large)
        self.note(
            f"100 beside a running {self.million:,}, one worker",
            f"first after {wait:.2f} s, finished after {whole:.2f} s",
            "≤ 2 s, ≤ 10 s",
            wait <= 2 and whole <= 10,
        )

    def pacing(self, readers: int) -> None:
        from posthorn.campaigns.models import Campaign
        from posthorn.delivery.models import Delivery

        rate = 300
        campaign_id = installation.make_campaign(readers, rate_limit=rate)
        with installation.workers(2):
            installation.start(campaign_id)
            installation.wait_for(campaign_id, sent=62 * rate)
        frozen = Campaign.objects.get(pk=campaign_id).frozen_at
        assert frozen is not None
        since = frozen + timedelta(seconds=1)
        sent = Delivery.objects.filter(
            campaign_id=campaign_id, sent_at__gte=since, sent_at__lt=since + timedelta(minutes=1)
        ).count()
        self.forget(campaign_id)
        off = 100 * (sent / (60 * rate) - 1)
        self.note(
            f"rate limit of {rate}/s, two workers, one minute",
            f"{sent:,} of {60 * rate:,} ({off:+.1f} %)",
            "± 2 %",
            abs(off) <= 2,
        )

    def reads(self) -> None:
        """Fifty campaigns, one web process: the list that everybody polls."""
        nobody = installation.make_people(1)
        ids = [installation.make_campaign(nobody) for _ in range(50)]
        path = "/api/v1/public/campaigns/"
        with installation.web() as (_, port):
            reads.load(port, path, seconds=1)  # warm
            loads = [reads.load(port, path) for _ in range(3)]
        rate = statistics.median(load.rate for load in loads)
        p99 = statistics.median(load.p99_seconds for load in loads)
        for campaign_id in ids:
            self.forget(campaign_id)
        self.note(
            "public list, one web process, 16 connections",
            f"{rate:,.0f}/s, p99 {1000 * p99:.0f} ms",
            "≥ 3,000/s",
            rate >= 3000,
        )

    def viewers(self, readers: int, size: int, crowd_size: int = 5000) -> None:
        """The same run without anybody and with a crowd watching, one worker, one web process."""
        viewers.allow_files(crowd_size + 500)
        ages: list[float] = []
        alone, watched = [], []
        with installation.web() as (process, port), installation.workers(1):
            for _ in range(2):
                alone.append(installation.run(readers).rate)
                crowd = viewers.Crowd(port, crowd_size)
                campaign_id = installation.make_campaign(readers)
                watch = viewers.Watch(self.url, campaign_id, crowd)
                with watch():
                    installation.start(campaign_id)
                    installation.wait_for(campaign_id, status="finished")
                crowd.leave()
                assert not crowd.lost, f"{crowd.lost} streams were lost"
                watched.append(installation.timing(campaign_id).rate)
                ages += watch.ages
            memory = installation.peak_memory_of(process)
        ages.sort()
        median, p95 = ages[len(ages) // 2], ages[int(0.95 * len(ages))]
        cost = 1 - statistics.median(watched) / statistics.median(alone)
        self.note(
            f"{crowd_size:,} viewers of a running {size:,}: age of the numbers",
            f"median {median:.2f} s, p95 {p95:.2f} s, {memory:.0f} MB",
            "p95 ≤ 1 s",
            p95 <= 1,
        )
        self.note(
            "… and what they cost the dispatch",
            f"{100 * cost:.0f} % of {statistics.median(alone):,.0f}/s",
            "≤ 10 %",
            cost <= 0.1,
        )

    def forget(self, campaign_id: int) -> None:
        """Delete a campaign and its rows, so that they don't weigh on what is measured next."""
        from posthorn.campaigns.models import AUDIENCE_SETS, Campaign
        from posthorn.delivery.models import Batch, Delivery
        from posthorn.transports.models import MessageEvent

        for name in AUDIENCE_SETS:
            through = getattr(Campaign, name).through
            through.objects.filter(campaign_id=campaign_id).delete()
        Campaign.objects.filter(pk=campaign_id)._raw_delete("default")
        for model in (Batch, Delivery, MessageEvent):
            model.objects.filter(campaign_id=campaign_id)._raw_delete("default")


def measure_embedded(size: int) -> None:
    """In a process of its own: SQLite and the in-process worker. Prints deliveries a second."""
    with tempfile.TemporaryDirectory(prefix="posthorn-bench-") as folder:
        installation.set_up(Path(folder))
        from posthorn.config.broker import EmbeddedWorker

        readers = installation.make_people(size)
        worker = EmbeddedWorker()
        worker.start()
        rates = [installation.run(readers).rate for _ in range(3)]
        worker.stop()
    print(statistics.median(rates))


def measure_audience_on_sqlite(size: int) -> None:
    """In a process of its own. Prints the figures as JSON, last."""
    with tempfile.TemporaryDirectory(prefix="posthorn-bench-") as folder:
        installation.set_up(Path(folder))
        bench = Bench(url="", million=size)
        audience.measure(bench, size, database=f"SQLite, {size:,}")
    print(json.dumps([asdict(figure) for figure in bench.figures]))


def _on_sqlite(*arguments: str) -> str:
    """What this module prints when it is run without servers."""
    return subprocess.run(
        [sys.executable, "-m", "tests.bench", *arguments],
        env={k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", type=int, default=MILLION, help="how many that is")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    parser.add_argument("--part", choices=PARTS, help="only this part; all unless said otherwise")
    parser.add_argument("--embedded", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--audience-on-sqlite", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    parts = [options.part] if options.part else PARTS
    if options.embedded:
        measure_embedded(options.embedded)
        return 0
    if options.audience_on_sqlite:
        measure_audience_on_sqlite(options.audience_on_sqlite)
        return 0
    tenth = str(options.million // 10)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="posthorn-bench-")))
        postgres = stack.enter_context(postgres_server())
        redis = stack.enter_context(redis_server())
        print(f"bench: {postgres.title}, {redis.title}, {os.cpu_count()} cores")
        installation.set_up(folder, DATABASE_URL=postgres.url, REDIS_URL=redis.url)
        bench = Bench(url=postgres.url, million=options.million)
        if "engine" in parts:
            _measure(bench, float(_on_sqlite("--embedded", tenth).split()[-1]))
        if "imports" in parts:
            bench.imports()
        if "audience" in parts:
            audience.measure(bench, options.million, database="PostgreSQL")
            *_, figures = _on_sqlite("--audience-on-sqlite", tenth).splitlines()
            for figure in json.loads(figures):
                bench.note(**figure)
        result = {
            "machine": platform.platform(),
            "cores": os.cpu_count(),
            "postgresql": postgres.title,
            "redis": redis.title,
            "figures": [asdict(figure) for figure in bench.figures],
        }
    options.json.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    missed = [figure.what for figure in bench.figures if not figure.reached]
    print(f"bench: {len(bench.figures) - len(missed)} of {len(bench.figures)} goals reached")
    return 0


def _measure(bench: Bench, embedded_rate: float) -> None:
    million = bench.million
    lists = {size: installation.make_people(size) for size in (million // 100, million // 10)}
    few = installation.make_people(100)
    bench.dispatch(lists[million // 10], million // 10)
    bench.log(lists[million // 10])
    bench.note(
        "SQLite, embedded worker", f"{embedded_rate:,.0f}/s", "≥ 10,000/s", embedded_rate >= 10_000
    )
    bench.pacing(lists[million // 10])
    bench.reads()
    bench.viewers(installation.make_people(4 * million // 10), 4 * million // 10)
    lists[million] = installation.make_people(million)
    bench.freeze(lists[million])
    bench.growth(lists)
    bench.start_request(lists[million])
    bench.stops(lists[million])
    bench.fairness(lists[million], few)


if __name__ == "__main__":
    sys.exit(main())
