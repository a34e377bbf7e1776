"""What tests expect of an error's answer."""

from __future__ import annotations

from typing import Any


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The answer is problem details with this status and code; returns its body."""
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/problem+json")
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["code"] == code, body
    assert body["detail"], body
    assert {"type", "title"} <= body.keys()
    return body


def assert_field(response: Any, field: str, code: str) -> str:
    """The answer is a validation problem that names the field; returns what it says about it."""
    body = assert_problem(response, 400, "invalid")
    found = [error for error in body["errors"] if error["field"] == field]
    assert found, body
    assert found[0]["code"] == code, body
    assert found[0]["detail"]
    return str(found[0]["detail"])
