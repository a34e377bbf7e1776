"""The filter language of segments: JSON → a checked filter → SQL with parameters. Pure Python.

    {"all": [{"field": "attributes.city", "op": "eq", "value": "Riga"},
             {"not": {"field": "list", "op": "in", "value": [3]}}]}

docs/segments.md is its reference. A filter means the same on PostgreSQL and SQLite. What a
subscriber lacks (an attribute that is missing or of another type) fulfils no condition, so `not`
of that condition is fulfilled. Fields that other rooms know about are registered by them
(`register_reference`, `register_flag`), so that this module knows no table of theirs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

Dialect = Literal["postgresql", "sqlite"]

#: Bounds, so that no filter is more than a database can take.
MAX_DEPTH = 10
MAX_CONDITIONS = 100
MAX_VALUES = 1000
MAX_TEXT = 500
_MAX_NUMBER = 10**15
_MAX_ID = 2**63 - 1
_MAX_DAYS = 36_500

_COMPARISONS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
#: The operators of each type, in the order in which they are offered.
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "text": ("eq", "ne", "in", "contains", "starts_with", "ends_with"),
    "number": ("eq", "ne", "in", *_COMPARISONS),
    "date": ("eq", *_COMPARISONS),
    "boolean": ("eq",),
    "ids": ("in",),
    "any": ("exists",),
}
_TEXT_COLUMNS = ("email", "domain", "name")
_ATTRIBUTE = "attributes."
_TYPED = ("text", "number", "date", "boolean")

_references: dict[str, str] = {}
_flags: dict[str, tuple[str, str]] = {}


def register_reference(name: str, sql: str) -> None:
    """Add a field whose values are ids. `sql` is a condition that is true or false, never null;
    it names the subscriber's row `{s}` and the ids `{ids}`: "EXISTS (… x.id IN ({ids}))".
    """
    _references[name] = sql


def register_flag(name: str, sql: str, *, negated: str) -> None:
    """Add a field that is true or false: both conditions, as for `register_reference`."""
    _flags[name] = (sql, negated)


class FilterError(ValueError):
    """What is wrong with a filter: `place` as in "filter.all.1.value", a stable code, a text."""

    def __init__(self, place: str, code: str, detail: str) -> None:
        super().__init__(f"{place}: {detail}")
        self.place, self.code, self.detail = place, code, detail


# --- checked filters -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DaysAgo:
    """The day so many days before the one on which the filter is used, in UTC."""

    days: int


@dataclass(frozen=True, slots=True)
class Condition:
    field: str
    type: str
    op: str
    value: Any


@dataclass(frozen=True, slots=True)
class Group:
    """All of its parts (`every`) or any of them."""

    parts: tuple[Filter, ...]
    every: bool


@dataclass(frozen=True, slots=True)
class Negation:
    part: Filter


Filter = Condition | Group | Negation


def parse_filter(raw: object, *, place: str = "filter") -> Filter:
    """Check a filter that came as JSON. Raises FilterError, which names the place."""
    return _Parser().filter(raw, place, depth=1)


class _Parser:
    def __init__(self) -> None:
        self._conditions = self._values = 0

    def filter(self, raw: object, place: str, depth: int) -> Filter:
        if depth > MAX_DEPTH:
            raise FilterError(place, "invalid", f"Nest at most {MAX_DEPTH} levels.")
        if not isinstance(raw, dict):
            raise FilterError(
                place, "invalid", 'Give an object: {"all": […]}, {"any": […]}, {"not": …} or'
                ' {"field": …, "op": …, "value": …}.',
            )  # fmt: skip
        if "field" in raw:
            return self._condition(raw, place)
        if len(raw) != 1 or not raw.keys() <= {"all", "any", "not"}:
            raise FilterError(place, "invalid", "Give exactly one of all, any, not, or a field.")
        ((kind, inner),) = raw.items()
        within = f"{place}.{kind}"
        if kind == "not":
            return Negation(self.filter(inner, within, depth + 1))
        if not isinstance(inner, list):
            raise FilterError(within, "invalid", "Give a list of filters.")
        if len(inner) > MAX_CONDITIONS:
            raise FilterError(within, "max_length", f"Give at most {MAX_CONDITIONS} conditions.")
        parts = (self.filter(each, f"{within}.{at}", depth + 1) for at, each in enumerate(inner))
        return Group(tuple(parts), every=kind == "all")

    def _condition(self, raw: Mapping[Any, object], place: str) -> Condition:
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            raise FilterError(place, "max_length", f"Give at most {MAX_CONDITIONS} conditions.")
        for key in raw.keys() - {"field", "op", "value", "type"}:
            raise FilterError(place, "invalid", f"There is no '{str(key)[:50]}' in a condition.")
        field, op = raw["field"], raw.get("op")
        if not isinstance(field, str) or not _is_field(field):
            names = ", ".join((*_TEXT_COLUMNS, "created_at", *sorted({*_references, *_flags})))
            raise FilterError(
                f"{place}.field", "invalid_choice",
                f"Choose a field: attributes.<key>, {names}.",
            )  # fmt: skip
        type_ = _type_of(field, raw, place)
        if not isinstance(op, str) or op not in OPERATORS[type_]:
            raise FilterError(
                f"{place}.op", "invalid_choice",
                f"Choose an operator for {type_}: {', '.join(OPERATORS[type_])}.",
            )  # fmt: skip
        if op == "exists":
            if raw.get("value") is not None:
                raise FilterError(f"{place}.value", "invalid", "exists takes no value.")
            return Condition(field, type_, op, None)
        if "value" not in raw:
            raise FilterError(f"{place}.value", "required", "Give a value.")
        return Condition(field, type_, op, self._value(raw["value"], type_, op, f"{place}.value"))

    def _value(self, raw: object, type_: str, op: str, place: str) -> Any:
        check = _CHECKS[type_]
        if op != "in":
            return check(raw, place)
        if not isinstance(raw, list) or not raw:
            raise FilterError(place, "invalid", "Give a list of at least one value.")
        self._values += len(raw)
        if self._values > MAX_VALUES:
            raise FilterError(place, "max_length", f"Give at most {MAX_VALUES} values in all.")
        return tuple(check(each, f"{place}.{at}") for at, each in enumerate(raw))


def _is_field(field: str) -> bool:
    if field.startswith(_ATTRIBUTE):
        key = field.removeprefix(_ATTRIBUTE)
        return 0 < len(key) <= MAX_TEXT and _storable(key)
    return field in _TEXT_COLUMNS or field == "created_at" or field in _references | _flags


def _type_of(field: str, raw: Mapping[Any, object], place: str) -> str:
    """A field's type; an attribute's is said by `type`, or else by its value."""
    if not field.startswith(_ATTRIBUTE):
        if "type" in raw:
            raise FilterError(f"{place}.type", "invalid", "Only attributes take a type.")
        if field in _TEXT_COLUMNS:
            return "text"
        if field == "created_at":
            return "date"
        return "ids" if field in _references else "boolean"
    if raw.get("op") == "exists":
        return "any"
    if "type" in raw:
        if raw["type"] not in _TYPED:
            raise FilterError(
                f"{place}.type", "invalid_choice", f"Choose a type: {', '.join(_TYPED)}."
            )
        return str(raw["type"])
    value = raw.get("value")
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "date" if isinstance(value, dict) else "text"


def _storable(text: str) -> bool:
    """Whether every database takes it: no null character, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _check_text(raw: object, place: str) -> str:
    if not isinstance(raw, str):
        raise FilterError(place, "invalid", "Give a text.")
    if len(raw) > MAX_TEXT:
        raise FilterError(place, "max_length", f"Give at most {MAX_TEXT} characters.")
    if not _storable(raw):
        raise FilterError(place, "invalid", "This holds characters that can't be stored.")
    return raw


def _check_number(raw: object, place: str) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise FilterError(place, "invalid", "Give a number.")
    if abs(raw) > _MAX_NUMBER:
        raise FilterError(place, "max_value", f"Give a number up to {_MAX_NUMBER}.")
    return raw


def _check_boolean(raw: object, place: str) -> bool:
    if not isinstance(raw, bool):
        raise FilterError(place, "invalid", "Give true or false.")
    return raw


def _check_id(raw: object, place: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw <= _MAX_ID:
        raise FilterError(place, "invalid", "Give an id, a whole number from 1.")
    return raw


def _check_date(raw: object, place: str) -> date | DaysAgo:
    if isinstance(raw, dict) and raw.keys() == {"days_ago"}:
        days = raw["days_ago"]
        if isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= _MAX_DAYS:
            return DaysAgo(days)
        raise FilterError(
            f"{place}.days_ago", "invalid", f"Give a whole number of days from 0 to {_MAX_DAYS}."
        )
    try:
        if isinstance(raw, str) and len(raw) == len("2026-01-31"):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise FilterError(place, "invalid", 'Give a date such as "2026-01-31", or {"days_ago": 30}.')


_CHECKS: Mapping[str, Callable[[object, str], Any]] = {
    "text": _check_text,
    "number": _check_number,
    "date": _check_date,
    "boolean": _check_boolean,
    "ids": _check_id,
}


def references(filter_: Filter, field: str) -> set[int]:
    """The ids that a filter names in conditions on `field`, such as "list"."""
    if isinstance(filter_, Condition):
        return set(filter_.value) if filter_.field == field else set()
    if isinstance(filter_, Negation):
        return references(filter_.part, field)
    return set().union(*(references(part, field) for part in filter_.parts))


# --- SQL -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sql:
    """A condition, with `%s` for each of its parameters."""

    text: str
    params: tuple[Any, ...] = ()


def to_sql(
    filter_: Filter,
    *,
    dialect: Dialect,
    now: datetime,
    subscriber: str = "s",
    negated: bool = False,
) -> Sql:
    """The filter as a condition on the row named `subscriber`; `negated`, what it leaves out.

    `not` is pushed down to the conditions (De Morgan), since a bare NOT EXISTS can become an
    anti-join and one within an expression can't.
    """
    if isinstance(filter_, Negation):
        return to_sql(
            filter_.part, dialect=dialect, now=now, subscriber=subscriber, negated=not negated
        )
    if isinstance(filter_, Group):
        every = filter_.every is not negated
        parts = [
            to_sql(part, dialect=dialect, now=now, subscriber=subscriber, negated=negated)
            for part in filter_.parts
        ]
        if not parts:
            return Sql("TRUE" if every else "FALSE")
        text = (" AND " if every else " OR ").join(part.text for part in parts)
        return Sql(f"({text})", tuple(param for part in parts for param in part.params))
    return _Writer(dialect, subscriber, now).condition(filter_, negated)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes conditions for one database. A condition may be null, which counts as not true."""

    dialect: Dialect
    s: str
    now: datetime

    def condition(self, condition: Condition, negated: bool) -> Sql:
        if condition.op == "ne":
            condition = Condition(condition.field, condition.type, "eq", condition.value)
            negated = not negated
        field = condition.field
        if field in _references:
            ids = ", ".join(["%s"] * len(condition.value))
            sql = Sql(_references[field].format(s=self.s, ids=ids), condition.value)
            return Sql(f"NOT {sql.text}", sql.params) if negated else sql
        if field in _flags:
            return Sql(_flags[field][condition.value is negated].format(s=self.s))
        if field == "created_at":
            sql = self._moment(condition)
        elif field.startswith(_ATTRIBUTE):
            sql = self._attribute(condition)
        else:
            sql = self._text(self._column(field), condition.op, _lowered(field, condition.value))
        return Sql(f"({sql.text}) IS NOT TRUE", sql.params) if negated else sql

    def _column(self, field: str) -> str:
        email = f"{self.s}.email"
        if field != "domain":
            return f"{self.s}.{field}"
        # What follows the last @: a quoted local part may hold others.
        if self.dialect == "postgresql":
            return f"split_part({email}, '@', -1)"
        return f"substr({email}, length(rtrim({email}, replace({email}, '@', ''))) + 1)"

    def _text(self, column: str, op: str, value: Any) -> Sql:
        if op == "eq":
            return Sql(f"{column} = %s", (value,))
        if op == "in":
            return Sql(f"{column} IN ({', '.join(['%s'] * len(value))})", value)
        literal = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = {
            "contains": f"%{literal}%", "starts_with": f"{literal}%", "ends_with": f"%{literal}"
        }[op]  # fmt: skip
        if self.dialect == "postgresql":
            return Sql(f"{column} ILIKE %s", (pattern,))
        return Sql(rf"{column} LIKE %s ESCAPE '\'", (pattern,))

    def _day(self, value: date | DaysAgo) -> date:
        if isinstance(value, DaysAgo):
            return self.now.astimezone(UTC).date() - timedelta(days=value.days)
        return value

    def _moment(self, condition: Condition) -> Sql:
        """A day in UTC, which lasts from its midnight to the next."""
        day = self._day(condition.value)
        column, begin = f"{self.s}.created_at", self._midnight(day)
        if condition.op in ("lt", "gte"):
            return Sql(f"{column} {_COMPARISONS[condition.op]} %s", (begin,))
        if day == date.max:
            # No day follows it: every moment is of it or before.
            return Sql("TRUE" if condition.op == "lte" else "FALSE")
        end = self._midnight(day + timedelta(days=1))
        if condition.op == "eq":
            return Sql(f"({column} >= %s AND {column} < %s)", (begin, end))
        return Sql(f"{column} {'<' if condition.op == 'lte' else '>='} %s", (end,))

    def _midnight(self, day: date) -> Any:
        # SQLite keeps moments as text, in UTC and without a zone.
        zone = UTC if self.dialect == "postgresql" else None
        moment = datetime.combine(day, time(), tzinfo=zone)
        return moment if zone else moment.isoformat(" ")

    def _attribute(self, condition: Condition) -> Sql:
        key = condition.field.removeprefix(_ATTRIBUTE)
        write = self._in_jsonb if self.dialect == "postgresql" else self._in_json_text
        return write(key, condition.type, condition.op, condition.value)

    def _in_jsonb(self, key: str, type_: str, op: str, value: Any) -> Sql:
        attributes = f"{self.s}.attributes"
        json_value, text_value = f"{attributes} -> %s::text", f"{attributes} ->> %s::text"
        if op == "exists":
            return Sql(f"jsonb_typeof({json_value}) <> 'null'", (key,))
        if type_ == "date":
            day = self._day(value).isoformat()
            compare = _COMPARISONS.get(op, "=")
            return Sql(
                f"({text_value} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ]|$)'"
                f' AND left({text_value}, 10) COLLATE "C" {compare} %s)',
                (key, key, day),
            )
        if op == "eq":
            # Containment, since the index on attributes serves it.
            return Sql(f"{attributes} @> %s::jsonb", (json.dumps({key: value}),))
        if op == "in":
            marks = ", ".join(["%s::jsonb"] * len(value))
            return Sql(f"({json_value}) IN ({marks})", (key, *map(json.dumps, value)))
        if type_ == "number":
            return Sql(
                f"(jsonb_typeof({json_value}) = 'number'"
                f" AND ({json_value}) {_COMPARISONS[op]} %s::jsonb)",
                (key, key, json.dumps(value)),
            )
        matches = self._text(f"({text_value})", op, value)
        return Sql(
            f"(jsonb_typeof({json_value}) = 'string' AND {matches.text})",
            (key, key, *matches.params),
        )

    def _in_json_text(self, key: str, type_: str, op: str, value: Any) -> Sql:
        """By `json_each`: a path could not name every key."""
        if op == "exists":
            test = Sql("a.type <> 'null'")
        elif type_ == "boolean":
            test = Sql(f"a.type = '{json.dumps(value)}'")
        elif type_ == "date":
            shape = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
            test = Sql(
                f"a.type = 'text' AND (a.value GLOB '{shape}' OR a.value GLOB '{shape}[T ]*')"
                f" AND substr(a.value, 1, 10) {_COMPARISONS.get(op, '=')} %s",
                (self._day(value).isoformat(),),
            )
        elif type_ == "number":
            compare = (
                Sql(f"a.value {_COMPARISONS[op]} %s", (value,))
                if op in _COMPARISONS
                else self._text("a.value", op, value)
            )
            test = Sql(f"a.type IN ('integer', 'real') AND {compare.text}", compare.params)
        else:
            matches = self._text("a.value", op, value)
            test = Sql(f"a.type = 'text' AND {matches.text}", matches.params)
        return Sql(
            f"EXISTS (SELECT 1 FROM json_each({self.s}.attributes) a"
            f" WHERE a.key = %s AND {test.text})",
            (key, *test.params),
        )


def _lowered(field: str, value: Any) -> Any:
    """Addresses are kept in lower case."""
    if field == "name":
        return value
    return value.lower() if isinstance(value, str) else tuple(each.lower() for each in value)
