"""The API's description of itself, and the page that shows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from rest_framework.test import APIClient

COMMITTED = Path(__file__).resolve().parents[3] / "openapi.yaml"


@pytest.fixture
def schema(anonymous: APIClient) -> dict[str, Any]:
    response = anonymous.get("/api/schema/?format=json")
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_committed_description_is_the_code_s(tmp_path: Path) -> None:
    """When this fails: `make openapi`, or manage.py spectacular --file ../openapi.yaml"""
    generated = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(generated))
    assert yaml.safe_load(generated.read_text()) == yaml.safe_load(COMMITTED.read_text())


def test_it_is_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")


def test_every_operation_is_named_told_and_sorted_under_one_tag(schema: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in schema["tags"]}
    names = [operation["operationId"] for _, operation in operations(schema)]
    assert len(names) == len(set(names))
    for name, operation in operations(schema):
        assert re.fullmatch(r"[a-z][A-Za-z]+", operation["operationId"]), name
        assert operation["summary"], name
        assert len(operation["tags"]) == 1, name
        assert operation["tags"][0] in tags, name


def test_every_operation_tells_its_errors_as_problem_details(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        errors = {
            code: response
            for code, response in operation["responses"].items()
            if code == "default" or code[0] in "45"
        }
        assert "default" in errors, name
        for response in errors.values():
            assert response["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }, name
        assert ("401" in errors) is bool({"accessToken": []} in operation.get("security", [])), name


def test_the_enums_have_names_of_their_own(schema: dict[str, Any]) -> None:
    enums = {name for name, each in schema["components"]["schemas"].items() if "enum" in each}
    assert enums == {
        "BodyKind",
        "FindingSeverity",
        "ActorKind",
        "Capability",
        "CampaignStatus",
        "ColumnTarget",
        "AttributeType",
        "BlankEnum",
        "Delimiter",
        "DeliveryStatus",
        "DkimAlgorithm",
        "ImportMode",
        "ImportSource",
        "ImportStatus",
        "MailServerAuth",
        "MailServerSecurity",
        "MailServerStep",
        "Move",
        "PublicPolicy",
        "RetriableStatus",
        "Role",
        "Scope",
        "WebhookEvent",
        "WebhookEventStatus",
        "WebhookEventType",
        "SuppressionReason",
        "SuppressionOrigin",
        "TransportName",
        "Treatment",
    }


def test_what_is_answered_always_has_all_its_fields(schema: dict[str, Any]) -> None:
    for name, component in schema["components"]["schemas"].items():
        if name.endswith("Request") or "properties" not in component:
            continue
        optional = component["properties"].keys() - set(component.get("required", ()))
        if name == "Problem":
            assert optional == {
                *("errors", "findings", "campaign_status", "allowed_moves", "current"),
            }
        elif not name.startswith("Paginated"):
            assert not optional, name


def test_the_page_needs_no_network_and_has_no_inline_script(anonymous: APIClient) -> None:
    html = anonymous.get("/api/docs/").content.decode()
    assert not re.search(r'(src|href)="(https?:)?//', html)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html)
    assert not re.search(r"\son\w+=", html)
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', html)
    assert files
    for file in files:
        assert finders.find(file), file
    script = anonymous.get("/api/docs/?script=").content.decode()
    assert "/api/schema/" in script
    assert "https://" not in script
