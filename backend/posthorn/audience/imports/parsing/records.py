"""Records as people, suppressions and rejections, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from posthorn.audience.imports.parsing.errors import BadValue, Rejection
from posthorn.audience.imports.parsing.mapping import STATUSES, Column
from posthorn.audience.imports.parsing.reader import Record
from posthorn.audience.imports.parsing.values import (
    READERS,
    read_domain,
    read_name,
    read_object,
    restore,
    write_object,
)

#: Cells of so many characters make attributes that fit, however they are escaped.
_SURELY_SMALL = 2000


class Person(NamedTuple):
    """Somebody to subscribe. `attributes` holds those alone that the file gives a value."""

    name: str
    attributes: dict[str, Any]


@dataclass(slots=True)
class Batch:
    """What some records amount to. Addresses are unique within it, and so are domains.

    `read` is the number of records; those that repeated an address are counted in `repeated`.
    """

    people: dict[str, Person] = field(default_factory=dict)
    suppressed: dict[str, str] = field(default_factory=dict)
    suppressed_domains: dict[str, str] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    #: Addresses that are good although the rest of their line is not.
    rejected_addresses: set[str] = field(default_factory=set)
    read: int = 0
    repeated: int = 0


class Plan:
    """Reads records by a mapping. `read_address` returns an address as it is kept, or raises
    ValueError with what is wrong with it; `first_wins` says which of repeated rows counts."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        treat_as: str,
        read_address: Callable[[str], str],
        first_wins: bool,
    ) -> None:
        places = {column.target: place for place, column in enumerate(columns)}
        self._width = len(columns)
        self._email = places.get("email")
        self._domain = places.get("domain")
        self._status = places.get("status")
        self._object = places.get("attributes")
        self._names = [
            places[target] for target in ("first_name", "name", "last_name") if target in places
        ]
        self._attributes = [
            (place, column.attribute, READERS[column.type] if column.type != "text" else None)
            for place, column in enumerate(columns)
            if column.target == "attribute"
        ]
        self._treat_as = treat_as
        self._read_address = read_address
        self._first_wins = first_wins

    def read(self, records: Iterator[Record], *, most: int) -> Batch:
        """The next records, at most so many; none when the file is at its end."""
        batch = Batch()
        for line, given, problem in records:
            batch.read += 1
            address = ""
            try:
                if problem:
                    raise BadValue(problem)
                cells = given if len(given) == self._width else self._fitted(given)
                address = self._address(cells)
                status = self._status_of(cells)
                if status == "subscribed":
                    self._add(batch, address, self._person(cells))
                else:
                    self._suppress(batch, address, cells, status)
            except ValueError as error:
                shown = given[min(self._email or 0, len(given) - 1)][:254]
                batch.rejected.append(Rejection(line, str(error), shown))
                if address:
                    batch.rejected_addresses.add(address)
            if batch.read >= most:
                break
        return batch

    def _fitted(self, cells: list[str]) -> list[str]:
        """As many cells as there are columns: what is missing or too much is empty."""
        if any(cells[self._width :]):
            raise BadValue(
                f"The line has {len(cells)} cells, the header {self._width}. A delimiter or a quote"
                " may be missing."
            )
        return (cells + [""] * self._width)[: self._width]

    def _address(self, cells: list[str]) -> str:
        given = restore(cells[self._email]) if self._email is not None else ""
        if not given and self._domain is not None and cells[self._domain]:
            return ""
        return self._read_address(given)

    def _status_of(self, cells: list[str]) -> str:
        if self._status is None:
            return self._treat_as
        word = cells[self._status].strip().lower().replace("-", "_").replace(" ", "_")
        if not word:
            return self._treat_as
        if word not in STATUSES:
            raise BadValue(f"The status '{cells[self._status][:50]}' is not known.")
        status = STATUSES[word]
        if status is None:
            raise BadValue(f"Somebody whose status is '{word}' has not agreed to be mailed.")
        return status

    def _person(self, cells: list[str]) -> Person:
        if len(self._names) == 1:
            name = cells[self._names[0]]
        else:
            name = " ".join(filter(None, (cells[place].strip() for place in self._names)))
        attributes: dict[str, Any] = {}
        if self._object is not None and (text := cells[self._object].strip()):
            attributes = read_object(restore(text))
        for place, key, read in self._attributes:
            cell = cells[place]
            if cell[:1] == "'":
                cell = restore(cell)
            cell = cell.strip()
            if cell:
                try:
                    attributes[key] = cell if read is None else read(cell)
                except BadValue as error:
                    raise BadValue(f"{key}: {error}") from None
        if sum(map(len, cells)) > _SURELY_SMALL:
            write_object(attributes)
        return Person(read_name(restore(name)) if name else "", attributes)

    def _add(self, batch: Batch, address: str, person: Person) -> None:
        if not address:
            raise BadValue("A domain can only be suppressed; the status must say why.")
        known = batch.people.get(address)
        if known is not None:
            batch.repeated += 1
            if self._first_wins:
                return
            person = Person(person.name or known.name, {**known.attributes, **person.attributes})
            write_object(person.attributes)
        batch.people[address] = person

    def _suppress(self, batch: Batch, address: str, cells: list[str], status: str) -> None:
        place, key = batch.suppressed, address
        if not address:
            assert self._domain is not None
            place = batch.suppressed_domains
            key = read_domain(restore(cells[self._domain]))
        if key in place:
            batch.repeated += 1
        place.setdefault(key, status)


def rows_to_write(batch: Batch) -> list[tuple[str, str, str]]:
    """(address, name, attributes as JSON) by address: the order in which all imports lock."""
    return [
        (address, name, write_object(attributes))
        for address, (name, attributes) in sorted(batch.people.items())
    ]
