"""Who did something: a user, or Posthorn itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """`user_id` is None for what no user did. `name` is shown to people and stays as it was."""

    kind: Literal["user", "system"]
    name: str
    user_id: int | None = None

    def __str__(self) -> str:
        return self.name


#: What happens by itself: schedules, duties, commands without a user.
SYSTEM = Actor(kind="system", name="Posthorn")
