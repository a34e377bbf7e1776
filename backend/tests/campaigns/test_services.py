"""What may be changed and deleted when, without HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import redis
from django.db import connection, transaction

from posthorn.campaigns.errors import IllegalMove, NotEditable, StillRunning
from posthorn.campaigns.lifecycle import EDITABLE_FIELDS, Status
from posthorn.campaigns.models import Campaign
from posthorn.campaigns.services import delete_campaign, update_campaign
from posthorn.config.env import Environment
from posthorn.core.errors import DomainError, InvalidInput, NotFound
from posthorn.core.events import CHANNEL, Change, read_change, take_changed
from posthorn.delivery.models import Delivery
from posthorn.delivery.moves import start_campaign
from tests.factories import make_campaign, make_frozen_campaign, make_list, make_user

OTHER: dict[str, Any] = {
    "name": "Other",
    "subject": "Other",
    "from_name": "Other",
    "from_email": "other@example.org",
    "body_text": "Other",
    "body_html": "Other",
    "lists": [],
    "transport": "log",
    "rate_limit": 77,
    "is_public": False,
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("field", list(OTHER))
def test_every_field_in_every_status_goes_by_the_table(status: Status, field: str) -> None:
    campaign = make_campaign(status=status, lists=[make_list()])
    changes: Any = {field: OTHER[field]}

    def change() -> None:
        update_campaign(campaign_id=campaign.pk, changes=changes, by=make_user().actor)

    if field in EDITABLE_FIELDS[status]:
        change()
    else:
        with pytest.raises(NotEditable, match=field):
            change()
    stored = Campaign.objects.get()
    value = list(stored.lists.all()) if field == "lists" else getattr(stored, field)
    assert (value == OTHER[field]) is (field in EDITABLE_FIELDS[status])


@pytest.mark.django_db
def test_a_change_never_writes_the_tally() -> None:
    campaign = make_frozen_campaign()
    with transaction.atomic():
        update_campaign(campaign_id=campaign.pk, changes={"rate_limit": 5}, by=make_user().actor)
    campaign.refresh_from_db()
    assert (campaign.total, campaign.pending) == (3, 3)


@pytest.mark.django_db
def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        update_campaign(campaign_id=999, changes={"name": "x"}, by=make_user().actor)
    with pytest.raises(NotFound):
        delete_campaign(campaign_id=999, by=make_user().actor)


def listen(env: Environment) -> Callable[[], set[Change]]:
    """What was published since the last call, by whichever way this installation has."""
    if env.embedded:
        take_changed()
        return take_changed
    pubsub = redis.Redis.from_url(env.redis_url).pubsub()  # type: ignore[no-untyped-call]
    pubsub.subscribe(CHANNEL)
    assert pubsub.get_message(timeout=5)["type"] == "subscribe"
    return lambda: {read_change(pubsub.get_message(timeout=5)["data"])}


@pytest.mark.django_db(transaction=True)
def test_watchers_hear_of_a_change_and_of_a_deletion(settings: Any) -> None:
    campaign, by = make_campaign(), make_user().actor
    heard = listen(settings.ENV)
    update_campaign(campaign_id=campaign.pk, changes={"name": "x"}, by=by)
    assert heard() == {Change("campaigns", campaign.pk)}
    delete_campaign(campaign_id=campaign.pk, by=by)
    assert heard() == {Change("campaigns", campaign.pk)}


def together(*works: Callable[[], object]) -> list[DomainError | None]:
    """Run each work in a thread of its own at the same time; what each was refused with."""
    barrier = threading.Barrier(len(works))
    refusals: list[DomainError | None] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
        except DomainError as error:
            refusals[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


@pytest.mark.django_db(transaction=True)
def test_a_campaign_is_either_started_or_deleted_never_both() -> None:
    by = make_user().actor
    for _ in range(5):
        campaign = make_campaign(lists=[make_list(subscribers=1)])
        start, delete = together(
            partial(start_campaign, campaign_id=campaign.pk, by=by),
            partial(delete_campaign, campaign_id=campaign.pk, by=by),
        )
        left = Campaign.objects.filter(pk=campaign.pk).first()
        if left is None:
            assert delete is None
            # Not found, or found without its lists: it may go while the start looks at it.
            assert isinstance(start, NotFound | InvalidInput)
        else:
            assert left.status == Status.RUNNING
            assert start is None
            assert isinstance(delete, StillRunning)


@pytest.mark.django_db(transaction=True)
def test_a_campaign_never_starts_with_words_that_are_changed_after() -> None:
    by = make_user().actor
    for _ in range(5):
        campaign = make_campaign(lists=[make_list(subscribers=1)], subject="Old")
        start, edit = together(
            partial(start_campaign, campaign_id=campaign.pk, by=by),
            partial(update_campaign, campaign_id=campaign.pk, changes={"subject": "New"}, by=by),
        )
        left = Campaign.objects.get(pk=campaign.pk)
        assert start is None
        assert left.status == Status.RUNNING
        assert edit is None or isinstance(edit, IllegalMove)
        assert left.subject == ("New" if edit is None else "Old")


@pytest.mark.django_db
def test_deleting_forgets_the_lists_and_leaves_the_rows() -> None:
    campaign = make_frozen_campaign(status=Status.CANCELLED)
    delete_campaign(campaign_id=campaign.pk, by=make_user().actor)
    assert not Campaign.lists.through.objects.exists()
    assert Delivery.objects.count() == 3
