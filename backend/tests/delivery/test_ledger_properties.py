"""Any sequence of moves, claims, crashes and retries keeps the ledger's promises."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db.utils import IntegrityError
from hypothesis import Phase, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from posthorn.accounts.actor import SYSTEM
from posthorn.accounts.models import User
from posthorn.audience.models import Suppression
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError
from posthorn.delivery import lane, ledger, moves
from posthorn.delivery.freeze import freeze_audience
from posthorn.delivery.messages import read_batch
from posthorn.delivery.models import Batch, Delivery
from posthorn.delivery.numbers import reconcile
from posthorn.transports.models import MessageEvent
from tests.workers import make_campaign, make_list

SIZE = 1100
#: Shrinking a story of real transactions takes minutes; the seed repeats it.
PHASES = (Phase.explicit, Phase.generate)


class LedgerMachine(RuleBasedStateMachine):
    """Two lanes, a person and an undertaker work on one campaign in any order."""

    @initialize(inside=strategies.booleans())
    def begin(self, inside: bool) -> None:
        self.user = User.objects.get(username="anna")
        self.readers = make_list(SIZE)
        self.campaign = make_campaign(
            self.readers, transport="database" if inside else "log", subject="x", body_text="x"
        ).pk
        self.inside = inside
        self.claims: list[ledger.Claim] = []
        #: What left the house, as the world outside would count it.
        self.delivered: dict[int, int] = {}
        self.asked_again: set[int] = set()

    def teardown(self) -> None:
        MessageEvent.objects.all().delete()
        Suppression.objects.all().delete()

    # --- a person ---

    @rule()
    def start(self) -> None:
        try:
            moves.start_campaign(campaign_id=self.campaign, by=self.user.actor)
        except DomainError:
            return
        freeze_audience(campaign_id=self.campaign)

    @rule()
    def stop(self) -> None:
        with contextlib.suppress(DomainError):
            moves.stop_campaign(campaign_id=self.campaign, by=self.user.actor)

    @rule(number=strategies.integers(0, 20))
    def cancel(self, number: int) -> None:
        # Seldom: it ends the story.
        if number:
            return
        with contextlib.suppress(DomainError):
            moves.cancel_campaign(campaign_id=self.campaign, by=self.user.actor)

    @rule(statuses=strategies.sets(strategies.sampled_from(["failed", "unknown"]), min_size=1))
    def retry(self, statuses: set[str]) -> None:
        chosen = set(
            Delivery.objects.filter(campaign_id=self.campaign, status__in=statuses).values_list(
                "pk", flat=True
            )
        )
        try:
            moves.retry_campaign(
                campaign_id=self.campaign, statuses=list(statuses), by=self.user.actor
            )
        except DomainError:
            return
        self.asked_again |= chosen

    @rule(position=strategies.integers(0, SIZE - 1))
    def suppress(self, position: int) -> None:
        person = self.readers.subscribers.order_by("pk")[position]
        Suppression.objects.get_or_create(email=person.email, defaults={"reason": "manual"})

    @rule()
    def mark_one_sent(self) -> None:
        row = Delivery.objects.filter(campaign_id=self.campaign, status="unknown").first()
        if row is not None:
            assert ledger.mark_sent(delivery_id=row.pk, campaign_id=self.campaign, by=SYSTEM)

    # --- lanes ---

    @precondition(lambda self: len(self.claims) < 2)
    @rule()
    def claim(self) -> None:
        campaign = self.row()
        if campaign.status not in (Status.RUNNING, Status.CANCELLED):
            return
        held = set(
            Batch.objects.filter(lease__in=[claim.lease for claim in self.claims]).values_list(
                "pk", flat=True
            )
        )
        try:
            claim = ledger.claim_batch(campaign_id=self.campaign, run_number=campaign.run_number)
        except ledger.LanesBusy:
            return
        if claim is not None:
            assert claim.batch_id not in held
            self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule()
    def work(self) -> None:
        """A lane sends its whole batch, or skips it when the campaign was cancelled."""
        claim = self.claims.pop(0)
        campaign = self.row()
        work = lane._Lane(campaign)
        try:
            if campaign.status == Status.CANCELLED:
                ledger.skip_remaining(claim)
            elif self.inside:
                before = set(MessageEvent.objects.values_list("pk", flat=True))
                work.work(claim)
                for pk in set(MessageEvent.objects.values_list("pk", flat=True)) - before:
                    self.deliver(pk)
            else:
                self.send_outside(claim, share=1.0, record=True)
        except (ledger.NotRunning, ledger.LeaseLost):
            ledger.release_batch(claim)

    @precondition(lambda self: self.claims and not self.inside)
    @rule(share=strategies.floats(0.1, 1.0))
    def die_while_sending(self, share: float) -> None:
        """A worker announces a slice, sends some of it, and is gone."""
        claim = self.claims.pop(0)
        try:
            self.send_outside(claim, share=share, record=False)
        except (ledger.NotRunning, ledger.LeaseLost):
            ledger.release_batch(claim)

    @precondition(lambda self: self.claims)
    @rule()
    def die_before_sending(self) -> None:
        self.claims.pop(0)

    @rule(stalled=strategies.booleans())
    def take_back(self, stalled: bool) -> None:
        """The leases of the dead run out; those of the living only when they stalled."""
        held = [] if stalled else [claim.lease for claim in self.claims]
        Batch.objects.filter(campaign_id=self.campaign, lease__isnull=False).exclude(
            lease__in=held
        ).update(leased_until=database_now() - timedelta(seconds=1))
        ledger.take_back_expired_leases()

    @precondition(lambda self: self.claims and not self.inside)
    @rule()
    def stall_while_sending(self) -> None:
        """A worker sends so slowly that its lease runs out, and then wants to record."""
        claim = self.claims.pop(0)
        try:
            self.send_outside(claim, share=0.5, record=True, stall=True)
        except (ledger.NotRunning, ledger.LeaseLost):
            ledger.release_batch(claim)

    @rule()
    def finish(self) -> None:
        moves.finish_campaign(campaign_id=self.campaign)

    # --- what must hold at every instant ---

    @invariant()
    def tally_equals_rows(self) -> None:
        if not hasattr(self, "campaign"):
            return
        report = reconcile(self.campaign)
        assert report.consistent, report.differences
        campaign = self.row()
        assert bool(campaign.total) == (campaign.frozen_at is not None)

    @invariant()
    def finished_has_nothing_open(self) -> None:
        if hasattr(self, "campaign") and self.row().status == Status.FINISHED:
            assert not Delivery.objects.filter(
                campaign_id=self.campaign, status__in=["pending", "sending"]
            ).exists()

    @invariant()
    def nobody_is_lost_and_nobody_gets_two(self) -> None:
        if not hasattr(self, "campaign"):
            return
        for pk, count in self.delivered.items():
            assert count == 1 or pk in self.asked_again
        told = set(
            Delivery.objects.filter(
                campaign_id=self.campaign, status__in=["sent", "sending", "unknown"]
            ).values_list("pk", flat=True)
        )
        assert set(self.delivered) <= told | self.asked_again

    # --- within ---

    def row(self) -> Campaign:
        return Campaign.objects.get(pk=self.campaign)

    def deliver(self, pk: int) -> None:
        self.delivered[pk] = self.delivered.get(pk, 0) + 1

    def send_outside(
        self, claim: ledger.Claim, *, share: float, record: bool, stall: bool = False
    ) -> None:
        due = database_now()
        rows = [
            row
            for row in read_batch(claim, due=due, with_attributes=False)
            if not row.deferred and not row.skip_reason
        ][:50]
        if not rows:
            ledger.release_batch(claim)
            return
        span = ledger.Span(self.campaign, rows[0].subscriber_id, rows[-1].subscriber_id)
        between = [
            row
            for row in read_batch(claim, due=due, with_attributes=False)
            if span.first <= row.subscriber_id <= span.last and row.skip_reason
        ]
        skipped = [
            ledger.Result(row.id, ledger.SKIPPED, detail=row.skip_reason, attempts=0)
            for row in between
        ]
        ledger.mark_sending(claim, span, skipped=skipped, sending=len(rows), due=due)
        sent = rows[: max(1, int(len(rows) * share))]
        for row in sent:
            self.deliver(row.id)
        if stall:
            self.take_back(stalled=True)
        if record:
            refused = [
                ledger.Result(row.id, ledger.FAILED, detail="550 no", attempts=1)
                for row in rows[len(sent) :]
            ]
            ledger.record_sending(
                claim, span, exceptions=refused, sent=len(sent), sent_at=datetime.now(UTC)
            )
            ledger.release_batch(claim)


@pytest.mark.django_db(transaction=True)
def test_the_ledger_keeps_its_promises_whatever_happens(user: User) -> None:
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(max_examples=40, stateful_step_count=40, deadline=None, phases=PHASES),
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [{"sent": 1}, {"pending": -1, "total": -1}, {"status": "finished", "pending": 1, "total": 1}],
)
def test_the_database_refuses_a_tally_that_does_not_add_up(change: dict[str, object]) -> None:
    campaign = make_campaign()
    with pytest.raises(IntegrityError):
        Campaign.objects.filter(pk=campaign.pk).update(**change)
