"""The life of a campaign: one table, pure Python, no Django.

    draft -> scheduled -> running <-> stopped -> finished
    running | stopped | scheduled -> cancelled

Every move is carried out as one compare-and-set on the campaign's row with the sources given here,
so that of two moves made at once exactly one wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Move(StrEnum):
    START = "start"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    STOP = "stop"
    CANCEL = "cancel"
    FINISH = "finish"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Transition:
    sources: frozenset[Status]
    target: Status


def _to(target: Status, *sources: Status) -> Transition:
    return Transition(frozenset(sources), target)


TRANSITIONS: Mapping[Move, Transition] = MappingProxyType(
    {
        Move.START: _to(Status.RUNNING, Status.DRAFT, Status.SCHEDULED, Status.STOPPED),
        Move.SCHEDULE: _to(Status.SCHEDULED, Status.DRAFT),
        Move.UNSCHEDULE: _to(Status.DRAFT, Status.SCHEDULED),
        Move.STOP: _to(Status.STOPPED, Status.RUNNING),
        Move.CANCEL: _to(Status.CANCELLED, Status.SCHEDULED, Status.RUNNING, Status.STOPPED),
        Move.FINISH: _to(Status.FINISHED, Status.RUNNING),
        Move.RETRY: _to(Status.RUNNING, Status.FINISHED, Status.STOPPED),
    }
)

#: Moves that a person may ask for; to finish is the engine's alone.
PERSONAL_MOVES = tuple(move for move in Move if move is not Move.FINISH)

_ALWAYS = frozenset({"name", "is_public"})
_LIMITS = frozenset({"rate_limit"})
_CONTENT = frozenset(
    {
        *("subject", "preheader", "from_name", "from_email", "transport", "mail_servers"),
        *("body_kind", "body", "layout", "text_derived", "body_text", "body_html", "attachments"),
    }
)
_AUDIENCE = frozenset(
    {
        *("lists", "segments", "excluded_lists", "excluded_segments"),
        *("sample_size", "sample_percent"),
    }
)

#: Which fields a person may change in which status. A stopped campaign keeps its audience.
EDITABLE_FIELDS: Mapping[Status, frozenset[str]] = MappingProxyType(
    {
        Status.DRAFT: _ALWAYS | _LIMITS | _CONTENT | _AUDIENCE,
        Status.SCHEDULED: _ALWAYS | _LIMITS | _CONTENT | _AUDIENCE,
        Status.STOPPED: _ALWAYS | _LIMITS | _CONTENT,
        Status.RUNNING: _ALWAYS | _LIMITS,
        Status.FINISHED: _ALWAYS,
        Status.CANCELLED: _ALWAYS,
    }
)


def allowed_moves(status: Status) -> tuple[Move, ...]:
    """The moves that a person may make from `status`, in the order of the table."""
    return tuple(move for move in PERSONAL_MOVES if status in TRANSITIONS[move].sources)


def may_delete(status: Status) -> bool:
    """Whether a campaign in `status` may be deleted: any but a running one."""
    return status is not Status.RUNNING
