"""What a campaign's life refuses."""

from __future__ import annotations

from collections.abc import Sequence

from posthorn.content.lint import Finding
from posthorn.core.errors import DomainError


class IllegalMove(DomainError):
    """A move that the campaign's status does not allow."""

    code = "illegal_move"

    def __init__(self, detail: str, *, status: str, allowed: Sequence[str]) -> None:
        super().__init__(detail)
        self.status = status
        self.allowed = tuple(allowed)


class NotEditable(IllegalMove):
    """A change of fields that the campaign's status does not allow."""

    code = "not_editable"


class StillRunning(IllegalMove):
    """A deletion of a running campaign."""

    code = "running"


class InUse(DomainError):
    """A deletion of a list, segment, layout or file that something needs."""

    code = "in_use"


class ChecksFailed(DomainError):
    """A start that the checks refuse."""

    code = "checks_failed"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(f"{each.detail} {each.fix}" for each in findings))
        self.findings = tuple(findings)
