"""What is wrong with a file as a whole, or with a line of it."""

from __future__ import annotations

from dataclasses import dataclass


class BadFile(Exception):
    """The file can't be imported at all. The text says why and what to do, for people to read."""


class BadMapping(Exception):
    """The columns can't be mapped so. `column` is the place of the one at fault, if it is one."""

    def __init__(self, detail: str, column: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.column = column


class BadValue(ValueError):
    """A cell that can't be what its column is mapped to; the text names the fix."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A line that was not imported: its number (the first is 1), why, and its address as given."""

    line: int
    reason: str
    address: str = ""
