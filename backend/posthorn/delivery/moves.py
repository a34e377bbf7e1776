"""The moves that a campaign makes: each one compare-and-set, then a ring."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from posthorn.accounts.actor import SYSTEM, Actor
from posthorn.audience.resolution import has_audience
from posthorn.campaigns.audience import audience_of
from posthorn.campaigns.errors import IllegalMove
from posthorn.campaigns.lifecycle import TRANSITIONS, Move, Status, allowed_moves
from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.content.rendering import TemplateError
from posthorn.core.clock import database_now
from posthorn.core.errors import FieldError, InvalidInput, NotFound
from posthorn.core.events import publish_on_commit
from posthorn.core.journal import Entry, record
from posthorn.core.rings import ring_on_commit
from posthorn.core.sessions import OUTAGES
from posthorn.delivery import ledger
from posthorn.delivery.numbers import reconcile
from posthorn.transports.daily import Waiting
from posthorn.transports.registry import UnknownTransport, get_transport

logger = logging.getLogger(__name__)

RETRIABLE = (ledger.FAILED, ledger.UNKNOWN)


def start_campaign(*, campaign_id: int, by: Actor) -> Campaign:
    """Start, or start again with what is left. `by` is SYSTEM when the schedule starts it.

    Raises IllegalMove, InvalidInput (nobody to mail) or NotFound.
    """
    now = database_now()
    with transaction.atomic():
        campaign = _get(campaign_id)
        _refuse(campaign, Move.START)
        _require_transport(campaign)
        if campaign.frozen_at is None:
            _require_audience(campaign)
        _move(
            campaign_id,
            Move.START,
            started_at=campaign.started_at or now,
            scheduled_at=None,
            stopped_at=None,
            stop_reason="",
            transport_down_since=None,
            paced_until=now,
            run_number=F("run_number") + 1,
        )
        record(Entry(by, "start", TOPIC, campaign_id))
        ring_campaign(campaign_id=campaign_id)
    return _get(campaign_id)


def stop_campaign(*, campaign_id: int, by: Actor) -> Campaign:
    """Stop a running campaign. Once this has returned, no slice can record a send as begun."""
    with transaction.atomic():
        _move(campaign_id, Move.STOP, stopped_at=database_now(), stop_reason="")
        record(Entry(by, "stop", TOPIC, campaign_id))
    return _get(campaign_id)


def stop_broken_campaign(*, campaign_id: int, reason: str, in_run: int | None = None) -> None:
    """Stop a campaign that can't run, saying why; only in that run, where one is given.

    A lane of a former run, frozen for a while, has nothing to say about this one.
    """
    reason = reason.replace("\x00", "")[:500]
    with transaction.atomic():
        moved = _try_move(
            campaign_id,
            Move.STOP,
            in_run=in_run,
            stopped_at=database_now(),
            stop_reason=reason,
        )
        if moved:
            record(Entry(SYSTEM, "stop", TOPIC, campaign_id, after={"stop_reason": reason}))
    if moved:
        logger.error("Campaign %s: stopped by itself: %s", campaign_id, reason)


@contextmanager
def stopping_when_broken(campaign_id: int, *, in_run: int | None = None) -> Iterator[None]:
    """Whatever goes wrong within stops the campaign (in that run), with a reason to act on.

    The traceback goes to the log. Only outages of the database pass: they are waited out.
    """
    try:
        yield
    except OUTAGES:
        raise
    except Exception as error:
        logger.exception("Campaign %s: broken", campaign_id)
        stop_broken_campaign(campaign_id=campaign_id, reason=_say_what_broke(error), in_run=in_run)


def _say_what_broke(error: Exception) -> str:
    if isinstance(error, UnknownTransport):
        return str(error)
    if isinstance(error, TemplateError):
        return f"The content can't be used: {error.detail} Correct it and start again."
    if isinstance(error, ledger.LedgerMismatch):
        return f"The ledger does not add up: {error} See the reconciliation and the workers' log."
    return (
        f"Sending broke: {type(error).__name__}: {error}. The workers' log says more."
        " Once that is mended, start again: it goes on with what is left."
    )


def give_up_schedule(*, campaign_id: int, reason: str) -> None:
    """Make a scheduled campaign that could not start when it was due a draft again, saying why."""
    with transaction.atomic():
        if _try_move(campaign_id, Move.UNSCHEDULE, scheduled_at=None, stop_reason=reason[:500]):
            record(Entry(SYSTEM, "unschedule", TOPIC, campaign_id, after={"stop_reason": reason}))


def cancel_campaign(*, campaign_id: int, by: Actor) -> Campaign:
    """End a campaign for good; the lanes skip what is left."""
    with transaction.atomic():
        _move(campaign_id, Move.CANCEL, cancelled_at=database_now(), scheduled_at=None)
        record(Entry(by, "cancel", TOPIC, campaign_id))
        ring_campaign(campaign_id=campaign_id)
    return _get(campaign_id)


def schedule_campaign(*, campaign_id: int, at: datetime, by: Actor) -> Campaign:
    """Let a draft start by itself at `at`. Raises InvalidInput when that is in the past."""
    with transaction.atomic():
        campaign = _get(campaign_id)
        _refuse(campaign, Move.SCHEDULE)
        if at <= database_now():
            raise InvalidInput(FieldError("scheduled_at", "past", "Choose a time in the future."))
        _require_audience(campaign)
        _move(campaign_id, Move.SCHEDULE, scheduled_at=at)
        record(Entry(by, "schedule", TOPIC, campaign_id, after={"scheduled_at": at}))
    return _get(campaign_id)


def unschedule_campaign(*, campaign_id: int, by: Actor) -> Campaign:
    with transaction.atomic():
        _move(campaign_id, Move.UNSCHEDULE, scheduled_at=None, stop_reason="")
        record(Entry(by, "unschedule", TOPIC, campaign_id))
    return _get(campaign_id)


def retry_campaign(*, campaign_id: int, statuses: Sequence[str], by: Actor) -> Campaign:
    """Put exactly the deliveries in `statuses` (failed, unknown) back and run again.

    Raises InvalidInput when there are none.
    """
    now = database_now()
    with transaction.atomic():
        _move(
            campaign_id,
            Move.RETRY,
            finished_at=None,
            stopped_at=None,
            stop_reason="",
            transport_down_since=None,
            paced_until=now,
            run_number=F("run_number") + 1,
        )
        moved = ledger.put_back(
            campaign_id=campaign_id, statuses=[s for s in RETRIABLE if s in statuses]
        )
        if not moved:
            raise InvalidInput(
                FieldError("statuses", "nothing_to_retry", "No delivery is in these statuses.")
            )
        record(Entry(by, "retry", TOPIC, campaign_id, after={"put_back": moved}))
        ring_campaign(campaign_id=campaign_id)
    return _get(campaign_id)


def note_transport_down(*, campaign_id: int, reason: str) -> None:
    """Remember since when the campaign's transport can't be used; stop it when that lasts.

    One bad moment must not stop a campaign, and a dead server must not fail a million deliveries.
    """
    now = database_now()
    running = Campaign.objects.filter(pk=campaign_id, status=Status.RUNNING)
    running.filter(transport_down_since=None).update(transport_down_since=now)
    since = running.values_list("transport_down_since", flat=True).first()
    patience = timedelta(seconds=settings.ENV.transport_patience_seconds)
    if since is not None and now - since >= patience:
        stop_broken_campaign(campaign_id=campaign_id, reason=f"The transport is down: {reason}")
    else:
        logger.warning("Campaign %s: the transport is down: %s", campaign_id, reason)


def finish_campaign(*, campaign_id: int) -> bool:
    """Finish a running campaign that has nothing open: the engine's move alone.

    Refused unless the ledger adds up; then the campaign stops and says so.
    """
    with transaction.atomic():
        campaign = (
            Campaign.objects.select_for_update()
            .filter(
                pk=campaign_id,
                status=Status.RUNNING,
                frozen_at__isnull=False,
                pending=0,
                sending=0,
            )
            .first()
        )
        if campaign is None:
            return False
        report = reconcile(campaign.pk)
        if report.consistent:
            _move(campaign_id, Move.FINISH, finished_at=database_now())
            record(Entry(SYSTEM, "finish", TOPIC, campaign_id))
    if not report.consistent:
        stop_broken_campaign(
            campaign_id=campaign_id,
            reason=f"The ledger does not add up: {report.differences}. See the reconciliation.",
        )
        return False
    return True


def note_waiting(*, campaign: Campaign, waiting: Waiting | None) -> None:
    """Let the campaign say why it waits and until when; with None, that it does no more."""
    reason, until = (waiting.reason[:500], waiting.until) if waiting else ("", None)
    if (campaign.waiting_reason, campaign.waiting_until) == (reason, until):
        return
    with transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk, status=Status.RUNNING).update(
            waiting_reason=reason, waiting_until=until
        )
        publish_on_commit(TOPIC, campaign.pk)


def ring_campaign(*, campaign_id: int) -> None:
    """Ring for whatever the campaign needs next, and let all earlier rings go stale.

    Each ring of lanes carries the campaign's new epoch; a lane of an older one ends on arrival,
    so that rings never pile up however often the sweeper repeats them.
    """
    with transaction.atomic():
        now = database_now()
        Campaign.objects.filter(pk=campaign_id).update(
            lane_epoch=F("lane_epoch") + 1, rung_at=now, active_at=now
        )
        campaign = (
            Campaign.objects.filter(pk=campaign_id)
            .only("frozen_at", "lane_epoch", "status")
            .first()
        )
        if campaign is None:
            return
        if campaign.frozen_at is not None:
            ring_on_commit("lane", campaign_id, campaign.lane_epoch, times=settings.ENV.lanes)
        elif campaign.status == Status.RUNNING:
            ring_on_commit("freeze", campaign_id)


def _get(campaign_id: int) -> Campaign:
    try:
        return Campaign.objects.get(pk=campaign_id)
    except Campaign.DoesNotExist:
        raise NotFound("There is no such campaign.") from None


def _require_transport(campaign: Campaign) -> None:
    try:
        get_transport(campaign.transport)
    except UnknownTransport as error:
        raise InvalidInput(FieldError("transport", "invalid_choice", str(error))) from error


def _require_audience(campaign: Campaign) -> None:
    spec = audience_of(campaign)
    if spec.chooses_nobody:
        raise InvalidInput(
            FieldError("lists", "no_lists", "Choose at least one mailing list or segment.")
        )
    if not has_audience(spec):
        raise InvalidInput(
            FieldError(
                "lists",
                "empty_audience",
                "Nobody of this audience can be mailed. Add subscribers or choose others.",
            )
        )


def _refuse(campaign: Campaign, move: Move) -> None:
    """Raise IllegalMove when the campaign's status doesn't allow `move`."""
    status = Status(campaign.status)
    if status in TRANSITIONS[move].sources:
        return
    allowed = allowed_moves(status)
    hint = f"Allowed from here: {', '.join(allowed)}." if allowed else "It can only be duplicated."
    raise IllegalMove(f"A {status} campaign can't {move}. {hint}", status=status, allowed=allowed)


def _move(campaign_id: int, move: Move, **fields: Any) -> None:
    """One compare-and-set from the table's sources to its target. Raises IllegalMove, NotFound."""
    if not _try_move(campaign_id, move, **fields):
        _refuse(_get(campaign_id), move)
        raise IllegalMove(
            "Somebody else moved this campaign at the same moment. Try again.",
            status=_get(campaign_id).status,
            allowed=allowed_moves(Status(_get(campaign_id).status)),
        )


def _try_move(campaign_id: int, move: Move, *, in_run: int | None = None, **fields: Any) -> bool:
    """The only place that writes a status; False when the campaign is in none of the sources.

    With `in_run` the campaign must be in that run too.
    """
    transition = TRANSITIONS[move]
    campaigns = Campaign.objects.filter(pk=campaign_id, status__in=transition.sources)
    if in_run is not None:
        campaigns = campaigns.filter(run_number=in_run)
    moved = campaigns.update(
        status=transition.target,
        updated_at=database_now(),
        waiting_reason="",
        waiting_until=None,
        **fields,
    )
    if moved:
        publish_on_commit(TOPIC, campaign_id)
    return bool(moved)
