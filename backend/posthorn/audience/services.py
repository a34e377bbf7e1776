"""Writes to mailing lists, subscribers and suppressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.db import IntegrityError, transaction

from posthorn.accounts.actor import Actor
from posthorn.audience.addresses import InvalidAddress, clean_name, normalise_address
from posthorn.audience.models import (
    MailingList,
    Subscriber,
    Suppression,
    SuppressionOrigin,
    SuppressionReason,
)
from posthorn.core.clock import database_now
from posthorn.core.errors import FieldError, InvalidInput, NotFound
from posthorn.core.journal import Entry, record


class ListFields(TypedDict, total=False):
    """What a mailing list may be given; what is missing stays as it is."""

    name: str
    description: str


class SubscriberFields(TypedDict, total=False):
    """What a subscriber may be given; what is missing stays as it is."""

    email: str
    name: str
    attributes: Mapping[str, Any]
    lists: Sequence[int]


def check_lists(list_ids: Sequence[int]) -> list[int]:
    """The ids without repetition, locked against deletion until the transaction ends.

    Raises InvalidInput, naming each place that holds no list's id.
    """
    found = set(
        MailingList.objects.select_for_update()
        .filter(pk__in=list_ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    errors = [
        FieldError(f"lists.{place}", "does_not_exist", f"There is no mailing list {list_id}.")
        for place, list_id in enumerate(list_ids)
        if list_id not in found
    ]
    if errors:
        raise InvalidInput(*errors)
    return sorted(found)


def create_list(*, name: str, description: str = "", by: Actor) -> MailingList:
    """Raises InvalidInput when the name is taken."""
    try:
        with transaction.atomic():
            created = MailingList.objects.create(name=name, description=description)
            record(Entry(by, "create", "lists", created.pk, after={"name": name}))
            return created
    except IntegrityError:
        raise _name_taken() from None


def update_list(*, list_id: int, changes: ListFields, by: Actor) -> None:
    """Raises InvalidInput when the name is taken, NotFound."""
    try:
        with transaction.atomic():
            found = MailingList.objects.select_for_update().filter(pk=list_id)
            before = found.values(*changes).first() if changes else {}
            if not found.update(updated_at=database_now(), **changes):
                raise NotFound("There is no such mailing list.")
            record(Entry(by, "update", "lists", list_id, before=before or {}, after=dict(changes)))
    except IntegrityError:
        raise _name_taken() from None


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
            subscriber = Subscriber.objects.create(
                email=_address(email), name=clean_name(name), attributes=dict(attributes or {})
            )
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
        with transaction.atomic():
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
    with transaction.atomic():
        deleted, _ = Subscriber.objects.filter(pk=subscriber_id).delete()
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
    try:
        with transaction.atomic():
            created = Suppression.objects.create(
                email=_address(email) if email else None,
                domain=domain,
                reason=reason,
                note=note,
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
        lifted = Suppression.objects.select_for_update().filter(pk=suppression_id).first()
        if lifted is None:
            raise NotFound("There is no such suppression.")
        lifted.delete()
        was = {"address": str(lifted), "reason": lifted.reason, "origin": lifted.origin}
        record(Entry(by, "delete", "suppressions", suppression_id, before=was))


def unsubscribe_address(*, email: str, note: str = "") -> None:
    """Suppress an address at its owner's wish; an address that is suppressed already stays so.

    `email` is what the ledger holds, which is how it is compared.
    """
    Suppression.objects.bulk_create(
        [
            Suppression(
                email=email.strip().lower(),
                reason=SuppressionReason.UNSUBSCRIBED,
                origin=SuppressionOrigin.UNSUBSCRIBE,
                note=note[:500],
            )
        ],
        ignore_conflicts=True,
    )


def _address(email: str) -> str:
    """Raises InvalidInput when no mail can reach it."""
    try:
        return normalise_address(email)
    except InvalidAddress as error:
        raise InvalidInput(FieldError("email", error.code, error.detail)) from error


def _name_taken() -> InvalidInput:
    return InvalidInput(
        FieldError("name", "unique", "There is a mailing list of this name. Choose another one.")
    )


def _address_taken() -> InvalidInput:
    return InvalidInput(FieldError("email", "unique", "There is a subscriber of this address."))
