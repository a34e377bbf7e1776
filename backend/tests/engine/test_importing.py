"""Imports by workers as they run, and as they die."""

from __future__ import annotations

import io

import pytest
from django.conf import settings

from posthorn.accounts.actor import SYSTEM
from posthorn.audience.imports import services
from posthorn.audience.imports.models import Import, ImportStatus
from posthorn.audience.models import MailingList, Membership, Subscriber
from tests.factories import make_campaign, make_list
from tests.workers import Engine, wait_for, wait_for_status

ROWS = 60_000


def start_import(mailing_list: MailingList) -> int:
    data = b"email,name,city\n" + b"".join(
        b"import%d@example.org,Person %d,Riga\n" % (number, number) for number in range(ROWS)
    )
    import_id = services.upload_import(
        file=io.BytesIO(data),
        size=len(data),
        pieces=[data],
        file_name="people.csv",
        options={"lists": [mailing_list.pk]},
        by=SYSTEM,
    )
    services.start_import(import_id=import_id, by=SYSTEM)
    return import_id


def wait_for_import(import_id: int) -> Import:
    wait_for(
        lambda: Import.objects.get(pk=import_id).status != ImportStatus.RUNNING, "the import's end"
    )
    return Import.objects.get(pk=import_id)


@pytest.mark.skipif(
    settings.ENV.embedded, reason="worker processes need PostgreSQL and Redis; runs there"
)
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_and_doubles_no_row(engine: Engine) -> None:
    readers = MailingList.objects.create(name="Imported")
    engine.start(workers=1)
    import_id = start_import(readers)
    wait_for(lambda: Import.objects.get(pk=import_id).rows_read > 0, "the first batch")
    engine.kill_first()
    # It was killed in the midst of its work, or the test proves nothing.
    assert Import.objects.get(pk=import_id).status == ImportStatus.RUNNING
    engine.start(workers=1)
    job = wait_for_import(import_id)
    assert (job.status, job.rows_read, job.new) == (ImportStatus.FINISHED, ROWS, ROWS)
    assert Subscriber.objects.count() == ROWS
    assert Membership.objects.filter(mailing_list=readers).count() == ROWS


@pytest.mark.django_db(transaction=True)
def test_a_campaign_goes_out_while_an_import_runs(engine: Engine) -> None:
    campaign = make_campaign(lists=[make_list(200)])
    import_id = start_import(MailingList.objects.create(name="Imported"))
    from posthorn.delivery import moves

    moves.start_campaign(campaign_id=campaign.pk, by=SYSTEM)
    engine.start(workers=1)
    finished = wait_for_status(campaign, "finished")
    assert finished.sent == 200
    # The import takes turns with it, a second each.
    assert wait_for_import(import_id).new == ROWS
