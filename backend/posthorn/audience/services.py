"""Writes to mailing lists, subscribers and suppressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from posthorn.accounts.actor import Actor
from posthorn.audience import counts
from posthorn.audience.addresses import InvalidAddress, clean_name, normalise_address
from posthorn.audience.matching import check_filter
from posthorn.audience.models import (
    ListTag,
    MailingList,
    Segment,
    Subscriber,
    Suppression,
    SuppressionOrigin,
    SuppressionReason,
)
from posthorn.audience.segments import references
from posthorn.core.clock import database_now
from posthorn.core.errors import FieldError, InvalidInput, NotFound
from posthorn.core.journal import Entry, record


class ListFields(TypedDict, total=False):
    """What a mailing list may be given; what is missing stays as it is."""

    name: str
    description: str
    tags: Sequence[str]


class SegmentFields(TypedDict, total=False):
    """What a segment may be given; what is missing stays as it is."""

    name: str
    description: str
    filter: object


class SubscriberFields(TypedDict, total=False):
    """What a subscriber may be given; what is missing stays as it is."""

    email: str
    name: str
    attributes: Mapping[str, Any]
    lists: Sequence[int]


def check_lists(list_ids: Sequence[int], *, field: str = "lists") -> list[int]:
    """The ids without repetition, locked against deletion until the transaction ends.

    Raises InvalidInput, naming each place in `field` that holds no list's id.
    """
    return _check_ids(MailingList.objects.all(), list_ids, field, "mailing list")


def check_segments(segment_ids: Sequence[int], *, field: str = "segments") -> list[int]:
    """The same for segments."""
    return _check_ids(Segment.objects.all(), segment_ids, field, "segment")


def _check_ids(rows: QuerySet[Any], ids: Sequence[int], field: str, kind: str) -> list[int]:
    found = set(
        rows.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )
    errors = [
        FieldError(f"{field}.{place}", "does_not_exist", f"There is no {kind} {each}.")
        for place, each in enumerate(ids)
        if each not in found
    ]
    if errors:
        raise InvalidInput(*errors)
    return sorted(found)


def create_list(
    *, name: str, description: str = "", tags: Sequence[str] = (), by: Actor
) -> MailingList:
    """Raises InvalidInput when the name is taken."""
    try:
        with transaction.atomic():
            created = MailingList.objects.create(name=name, description=description)
            _set_tags(created.pk, tags)
            record(Entry(by, "create", "lists", created.pk, after={"name": name}))
            return created
    except IntegrityError:
        raise _name_taken("mailing list") from None


def update_list(*, list_id: int, changes: ListFields, by: Actor) -> None:
    """Raises InvalidInput when the name is taken, NotFound."""
    fields = {key: value for key, value in changes.items() if key != "tags"}
    try:
        with transaction.atomic():
            found = MailingList.objects.select_for_update().filter(pk=list_id)
            before = found.values(*fields).first() if fields else {}
            if not found.update(updated_at=database_now(), **fields):
                raise NotFound("There is no such mailing list.")
            if "tags" in changes:
                _set_tags(list_id, changes["tags"])
            record(Entry(by, "update", "lists", list_id, before=before or {}, after=dict(changes)))
    except IntegrityError:
        raise _name_taken("mailing list") from None


def create_segment(*, fields: SegmentFields, by: Actor) -> Segment:
    """Raises InvalidInput when the name is taken or the filter is none."""
    try:
        with transaction.atomic():
            _check_filter(fields["filter"])
            created = Segment.objects.create(**fields)
            record(Entry(by, "create", "segments", created.pk, after=dict(fields)))
            return created
    except IntegrityError:
        raise _name_taken("segment") from None


def update_segment(*, segment_id: int, changes: SegmentFields, by: Actor) -> None:
    """Raises InvalidInput when the name is taken or the filter is none, NotFound."""
    try:
        with transaction.atomic():
            if "filter" in changes:
                _check_filter(changes["filter"])
            changed = Segment.objects.filter(pk=segment_id).update(
                updated_at=database_now(), **changes
            )
            if not changed:
                raise NotFound("There is no such segment.")
            record(Entry(by, "update", "segments", segment_id, after=dict(changes)))
    except IntegrityError:
        raise _name_taken("segment") from None


def _check_filter(raw: object) -> None:
    """Raises InvalidInput when it is no filter or names lists that are not there."""
    named = sorted(references(check_filter(raw), "list"))
    try:
        check_lists(named)
    except InvalidInput as error:
        raise InvalidInput(
            *(FieldError("filter", each.code, each.detail) for each in error.errors)
        ) from error


def create_subscriber(
    *,
    email: str,
    name: str = "",
    attributes: Mapping[str, Any] | None = None,
    lists: Sequence[int] = (),
    by: Actor,
) -> int:
    """Create a subscriber and return its id.

    Raises InvalidInput when the address is taken or a list does not exist.
    """
    try:
        with transaction.atomic():
            counts.lock()
            subscriber = Subscriber.objects.create(
                email=_address(email), name=clean_name(name), attributes=dict(attributes or {})
            )
            with counts.changing(Subscriber.objects.filter(pk=subscriber.pk)):
                subscriber.lists.set(check_lists(lists))
            record(Entry(by, "create", "subscribers", subscriber.pk))
    except IntegrityError:
        raise _address_taken() from None
    return subscriber.pk


def update_subscriber(*, subscriber_id: int, changes: SubscriberFields, by: Actor) -> None:
    """Raises InvalidInput when the address is taken or a list does not exist, NotFound."""
    fields = {key: value for key, value in changes.items() if key != "lists"}
    if "email" in changes:
        fields["email"] = _address(changes["email"])
    if "name" in changes:
        fields["name"] = clean_name(changes["name"])
    try:
        with counts.changing(Subscriber.objects.filter(pk=subscriber_id)):
            changed = Subscriber.objects.filter(pk=subscriber_id).update(
                updated_at=database_now(), **fields
            )
            if not changed:
                raise NotFound("There is no such subscriber.")
            if "lists" in changes:
                Subscriber(pk=subscriber_id).lists.set(check_lists(changes["lists"]))
            changed_fields = dict.fromkeys(changes, "changed")
            record(Entry(by, "update", "subscribers", subscriber_id, after=changed_fields))
    except IntegrityError:
        raise _address_taken() from None


def delete_subscriber(*, subscriber_id: int, by: Actor) -> None:
    """Delete a subscriber; what was sent stays in the ledgers. Raises NotFound."""
    subscriber = Subscriber.objects.filter(pk=subscriber_id)
    with counts.changing(subscriber):
        deleted, _ = subscriber.delete()
        if not deleted:
            raise NotFound("There is no such subscriber.")
        record(Entry(by, "delete", "subscribers", subscriber_id))


def create_suppression(
    *,
    email: str | None = None,
    domain: str | None = None,
    reason: str = SuppressionReason.MANUAL,
    note: str = "",
    by: Actor,
) -> Suppression:
    """Suppress an address or a domain, whichever is given.

    Raises InvalidInput when both or neither are, or when it is suppressed already.
    """
    if bool(email) == bool(domain):
        raise InvalidInput(FieldError("email", "required", "Give an address or a domain."))
    address = _address(email) if email else None
    try:
        with counts.suppressing(email=address, domain=domain):
            created = Suppression.objects.create(
                email=address, domain=domain, reason=reason, note=note
            )
            record(Entry(by, "create", "suppressions", created.pk, after={"reason": reason}))
            return created
    except IntegrityError:
        field, what = ("email", "address") if email else ("domain", "domain")
        raise InvalidInput(
            FieldError(field, "unique", f"This {what} is suppressed already.")
        ) from None


def delete_suppression(*, suppression_id: int, by: Actor) -> None:
    """Let an address or a domain be mailed again; told with what it was. Raises NotFound."""
    with transaction.atomic():
        # First, as everybody who moves counts takes it before the rows.
        counts.lock()
        lifted = Suppression.objects.select_for_update().filter(pk=suppression_id).first()
        if lifted is None:
            raise NotFound("There is no such suppression.")
        with counts.suppressing(email=lifted.email, domain=lifted.domain):
            lifted.delete()
        was = {"address": str(lifted), "reason": lifted.reason, "origin": lifted.origin}
        record(Entry(by, "delete", "suppressions", suppression_id, before=was))


def unsubscribe_address(*, email: str, note: str = "") -> None:
    """Suppress an address at its owner's wish; an address that is suppressed already stays so.

    `email` is what the ledger holds, which is how it is compared.
    """
    address = email.strip().lower()
    with counts.suppressing(email=address):
        Suppression.objects.bulk_create(
            [
                Suppression(
                    email=address,
                    reason=SuppressionReason.UNSUBSCRIBED,
                    origin=SuppressionOrigin.UNSUBSCRIBE,
                    note=note[:500],
                )
            ],
            ignore_conflicts=True,
        )


def _set_tags(list_id: int, tags: Sequence[str]) -> None:
    kept = dict.fromkeys(tags)
    ListTag.objects.filter(mailing_list=list_id).exclude(name__in=kept).delete()
    ListTag.objects.bulk_create(
        (ListTag(mailing_list_id=list_id, name=name) for name in kept), ignore_conflicts=True
    )


def _address(email: str) -> str:
    """Raises InvalidInput when no mail can reach it."""
    try:
        return normalise_address(email)
    except InvalidAddress as error:
        raise InvalidInput(FieldError("email", error.code, error.detail)) from error


def _name_taken(kind: str) -> InvalidInput:
    return InvalidInput(
        FieldError("name", "unique", f"There is a {kind} of this name. Choose another one.")
    )


def _address_taken() -> InvalidInput:
    return InvalidInput(FieldError("email", "unique", "There is a subscriber of this address."))
