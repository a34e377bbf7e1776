"""The filter language: what it selects, on both databases, and what it refuses."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from posthorn.audience import segments
from posthorn.audience.matching import check_filter, matches
from posthorn.audience.models import MailingList, Membership, Subscriber, Suppression
from posthorn.core.errors import InvalidInput
from posthorn.delivery.models import DeliveryStatus
from tests.factories import make_frozen_campaign, make_list, make_subscriber, set_delivery

# Few of each, so that filters often meet rows. Letters of the databases' own case rules alone
# (ASCII), since beyond those SQLite doesn't ignore case.
KEYS = ["city", "age", "Город", 'a "b".c', "x'y", "%s", ""]
TEXTS = [
    "Riga",
    "riga",
    "RIG",
    "a_b%c\\",
    "_",
    "%",
    "\\",
    "Рига",
    "'",
    '"',
    "2026-01-31",
    "😀",
    "5",
]
DATES = ["2026-01-31", "2026-01-31T10:00:00Z", "2025-12-31", "2026-01-311", "2026-13-99 x"]
NUMBERS = [0, 5, 5.0, 5.5, -3, 10**15, 0.1, 1e-7]
NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)

texts = st.sampled_from(TEXTS)
attribute_values = st.one_of(
    texts,
    st.sampled_from(DATES),
    st.sampled_from(NUMBERS),
    st.booleans(),
    st.none(),
    st.just(["Riga"]),
    st.just({"Riga": 5}),
)
people = st.lists(
    st.fixed_dictionaries(
        {
            "email": st.sampled_from(
                ["ada@example.org", "bob@mail.example.org", '"a@b"@example.com', "a_b%c@x.org"]
            ),
            "name": texts,
            "attributes": st.dictionaries(st.sampled_from(KEYS), attribute_values, max_size=3),
            "created_at": st.sampled_from(
                [
                    datetime(2026, 1, 31, tzinfo=UTC),
                    datetime(2026, 1, 31, 23, 59, 59, 999999, tzinfo=UTC),
                    datetime(2026, 2, 1, tzinfo=UTC),
                ]
            ),
            "lists": st.sets(st.integers(0, 1)),
            "suppressed": st.booleans(),
        }
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda person: person["email"],
)
dates = st.one_of(
    st.sampled_from(["2026-01-30", "2026-01-31", "2026-02-01", "0001-01-01", "9999-12-31"]),
    st.integers(0, 20).map(lambda days: {"days_ago": days}),
)


def condition(field: Any, ops: list[str], value: Any, **more: Any) -> Any:
    return st.fixed_dictionaries(
        {"field": field, "op": st.sampled_from(ops), "value": value, **more}
    )


def many(value: Any) -> Any:
    return st.lists(value, min_size=1, max_size=3)


attributes = st.sampled_from([key for key in KEYS if key]).map(lambda key: f"attributes.{key}")
text_fields = st.sampled_from(["email", "domain", "name"]) | attributes
comparisons = ["lt", "lte", "gt", "gte", "eq"]
some_texts = texts | st.sampled_from(["example.org", "EXAMPLE", "ada@example.org", ".org"])
conditions = st.one_of(
    condition(text_fields, ["eq", "ne", "contains", "starts_with", "ends_with"], some_texts),
    condition(text_fields, ["in"], many(some_texts)),
    condition(attributes, [*comparisons, "ne"], st.sampled_from(NUMBERS)),
    condition(attributes, ["in"], many(st.sampled_from(NUMBERS))),
    condition(attributes, comparisons, dates, type=st.just("date")),
    condition(attributes, ["eq"], st.booleans()),
    st.fixed_dictionaries({"field": attributes, "op": st.just("exists")}),
    condition(st.just("created_at"), comparisons, dates),
    condition(st.just("suppressed"), ["eq"], st.booleans()),
    # Places among the test's lists; they become ids.
    condition(st.just("list"), ["in"], many(st.integers(0, 2))),
)
filters = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


# --- the language, once more, in plain Python ----------------------------------------------------


def fulfils(filter_: Any, person: dict[str, Any]) -> bool:
    if "all" in filter_:
        return all(fulfils(part, person) for part in filter_["all"])
    if "any" in filter_:
        return any(fulfils(part, person) for part in filter_["any"])
    if "not" in filter_:
        return not fulfils(filter_["not"], person)
    field, op, wanted = filter_["field"], filter_["op"], filter_.get("value")
    if op == "ne":
        return not fulfils({**filter_, "op": "eq"}, person)
    if field == "list":
        return bool(set(wanted) & person["lists"])
    if field == "suppressed":
        return person["suppressed"] is wanted
    if field == "created_at":
        return compares(op, person["created_at"].date().isoformat(), day(wanted))
    if field == "domain":
        present: Any = person["email"].rpartition("@")[2]
    elif field.startswith("attributes."):
        present = person["attributes"].get(field.removeprefix("attributes."))
    else:
        present = person[field]
    if op == "exists":
        return present is not None
    if filter_.get("type") == "date":
        return is_date(present) and compares(op, present[:10], day(wanted))
    if field in ("email", "domain"):
        wanted = [w.lower() for w in wanted] if op == "in" else wanted.lower()
    one = wanted[0] if op == "in" else wanted
    if kind(present) != kind(one):
        return False
    if op == "in":
        return present in wanted
    if op in ("contains", "starts_with", "ends_with"):
        text, part = ascii_lower(present), ascii_lower(wanted)
        return {
            "contains": part in text,
            "starts_with": text.startswith(part),
            "ends_with": text.endswith(part),
        }[op]
    return compares(op, present, wanted)


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def compares(op: str, left: Any, right: Any) -> bool:
    return bool(
        {
            "eq": left == right,
            "lt": left < right,
            "lte": left <= right,
            "gt": left > right,
            "gte": left >= right,
        }[op]
    )


def is_date(value: Any) -> bool:
    return (
        isinstance(value, str)
        and all(
            (c == "-") if at in (4, 7) else c in "0123456789" for at, c in enumerate(value[:10])
        )
        and len(value) >= 10
        and (len(value) == 10 or value[10] in "T ")
    )


def day(wanted: Any) -> str:
    if isinstance(wanted, dict):
        wanted = (NOW.date() - timedelta(days=wanted["days_ago"])).isoformat()
    return str(wanted)


def ascii_lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


# --- what it selects -----------------------------------------------------------------------------


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posthorn.audience.matching.database_now", lambda: NOW)


def with_ids(filter_: Any, ids: list[int]) -> Any:
    """The filter with the lists' ids for their places."""
    if isinstance(filter_, list):
        return [with_ids(each, ids) for each in filter_]
    if not isinstance(filter_, dict):
        return filter_
    if filter_.get("field") == "list":
        return {**filter_, "value": [ids[place] for place in filter_["value"]]}
    return {key: with_ids(value, ids) for key, value in filter_.items()}


@pytest.mark.django_db
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=people, filter_=filters)
@example(people=[], filter_={"not": {"all": []}})
def test_it_selects_on_the_database_what_it_says(
    now: None, people: list[dict[str, Any]], filter_: Any
) -> None:
    with transaction.atomic():
        lists = [MailingList.objects.create(name=name).pk for name in ("a", "b", "c")]
        for person in people:
            row = Subscriber.objects.create(
                **{key: person[key] for key in ("email", "name", "attributes")}
            )
            Subscriber.objects.filter(pk=row.pk).update(created_at=person["created_at"])
            for place in person["lists"]:
                Membership.objects.create(mailing_list_id=lists[place], subscriber=row)
            if person["suppressed"]:
                Suppression.objects.create(email=person["email"], reason="manual")
        found = Subscriber.objects.filter(matches(check_filter(with_ids(filter_, lists))))
        expected = {person["email"] for person in people if fulfils(filter_, person)}
        assert set(found.values_list("email", flat=True)) == expected
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_filter_goes_with_the_other_conditions_of_a_queryset() -> None:
    mailing_list = make_list(subscribers=3)
    make_subscriber(attributes={"city": "City 1"})
    city = matches(check_filter({"field": "attributes.city", "op": "eq", "value": "City 1"}))
    members = Subscriber.objects.filter(lists=mailing_list).filter(city)
    assert [person.name for person in members] == ["Person 1"]
    assert Membership.objects.filter(subscriber__in=members).count() == 1


@pytest.mark.django_db
def test_it_asks_what_became_of_somebody_in_a_campaign() -> None:
    first, second = make_frozen_campaign(subscribers=3), make_frozen_campaign(subscribers=1)
    rows = list(first.deliveries.order_by("pk"))
    set_delivery(rows[0], "sent")  # type: ignore[arg-type]
    set_delivery(rows[1], "failed")  # type: ignore[arg-type]

    def found(status: str, *campaigns: int) -> list[str]:
        raw = {"field": f"campaign.{status}", "op": "in", "value": list(campaigns)}
        people = Subscriber.objects.filter(matches(check_filter(raw)))
        return list(people.order_by("pk").values_list("email", flat=True))

    assert found("sent", first.pk) == [rows[0].email]
    assert found("failed", first.pk, second.pk) == [rows[1].email]
    assert len(found("any", first.pk)) == 3
    assert len(found("any", first.pk, second.pk)) == 4
    assert found("unknown", first.pk) == []


# --- what it refuses -----------------------------------------------------------------------------

CITY = {"field": "attributes.city", "op": "eq", "value": "Riga"}


def nested(levels: int) -> Any:
    filter_: Any = CITY
    for _ in range(levels - 1):
        filter_ = {"not": filter_}
    return filter_


@pytest.mark.parametrize(
    ("raw", "place", "code"),
    [
        (None, "filter", "invalid"),
        ([], "filter", "invalid"),
        ({}, "filter", "invalid"),
        ({"all": [], "any": []}, "filter", "invalid"),
        ({"all": CITY}, "filter.all", "invalid"),
        ({"all": [CITY, {"any": [7]}]}, "filter.all.1.any.0", "invalid"),
        ({"field": "age", "op": "eq", "value": 1}, "filter.field", "invalid_choice"),
        ({"field": "attributes.", "op": "exists"}, "filter.field", "invalid_choice"),
        ({"field": ["name"], "op": "eq", "value": 1}, "filter.field", "invalid_choice"),
        ({"field": "attributes.\0", "op": "exists"}, "filter.field", "invalid_choice"),
        ({"field": "name", "op": "gt", "value": "a"}, "filter.op", "invalid_choice"),
        ({"field": "name", "value": "a"}, "filter.op", "invalid_choice"),
        ({"field": "name", "op": "eq"}, "filter.value", "required"),
        ({"field": "name", "op": "eq", "value": 1}, "filter.value", "invalid"),
        ({"field": "name", "op": "eq", "value": "\0"}, "filter.value", "invalid"),
        ({"field": "name", "op": "eq", "value": "\ud800"}, "filter.value", "invalid"),
        ({"field": "name", "op": "eq", "value": "x" * 501}, "filter.value", "max_length"),
        ({"field": "name", "op": "eq", "value": "x", "or": 1}, "filter", "invalid"),
        ({"field": "name", "op": "eq", "value": "x", "type": "text"}, "filter.type", "invalid"),
        ({"field": "name", "op": "in", "value": "x"}, "filter.value", "invalid"),
        ({"field": "name", "op": "in", "value": []}, "filter.value", "invalid"),
        ({"field": "name", "op": "in", "value": ["x", 5]}, "filter.value.1", "invalid"),
        ({"field": "attributes.a", "op": "in", "value": [1, "x"]}, "filter.value.1", "invalid"),
        ({"field": "attributes.a", "op": "lt", "value": "x"}, "filter.op", "invalid_choice"),
        ({"field": "attributes.a", "op": "lt", "value": 10**16}, "filter.value", "max_value"),
        ({"field": "attributes.a", "op": "lt", "value": float("nan")}, "filter.value", "invalid"),
        ({"field": "attributes.a", "op": "exists", "value": 1}, "filter.value", "invalid"),
        (
            {"field": "attributes.a", "op": "eq", "type": "time", "value": 1},
            "filter.type",
            "invalid_choice",
        ),
        ({"field": "created_at", "op": "lt", "value": "yesterday"}, "filter.value", "invalid"),
        ({"field": "created_at", "op": "lt", "value": "2026-02-30"}, "filter.value", "invalid"),
        (
            {"field": "created_at", "op": "lt", "value": {"days_ago": -1}},
            "filter.value.days_ago",
            "invalid",
        ),
        ({"field": "list", "op": "in", "value": [1, 2**63]}, "filter.value.1", "invalid"),
        ({"field": "list", "op": "in", "value": [True]}, "filter.value.0", "invalid"),
        ({"field": "suppressed", "op": "eq", "value": 1}, "filter.value", "invalid"),
        (
            {"all": [CITY, {"field": "list", "op": "in", "value": list(range(1, 1002))}]},
            "filter.all.1.value",
            "max_length",
        ),
        ({"all": [CITY] * 101}, "filter.all", "max_length"),
        ({"all": [{"any": [CITY] * 60}] * 2}, "filter.all.1.any.40", "max_length"),
        (nested(11), "filter" + ".not" * 10, "invalid"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(raw: object, place: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_filter(raw)
    (error,) = refused.value.errors
    assert (error.field, error.code) == (place, code)
    assert error.detail.endswith(".")


@given(
    raw=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["all", "any", "not", "field", "op", "value", "type"]), inner
            )
        ),
        max_leaves=10,
    )
)
def test_anything_is_either_parsed_or_refused(raw: object) -> None:
    with contextlib.suppress(segments.FilterError):
        sql = segments.to_sql(segments.parse_filter(raw), dialect="postgresql", now=NOW)
        assert sql.text.count("%s") == len(sql.params)


def placeholders() -> Iterator[tuple[Any, segments.Dialect]]:
    for value in ("'; DROP TABLE audience_subscriber; --", "%s", "{s}"):
        for field in ("name", "email", "domain", "attributes.a", f"attributes.{value}"):
            for op in ("eq", "contains"):
                for dialect in ("postgresql", "sqlite"):
                    yield {"field": field, "op": op, "value": value}, dialect


@pytest.mark.parametrize(("raw", "dialect"), list(placeholders()), ids=json.dumps)
def test_what_people_write_is_never_part_of_the_sql(raw: Any, dialect: segments.Dialect) -> None:
    sql = segments.to_sql(segments.parse_filter(raw), dialect=dialect, now=NOW)
    assert "DROP" not in sql.text
    assert sql.text.count("%s") == len(sql.params)


def test_the_lists_that_a_filter_names_are_found() -> None:
    lists = [{"field": "list", "op": "in", "value": [number]} for number in (1, 2, 3)]
    raw = {"all": [lists[0], {"not": {"any": [lists[1], CITY, lists[2]]}}]}
    assert segments.references(segments.parse_filter(raw), "list") == {1, 2, 3}


# --- the reference -----------------------------------------------------------------------------

REFERENCE = (Path(__file__).resolve().parents[3] / "docs" / "segments.md").read_text()


def test_every_example_of_the_reference_is_a_filter() -> None:
    written = re.findall(r"```json\n(.*?)```", REFERENCE, re.S)
    assert len(written) == 2
    for text in written:
        check_filter(json.loads(text))


@pytest.mark.parametrize("type_", ["text", "number", "date", "boolean", "ids"])
def test_the_reference_names_every_operator(type_: str) -> None:
    row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| {type_} |"))
    assert re.findall(r"`(\w+)`", row.split("|")[2]) == list(segments.OPERATORS[type_])


def test_the_reference_names_every_field_and_bound() -> None:
    fields = (*segments._TEXT_COLUMNS, "created_at", *segments._flags, "list", "campaign.any")
    assert [field for field in fields if f"| `{field}` |" not in REFERENCE] == []
    for status in DeliveryStatus.values:
        assert f".{status}`" in REFERENCE
    bounds = f"{segments.MAX_DEPTH} levels, {segments.MAX_CONDITIONS} conditions and"
    assert f"{bounds} {segments.MAX_VALUES:,} values" in REFERENCE
    assert f"at most {segments.MAX_TEXT} characters" in REFERENCE
