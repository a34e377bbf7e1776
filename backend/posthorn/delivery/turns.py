"""What a lane's turn comes to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """`over`: the lane's turn has ended. `rings`: it wants to be rung for again, `after_ms`."""

    over: bool
    rings: bool = False
    after_ms: int = 0


#: The turn goes on with the next batch.
GO_ON = Turn(over=False)
#: It is over, and whoever finds something to do will ring.
LEAVE = Turn(over=True)


def again(after_ms: int = 0) -> Turn:
    """It is over for now."""
    return Turn(over=True, rings=True, after_ms=after_ms)
