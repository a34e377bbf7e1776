"""Layouts: reads, and writes; those that campaigns have a say in are in `campaigns.layouts`."""

from __future__ import annotations

from typing import Any, TypedDict

from django.db import transaction
from django.db.models import F, QuerySet

from posthorn.accounts.actor import Actor
from posthorn.content.building import BuildError, check_frame
from posthorn.content.models import Layout
from posthorn.core.clock import database_now
from posthorn.core.errors import FieldError, InvalidInput, NotFound
from posthorn.core.journal import Entry, record

TOPIC = "layouts"


class LayoutFields(TypedDict, total=False):
    """What a person may give a layout; what is missing stays as it is."""

    name: str
    source: str
    brand_color: str
    background_color: str
    logo_url: str
    logo_alt: str
    footer: str
    is_default: bool


def layouts() -> QuerySet[Layout]:
    return Layout.objects.all()


def get_layout(layout_id: int) -> Layout:
    """Raises NotFound."""
    layout = Layout.objects.filter(pk=layout_id).first()
    if layout is None:
        raise NotFound("There is no such layout.")
    return layout


def default_layout() -> Layout | None:
    return Layout.objects.filter(is_default=True).first()


def create_layout(*, fields: LayoutFields, by: Actor) -> Layout:
    """Raises InvalidInput when it can't hold a body or its name is taken."""
    layout = Layout(**fields)
    _check(layout)
    with transaction.atomic():
        _make_room(layout)
        layout.save()
        record(Entry(by, "create", TOPIC, layout.pk, after=dict(fields)))
    return layout


def change_layout(*, layout_id: int, changes: LayoutFields, by: Actor) -> Layout:
    """Change what differs and count the version. Raises InvalidInput, NotFound.

    Within a transaction of the caller's, who builds anew what uses it.
    """
    layout = Layout.objects.select_for_update().filter(pk=layout_id).first()
    if layout is None:
        raise NotFound("There is no such layout.")
    before: dict[str, Any] = {}
    for field, value in changes.items():
        if value != getattr(layout, field):
            before[field] = getattr(layout, field)
            setattr(layout, field, value)
    if not before:
        return layout
    if before.get("is_default"):
        raise InvalidInput(
            FieldError("is_default", "invalid", "Make another layout the default instead.")
        )
    _check(layout)
    _make_room(layout)
    after = {field: getattr(layout, field) for field in before}
    Layout.objects.filter(pk=layout_id).update(
        **after, version=F("version") + 1, updated_at=database_now()
    )
    record(Entry(by, "update", TOPIC, layout_id, before=before, after=after))
    return get_layout(layout_id)


def _check(layout: Layout) -> None:
    try:
        check_frame(layout.frame)
    except BuildError as error:
        raise InvalidInput(FieldError("source", error.code, error.detail)) from error
    if Layout.objects.filter(name=layout.name).exclude(pk=layout.pk).exists():
        raise InvalidInput(FieldError("name", "unique", "There is a layout of this name."))


def _make_room(layout: Layout) -> None:
    """Of all layouts at most one is the default."""
    if layout.is_default:
        Layout.objects.filter(is_default=True).exclude(pk=layout.pk).update(is_default=False)
