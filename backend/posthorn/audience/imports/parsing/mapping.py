"""Which column is what: suggested from the header and the first rows, checked when it is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from posthorn.audience.imports.parsing.detection import looks_like_address
from posthorn.audience.imports.parsing.errors import BadMapping
from posthorn.audience.imports.parsing.values import TYPES, type_of

#: What a column may be. `attribute` takes a key and a type, `attributes` is a JSON object of them.
TARGETS: Final = (
    "ignore",
    "email",
    "name",
    "first_name",
    "last_name",
    "attribute",
    "attributes",
    "status",
    "domain",
)
_ONCE = frozenset(TARGETS) - {"ignore", "attribute"}
MAX_ATTRIBUTES = 200
_KEY = re.compile(r"[\w-]{1,100}")


@dataclass(frozen=True, slots=True)
class Column:
    """What the column of this name becomes."""

    column: str
    target: str
    attribute: str = ""
    type: str = "text"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the columns seem to be, and whose export it is: `listmonk`, `mailchimp` or nobody's.

    `treat_as` says what all rows are that no column says it of.
    """

    columns: tuple[Column, ...]
    source: str = ""
    treat_as: str = "subscribed"


#: What a status in a file stands for. Everything but `subscribed` is a reason of a suppression;
#: None has never agreed to anything.
STATUSES: Final[dict[str, str | None]] = {
    **dict.fromkeys(("subscribed", "enabled", "active", "confirmed", "opted_in"), "subscribed"),
    **dict.fromkeys(("unsubscribed", "opted_out", "disabled", "inactive"), "unsubscribed"),
    **dict.fromkeys(("cleaned", "bounced", "hard_bounced", "bounce"), "bounced"),
    **dict.fromkeys(("complained", "complaint", "spam", "abuse"), "complained"),
    **dict.fromkeys(("manual", "blocklisted", "blacklisted", "suppressed"), "manual"),
    **dict.fromkeys(("pending", "unconfirmed", "nonsubscribed", "non_subscribed"), None),
}
TREATMENTS: Final = ("subscribed", "unsubscribed", "bounced", "complained", "manual")

_NAMES: Final = {
    **dict.fromkeys(
        ("email", "e_mail", "email_address", "e_mail_address", "mail", "почта", "email_адрес"),
        "email",
    ),
    **dict.fromkeys(("электронная_почта", "эл_почта", "адрес_электронной_почты"), "email"),
    **dict.fromkeys(("name", "full_name", "fullname", "имя", "фио"), "name"),
    **dict.fromkeys(("first_name", "firstname", "fname", "given_name"), "first_name"),
    **dict.fromkeys(("last_name", "lastname", "lname", "surname", "фамилия"), "last_name"),
    **dict.fromkeys(("status", "subscription_status", "статус"), "status"),
    "attributes": "attributes",
}
_LISTMONK = frozenset({"uuid", "email", "attributes", "status"})
_MAILCHIMP = frozenset({"email_address", "leid", "euid"})
_MAILCHIMPS_OWN = re.compile(
    r"member_rating|(optin|confirm|unsub|clean)_\w+|latitude|longitude|gmtoff|dstoff|timezone|cc"
    r"|region|last_changed|leid|euid"
)
#: What other systems keep for themselves.
_TECHNICAL = frozenset({"id", "uuid", "created_at", "updated_at"})
_SUPPRESSIONS = frozenset({"email", "domain", "reason"})


def suggest_mapping(
    names: Sequence[str], rows: Sequence[Sequence[str]], *, file_name: str = ""
) -> Suggestion:
    """What the columns of these names, of which these are the first rows, seem to be."""
    plain = [_plain(name) for name in names]
    known = set(plain)
    source = "listmonk" if known >= _LISTMONK else "mailchimp" if known >= _MAILCHIMP else ""
    cells = [[row[place] for row in rows if place < len(row)] for place in range(len(names))]
    targets = [_target(each, known, source) for each in plain]
    _keep_once(targets)
    if "email" not in targets:
        addressed = [sum(map(looks_like_address, column)) for column in cells]
        if addressed and max(addressed) * 2 > len(rows):
            targets[addressed.index(max(addressed))] = "email"
    if "last_name" in targets and "name" in targets and "first_name" not in targets:
        targets[targets.index("name")] = "first_name"
    columns, keys = [], set[str]()
    for place, (name, target) in enumerate(zip(names, targets, strict=True)):
        if target != "attribute" or len(keys) >= MAX_ATTRIBUTES:
            columns.append(Column(name, target if target != "attribute" else "ignore"))
            continue
        key = _key(name, keys)
        keys.add(key)
        columns.append(Column(name, target, key, type_of(cells[place])))
    return Suggestion(tuple(columns), source, treatment(plain, file_name))


def treatment(plain: Sequence[str], file_name: str) -> str:
    """What all rows are by the name of the file or by its columns: Mailchimp says it so."""
    name = file_name.rpartition("/")[2].lower()
    if name.startswith("unsubscribed") or "unsub_time" in plain:
        return "unsubscribed"
    if name.startswith("cleaned") or "clean_time" in plain:
        return "bounced"
    return "subscribed"


def check_mapping(columns: Sequence[Column], *, complete: bool = False) -> None:
    """Raises BadMapping, naming the column at fault, when columns contradict each other.

    A `complete` one says where the addresses are.
    """
    seen: dict[str, int] = {}
    keys: set[str] = set()
    for place, column in enumerate(columns):
        if column.target not in TARGETS:
            raise BadMapping(f"Choose from {', '.join(TARGETS)}.", place)
        if column.target in _ONCE and column.target in seen:
            raise BadMapping(f"Only one column can be {column.target}.", place)
        seen[column.target] = place
        if column.target != "attribute":
            continue
        if not _KEY.fullmatch(column.attribute):
            raise BadMapping("Name the attribute with letters, digits, _ and -.", place)
        if column.attribute in keys:
            raise BadMapping(f"There is another column for '{column.attribute}'.", place)
        if column.type not in TYPES:
            raise BadMapping(f"Choose the type from {', '.join(TYPES)}.", place)
        keys.add(column.attribute)
    if len(keys) > MAX_ATTRIBUTES:
        raise BadMapping(f"At most {MAX_ATTRIBUTES} columns can be attributes.")
    if complete and "email" not in seen and "domain" not in seen:
        raise BadMapping("Choose the column that holds the e-mail address.")


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")


def _target(plain: str, known: set[str], source: str) -> str:
    if known >= _SUPPRESSIONS:
        # Our own export of suppressions.
        return {"email": "email", "domain": "domain", "reason": "status"}.get(plain, "ignore")
    if source == "mailchimp" and _MAILCHIMPS_OWN.fullmatch(plain):
        return "ignore"
    if plain in _TECHNICAL:
        return "ignore"
    return _NAMES.get(plain, "attribute")


def _keep_once(targets: list[str]) -> None:
    """Of several columns for the same, the first one is it."""
    seen: set[str] = set()
    for place, target in enumerate(targets):
        if target in _ONCE and target in seen:
            targets[place] = "attribute"
        seen.add(target)


def _key(name: str, taken: set[str]) -> str:
    key = unique = _plain(name)[:90] or "column"
    number = 1
    while unique in taken:
        number += 1
        unique = f"{key}_{number}"
    return unique
