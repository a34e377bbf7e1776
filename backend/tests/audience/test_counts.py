"""The counts of mailing lists equal their rows, whatever is written and whoever races."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from posthorn.accounts.actor import SYSTEM
from posthorn.audience import counts, services
from posthorn.audience.models import MailingList, Membership, Subscriber, Suppression
from posthorn.campaigns.services import delete_list
from posthorn.core.errors import DomainError
from tests.factories import make_list, make_subscriber

ADDRESSES = strategies.sampled_from([f"{name}@example.org" for name in ("ada", "bob", "cy")])


class CountsMachine(RuleBasedStateMachine):
    """A person does to lists, subscribers and suppressions whatever the services offer."""

    @initialize()
    def begin(self) -> None:
        Subscriber.objects.all().delete()
        Suppression.objects.all().delete()
        MailingList.objects.all().delete()
        self.lists = [make_list().pk for _ in range(3)]

    def try_to(self, work: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                work()
        except DomainError:
            pass

    @rule(email=ADDRESSES, chosen=strategies.sets(strategies.integers(0, 2)))
    def create(self, email: str, chosen: set[int]) -> None:
        lists = [self.lists[each] for each in chosen]
        self.try_to(lambda: services.create_subscriber(email=email, lists=lists, by=SYSTEM))

    @rule(email=ADDRESSES, new=ADDRESSES, chosen=strategies.sets(strategies.integers(0, 2)))
    def change(self, email: str, new: str, chosen: set[int]) -> None:
        lists = [self.lists[each] for each in chosen]
        for pk in Subscriber.objects.filter(email=email).values_list("pk", flat=True):
            self.try_to(
                lambda pk=pk: services.update_subscriber(  # type: ignore[misc]
                    subscriber_id=pk, changes={"email": new, "lists": lists}, by=SYSTEM
                )
            )

    @rule(email=ADDRESSES)
    def delete(self, email: str) -> None:
        for pk in list(Subscriber.objects.filter(email=email).values_list("pk", flat=True)):
            services.delete_subscriber(subscriber_id=pk, by=SYSTEM)

    @rule(email=ADDRESSES)
    def suppress(self, email: str) -> None:
        self.try_to(lambda: services.create_suppression(email=email, by=SYSTEM))

    @rule(email=ADDRESSES)
    def unsubscribe(self, email: str) -> None:
        services.unsubscribe_address(email=email)

    @rule()
    def suppress_the_domain(self) -> None:
        self.try_to(lambda: services.create_suppression(domain="example.org", by=SYSTEM))

    @rule(email=ADDRESSES | strategies.none())
    def lift(self, email: str | None) -> None:
        for pk in list(Suppression.objects.filter(email=email).values_list("pk", flat=True)):
            services.delete_suppression(suppression_id=pk, by=SYSTEM)

    @rule(chosen=strategies.integers(0, 2))
    def replace_a_list(self, chosen: int) -> None:
        delete_list(list_id=self.lists[chosen], by=SYSTEM)
        self.lists[chosen] = make_list().pk

    @invariant()
    def counts_equal_rows(self) -> None:
        assert all(report.consistent for report in counts.report_lists()), counts.report_lists()


@pytest.mark.django_db
def test_counts_equal_the_rows_whatever_is_written() -> None:
    run_state_machine_as_test(
        CountsMachine, settings=settings(max_examples=25, stateful_step_count=25, deadline=None)
    )


@pytest.mark.django_db
def test_a_writer_in_bulk_says_what_it_changed() -> None:
    first, second = make_list(subscribers=2), make_list()
    with transaction.atomic():
        counts.lock()
        people = Subscriber.objects.bulk_create(
            Subscriber(email=f"new{number}@example.org") for number in range(3)
        )
        Suppression.objects.create(email="new1@example.org", reason="manual")
        Membership.objects.bulk_create(
            Membership(mailing_list=second, subscriber=person) for person in people
        )
        counts.add({second.pk: counts.Change(3, 1), first.pk: counts.Change(0, 0)})
    assert all(report.consistent for report in counts.report_lists())
    second.refresh_from_db()
    assert (second.subscriber_count, second.suppressed_count, second.mailable_count) == (3, 1, 2)


@pytest.mark.django_db
def test_a_failed_block_counts_nothing() -> None:
    mailing_list = make_list(subscribers=1)

    def fail() -> None:
        with counts.changing(Subscriber.objects.all()):
            Membership.objects.all().delete()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    mailing_list.refresh_from_db()
    assert mailing_list.subscriber_count == Membership.objects.count() == 1


@pytest.mark.django_db
def test_recounting_repairs_the_chosen_lists_alone() -> None:
    first, second = make_list(subscribers=2), make_list(subscribers=3)
    MailingList.objects.update(subscriber_count=7, suppressed_count=1)
    assert [report.list_id for report in counts.recount([second.pk])] == [second.pk]
    assert [report.consistent for report in counts.report_lists([first.pk, second.pk])] == [
        False,
        True,
    ]


@pytest.mark.django_db
def test_the_command_tells_and_repairs_counts_that_are_wrong() -> None:
    mailing_list = make_list(name="Readers", subscribers=2)
    MailingList.objects.update(subscriber_count=5)
    told = StringIO()
    with pytest.raises(CommandError, match="1 of 1 lists do not add up"):
        call_command("reconcile", stdout=StringIO(), stderr=told)
    assert "Readers" in told.getvalue()
    call_command("reconcile", "--repair-lists", stdout=StringIO(), stderr=StringIO())
    mailing_list.refresh_from_db()
    assert mailing_list.subscriber_count == 2
    call_command("reconcile", stdout=StringIO(), stderr=StringIO())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change", [{"suppressed_count": -1}, {"suppressed_count": 1}, {"subscriber_count": -1}]
)
def test_the_database_refuses_counts_that_make_no_sense(change: dict[str, int]) -> None:
    mailing_list = make_list()
    with pytest.raises(IntegrityError), transaction.atomic():
        MailingList.objects.filter(pk=mailing_list.pk).update(**change)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("existing", [True, False], ids=["joins", "is created"])
def test_whoever_joins_while_the_address_is_suppressed_is_counted(existing: bool) -> None:
    """Neither sees the other's uncommitted row; without the lock neither counts it."""
    for number in range(8):
        mailing_list = make_list()
        email = f"racer{number}@example.org"
        person = make_subscriber(email=email) if existing else None

        def join(
            email: str = email, pk: int = mailing_list.pk, person: Subscriber | None = person
        ) -> None:
            if person is None:
                services.create_subscriber(email=email, lists=[pk], by=SYSTEM)
            else:
                services.update_subscriber(
                    subscriber_id=person.pk, changes={"lists": [pk]}, by=SYSTEM
                )

        def suppress(email: str = email) -> None:
            services.unsubscribe_address(email=email)

        _together(join, suppress)
        mailing_list.refresh_from_db()
        assert (mailing_list.subscriber_count, mailing_list.suppressed_count) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_put_the_same_one_on_a_list_count_it_once() -> None:
    for number in range(8):
        mailing_list = make_list()
        person = make_subscriber(email=f"twice{number}@example.org")

        def join(pk: int = mailing_list.pk, person_id: int = person.pk) -> None:
            services.update_subscriber(subscriber_id=person_id, changes={"lists": [pk]}, by=SYSTEM)

        _together(join, join)
        mailing_list.refresh_from_db()
        assert mailing_list.subscriber_count == 1


def _together(*works: Callable[[], None]) -> None:
    """Do all at once, in threads; what one of them raises fails the test."""
    gate = threading.Barrier(len(works))
    raised: list[Exception] = []

    def do(work: Callable[[], None]) -> None:
        gate.wait()
        try:
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not raised
