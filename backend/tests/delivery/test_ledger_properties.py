"""Any sequence of moves, claims, crashes and retries keeps the ledger's promises."""

from __future__ import annotations

import contextlib
import random
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db.utils import IntegrityError
from hypothesis import Phase, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from posthorn.accounts.models import User
from posthorn.audience.models import Suppression
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import Campaign
from posthorn.core.clock import database_now
from posthorn.core.errors import DomainError
from posthorn.delivery import duties, lane, leases, ledger, moves, outside
from posthorn.delivery.freeze import freeze_audience
from posthorn.delivery.handover import RollingHandover
from posthorn.delivery.messages import Composer
from posthorn.delivery.models import Batch, Delivery
from posthorn.delivery.numbers import reconcile
from posthorn.delivery.watch import WATCH
from posthorn.transports.base import (
    Envelope,
    Handover,
    Message,
    Outcome,
    Refusal,
    Refused,
    Returned,
    Sent,
    Skipped,
    TransportUnavailable,
    Uncertain,
    Unsendable,
    Verdict,
)
from posthorn.transports.database import DatabaseTransport
from posthorn.transports.models import MessageEvent
from tests.factories import make_campaign, make_list

SIZE = 1100
#: How many deliveries each story came to.
WORKED: list[int] = []
#: Shrinking a story of real transactions takes minutes; the seed repeats it.
PHASES = (Phase.explicit, Phase.generate)


class LedgerMachine(RuleBasedStateMachine):
    """Two lanes, a person and an undertaker work on one campaign in any order.

    No rule has a precondition: threads take part, and what can be drawn must not depend on them.
    """

    @initialize(inside=strategies.booleans())
    def begin(self, inside: bool) -> None:
        self.user = User.objects.get(username="anna")
        self.readers = make_list(SIZE)
        self.campaign = make_campaign(
            self.readers, transport="database" if inside else "log", subject="x", body_text="x"
        ).pk
        self.inside = inside
        self.claims: list[leases.Claim] = []
        #: What left the house, as the world outside would count it.
        self.delivered: dict[int, int] = {}
        self.asked_again: set[int] = set()
        self.start()

    def teardown(self) -> None:
        WORKED.append(len(getattr(self, "delivered", ())))
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

    @rule(number=strategies.integers(0, 100))
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
            moves.mark_delivery_sent(
                campaign_id=self.campaign, delivery_id=row.pk, by=self.user.actor
            )

    # --- lanes ---

    @rule()
    def claim(self) -> None:
        """A lane claims a batch, and takes its time."""
        if len(self.claims) < 2 and (claim := self.take_claim()):
            self.claims.append(claim)

    def take_claim(self) -> leases.Claim | None:
        campaign = self.row()
        if campaign.status not in (Status.RUNNING, Status.CANCELLED):
            return None
        held = set(
            Batch.objects.filter(lease__in=[claim.lease for claim in self.claims]).values_list(
                "pk", flat=True
            )
        )
        try:
            claim = leases.claim_batch(campaign_id=self.campaign, run_number=campaign.run_number)
        except leases.LanesBusy:
            # The dead hold them all: time passes.
            return self.take_back(stalled=False)
        assert claim is None or claim.batch_id not in held
        return claim

    @rule(seed=strategies.integers(0, 2**32), window=strategies.sampled_from([1, 7, 60, 500]))
    def work_with(self, seed: int, window: int) -> None:
        self.work(seed, window)

    def work(self, seed: int, window: int) -> None:
        """A lane sends from its claim on, whatever happens meanwhile; or skips, if cancelled."""
        if seed % 2:
            # Somebody sees that it does not run.
            self.start()
        claim = self.claims.pop(0) if self.claims else self.take_claim()
        if claim is None:
            return
        campaign = self.row()
        if campaign.status == Status.CANCELLED:
            with contextlib.suppress(leases.LeaseLost):
                ledger.skip_remaining(claim)
        elif self.inside:
            before = set(MessageEvent.objects.values_list("pk", flat=True))
            composer = Composer(campaign, linked=False)
            lane._Inside(campaign, DatabaseTransport(), composer, claim).send()
            for pk in set(MessageEvent.objects.values_list("pk", flat=True)) - before:
                self.deliver(pk)
        else:
            self.hand_over(campaign, claim, Weather(self, random.Random(seed), window))

    def hand_over(self, campaign: Campaign, claim: leases.Claim, transport: Weather) -> None:
        transport.campaign = campaign
        handover = RollingHandover(
            campaign=campaign,
            transport=transport,
            composer=Composer(campaign, linked=True),
            watch=WATCH,
            claim=claim,
            claimed_at=time.monotonic(),
        )
        try:
            outside.hand_over(campaign, transport, handover)
        except (Died, Bug):
            pass
        finally:
            handover.abandon()

    @rule()
    def die_before_sending(self) -> None:
        if self.claims:
            self.claims.pop(0)

    @rule(stalled=strategies.booleans())
    def take_back(self, stalled: bool) -> None:
        """The leases of the dead run out; those of the living only when they stalled."""
        held = [] if stalled else [claim.lease for claim in self.claims]
        Batch.objects.filter(campaign_id=self.campaign, lease__isnull=False).exclude(
            lease__in=held
        ).update(leased_until=database_now() - timedelta(seconds=1))
        duties.take_back_expired()

    @rule(seed=strategies.integers(0, 2**32))
    def go_on(self, seed: int) -> None:
        """Most of what happens is that lanes work."""
        self.work(seed, 60)

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


class Died(BaseException):
    """The worker is gone, in the middle of whatever it did."""


class Bug(Exception):
    """Something that no transport should raise."""


class Weather:
    """A transport in memory that reports in any order, whatever the story brings meanwhile."""

    name = "log"
    in_database = False
    campaign: Campaign

    def __init__(self, machine: LedgerMachine, chance: random.Random, window: int) -> None:
        self._machine = machine
        self._chance = chance
        self.window = window

    def check(self) -> str:
        return ""

    def send(self, envelope: Envelope, handover: Handover) -> None:
        with ThreadPoolExecutor(1) as others:
            for messages in handover:
                mixed = self._chance.sample(messages, len(messages))
                # Some end in another thread, while the next chunk is asked for.
                later = self._chance.choice([0, 0, len(mixed) // 2])
                others.submit(self._finish, mixed[:later], handover)
                for message in mixed[later:]:
                    self._meanwhile()
                    self._one(message, handover)

    def _finish(self, messages: list[Message], handover: Handover) -> None:
        for message in messages:
            try:
                self._one(message, handover)
            except (Died, Bug):
                # A connection that breaks has that one message in doubt.
                handover.report(Uncertain(message.delivery_id, "It broke."))

    def _one(self, message: Message, handover: Handover) -> None:
        number = message.delivery_id
        verdict = handover.may_begin(message)
        if verdict is not Verdict.SEND:
            halted = verdict is Verdict.HALT
            handover.report(Returned(number) if halted else Skipped(number))
            return
        outcomes: list[Outcome] = [
            Sent(number, datetime.now(UTC)),
            Refused(number, Refusal.PERMANENT, "550 no"),
            Refused(number, Refusal.TRANSIENT, "451 later"),
            Uncertain(number, "lost"),
            Returned(number, after=timedelta(seconds=0.01)),
        ]
        (outcome,) = self._chance.choices(outcomes, [80, 5, 5, 5, 5])
        if isinstance(outcome, Sent | Uncertain):
            self._machine.deliver(number)
            if self._chance.random() < 0.004:
                # It went out, and nobody will hear of it.
                raise self._chance.choice([Died, Bug])
        handover.report(outcome)

    def _meanwhile(self) -> None:
        """Now and then somebody does something, or the worker dies."""
        machine = self._machine
        if self._chance.random() > 0.002:
            return
        event = self._chance.choice(
            ["look", "look", "stop", "restart", "suppress", "stall", "die", "bug", "away", "wrong"]
        )
        if event == "look":
            WATCH.look()
        elif event == "stop":
            machine.stop()
        elif event == "restart":
            machine.stop()
            machine.start()
        elif event == "suppress":
            machine.suppress(self._chance.randrange(SIZE))
        elif event == "stall":
            machine.take_back(stalled=True)
        elif event == "die":
            raise Died
        elif event == "bug":
            raise Bug
        elif event == "away":
            raise TransportUnavailable("It is away.")
        else:
            raise Unsendable("The sender can't be written.")


@pytest.mark.django_db(transaction=True)
def test_the_ledger_keeps_its_promises_whatever_happens(user: User) -> None:
    WORKED.clear()
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(max_examples=40, stateful_step_count=40, deadline=None, phases=PHASES),
    )
    # Stories in which nothing was sent prove nothing.
    assert sum(1 for delivered in WORKED if delivered) > len(WORKED) / 4, WORKED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "change",
    [{"sent": 1}, {"pending": -1, "total": -1}, {"status": "finished", "pending": 1, "total": 1}],
)
def test_the_database_refuses_a_tally_that_does_not_add_up(change: dict[str, object]) -> None:
    campaign = make_campaign()
    with pytest.raises(IntegrityError):
        Campaign.objects.filter(pk=campaign.pk).update(**change)
