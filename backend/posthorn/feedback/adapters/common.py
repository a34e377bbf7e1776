"""What the adapters share: refusals, times, and reading JSON of which nothing is certain."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from posthorn.audience.addresses import InvalidAddress, normalise_address
from posthorn.core.errors import DomainError

#: Providers try again for about a day; what is older is somebody's replay. What is replayed within
#: it was told before and counts for nothing.
OLDEST = timedelta(hours=25)
_AHEAD = timedelta(minutes=5)


class NotGenuine(DomainError):
    """It does not come from the provider, or no longer counts."""

    code = "not_genuine"


class Unreadable(DomainError):
    """It is genuine and yet not what the provider's documentation says."""

    code = "malformed"


def check_age(said_at: datetime, now: datetime) -> None:
    """Raises NotGenuine for what was signed too long ago, or in the future."""
    if not now - OLDEST <= said_at <= now + _AHEAD:
        raise NotGenuine("The time that was signed is too long ago, or in the future.")


def parse(body: bytes | str) -> Any:
    """Raises Unreadable."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("The body is no JSON.") from None


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects in a list, whatever it is."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def address(value: Any) -> str:
    """The address in the form in which it is kept, empty where it is none."""
    try:
        return normalise_address(text(value))
    except InvalidAddress:
        return ""


def instant(value: Any) -> datetime | None:
    """The time in seconds since 1970 or by ISO 8601, None where it is neither."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(text(value))
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
