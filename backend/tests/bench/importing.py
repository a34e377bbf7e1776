"""How fast a file of subscribers comes in, beside a bare `COPY` of the same rows.

By itself: `python -m tests.bench.importing [--rows N] [--sqlite]`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import psycopg

from tests.bench import installation
from tests.services import postgres_server, redis_server

_CITIES = ("Riga", "Bern", "Москва", "Lima", "Oslo", "Kyoto", "Казань", "Austin")
_FIRST = ("Anna", "Boris", "Chloe", "Dmitry", "Elena", "Farid", "Grace", "Hugo", "Ирина", "Jonas")
_LAST = ("Fischer", "Ivanova", "Smith", "Okafor", "Tanaka", "Петров", "Silva", "Novak", "Berg")


def write_file(path: Path, rows: int) -> None:
    """A CSV such as other systems export: about 60 bytes a row, four attributes."""
    randomness = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("email", "name", "city", "age", "vip", "joined"))
        for number in range(rows):
            first, last = randomness.choice(_FIRST), randomness.choice(_LAST)
            writer.writerow(
                (
                    f"{randomness.randrange(10**6)}.{number}@{randomness.choice('abc')}.example.com",
                    f"{first} {last}",
                    randomness.choice(_CITIES),
                    randomness.randrange(18, 90),
                    "yes" if number % 7 == 0 else "no",
                    f"20{randomness.randrange(10, 26)}-0{randomness.randrange(1, 10)}-15",
                )
            )


def index_for_search() -> None:
    """The index that searches by part of an address or a name, where there is none yet."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                "CREATE INDEX bench_search ON audience_subscriber"
                " USING gin (email gin_trgm_ops, name gin_trgm_ops)"
            )


def bare_copy(url: str, path: Path) -> float:
    """Seconds for the same bytes into a table of text without an index."""
    with psycopg.connect(url) as connection, path.open("rb") as file:
        connection.execute("DROP TABLE IF EXISTS bare_people")
        connection.execute(
            "CREATE TABLE bare_people"
            " (email text, name text, city text, age text, vip text, joined text)"
        )
        connection.commit()
        began = time.perf_counter()
        with connection.cursor().copy("COPY bare_people FROM STDIN (FORMAT csv, HEADER)") as copy:
            while data := file.read(256 * 1024):
                copy.write(data)
        connection.commit()
        spent = time.perf_counter() - began
        connection.execute("DROP TABLE bare_people")
        return spent


def import_file(path: Path, list_id: int, *, mode: str = "update") -> float:
    """Seconds from the start to the last slice, in this process, as a worker does it."""
    from posthorn.accounts.actor import SYSTEM
    from posthorn.audience.imports import running, services
    from posthorn.audience.imports.models import Import, ImportStatus

    with path.open("rb") as file:
        import_id = services.upload_import(
            file=file,
            size=path.stat().st_size,
            pieces=_rewound(file),
            file_name=path.name,
            options={"mode": mode, "lists": [list_id]},
            by=SYSTEM,
        )
    services.start_import(import_id=import_id, by=SYSTEM)
    began = time.perf_counter()
    while running.run_slice(import_id=import_id):
        pass
    spent = time.perf_counter() - began
    job = Import.objects.get(pk=import_id)
    assert job.status == ImportStatus.FINISHED, job.reason
    assert job.rejected == 0, job.rejected
    return spent


def _rewound(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while data := file.read(1024 * 1024):
        yield data


def peak_megabytes() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(rows: int, *options: str) -> dict[str, float]:
    """The same in a process of its own, so that its memory is its own too."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.importing", "--rows", str(rows), *options],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rates: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return rates


def measure(path: Path, rows: int, url: str) -> dict[str, float]:
    """Rows a second: new, unchanged, and by a bare COPY ("" as `url`: there is none)."""
    from posthorn.audience.models import MailingList

    list_id = MailingList.objects.create(name=f"Imported {time.time()}").pk
    rates: dict[str, float] = {}
    if url:
        index_for_search()
        rates["copy"] = rows / bare_copy(url, path)
    rates["new"] = rows / import_file(path, list_id)
    rates["unchanged"] = rows / import_file(path, list_id)
    rates["megabytes"] = peak_megabytes()
    return rates


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sqlite", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="posthorn-bench-")))
        path = folder / "people.csv"
        write_file(path, options.rows)
        url = ""
        if options.sqlite:
            for name in ("DATABASE_URL", "REDIS_URL"):
                os.environ.pop(name, None)
            installation.set_up(folder)
        else:
            postgres = stack.enter_context(postgres_server())
            redis = stack.enter_context(redis_server())
            url = postgres.url
            installation.set_up(folder, DATABASE_URL=url, REDIS_URL=redis.url)
        print(json.dumps(measure(path, options.rows, url)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
