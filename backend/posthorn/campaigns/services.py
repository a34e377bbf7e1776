"""Writes to campaigns, except for the moves of their life (`delivery.moves`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.db import transaction
from django.db.models import Q

from posthorn.accounts.access import Capability
from posthorn.accounts.actor import Actor
from posthorn.audience import counts
from posthorn.audience.matching import check_filter
from posthorn.audience.models import MailingList, Segment
from posthorn.audience.segments import references
from posthorn.campaigns.audience import check_sets, ids_in, refuse_two_samples, set_audience
from posthorn.campaigns.content import (
    BODY_FIELDS,
    check_attachments,
    content_columns,
    keep_version,
)
from posthorn.campaigns.errors import InUse, NotEditable, StillRunning
from posthorn.campaigns.lifecycle import EDITABLE_FIELDS, Status, allowed_moves, may_delete
from posthorn.campaigns.models import AUDIENCE_SETS, TOPIC, Campaign, ContentVersion
from posthorn.core.clock import database_now
from posthorn.core.errors import NotFound
from posthorn.core.events import publish_on_commit
from posthorn.core.journal import Entry, record

_COPIED = (
    "subject",
    "preheader",
    "from_name",
    "from_email",
    "body_kind",
    "body",
    "layout_id",
    "text_derived",
    "body_text",
    "body_html",
    "transport",
    "mail_servers",
    "rate_limit",
    "is_public",
    "sample_size",
    "sample_percent",
)
#: The fields that are sets of other things.
_MEMBERS = (*AUDIENCE_SETS, "attachments")
_COPY_PREFIX = "Copy of "


class CampaignFields(TypedDict, total=False):
    """What a person may give a campaign; what is missing stays as it is."""

    name: str
    subject: str
    preheader: str
    from_name: str
    from_email: str
    body_kind: str
    body: Any
    layout: int | None
    text_derived: bool
    body_text: str
    body_html: str
    attachments: Sequence[int]
    lists: Sequence[int]
    segments: Sequence[int]
    excluded_lists: Sequence[int]
    excluded_segments: Sequence[int]
    sample_size: int | None
    sample_percent: int | None
    transport: str
    mail_servers: Sequence[int]
    rate_limit: int | None
    is_public: bool | None


def create_campaign(*, fields: CampaignFields, by: Actor) -> int:
    """Create a draft and return its id.

    Raises InvalidInput when a list, a segment, the layout or an attachment does not exist, two
    samples are given, or the body can't be built.
    """
    values = _columns(fields)
    refuse_two_samples(values.get("sample_size"), values.get("sample_percent"))
    with transaction.atomic():
        sets = check_sets(fields)
        attachments = check_attachments(fields.get("attachments", ()))
        values |= content_columns(fields, None)
        campaign = Campaign.objects.create(created_by_id=by.user_id, **values)
        set_audience(campaign, sets)
        campaign.attachments.set(attachments)
        keep_version(campaign, by=by)
        publish_on_commit(TOPIC, campaign.pk)
        record(Entry(by, "create", TOPIC, campaign.pk, after=dict(fields)))
    return campaign.pk


def update_campaign(*, campaign_id: int, changes: CampaignFields, by: Actor) -> None:
    """Change what differs; a value that is already there is no change.

    The row stays locked, so that the campaign can't start between the check and the write.
    Raises NotEditable, NotFound, InvalidInput.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
        if campaign is None:
            raise NotFound("There is no such campaign.")
        _require_more_than_drafts(Status(campaign.status), by)
        wanted = _columns(changes) | content_columns(changes, campaign)
        changed: dict[str, Any] = {
            key: value for key, value in wanted.items() if value != getattr(campaign, key)
        }
        given: Mapping[str, Any] = changes
        members = {key: sorted(set(given[key])) for key in _MEMBERS if key in given}
        changed |= {key: ids for key, ids in members.items() if ids != ids_in(campaign, key)}
        _refuse_locked_fields(campaign, changed)
        refuse_two_samples(
            changed.get("sample_size", campaign.sample_size),
            changed.get("sample_percent", campaign.sample_percent),
        )
        before = {
            key: ids_in(campaign, key) if key in members else getattr(campaign, key)
            for key in changed
        }
        record(Entry(by, "update", TOPIC, campaign_id, before=before, after=dict(changed)))
        set_audience(campaign, check_sets({k: v for k, v in given.items() if k in changed}))
        for name in AUDIENCE_SETS:
            changed.pop(name, None)
        if "attachments" in changed:
            campaign.attachments.set(check_attachments(changed.pop("attachments")))
        Campaign.objects.filter(pk=campaign_id).update(updated_at=database_now(), **changed)
        campaign.refresh_from_db()
        keep_version(campaign, by=by)
        publish_on_commit(TOPIC, campaign_id)


def duplicate_campaign(*, campaign_id: int, by: Actor) -> int:
    """Create a draft with the same content, audience and limits. Raises NotFound."""
    with transaction.atomic():
        original = Campaign.objects.filter(pk=campaign_id).first()
        if original is None:
            raise NotFound("There is no such campaign.")
        longest = 200 - len(_COPY_PREFIX)
        copy = Campaign.objects.create(
            name=_COPY_PREFIX + original.name[:longest],
            created_by_id=by.user_id,
            **{field: getattr(original, field) for field in _COPIED},
        )
        set_audience(copy, check_sets({name: ids_in(original, name) for name in AUDIENCE_SETS}))
        copy.attachments.set(ids_in(original, "attachments"))
        keep_version(copy, by=by)
        publish_on_commit(TOPIC, copy.pk)
        record(Entry(by, "duplicate", TOPIC, copy.pk, after={"original": campaign_id}))
    return copy.pk


def delete_campaign(*, campaign_id: int, by: Actor) -> None:
    """Delete a campaign unless it runs: one compare-and-set, so that none is deleted as it starts.

    The ledger's rows have no reference that the database checks; the engine purges them later.
    Raises StillRunning, NotFound.
    """
    deletable = [status.value for status in Status if may_delete(status)]
    with transaction.atomic():
        # `delete()` would read the row, look for what hangs on it, and then delete by id alone,
        # whatever the status has become meanwhile.
        campaigns = Campaign.objects.filter(pk=campaign_id, status__in=deletable)
        _require_more_than_drafts(_status_of(campaign_id), by)
        if not campaigns._raw_delete(campaigns.db):
            _explain_undeletable(campaign_id)
        for name in AUDIENCE_SETS:
            through = getattr(Campaign, name).through
            through.objects.filter(campaign_id=campaign_id).delete()
        Campaign.attachments.through.objects.filter(campaign_id=campaign_id).delete()
        ContentVersion.objects.filter(campaign_id=campaign_id).delete()
        publish_on_commit(TOPIC, campaign_id)
        record(Entry(by, "delete", TOPIC, campaign_id))


def delete_list(*, list_id: int, by: Actor) -> None:
    """Delete a mailing list; its subscribers stay. Here, since campaigns may wait for it.

    Raises InUse while a campaign or a segment needs it, NotFound.
    """
    with transaction.atomic():
        # Who moves this list's counts meanwhile would wait for us, and we for its memberships.
        counts.lock()
        if MailingList.objects.select_for_update().filter(pk=list_id).first() is None:
            raise NotFound("There is no such mailing list.")
        _refuse_in_use("list", included={"lists": list_id}, excluded={"excluded_lists": list_id})
        for segment in Segment.objects.select_for_update():
            if list_id in references(check_filter(segment.filter), "list"):
                raise InUse(
                    f"The segment '{segment.name}' asks who is on this list. Change it first."
                )
        MailingList.objects.filter(pk=list_id).delete()
        record(Entry(by, "delete", "lists", list_id))


def delete_segment(*, segment_id: int, by: Actor) -> None:
    """Delete a segment; frozen audiences stay. Raises InUse while a campaign needs it, NotFound."""
    with transaction.atomic():
        if Segment.objects.select_for_update().filter(pk=segment_id).first() is None:
            raise NotFound("There is no such segment.")
        _refuse_in_use(
            "segment", included={"segments": segment_id}, excluded={"excluded_segments": segment_id}
        )
        Segment.objects.filter(pk=segment_id).delete()
        record(Entry(by, "delete", "segments", segment_id))


def _refuse_in_use(kind: str, *, included: dict[str, int], excluded: dict[str, int]) -> None:
    """Raise InUse while a campaign waits for it.

    A draft merely loses what it includes. What it excludes it must not lose: it would be sent to
    people who were to be left out, and nobody would notice.
    """
    unfrozen = Q(status__in=[Status.RUNNING, Status.STOPPED], frozen_at=None)
    waiting = Q(status=Status.SCHEDULED) | unfrozen
    leaves_out = Q(**excluded) & (waiting | Q(status=Status.DRAFT))
    campaign = Campaign.objects.filter((waiting & Q(**included)) | leaves_out).first()
    if campaign is None:
        return
    raise InUse(
        f"The {campaign.status} campaign '{campaign.name}' is to be sent by this {kind}."
        f" Take the {kind} out of it first; a scheduled campaign can be unscheduled."
    )


def _columns(fields: CampaignFields) -> dict[str, Any]:
    """The fields that are columns and no part of the body."""
    return {
        key: value
        for key, value in fields.items()
        if key not in _MEMBERS and key not in BODY_FIELDS
    }


def _refuse_locked_fields(campaign: Campaign, changed: dict[str, Any]) -> None:
    status = Status(campaign.status)
    named = {key.removesuffix("_id") for key in changed}
    locked = sorted(named - EDITABLE_FIELDS[status])
    if not locked:
        return
    hint = {
        Status.RUNNING: "Stop it first.",
        Status.STOPPED: "Its audience was frozen when it first started; duplicate it instead.",
    }.get(status, "Duplicate it instead.")
    raise NotEditable(
        f"A {status} campaign's {', '.join(locked)} can't be changed. {hint}",
        status=status,
        allowed=allowed_moves(status),
    )


def _require_more_than_drafts(status: Status, by: Actor) -> None:
    """What somebody planned or started changes by those alone who may start it."""
    if status is not Status.DRAFT:
        by.require(Capability.START, f"A {status} campaign is changed by those who may start it.")


def _status_of(campaign_id: int) -> Status:
    """The row stays locked until the transaction ends. Raises NotFound."""
    found = Campaign.objects.select_for_update().filter(pk=campaign_id)
    status = found.values_list("status", flat=True).first()
    if status is None:
        raise NotFound("There is no such campaign.")
    return Status(status)


def _explain_undeletable(campaign_id: int) -> None:
    """Raise the reason why the campaign could not be deleted."""
    status = _status_of(campaign_id)
    raise StillRunning(
        "A running campaign can't be deleted. Stop or cancel it first.",
        status=status,
        allowed=allowed_moves(status),
    )
