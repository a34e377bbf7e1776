"""Imports into the database: what becomes of the rows, whoever dies, cancels or intervenes."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.db import connection

from posthorn.accounts.actor import SYSTEM
from posthorn.audience.counts import report_lists
from posthorn.audience.imports import duties, running, services
from posthorn.audience.imports.models import (
    COUNTERS,
    Import,
    ImportStatus,
    RejectedLine,
    UploadPiece,
)
from posthorn.audience.models import MailingList, Membership, Subscriber, Suppression
from posthorn.core.clock import database_now
from posthorn.core.errors import InvalidInput
from tests.factories import make_list, make_subscriber

pytestmark = pytest.mark.django_db

PEOPLE = b"email,name,city\nada@example.org,Ada,Bern\nbob@example.org,Bob,Riga\nnobody,X,\n"


def upload(data: bytes, *, name: str = "people.csv", **options: object) -> Import:
    pk = services.upload_import(
        file=io.BytesIO(data),
        size=len(data),
        pieces=[data[:7], data[7:]],
        file_name=name,
        options=options,  # type: ignore[arg-type]
        by=SYSTEM,
    )
    return Import.objects.get(pk=pk)


def run(job: Import, *, dry_run: bool = False) -> Import:
    services.start_import(import_id=job.pk, dry_run=dry_run, by=SYSTEM)
    while running.run_slice(import_id=job.pk):
        # Whatever an import writes is counted in the same transaction.
        assert all(report.consistent for report in report_lists())
    assert all(report.consistent for report in report_lists())
    job.refresh_from_db()
    return job


def counts(job: Import) -> dict[str, int]:
    """Those that are not zero."""
    return {name: value for name in COUNTERS if (value := getattr(job, name))}


def many(numbers: Iterable[int]) -> bytes:
    return b"email,city\n" + b"".join(b"p%d@example.org,C%d\n" % (n, n % 5) for n in numbers)


def on(mailing_list: MailingList) -> set[str]:
    assert all(report.consistent for report in report_lists())
    return set(mailing_list.subscribers.values_list("email", flat=True))


# --- what becomes of the rows --------------------------------------------------------------------


def test_a_file_becomes_subscribers_on_lists_and_rejected_lines() -> None:
    first, second = make_list(), make_list()
    job = run(upload(PEOPLE, lists=[first.pk, second.pk]))
    assert job.status == ImportStatus.FINISHED
    assert counts(job) == {"new": 2, "rejected": 1}
    assert on(first) == on(second) == {"ada@example.org", "bob@example.org"}
    ada = Subscriber.objects.get(email="ada@example.org")
    assert (ada.name, ada.attributes) == ("Ada", {"city": "Bern"})
    (rejected,) = RejectedLine.objects.all()
    assert (rejected.line, rejected.address) == (4, "nobody")


def test_the_same_file_again_changes_nothing() -> None:
    readers = make_list()
    run(upload(PEOPLE, lists=[readers.pk], mode="update"))
    before = list(Subscriber.objects.values())
    job = run(upload(PEOPLE, lists=[readers.pk], mode="update"))
    assert counts(job) == {"unchanged": 2, "rejected": 1}
    assert list(Subscriber.objects.values()) == before


def test_add_leaves_those_who_are_there_as_they_are_but_puts_them_on_the_lists() -> None:
    readers = make_list()
    make_subscriber(email="ada@example.org", name="Countess", attributes={"city": "London"})
    job = run(upload(PEOPLE, lists=[readers.pk], mode="add"))
    assert counts(job) == {"new": 1, "updated": 1, "rejected": 1}
    ada = Subscriber.objects.get(email="ada@example.org")
    assert (ada.name, ada.attributes) == ("Countess", {"city": "London"})
    assert "ada@example.org" in on(readers)


def test_update_merges_attributes_and_keeps_what_the_file_does_not_say() -> None:
    make_subscriber(email="ada@example.org", name="Countess", attributes={"city": "x", "age": 36})
    job = run(upload(b"email,name,city\nada@example.org,,Bern\n", mode="update"))
    assert counts(job) == {"updated": 1}
    ada = Subscriber.objects.get(email="ada@example.org")
    assert (ada.name, ada.attributes) == ("Countess", {"city": "Bern", "age": 36})


def test_replace_list_takes_off_whoever_is_not_in_the_file() -> None:
    readers, others = make_list(), make_list()
    make_subscriber(email="gone@example.org", lists=[readers, others])
    make_subscriber(email="odd@example.org", lists=[readers])
    make_subscriber(email="ada@example.org", lists=[readers])
    # One line is rejected for its name; the file holds that person all the same.
    data = PEOPLE + b"odd@example.org," + b"x" * 300 + b",\n"
    job = run(upload(data, lists=[readers.pk], mode="replace_list"))
    assert job.removed == 1
    assert on(readers) == {"ada@example.org", "bob@example.org", "odd@example.org"}
    assert on(others) == {"gone@example.org"}


def test_replace_list_empties_nothing_for_a_file_that_could_not_be_read() -> None:
    readers = make_list(subscribers=3)
    job = run(upload(b"email,name\nnobody,X\n", lists=[readers.pk], mode="replace_list"))
    assert job.status == ImportStatus.FAILED
    assert "nobody was taken off" in job.reason
    assert len(on(readers)) == 3


def test_suppressing_by_a_file_is_counted_on_the_lists() -> None:
    readers = make_list()
    make_subscriber(email="ada@example.net", lists=[readers])
    make_subscriber(email="cy@example.org", lists=[readers])
    run(upload(b"email,status\nbob@example.net,subscribed\n", lists=[readers.pk]))
    run(upload(b"email,domain,reason,note\n,example.net,manual,x\ncy@example.org,,bounced,\n"))
    readers.refresh_from_db()
    assert (readers.subscriber_count, readers.suppressed_count) == (3, 3)


def test_importing_again_does_not_revive_who_is_suppressed() -> None:
    Suppression.objects.create(email="ada@example.org", reason="complained")
    data = b"email,status\nada@example.org,subscribed\nbob@example.org,unsubscribed\n"
    job = run(upload(data, mode="update"))
    assert counts(job) == {"new": 1, "suppressed": 1}
    kept = dict(Suppression.objects.values_list("email", "reason"))
    assert kept == {"ada@example.org": "complained", "bob@example.org": "unsubscribed"}
    assert Suppression.objects.get(email="bob@example.org").origin == "import"


def test_domains_are_suppressed_by_a_file_too() -> None:
    data = (
        b"email,domain,reason,note\n,example.net,manual,x\nada@example.org,,bounced,\n,-,manual,\n"
    )
    job = run(upload(data))
    assert counts(job) == {"suppressed": 2, "rejected": 1}
    found = set(Suppression.objects.values_list("email", "domain", "reason"))
    assert found == {(None, "example.net", "manual"), ("ada@example.org", None, "bounced")}


def test_a_dry_run_counts_and_changes_nothing() -> None:
    readers = make_list()
    make_subscriber(email="ada@example.org", name="Countess")
    job = run(upload(PEOPLE, lists=[readers.pk], mode="update"), dry_run=True)
    assert job.status == ImportStatus.UPLOADED
    assert counts(job) == {"new": 1, "updated": 1, "rejected": 1}
    assert Subscriber.objects.count() == 1
    assert not Membership.objects.exists()
    assert counts(run(job)) == {"new": 1, "updated": 1, "rejected": 1}
    assert RejectedLine.objects.count() == 1
    assert len(on(readers)) == 2


@pytest.mark.parametrize("encoding", ["utf-16", "cp1251"])
def test_another_encoding_is_unpacked_by_a_worker(encoding: str) -> None:
    data = "email;имя\nanna@example.org;Анна\nboris@example.org;Борис\n".encode(encoding)
    job = upload(data)
    assert not job.unpacked
    assert counts(run(job)) == {"new": 2}
    assert Subscriber.objects.get(email="anna@example.org").name == "Анна"


def test_another_delimiter_looks_at_the_file_anew() -> None:
    job = upload(b"email;x,name\nada@example.org;1,Ada\n", delimiter=",")
    assert job.columns == ["email;x", "name"]
    services.update_import(import_id=job.pk, options={"delimiter": ";"}, by=SYSTEM)
    job.refresh_from_db()
    assert job.columns == ["email", "x,name"]
    assert counts(run(job)) == {"new": 1}


def test_another_encoding_is_taken_after_a_dry_run_too() -> None:
    data = "email;имя\nanna@example.org;Анна\n".encode("cp1251")
    job = run(upload(data, encoding="koi8-r"), dry_run=True)
    services.update_import(import_id=job.pk, options={"encoding": "windows-1251"}, by=SYSTEM)
    run(job)
    assert Subscriber.objects.get().name == "Анна"


def test_a_file_without_addresses_is_not_started() -> None:
    job = upload(b"a,b\n1,2\n")
    with pytest.raises(InvalidInput) as refused:
        services.start_import(import_id=job.pk, by=SYSTEM)
    assert refused.value.errors[0].field == "mapping"


def test_every_row_is_counted_once_however_the_batches_fall(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "BATCH", 7)
    data = many([*range(50), *range(20)])
    job = run(upload(data, mode="update"))
    assert job.rows_read == 70
    assert (job.new, job.new + job.unchanged) == (50, 70)


# --- whoever dies, cancels or comes in between ---------------------------------------------------


class Died(BaseException):
    """The worker is gone."""


def test_a_worker_that_dies_at_any_moment_loses_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    readers = make_list()
    job = upload(many(range(100)), lists=[readers.pk])
    services.start_import(import_id=job.pk, by=SYSTEM)
    writes = 0
    record = running.Claim.record

    def dying(self: running.Claim, **changes: object) -> None:
        nonlocal writes
        writes += 1
        record(self, **changes)
        if writes % 5 == 0:
            raise Died

    monkeypatch.setattr(running.Claim, "record", dying)
    deaths = 0
    for _ in range(100):
        try:
            while running.run_slice(import_id=job.pk):
                pass
        except Died:
            deaths += 1
            # Its lease runs out.
            Import.objects.update(lease_until=database_now() - timedelta(seconds=1))
        job.refresh_from_db()
        if job.status == ImportStatus.FINISHED:
            break
    assert deaths > 3
    assert counts(job) == {"new": 100}
    assert Subscriber.objects.count() == 100
    assert len(on(readers)) == 100


def test_who_lost_its_lease_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    job = upload(PEOPLE)
    services.start_import(import_id=job.pk, by=SYSTEM)
    next_batch = running._next_batch

    def slow(*arguments: object) -> object:
        Import.objects.update(lease=None)
        return next_batch(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(running, "_next_batch", slow)
    assert not running.run_slice(import_id=job.pk)
    assert not Subscriber.objects.exists()
    job.refresh_from_db()
    assert (job.status, job.offset) == (ImportStatus.RUNNING, 0)


def test_cancelling_keeps_what_is_imported_and_imports_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "BATCH", 10)
    job = upload(many(range(100)))
    services.start_import(import_id=job.pk, by=SYSTEM)
    write = running.write_batch

    def then_cancelled(*arguments: object, **more: object) -> None:
        write(*arguments, **more)  # type: ignore[arg-type]
        services.cancel_import(import_id=job.pk, by=SYSTEM)

    monkeypatch.setattr(running, "write_batch", then_cancelled)
    assert not running.run_slice(import_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.new) == (ImportStatus.CANCELLED, 10)
    assert Subscriber.objects.count() == 10


def test_what_nobody_foresaw_ends_the_import_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "write_people", lambda *_, **__: 1 / 0)
    job = run(upload(PEOPLE))
    assert job.status == ImportStatus.FAILED
    assert "logged" in job.reason


def test_a_bomb_ends_the_import_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    data = gzip.compress(PEOPLE + b"x@example.org,,\n" * 200_000)
    job = upload(data, name="people.csv.gz")
    monkeypatch.setattr(running, "largest_unpacked", lambda: 1024 * 1024)
    run(job)
    assert job.status == ImportStatus.FAILED
    assert "larger than 1 MB" in job.reason
    assert not Subscriber.objects.exists()


def test_the_duty_rings_for_silent_imports_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(duties, "ring", lambda actor, *ids: rung.extend(ids))
    silent, held, fresh, idle = (upload(PEOPLE) for _ in range(4))
    for job in (silent, held, fresh):
        services.start_import(import_id=job.pk, by=SYSTEM)
    long_ago = database_now() - timedelta(minutes=1)
    Import.objects.exclude(pk=fresh.pk).update(active_at=long_ago)
    assert running._claim(held.pk) is not None
    duties.ring_silent()
    assert rung == [silent.pk]
    assert idle.status == ImportStatus.UPLOADED
    Import.objects.filter(pk=held.pk).update(lease_until=long_ago)
    rung.clear()
    duties.ring_silent()
    assert sorted(rung) == [silent.pk, held.pk]


def test_files_are_cleared_away_once_nobody_needs_them() -> None:
    finished, waiting, forgotten, broken_off = (upload(PEOPLE) for _ in range(4))
    run(finished)
    old = database_now() - timedelta(days=8)
    Import.objects.filter(pk=forgotten.pk).update(created_at=old)
    Import.objects.filter(pk=broken_off.pk).update(created_at=old, status=ImportStatus.UPLOADING)
    for _ in range(3):
        duties.clear_away()
    kept = UploadPiece.objects.values_list("belongs_to", flat=True)
    assert set(kept) == {waiting.pk}
    assert not Import.objects.filter(pk=broken_off.pk).exists()
    forgotten.refresh_from_db()
    assert forgotten.status == ImportStatus.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_the_same_addresses_at_once_end_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "BATCH", 50)
    readers = make_list()
    forwards, backwards = many(range(1000)), many(reversed(range(1000)))
    jobs = [upload(data, lists=[readers.pk], mode="update") for data in (forwards, backwards)]
    for job in jobs:
        services.start_import(import_id=job.pk, by=SYSTEM)

    def work(job: Import) -> None:
        try:
            while running.run_slice(import_id=job.pk):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for job in jobs:
        job.refresh_from_db()
        assert (job.status, job.rows_read) == (ImportStatus.FINISHED, 1000)
    assert sum(job.new for job in jobs) == Subscriber.objects.count() == 1000
    assert len(on(readers)) == 1000
