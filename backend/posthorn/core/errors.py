"""What the rules of the house refuse, without any knowledge of HTTP.

The API turns each into problem details (RFC 9457); commands print them.
"""

from __future__ import annotations

from dataclasses import dataclass


class DomainError(Exception):
    """A request that the rules refuse. `code` is stable, `detail` is for people to read."""

    code = "refused"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotFound(DomainError):
    code = "not_found"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its name, a stable code, and a text that names the fix."""

    field: str
    code: str
    detail: str


class InvalidInput(DomainError):
    code = "invalid"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(error.detail for error in errors))
        self.errors = errors
