"""Writes to layouts and media that campaigns have a say in: they may be using them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from posthorn.accounts.actor import Actor
from posthorn.campaigns.content import rebuild
from posthorn.campaigns.errors import InUse
from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.models import TOPIC, Campaign
from posthorn.content import layouts, media
from posthorn.content.layouts import LayoutFields, change_layout
from posthorn.content.models import Layout, MediaFile
from posthorn.core.errors import FieldError, InvalidInput, NotFound
from posthorn.core.events import publish_on_commit
from posthorn.core.journal import Entry, record


def update_layout(*, layout_id: int, changes: LayoutFields, by: Actor) -> Layout:
    """Change a layout and build anew the campaigns that wait with it. Others stay as they are.

    Raises InvalidInput, naming the campaign, when one can't be built with it; NotFound.
    """
    with transaction.atomic():
        layout = change_layout(layout_id=layout_id, changes=changes, by=by)
        waiting = Campaign.objects.select_for_update().filter(
            layout_id=layout_id, status__in=[Status.DRAFT, Status.SCHEDULED]
        )
        for campaign in waiting:
            try:
                rebuild(campaign, layout=layout, by=by)
            except InvalidInput as error:
                detail = f"The campaign '{campaign.name}' can't be built with it: {error.detail}"
                raise InvalidInput(FieldError("source", "invalid", detail)) from error
            publish_on_commit(TOPIC, campaign.pk)
    return layout


def delete_layout(*, layout_id: int, by: Actor) -> None:
    """Raises InUse while a campaign has it, or while it is the default; NotFound."""
    with transaction.atomic():
        layout = Layout.objects.select_for_update().filter(pk=layout_id).first()
        if layout is None:
            raise NotFound("There is no such layout.")
        if layout.is_default:
            raise InUse("This is the default layout. Make another one the default first.")
        campaign = Campaign.objects.filter(layout_id=layout_id).first()
        if campaign is not None:
            raise InUse(
                f"The campaign '{campaign.name}' uses this layout. Choose another one there first."
            )
        layout.delete()
        record(Entry(by, "delete", layouts.TOPIC, layout_id, before={"name": layout.name}))


def delete_media(*, media_id: int, by: Actor) -> None:
    """Raises InUse while a campaign or a layout shows or attaches it; NotFound.

    Also those that were sent: people open old mail.
    """
    with transaction.atomic():
        file = MediaFile.objects.select_for_update().only("sha256", "name").filter(pk=media_id)
        found = file.first()
        if found is None:
            raise NotFound("There is no such file.")
        shown = Q(body_html__contains=found.sha256) | Q(body__contains=found.sha256)
        campaign = Campaign.objects.filter(shown | Q(attachments=media_id)).first()
        if campaign is not None:
            raise InUse(f"The campaign '{campaign.name}' uses this file. Take it out there first.")
        framing = Q(logo_url__contains=found.sha256) | Q(source__contains=found.sha256)
        layout = Layout.objects.filter(framing).first()
        if layout is not None:
            raise InUse(f"The layout '{layout.name}' uses this file. Take it out there first.")
        MediaFile.objects.filter(pk=media_id).delete()
        record(Entry(by, "delete", media.TOPIC, media_id, before={"name": found.name}))
