"""Files as they come: good, odd, broken and hostile. Nothing here needs a database."""

from __future__ import annotations

import contextlib
import gzip
import io
import time
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthorn.audience.imports.parsing import containers
from posthorn.audience.imports.parsing.containers import unpack
from posthorn.audience.imports.parsing.errors import BadFile, BadMapping, BadValue, Rejection
from posthorn.audience.imports.parsing.look import Look, look_at
from posthorn.audience.imports.parsing.mapping import Column, check_mapping
from posthorn.audience.imports.parsing.reader import MAX_LINE_BYTES, Reader, Record
from posthorn.audience.imports.parsing.records import Batch, Plan
from posthorn.audience.imports.parsing.values import READERS
from posthorn.audience.imports.running import read_address

MOST = 64 * 1024 * 1024
MEGABYTE = 1024 * 1024


def look(data: bytes, name: str = "people.csv", **options: str) -> Look:
    return look_at(io.BytesIO(data), size=len(data), file_name=name, most=MOST, **options)


def plain(data: bytes, name: str = "people.csv") -> bytes:
    found = look(data, name)
    file = io.BytesIO(data)
    return b"".join(
        unpack(file, found.container, size=len(data), encoding=found.encoding, most=MOST)
    )


def records(data: bytes, delimiter: str = ",") -> list[Record]:
    return list(Reader(io.BytesIO(data).read, delimiter=delimiter))


def read(data: bytes, name: str = "people.csv", *, first_wins: bool = False) -> Batch:
    """All of a file in one batch, by the suggested mapping."""
    found = look(data, name)
    plan = Plan(
        found.suggestion.columns,
        treat_as=found.suggestion.treat_as,
        read_address=read_address,
        first_wins=first_wins,
    )
    reader = iter(Reader(io.BytesIO(plain(data, name)).read, delimiter=found.delimiter))
    if found.header:
        next(reader)
    return plan.read(reader, most=10**9)


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(f"{name}.csv", data)
    return packed.getvalue()


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


# --- what a file is ------------------------------------------------------------------------------

RUSSIAN = "Эл. почта;Имя;Фамилия;Город\nanna@example.org;Анна;Иванова;Казань\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1251", "cp1251"),
        ("koi8-r", "koi8-r"),
    ],
)
def test_a_russian_file_is_understood_in_its_encoding(encoding: str, found: str) -> None:
    text = RUSSIAN if encoding != "utf-16-le" else "email;name\nanna@example.org;Anna\n" * 9
    data = text.encode(encoding)
    seen = look(data)
    assert (seen.encoding, seen.delimiter) == (found, ";")
    assert "anna@example.org" in read(data).people
    if text == RUSSIAN:
        assert read(data).people["anna@example.org"] == ("Анна Иванова", {"город": "Казань"})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    data = f"email{delimiter}name\nada@example.org{delimiter}Ada\n".encode()
    assert look(data).delimiter == delimiter


def test_a_file_without_a_header_is_recognised_by_its_addresses() -> None:
    data = b"Ada,ada@example.org\nBob,bob@example.org\n"
    seen = look(data)
    assert not seen.header
    assert seen.columns == ["Column 1", "Column 2"]
    assert [column.target for column in seen.suggestion.columns] == ["attribute", "email"]
    assert len(read(data).people) == 2


def test_columns_of_the_same_name_are_kept_apart() -> None:
    data = b"email,Phone,Phone,email\nada@example.org,1,2,other@example.org\n"
    assert look(data).columns == ["email", "Phone", "Phone (2)", "email (2)"]
    assert read(data).people["ada@example.org"].attributes == {
        "phone": 1,
        "phone_2": 2,
        "email_2": "other@example.org",
    }


def test_types_are_suggested_by_what_all_rows_hold() -> None:
    data = (
        b"email,age,zip,vip,joined,born,note\n"
        b"a@example.org,30,01234,yes,2026-01-31,31.12.1999,x\n"
        b"b@example.org,31.5,00001,no,,01.02.2000,7\n"
    )
    types = {c.column: c.type for c in look(data).suggestion.columns}
    assert types == {
        "email": "text",
        "age": "number",
        "zip": "text",
        "vip": "boolean",
        "joined": "date",
        "born": "date",
        "note": "text",
    }
    people = read(data).people
    assert people["a@example.org"].attributes["born"] == "1999-12-31"
    assert people["b@example.org"].attributes == {
        "age": 31.5,
        "zip": "00001",
        "vip": False,
        "born": "2000-02-01",
        "note": "7",
    }


def test_an_export_of_listmonk_needs_no_hand() -> None:
    data = (
        b"uuid,email,name,attributes,status,created_at,updated_at\n"
        b'1,ada@example.org,Ada,"{""city"":""Bern"",""age"":36}",enabled,2026-01-01,2026-01-01\n'
        b'2,bob@example.org,Bob,"{}",blocklisted,2026-01-01,2026-01-01\n'
    )
    batch = read(data)
    assert look(data).suggestion.source == "listmonk"
    assert batch.people == {"ada@example.org": ("Ada", {"city": "Bern", "age": 36})}
    assert batch.suppressed == {"bob@example.org": "manual"}


def test_an_export_of_mailchimp_needs_no_hand() -> None:
    header = b"Email Address,First Name,Last Name,MEMBER_RATING,LEID,EUID"
    data = archive(
        subscribed_export=header + b"\nada@example.org,Ada,Lovelace,2,1,x\n",
        unsubscribed_export=header + b",UNSUB_TIME\nbob@example.org,Bob,,2,2,y,2026-01-01\n",
        cleaned_export=header + b",CLEAN_TIME\ncy@example.org,,,2,3,z,2026-01-01\n",
    )
    batch = read(data, "export.zip")
    assert look(data, "export.zip").suggestion.source == "mailchimp"
    assert batch.people == {"ada@example.org": ("Ada Lovelace", {})}
    assert batch.suppressed == {"bob@example.org": "unsubscribed", "cy@example.org": "bounced"}
    assert batch.rejected == []


def test_a_single_file_of_mailchimp_says_by_its_columns_what_its_rows_are() -> None:
    data = b"Email Address,LEID,EUID,CLEAN_TIME\nbob@example.org,1,x,2026-01-01\n"
    assert read(data).suppressed == {"bob@example.org": "bounced"}


def test_who_never_agreed_is_rejected() -> None:
    batch = read(b"email,status\nada@example.org,pending\nbob@example.org,whatever\n")
    assert batch.people == {}
    assert "has not agreed" in batch.rejected[0].reason
    assert "'whatever' is not known" in batch.rejected[1].reason


# --- packed --------------------------------------------------------------------------------------

PEOPLE = b"email,name,age\nada@example.org,Ada,36\nbob@example.org,Bob,7\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("people.csv.gz", gzip.compress(PEOPLE)),
        ("people.zip", archive(people=PEOPLE)),
        ("people.xlsx", workbook([["email", "name", "age"], ["ada@example.org", "Ada", 36],
                                  ["bob@example.org", "Bob", 7.0]])),
    ],
)  # fmt: skip
def test_packed_files_hold_the_same_as_plain_ones(name: str, data: bytes) -> None:
    assert read(data, name).people == read(PEOPLE).people


def test_a_workbooks_lines_are_its_rows() -> None:
    data = workbook([["email", "note"], [], ["ada@example.org", "two\nlines"], ["nobody", "x"]])
    batch = read(data, "people.xlsx")
    assert batch.people["ada@example.org"].attributes == {"note": "two lines"}
    assert [rejection.line for rejection in batch.rejected] == [4]


def test_a_bomb_costs_little() -> None:
    began = time.process_time()
    bomb = gzip.compress(b"a@example.org\n" + b"\0" * 300 * MEGABYTE)
    prepared = time.process_time() - began
    began = time.process_time()
    with pytest.raises(BadFile, match="larger than"):
        for _ in unpack(io.BytesIO(bomb), "gz", size=len(bomb), encoding="utf-8", most=10**10):
            pass
    # It stops at a limit that follows from the file's own size, far from the end.
    assert time.process_time() - began < max(1.0, prepared)


def test_an_archive_that_announces_too_much_is_not_opened() -> None:
    data = archive(people=b"a@example.org\n" * 20 * MEGABYTE)
    with pytest.raises(BadFile, match="larger than"):
        look(data, "people.zip")


def test_an_archive_of_an_archive_is_not_followed() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("inner.zip", archive(people=PEOPLE))
    with pytest.raises(BadFile, match=r"no \.csv file"):
        look(packed.getvalue(), "people.zip")


@pytest.mark.parametrize("name", ["people.csv.gz", "people.zip", "people.xlsx"])
def test_an_archive_that_stops_in_the_middle_is_refused(name: str) -> None:
    rows = [[f"person{number}@example.org", number * 7919 % 1000] for number in range(30_000)]
    text = "\n".join(f"{address},{number}" for address, number in rows).encode()
    whole = {
        "people.csv.gz": gzip.compress(text),
        "people.zip": archive(people=text),
        "people.xlsx": workbook(rows[:3000]),
    }[name]
    data = whole[: len(whole) // 2]
    container = containers.container_of(data, name)
    with pytest.raises(BadFile, match="damaged"):
        for _ in unpack(io.BytesIO(data), container, size=len(data), encoding="utf-8", most=MOST):
            pass


@pytest.mark.parametrize("name", ["people.csv.gz", "people.zip", "people.xlsx", "people.csv"])
@given(seed=st.binary(min_size=1, max_size=64), place=st.integers(0, 10**6))
def test_damaged_files_are_refused_or_read_and_never_raise(
    name: str, seed: bytes, place: int
) -> None:
    whole = {
        "people.csv.gz": gzip.compress(PEOPLE),
        "people.zip": archive(people=PEOPLE),
        "people.xlsx": workbook([["email"], ["ada@example.org"]]),
        "people.csv": PEOPLE,
    }[name]
    at = place % len(whole)
    data = whole[:at] + seed + whole[at + len(seed) :]
    with contextlib.suppress(BadFile):
        read(data, name)


# --- lines ---------------------------------------------------------------------------------------


def test_a_quote_that_never_closes_costs_its_line_alone() -> None:
    good = b"".join(b"p%d@example.org,P\n" % number for number in range(500))
    batch = read(b'email,name\nada@example.org,"Ada\n' + good)
    assert len(batch.people) == 500
    assert [each.line for each in batch.rejected] == [2]
    assert "quote" in batch.rejected[0].reason
    assert batch.rejected[0].address.startswith("ada@example.org")


def test_a_quote_that_never_closes_at_the_end_costs_its_line_alone() -> None:
    batch = read(b'email,name\nada@example.org,"Ada\nbob@example.org,Bob')
    assert list(batch.people) == ["bob@example.org"]
    assert [each.line for each in batch.rejected] == [2]


def test_a_file_of_open_quotes_is_read_in_bounded_time() -> None:
    lines = 100_000
    began = time.process_time()
    found = records(b'x","\n' * lines)
    spent = time.process_time() - began
    began = time.process_time()
    records(b"x,\n" * lines)
    # Reading on behind each such line for ever would take a hundred times as long.
    assert spent < 25 * (time.process_time() - began)
    assert all(problem for _, _, problem in found[:-1])


def test_an_endless_line_is_passed_over_without_being_kept() -> None:
    size, sent = 1024 * MEGABYTE, 0
    block = b"x" * 256 * 1024

    def pull(most: int) -> bytes:
        nonlocal sent
        if sent == 0:
            sent = 1
            return b"email\nada@example.org\n"
        if sent < size:
            sent += len(block)
            return block
        if sent < 2 * size:
            sent = 2 * size
            return b"\nbob@example.org\n"
        return b""

    reader = Reader(pull, delimiter=",")
    found = []
    for record in reader:
        found.append(record)
        # What is kept of it is a little more than may be a line.
        assert len(reader._rest) < 2 * MAX_LINE_BYTES
    assert [(line, cells[0], bool(problem)) for line, cells, problem in found] == [
        (1, "email", False),
        (2, "ada@example.org", False),
        (3, "", True),
        (4, "bob@example.org", False),
    ]


def test_a_file_of_garbage_is_refused() -> None:
    import random

    garbage = random.Random(1).randbytes(10 * MEGABYTE)
    with pytest.raises(BadFile):
        look(b"\x00\x01" + garbage)


def test_five_thousand_columns_are_refused() -> None:
    header = ",".join(f"column{number}" for number in range(5000))
    with pytest.raises(BadFile, match="5,000 columns"):
        look(f"{header}\n".encode())


def test_an_empty_file_is_refused() -> None:
    for data in (b"", b"\n\n\n", b"\xef\xbb\xbf"):
        with pytest.raises(BadFile, match="empty"):
            look(data)


def test_old_workbooks_and_other_files_are_refused_by_name() -> None:
    with pytest.raises(BadFile, match=r"old \.xls workbook"):
        look(b"\xd0\xcf\x11\xe0" + b"\0" * 100, "people.xls")
    with pytest.raises(BadFile, match="Upload a CSV file"):
        look(b"%PDF-1.7\n", "people.pdf")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"nobody,X", "no @"),
        (b",X", "missing"),
        (b"a@b@example.org,X", "no e-mail address"),
        (b"ada@example,X", "no e-mail address"),
        (b"ada@-example.org,X", "no e-mail address"),
        (b"a" * 250 + b"@example.org,X", "254 characters"),
        (b"ada@example.org,A\x00da", "no text"),
        (b"ada@example.org,A\xffda", "no text"),
        (b"ada@example.org,Ada,extra", "cells"),
        (b"ada@example.org," + b"x" * 201, "201 characters"),
        (b'ada@example.org,"Ada"x', "quotes"),
    ],
)
def test_a_bad_line_is_rejected_with_its_number_and_the_rest_is_read(
    line: bytes, reason: str
) -> None:
    good = "".join(f"zoe{number}@example.org,Zoë\n" for number in range(3)).encode()
    batch = read(b"email,name\n" + good + line + b"\ncy@example.org,Cy\n")
    assert [each.line for each in batch.rejected] == [5]
    assert reason in batch.rejected[0].reason
    assert "cy@example.org" in batch.people
    assert batch.read == 5


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_all_systems_are_understood(ends: bytes) -> None:
    data = ends.join([b"email,name", b"ada@example.org,Ada", b"", b"nobody,X", b""])
    batch = read(data)
    assert list(batch.people) == ["ada@example.org"]
    assert [each.line for each in batch.rejected] == [4]


def test_lines_are_counted_where_cells_hold_line_breaks() -> None:
    batch = read(b'email,note\nada@example.org,"one\ntwo\nthree"\nnobody,x\n')
    assert batch.people["ada@example.org"].attributes == {"note": "one\ntwo\nthree"}
    assert [each.line for each in batch.rejected] == [5]


def test_repeated_addresses_are_one_person() -> None:
    data = b"email,name,city,age\nADA@example.org,Ada,Bern,\nada@example.org,,Riga,36\n"
    last = read(data)
    assert last.people == {"ada@example.org": ("Ada", {"city": "Riga", "age": 36})}
    assert (last.read, last.repeated) == (2, 1)
    assert read(data, first_wins=True).people == {"ada@example.org": ("Ada", {"city": "Bern"})}


def test_formulas_stay_text_and_exports_are_undone() -> None:
    batch = read(b"email,note\nada@example.org,=1+1\nbob@example.org,'=1+1\n'=cy@example.org,'x\n")
    notes = {address: person.attributes["note"] for address, person in batch.people.items()}
    assert notes == {
        "ada@example.org": "=1+1",
        "bob@example.org": "=1+1",
        "=cy@example.org": "'x",
    }


def test_attributes_are_bounded() -> None:
    deep = "[" * 30 + "]" * 30
    data = (
        "email,attributes\n"
        'ada@example.org,"{""a"": ' + deep + '}"\n'
        'bob@example.org,"{""a"": NaN}"\n'
        'cy@example.org,"[1]"\n'
        'di@example.org,"{""a"": ""\\u0000""}"\n'
        'ed@example.org,"{""a"": ""' + "x" * 20_000 + '""}"\n'
        'fay@example.org,"{""a"": 123456789012345678901234567890}"\n'
    ).encode()
    batch = read(data)
    assert list(batch.people) == ["fay@example.org"]
    assert [each.line for each in batch.rejected] == [2, 3, 4, 5, 6]


def test_rejections_name_the_address_as_given() -> None:
    batch = read(b"name,email,age\nAda,ADA@example.org,old\nBob,b@example.org,7\n")
    # One row of two is a number, so the column is text; say that it is a number.
    plan = Plan(
        [
            Column("name", "name"),
            Column("email", "email"),
            Column("age", "attribute", "age", "number"),
        ],
        treat_as="subscribed",
        read_address=read_address,
        first_wins=False,
    )
    batch = plan.read(iter(records(b"Ada,ADA@example.org,old\n")), most=9)
    assert batch.rejected == [
        Rejection(
            1,
            "age: 'old' is no number. Map the column to text, or mend the cell.",
            "ADA@example.org",
        )
    ]
    assert batch.rejected_addresses == {"ada@example.org"}


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ([Column("a", "name")], "e-mail address"),
        ([Column("a", "email"), Column("b", "email")], "Only one"),
        ([Column("a", "email"), Column("b", "attribute", "no spaces")], "letters"),
        (
            [
                Column("a", "email"),
                Column("b", "attribute", "x"),
                Column("c", "attribute", "x"),
            ],
            "another column",
        ),
    ],
)
def test_contradicting_mappings_are_refused(columns: list[Column], match: str) -> None:
    with pytest.raises(BadMapping, match=match):
        check_mapping(columns, complete=True)


@given(st.sampled_from(sorted(READERS)), st.text())
def test_no_cell_makes_a_reader_fail_but_by_saying_so(kind: str, cell: str) -> None:
    with contextlib.suppress(BadValue):
        READERS[kind](cell)


# --- any bytes -----------------------------------------------------------------------------------

_BYTES = st.lists(
    st.sampled_from(
        [b'"', b",", b"\n", b"\r", b"\r\n", b"a@example.org", b"x", b"\0", b"\xff", "é".encode()]
    )
).map(b"".join)


@given(_BYTES)
def test_reading_goes_on_from_any_record_as_if_it_had_never_stopped(data: bytes) -> None:
    reader = Reader(io.BytesIO(data).read, delimiter=",")
    places, found = [(0, 1)], []
    for record in reader:
        found.append(record)
        places.append((reader.offset, reader.line))
    for number, (offset, line) in enumerate(places):
        rest = io.BytesIO(data)
        rest.seek(offset)
        again = Reader(rest.read, delimiter=",", offset=offset, line=line)
        assert list(again) == found[number:]


@given(_BYTES | st.binary())
def test_every_record_of_any_bytes_is_a_person_a_suppression_or_a_rejection(data: bytes) -> None:
    plan = Plan(
        [Column("a", "email"), Column("b", "attribute", "b", "number")],
        treat_as="subscribed",
        read_address=read_address,
        first_wins=False,
    )
    total = len(records(data))
    batch = plan.read(iter(records(data)), most=10**9)
    assert batch.read == total == len(batch.people) + len(batch.rejected) + batch.repeated


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufffd"))))
def test_what_was_written_as_csv_is_read_back(cells: list[str]) -> None:
    import csv

    text = io.StringIO()
    csv.writer(text).writerow(["x", *cells])
    read_back = records(text.getvalue().encode())
    lines = sum(cell.count("\n") + cell.count("\r") for cell in cells)
    if lines < 90:
        assert read_back == [(1, ["x", *cells], "")]
