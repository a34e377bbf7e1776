"""Who did something: a user, an API key, or Posthorn itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from posthorn.accounts.access import EVERYTHING, Capability, NotAllowed


@dataclass(frozen=True, slots=True)
class Actor:
    """`user_id` is None for what no user did, `key_id` for what no API key did.

    `name` is shown to people and stays as it was.
    """

    kind: Literal["user", "api_key", "system"]
    name: str
    user_id: int | None = None
    key_id: int | None = None
    may: frozenset[Capability] = EVERYTHING

    def __str__(self) -> str:
        return self.name

    def require(self, capability: Capability, why: str) -> None:
        """For rules that hang on the object's state. Raises NotAllowed, which says `why`."""
        if capability not in self.may:
            raise NotAllowed(why)


#: What happens by itself: schedules, duties, commands without a user.
SYSTEM = Actor(kind="system", name="Posthorn")
