"""What can be said about the production stack without a Docker engine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[3]
OFFICIAL = {"postgres:17", "redis:8", "nginx:1.28", "python:3.13-slim", "node:24-slim"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
    return loaded


def _ours(compose: dict[str, Any]) -> dict[str, Any]:
    return {name: s for name, s in compose["services"].items() if "build" in s}


def test_compose_accepts_the_file() -> None:
    """By whichever compose is here; CI has one."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is None:
            continue
        if subprocess.run([*command, "version"], capture_output=True, check=False).returncode:
            continue
        done = subprocess.run(
            [*command, "--env-file", ".env.example", "config", "--quiet"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "is not set" not in done.stderr, "a variable without a default"
        return
    pytest.skip("there is no docker compose here to ask")


def test_all_parts_are_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {
        *("secrets", "db", "redis", "setup", "web", "worker", "nginx")
    }


def test_only_nginx_listens_outside_and_on_one_port(compose: dict[str, Any]) -> None:
    listening = {name: s["ports"] for name, s in compose["services"].items() if "ports" in s}
    assert listening == {"nginx": ["${POSTHORN_PORT:-8080}:8080"]}


def test_database_and_redis_are_on_the_internal_network_alone(compose: dict[str, Any]) -> None:
    assert compose["networks"]["data"]["internal"] is True
    for name in ("db", "redis"):
        assert compose["services"][name]["networks"] == ["data"]


def test_only_official_base_images_are_used(compose: dict[str, Any]) -> None:
    images = {s["image"] for s in compose["services"].values() if "build" not in s}
    for dockerfile in ("backend/Dockerfile", "nginx/Dockerfile"):
        images.update(re.findall(r"^FROM (\S+)", (REPOSITORY / dockerfile).read_text(), re.M))
    assert images == OFFICIAL


def test_our_containers_are_unprivileged_and_read_only(compose: dict[str, Any]) -> None:
    for name, service in _ours(compose).items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        dockerfile = (REPOSITORY / service["build"]["dockerfile"]).read_text()
        final_stage = dockerfile.rpartition("\nFROM ")[2]
        assert re.search(r"^USER (?!root)\w+", final_stage, re.M), name


def test_everything_that_stays_up_has_a_health_check(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if service.get("restart") == "no":
            continue
        if "healthcheck" not in service:
            dockerfile = (REPOSITORY / service["build"]["dockerfile"]).read_text()
            assert "\nHEALTHCHECK " in dockerfile, name


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text()
    for name, default in re.findall(r"\$\{(\w+):-([^}]*)\}", text):
        if re.search(r"PASSWORD|SECRET|DATABASE_URL|SMTP", name):
            assert default == "", name


def test_redis_keeps_what_it_is_told_and_evicts_nothing(compose: dict[str, Any]) -> None:
    command = " ".join(compose["services"]["redis"]["command"])
    assert "--appendonly yes --appendfsync everysec" in command
    assert "--maxmemory-policy noeviction" in command


def test_a_worker_has_longer_to_end_than_its_slice(compose: dict[str, Any]) -> None:
    worker = REPOSITORY / "backend/posthorn/config/management/commands/worker.py"
    found = re.search(r'"--worker-shutdown-timeout", "(\d+)"', worker.read_text())
    assert found is not None
    grace = compose["services"]["worker"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) * 1000 > int(found[1])


def test_the_example_names_every_variable() -> None:
    """That it names none that nothing reads is for tests/test_docs.py."""
    read = set(re.findall(r"\$\{(\w+):-", (REPOSITORY / "docker-compose.yml").read_text()))
    example = (REPOSITORY / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.M)) >= read


def test_the_pages_policy_is_the_same_with_and_without_nginx() -> None:
    from posthorn.config.spa import SECURITY_HEADERS

    snippet = (REPOSITORY / "nginx/snippets/security.conf").read_text()
    for name, value in SECURITY_HEADERS.items():
        assert re.search(rf'add_header {name} "?{re.escape(value)}"? always;', snippet), name
    assert "script-src 'self';" in snippet


def test_only_the_embedded_page_may_be_framed_with_and_without_nginx() -> None:
    from posthorn.config.spa import EMBED_HEADERS

    snippet = (REPOSITORY / "nginx/snippets/embed.conf").read_text()
    for name, value in EMBED_HEADERS.items():
        assert re.search(rf'add_header {name} "?{re.escape(value)}"? always;', snippet), name
    assert "frame-ancestors *" in snippet
    assert "X-Frame-Options" not in snippet
    locations = (REPOSITORY / "nginx/snippets/locations.conf").read_text()
    assert re.findall(r"location ([^{]+) \{[^{}]*embed\.conf", locations) == ["/embed/"]


def test_no_location_of_nginx_loses_the_security_headers() -> None:
    """A block with an `add_header` of its own inherits none, so it must include them."""
    text = (REPOSITORY / "nginx/snippets/locations.conf").read_text()
    for block in re.findall(r"location [^{]+\{([^{}]*)", text):
        if "add_header" in block:
            assert re.search(r"snippets/(security|assets|embed)\.conf", block), block


def test_nothing_but_what_is_built_from_gets_into_the_images() -> None:
    rules = (REPOSITORY / ".dockerignore").read_text().splitlines()
    assert next(rule for rule in rules if not rule.startswith("#")) == "*"
    assert "**/.env*" in rules
    assert "spa/node_modules" in rules


def test_alerts_and_dashboard_use_metrics_that_exist() -> None:
    import posthorn.core.metrics
    import posthorn.ops.metrics

    sources = "".join(
        Path(str(module.__file__)).read_text()
        for module in (posthorn.ops.metrics, posthorn.core.metrics)
    )
    known = set(re.findall(r'"(posthorn_\w+)"', sources))
    for name in ("alerts.yml", "dashboard.json"):
        text = (REPOSITORY / "docs/monitoring" / name).read_text()
        for used in set(re.findall(r"posthorn_\w+", text)):
            assert re.sub(r"_(total|bucket|count|sum)$", "", used) in known, (name, used)
