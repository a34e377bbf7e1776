"""Cells as values: names, numbers, dates, truth; each raises BadValue with the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from posthorn.audience.addresses import InvalidAddress, clean_name, encode_domain
from posthorn.audience.imports.parsing.errors import BadValue

MAX_NAME = 200
MAX_ATTRIBUTES_BYTES = 16 * 1024
_MAX_DEPTH = 20

TYPES: Final = ("text", "number", "date", "boolean")

#: What a spreadsheet would run as a formula is exported with an apostrophe in front.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NEUTRALISED = re.compile(r"'[=+\-@\t\r]")

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
#: A phone's or a postcode's leading zero would be lost in a number.
_SAFE_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:[.,][0-9]{1,15})?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]{4,30})?")
_TRUE = frozenset({"true", "yes", "y", "1", "on", "да"})
_FALSE = frozenset({"false", "no", "n", "0", "off", "нет"})


def restore(cell: str) -> str:
    """The cell as it was before an export took care of spreadsheets."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell


def read_domain(cell: str) -> str:
    """A domain as it is kept: in lower case, without @."""
    domain = cell.strip().lower().removeprefix("@")
    if not domain.isascii():
        try:
            domain = encode_domain(f"x@{domain}").removeprefix("x@")
        except InvalidAddress as error:
            raise BadValue(error.detail) from None
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise BadValue(f"'{domain[:100]}' is no domain such as example.org.")
    return domain


def read_name(cell: str) -> str:
    """A name on one line."""
    name = cell.strip()
    if not name.isprintable():
        name = clean_name(name)
    if len(name) > MAX_NAME:
        raise BadValue(f"The name is {len(name)} characters long; at most {MAX_NAME} fit.")
    return name


def _read_text(cell: str) -> str:
    return cell


def _read_number(cell: str) -> int | float:
    if not _NUMBER.fullmatch(cell):
        raise BadValue(f"'{cell[:50]}' is no number. Map the column to text, or mend the cell.")
    whole = cell.replace(",", ".")
    return float(whole) if "." in whole else int(whole)


def _read_boolean(cell: str) -> bool:
    word = cell.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadValue(f"'{cell[:50]}' is neither yes nor no. Map the column to text, or mend it.")


def _read_date(cell: str) -> str:
    """ISO 8601: as it sorts."""
    try:
        if parts := _DAY_FIRST.fullmatch(cell):
            day, month, year = map(int, parts.groups())
            return date(year, month, day).isoformat()
        if _ISO.fullmatch(cell):
            if len(cell) == 10:
                return date.fromisoformat(cell).isoformat()
            return datetime.fromisoformat(cell).isoformat()
    except ValueError:
        pass
    raise BadValue(
        f"'{cell[:50]}' is no date such as 2026-01-31 or 31.01.2026. Map the column to text, or"
        " mend the cell."
    )


#: A column of these holds few different cells; only good ones, which are short, are remembered.
_remember = lru_cache(maxsize=2048)
READERS: Final[dict[str, Callable[[str], Any]]] = {
    "text": _read_text,
    "number": _remember(_read_number),
    "date": _remember(_read_date),
    "boolean": _remember(_read_boolean),
}


def type_of(cells: list[str]) -> str:
    """The type that all of a column's cells are of, as far as they are not empty."""
    cells = [cell for cell in (cell.strip() for cell in cells) if cell]
    if not cells:
        return "text"
    if all(map(_SAFE_NUMBER.fullmatch, cells)):
        return "number"
    words = {cell.lower() for cell in cells}
    if words <= (_TRUE | _FALSE) - {"y", "n", "on", "off"}:
        return "boolean"
    return "date" if all(map(_is_date, cells)) else "text"


def _is_date(cell: str) -> bool:
    try:
        _read_date(cell)
    except BadValue:
        return False
    return True


def _no_constant(_: str) -> Any:
    raise ValueError


def read_object(cell: str) -> dict[str, Any]:
    """A cell that holds all attributes as a JSON object."""
    try:
        found = json.loads(cell, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadValue('The attributes are no JSON object such as {"city": "Bern"}.')
    if "\\u0000" in cell or "\\ud" in cell.lower():
        _check_storable(found)
    if _deeper_than(_MAX_DEPTH, found):
        raise BadValue(f"The attributes are nested more than {_MAX_DEPTH} levels deep.")
    return found


def _check_storable(found: dict[str, Any]) -> None:
    text = json.dumps(found, ensure_ascii=False)
    if "\\u0000" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise BadValue("The attributes hold characters that can't be stored.")


def _deeper_than(levels: int, value: Any) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper_than(levels - 1, each) for each in inner)


def write_object(attributes: dict[str, Any]) -> str:
    """Attributes as JSON. Raises BadValue when they are too large."""
    try:
        text = orjson.dumps(attributes).decode()
    except TypeError:
        # It writes no whole numbers beyond 64 bits.
        text = json.dumps(attributes, ensure_ascii=False)
    if len(text) > MAX_ATTRIBUTES_BYTES // 4 and len(text.encode()) > MAX_ATTRIBUTES_BYTES:
        raise BadValue(f"The attributes are longer than {MAX_ATTRIBUTES_BYTES} bytes.")
    return text
