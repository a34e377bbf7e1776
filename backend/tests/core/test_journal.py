"""The journal: told within the transaction, so that what it writes goes with the change."""

from __future__ import annotations

import pytest
from django.db import transaction

from posthorn.accounts.actor import SYSTEM
from posthorn.audience.models import MailingList
from posthorn.audience.services import create_list
from posthorn.core import journal
from posthorn.core.errors import InvalidInput
from posthorn.core.journal import Entry, register_writer


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    monkeypatch.setattr(journal, "_writers", [])
    entries: list[Entry] = []

    def write(entry: Entry) -> None:
        assert transaction.get_connection().in_atomic_block
        entries.append(entry)

    register_writer(write)
    return entries


@pytest.mark.django_db(transaction=True)
def test_a_write_is_told_with_who_did_it(written: list[Entry]) -> None:
    created = create_list(name="Readers", by=SYSTEM)
    assert [(e.by, e.action, e.topic, e.object_id) for e in written] == [
        (SYSTEM, "create", "lists", created.pk)
    ]


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_refused_is_not_told(written: list[Entry]) -> None:
    create_list(name="Readers", by=SYSTEM)
    with pytest.raises(InvalidInput):
        create_list(name="Readers", by=SYSTEM)
    assert len(written) == 1


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_cannot_be_written_takes_the_change_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(entry: Entry) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(journal, "_writers", [fail])
    with pytest.raises(RuntimeError):
        create_list(name="Readers", by=SYSTEM)
    assert not MailingList.objects.exists()
