"""The production stack as a whole, through nginx, with everything going wrong that may.

    make test-stack

Needs a Docker engine; builds the images and runs under a project name of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.services import free_port

pytestmark = pytest.mark.stack

REPOSITORY = Path(__file__).resolve().parents[3]
SUBSCRIBERS = 20_000
RATE = 800
USER, PASSWORD = "stack", "correct-horse-battery-staple"
READY_SECONDS = 60
IDLE_MEGABYTES = 600


class Stack:
    """The compose project under test."""

    def __init__(self) -> None:
        self.project = f"posthorn-test-{os.getpid()}"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._compose = _compose_command()
        self._environment = {
            **{n: v for n, v in os.environ.items() if not n.startswith("POSTHORN_")},
            "POSTHORN_PORT": f"127.0.0.1:{self.port}",
            "POSTHORN_PUBLIC_URL": self.url,
            "POSTHORN_VERSION": "test",
            "POSTHORN_ADMIN_USERNAME": USER,
            "POSTHORN_ADMIN_PASSWORD": PASSWORD,
        }

    def compose(self, *arguments: str) -> str:
        return _run(
            [*self._compose, "--env-file", ".env.example", "-p", self.project, *arguments],
            env=self._environment,
        )

    def up(self, *arguments: str) -> float:
        """Start and wait until nginx finds everything; returns how many seconds that took."""
        began = time.monotonic()
        self.compose("up", "-d", *arguments)
        wait_for(self.is_ready, "the stack ready", seconds=120)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        try:
            answer = httpx.get(f"{self.url}/api/v1/public/campaigns/", timeout=5)
            web = self.containers("web")
        except (httpx.HTTPError, RuntimeError):
            return False
        return answer.status_code == 200 and all(self.readyz(one)["ready"] for one in web)

    def readyz(self, container: str) -> dict[str, Any]:
        code = (
            "import urllib.request as r, urllib.error as e\n"
            "try: print(r.urlopen('http://127.0.0.1:8000/readyz', timeout=15).read().decode())\n"
            "except e.HTTPError as error: print(error.read().decode())"
        )
        found: dict[str, Any] = json.loads(self.run_in(container, "python", "-c", code))
        return found

    def containers(self, service: str) -> list[str]:
        labels = (f"project={self.project}", f"service={service}")
        filters = [part for x in labels for part in ("--filter", f"label=com.docker.compose.{x}")]
        return _run(["docker", "ps", "-q", *filters]).split()

    def run_in(self, container: str, *command: str) -> str:
        return _run(["docker", "exec", container, *command])

    def sql(self, statement: str) -> str:
        (db,) = self.containers("db")
        return self.run_in(
            db, *("psql", "-v", "ON_ERROR_STOP=1", "-U", "posthorn", "-tAc", statement)
        ).strip()

    def metric(self, name: str) -> float:
        """The sum over all series of `name` and all web processes."""
        code = (
            "import urllib.request as r;"
            "print(r.urlopen('http://127.0.0.1:8000/metrics', timeout=15).read().decode())"
        )
        texts = [self.run_in(one, "python", "-c", code) for one in self.containers("web")]
        pattern = rf"^{re.escape(name)} (\S+)$"
        return sum(float(v) for text in texts for v in re.findall(pattern, text, re.M))

    def memory(self) -> dict[str, float]:
        """Megabytes, by container."""
        lines = _run(["docker", "stats", "--no-stream", "--format", "{{json .}}"]).splitlines()
        stats = [json.loads(line) for line in lines]
        return {
            s["Name"]: _megabytes(s["MemUsage"].partition(" /")[0])
            for s in stats
            if s["Name"].startswith(self.project)
        }


def _megabytes(text: str) -> float:
    found = re.fullmatch(r"([\d.]+)([KMG])iB", text)
    assert found is not None, text
    return float(found[1]) * {"K": 1 / 1024, "M": 1, "G": 1024}[found[2]]


def _run(command: list[str], *, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}")
    return done.stdout


def _compose_command() -> list[str]:
    for command in (["docker", "compose"], ["docker-compose"]):
        try:
            _run([*command, "version"])
        except (RuntimeError, FileNotFoundError):
            continue
        return command
    pytest.fail("make test-stack needs docker compose.")


def wait_for(happened: Callable[[], Any], what: str, *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"not {what} within {seconds:.0f} s"
        time.sleep(0.25)


def say(line: str) -> None:
    print(f"stack: {line}", flush=True)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    stack = Stack()
    try:
        began = time.monotonic()
        stack.compose("build")
        say(f"images built in {time.monotonic() - began:.0f} s")
        seconds = stack.up()
        say(f"from nothing to ready in {seconds:.1f} s")
        assert seconds <= READY_SECONDS
        yield stack
    except BaseException:
        print(stack.compose("ps"), stack.compose("logs", "--no-color", "--tail", "60"))
        raise
    finally:
        stack.compose("down", "-v", "--remove-orphans", "-t", "5")


class Api:
    """A signed-in user, who signs in again when the token has run out."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/v1", timeout=30)

    def __enter__(self) -> Api:
        self._sign_in()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _sign_in(self) -> None:
        answer = self._client.post("/auth/token/", json={"username": USER, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    def _ask(self, method: str, path: str, **fields: Any) -> httpx.Response:
        answer = self._client.request(method, path, **fields)
        if answer.status_code == 401:
            self._sign_in()
            answer = self._client.request(method, path, **fields)
        return answer

    def get(self, path: str) -> Any:
        answer = self._ask("GET", path)
        # While the database restarts the answer is 5xx, in words.
        return answer.json() if answer.status_code == 200 else None

    def post(self, path: str, **fields: Any) -> Any:
        answer = self._ask("POST", path, json=fields)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@pytest.fixture(scope="module")
def api(stack: Stack) -> Iterator[Api]:
    with Api(stack.url) as api:
        yield api


def _audience(stack: Stack, api: Api, name: str, size: int) -> int:
    list_id: int = api.post("/lists/", name=name, description="")["id"]
    stack.sql(
        "WITH made AS (INSERT INTO audience_subscriber"
        " (email, name, attributes, created_at, updated_at)"
        f" SELECT '{name}' || n || '@example.com', 'Person ' || n, '{{}}', now(), now()"
        f" FROM generate_series(1, {size}) AS n RETURNING id)"
        " INSERT INTO audience_membership (mailing_list_id, subscriber_id)"
        f" SELECT {list_id}, id FROM made"
    )
    return list_id


def _campaign(api: Api, name: str, list_id: int, rate: int | None) -> int:
    made: int = api.post(
        "/campaigns/",
        name=name,
        subject="Hello {{ name }}",
        from_email="news@example.com",
        body_text="Hello {{ name }}",
        lists=[list_id],
        transport="database",
        rate_limit=rate,
        is_public=True,
    )["id"]
    return made


def _sent(api: Api, campaign: int) -> int:
    found = api.get(f"/campaigns/{campaign}/stats/")
    return int(found["tally"]["sent"]) if found else 0


def test_idle_stack_is_small(stack: Stack) -> None:
    used = stack.memory()
    total = sum(used.values())
    shares = ", ".join(
        f"{name.removeprefix(stack.project).strip('-_')} {size:.0f}"
        for name, size in sorted(used.items())
    )
    say(f"idle memory {total:.0f} MB ({shares})")
    assert total <= IDLE_MEGABYTES


def test_pages_are_served_with_their_headers(stack: Stack) -> None:
    page = httpx.get(stack.url)
    assert page.status_code == 200
    assert "<script" in page.text
    assert page.headers["cache-control"] == "no-cache"
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert httpx.get(f"{stack.url}/manage/campaigns/1").text == page.text
    asset = re.search(r'src="(/assets/[^"]+\.js)"', page.text)
    assert asset is not None
    for accepted, encoding in (("br", "br"), ("gzip", "gzip")):
        script = httpx.head(f"{stack.url}{asset[1]}", headers={"Accept-Encoding": accepted})
        assert "immutable" in script.headers["cache-control"]
        assert script.headers["content-encoding"] == encoding
        assert script.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_inner_figures_are_not_shown_outside(stack: Stack, path: str) -> None:
    assert httpx.get(f"{stack.url}{path}").status_code == 404


def test_oversized_requests_are_refused_in_words(stack: Stack) -> None:
    answer = httpx.post(f"{stack.url}/api/v1/campaigns/", content=b"x" * 9_000_000)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_request_id_is_returned(stack: Stack) -> None:
    first, second = (httpx.get(f"{stack.url}/api/v1/campaigns/") for _ in range(2))
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_a_crowd_costs_one_request_a_second(stack: Stack) -> None:
    name = (
        'posthorn_http_request_seconds_count{method="GET",'
        'route="/api/v1/public/campaigns/",status="200"}'
    )
    before, began, asked = stack.metric(name), time.monotonic(), 0
    with httpx.Client() as client:
        while time.monotonic() - began < 5:
            assert client.get(f"{stack.url}/api/v1/public/campaigns/").status_code == 200
            asked += 1
    seconds = time.monotonic() - began
    cost = stack.metric(name) - before
    say(f"{asked} views of the public list in {seconds:.1f} s cost the backend {cost:.0f}")
    assert cost <= seconds + 2


def test_story_of_a_campaign_that_everything_happens_to(stack: Stack, api: Api) -> None:
    audience = _audience(stack, api, "story", SUBSCRIBERS)
    campaign = _campaign(api, "Story", audience, RATE)
    api.post(f"/campaigns/{campaign}/start/")
    with httpx.stream("GET", f"{stack.url}/api/v1/public/events/", timeout=30) as live:
        heard = 0
        for line in live.iter_lines():
            heard += '"Story"' in line
            if heard >= 3:
                break
    stack.up("--no-recreate", "--scale", "worker=2", "--scale", "web=2")
    assert len(stack.containers("worker")) == 2
    wait_for(lambda: _sent(api, campaign) > 2000, "2000 sent")

    say("killing a worker")
    _run(["docker", "kill", stack.containers("worker")[0]])
    at = _sent(api, campaign)
    wait_for(lambda: _sent(api, campaign) > at + RATE, "going on without the killed worker")

    say("restarting Redis")
    stack.compose("restart", "-t", "5", "redis")
    at = _sent(api, campaign)
    wait_for(lambda: _sent(api, campaign) > at + RATE, "going on after Redis restarted")

    say("restarting the database")
    stack.compose("restart", "-t", "5", "db")
    at = max(at, _sent(api, campaign))
    wait_for(lambda: _sent(api, campaign) > at + RATE, "going on after the database restarted")

    def finished() -> bool:
        found = api.get(f"/campaigns/{campaign}/")
        return bool(found and found["status"] == "finished")

    wait_for(finished, "finished", seconds=120)
    _expect_everything_sent_once(stack, api, campaign)


def _expect_everything_sent_once(stack: Stack, api: Api, campaign: int) -> None:
    report = api.get(f"/campaigns/{campaign}/reconciliation/")
    assert report["consistent"], report
    assert report["ledger"]["sent"] == SUBSCRIBERS
    counts = stack.sql(
        "SELECT count(*), count(DISTINCT delivery_id) FROM transports_messageevent"
        f" WHERE campaign_id = {campaign}"
    )
    assert counts == f"{SUBSCRIBERS}|{SUBSCRIBERS}"
    listed = httpx.get(f"{stack.url}/api/v1/public/campaigns/?search=Story").json()["results"]
    assert [(row["status"], row["sent"]) for row in listed] == [("finished", SUBSCRIBERS)]
    say(f"{SUBSCRIBERS} sent, each exactly once")


def test_the_feed_of_every_web_process_moves(stack: Stack, api: Api) -> None:
    """Each is asked itself, past nginx, which would choose one."""
    stack.up("--no-recreate", "--scale", "worker=2", "--scale", "web=2")
    audience = _audience(stack, api, "feed", 3000)
    campaign = _campaign(api, "Feed", audience, 300)
    api.post(f"/campaigns/{campaign}/start/")
    code = (
        "import urllib.request as r\n"
        "s = r.urlopen('http://127.0.0.1:8000/api/v1/public/events/', timeout=20)\n"
        "n = 0\n"
        "while n < 3:\n"
        "    line = s.readline()\n"
        "    assert line, 'the stream ended'\n"
        "    n += b'\"Feed\"' in line\n"
        "print('moved')"
    )
    web = stack.containers("web")
    assert len(web) == 2
    for one in web:
        assert stack.run_in(one, "python", "-c", code).strip() == "moved"


def test_stopping_a_worker_loses_nothing_and_takes_nothing_back(stack: Stack, api: Api) -> None:
    audience = _audience(stack, api, "grace", 4000)
    campaign = _campaign(api, "Grace", audience, 500)
    api.post(f"/campaigns/{campaign}/start/")
    wait_for(lambda: _sent(api, campaign) > 500, "500 sent")
    stopped = stack.containers("worker")[0]
    began = time.monotonic()
    _run(["docker", "stop", "-t", "30", stopped])
    seconds = time.monotonic() - began
    say(f"a worker stopped in {seconds:.1f} s")
    assert seconds < 25, "it had to be killed"
    leased = (
        f"SELECT count(*) FROM delivery_batch WHERE campaign_id = {campaign} AND lease IS NOT NULL"
    )
    at = _sent(api, campaign)
    wait_for(lambda: _sent(api, campaign) > at + 500, "going on with the other worker", seconds=15)
    wait_for(lambda: _sent(api, campaign) == 4000, "all sent")
    wait_for(lambda: stack.sql(leased) == "0", "no lease left")


def test_stop_and_start_of_everything_keeps_everything(stack: Stack, api: Api) -> None:
    before = stack.sql("SELECT count(*), sum(sent) FROM campaigns_campaign")
    stack.compose("down", "-t", "30")
    seconds = stack.up()
    say(f"ready again in {seconds:.1f} s")
    assert stack.sql("SELECT count(*), sum(sent) FROM campaigns_campaign") == before
    with Api(stack.url) as again:
        assert again.get("/campaigns/")["count"] > 0


def test_a_backup_can_be_restored(stack: Stack) -> None:
    """As docs/operations.md says."""
    before = stack.sql("SELECT count(*) FROM delivery_delivery WHERE status = 'sent'")
    (db,) = stack.containers("db")
    dump = "pg_dump -U posthorn -Fc posthorn > /tmp/posthorn.dump"
    stack.run_in(db, "sh", "-c", dump)
    stack.compose("stop", "-t", "30", "web", "worker")
    stack.sql("TRUNCATE delivery_delivery CASCADE")
    restore = (
        "dropdb -U posthorn --force posthorn && createdb -U posthorn posthorn"
        " && pg_restore -U posthorn -d posthorn --exit-on-error /tmp/posthorn.dump"
    )
    stack.run_in(db, "sh", "-c", restore)
    stack.up()
    assert stack.sql("SELECT count(*) FROM delivery_delivery WHERE status = 'sent'") == before
