"""The audience's rules, without HTTP."""

from __future__ import annotations

import pytest

from posthorn.accounts.actor import SYSTEM
from posthorn.audience.models import Membership, Subscriber, Suppression, SuppressionReason
from posthorn.audience.selectors import subscribers_with_lists
from posthorn.audience.services import (
    check_lists,
    create_subscriber,
    create_suppression,
    suppress_addresses,
    update_subscriber,
)
from posthorn.core.errors import InvalidInput
from tests.factories import make_list, make_subscriber

pytestmark = pytest.mark.django_db


def test_one_person_in_different_case_is_one_subscriber() -> None:
    create_subscriber(email=" Ada@Example.org", by=SYSTEM)
    with pytest.raises(InvalidInput) as refusal:
        create_subscriber(email="ada@example.ORG ", by=SYSTEM)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("email", "unique")]
    assert Subscriber.objects.get().email == "ada@example.org"


def test_a_suppression_in_any_case_finds_its_subscriber() -> None:
    subscriber = make_subscriber(email="ada@example.org")
    create_suppression(email="ADA@EXAMPLE.ORG", by=SYSTEM)
    assert subscribers_with_lists().get(pk=subscriber.pk).suppressed  # type: ignore[attr-defined]


def test_every_list_that_is_not_there_is_named() -> None:
    known = make_list().pk
    with pytest.raises(InvalidInput) as refusal:
        check_lists([998, known, 999])
    assert [error.field for error in refusal.value.errors] == ["lists.0", "lists.2"]


def test_a_subscriber_with_an_unknown_list_is_not_created() -> None:
    with pytest.raises(InvalidInput):
        create_subscriber(email="ada@example.org", lists=[999], by=SYSTEM)
    assert not Subscriber.objects.exists()


def test_lists_that_stay_keep_their_memberships() -> None:
    kept, left, new = make_list(), make_list(), make_list()
    subscriber = make_subscriber(lists=[kept, left])
    membership = Membership.objects.get(mailing_list=kept)
    update_subscriber(subscriber_id=subscriber.pk, changes={"lists": [new.pk, kept.pk]}, by=SYSTEM)
    assert {each.pk for each in subscriber.lists.all()} == {kept.pk, new.pk}
    assert Membership.objects.get(mailing_list=kept).pk == membership.pk


def test_a_long_note_of_an_unsubscription_is_cut() -> None:
    notes = {"ADA@example.org": "x" * 1000}
    suppress_addresses(notes=notes, reason=SuppressionReason.UNSUBSCRIBED, by=SYSTEM)
    suppression = Suppression.objects.get()
    assert suppression.email == "ada@example.org"
    assert len(suppression.note) == 500
