"""A campaign's content: from what was written to the columns that go out, and their versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posthorn.accounts.actor import Actor
from posthorn.campaigns.models import Campaign, ContentVersion
from posthorn.content.building import Body, BuildError, Built, build
from posthorn.content.layouts import default_layout
from posthorn.content.models import Layout, MediaFile
from posthorn.content.rendering import TemplateError, compile_content
from posthorn.core.clock import database_now
from posthorn.core.errors import FieldError, InvalidInput
from posthorn.transports.base import Attachment

#: The fields that a body is built from, as the API names them.
BODY_FIELDS = frozenset(
    ("body_kind", "body", "layout", "text_derived", "body_text", "body_html", "preheader")
)
_IN_A_LAYOUT = ("visual", "markdown")
#: Of one campaign, together.
MAX_ATTACHED_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote; `text` is None when it follows from the HTML.

    `field` is where errors belong: `body`, or the part that was given alone.
    """

    kind: str
    source: str
    layout_id: int | None
    preheader: str
    text: str | None
    field: str = "body"

    @property
    def columns(self) -> dict[str, Any]:
        return {
            "body_kind": self.kind,
            "body": self.source,
            "layout_id": self.layout_id,
            "preheader": self.preheader,
            "text_derived": self.text is None and self.kind != "plain",
        }


def content_columns(fields: Mapping[str, Any], campaign: Campaign | None) -> dict[str, Any]:
    """The columns that `fields` change of a campaign's body, built anew; for a new one of all.

    Raises InvalidInput when the body can't be built.
    """
    if not BODY_FIELDS & fields.keys():
        return {}
    written = _written(fields, campaign)
    if campaign is not None and written == _stored(campaign, field=written.field):
        return {}
    built = build_written(written)
    return {**written.columns, "body_text": built.text, "body_html": built.html}


def build_written(written: Written, *, layout: Layout | None = None) -> Built:
    """Raises InvalidInput with the place in the body."""
    if layout is None and written.layout_id is not None:
        layout = Layout.objects.filter(pk=written.layout_id).first()
        if layout is None:
            raise InvalidInput(
                FieldError("layout", "does_not_exist", f"There is no layout {written.layout_id}.")
            )
    try:
        source = (
            json.loads(written.source or "null") if written.kind == "visual" else written.source
        )
        built = build(
            Body(
                kind=written.kind,
                source=source,
                text=written.text,
                preheader=written.preheader,
                frame=layout.frame if layout is not None else None,
            )
        )
    except (BuildError, RecursionError, ValueError) as error:
        if not isinstance(error, BuildError):
            error = BuildError("This is no JSON document of blocks.")
        field = f"{written.field}.{error.place}" if error.place else written.field
        raise InvalidInput(FieldError(field, error.code, error.detail)) from error
    try:
        compile_content(subject="", body_text=built.text, body_html=built.html)
    except TemplateError as error:
        # Each piece was right by itself, so this tells of conditions that cross pieces.
        raise InvalidInput(FieldError(written.field, error.code, error.detail)) from error
    return built


def rebuild(campaign: Campaign, *, layout: Layout, by: Actor) -> None:
    """Build a campaign that waits anew, since its layout changed. Raises InvalidInput."""
    built = build_written(_stored(campaign), layout=layout)
    if built == Built(html=campaign.body_html, text=campaign.body_text):
        return
    campaign.body_html, campaign.body_text = built.html, built.text
    campaign.save(update_fields=["body_html", "body_text", "updated_at"])
    keep_version(campaign, by=by)


def keep_version(campaign: Campaign, *, by: Actor) -> None:
    """Count a version if what goes out differs from the last one's, and forget those that no run
    can have sent. Call it in the transaction of the change."""
    attached = campaign.attachments.order_by("pk").values_list("sha256", flat=True)
    parts = (campaign.subject, campaign.body_text, campaign.body_html, *attached)
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    number = campaign.content_version
    versions = ContentVersion.objects.filter(campaign=campaign)
    if versions.filter(number=number, sha256=digest).exists():
        return
    versions.filter(run_number=campaign.run_number).delete()
    campaign.content_version = number + 1
    campaign.save(update_fields=["content_version"])
    ContentVersion.objects.create(
        campaign=campaign,
        number=campaign.content_version,
        sha256=digest,
        run_number=campaign.run_number,
        subject=campaign.subject,
        body_text=campaign.body_text,
        body_html=campaign.body_html,
        created_at=database_now(),
        created_by_id=by.user_id,
    )


def check_attachments(media_ids: Sequence[int]) -> list[int]:
    """The ids once each. Raises InvalidInput when one does not exist or they are too much."""
    sizes = dict(MediaFile.objects.filter(pk__in=media_ids).values_list("pk", "size"))
    missing = [
        FieldError(f"attachments.{place}", "does_not_exist", f"There is no file {media_id}.")
        for place, media_id in enumerate(media_ids)
        if media_id not in sizes
    ]
    if missing:
        raise InvalidInput(*missing)
    if sum(sizes.values()) > MAX_ATTACHED_BYTES:
        detail = f"Together they are larger than {MAX_ATTACHED_BYTES // 1024 // 1024} MB."
        raise InvalidInput(
            FieldError("attachments", "max_length", f"{detail} Link to some instead.")
        )
    return sorted(sizes)


def attachments_of(campaign_id: int) -> list[Attachment]:
    """What goes out with each message, in the order of uploading."""
    rows = MediaFile.objects.filter(campaigns=campaign_id).order_by("pk")
    return [Attachment(row.name, row.content_type, bytes(row.data)) for row in rows]


def _written(fields: Mapping[str, Any], campaign: Campaign | None) -> Written:
    was = campaign or Campaign(body_kind="plain", text_derived=True)
    kind, source, field = _kind_and_source(fields, was)
    layout_id = was.layout_id
    if "layout" in fields:
        layout_id = fields["layout"]
    elif campaign is None and kind in _IN_A_LAYOUT:
        default = default_layout()
        layout_id = default.pk if default is not None else None
    return Written(
        kind=kind,
        source=source,
        layout_id=layout_id if kind != "plain" else None,
        preheader=fields.get("preheader", was.preheader),
        text=None if kind == "plain" else _text(fields, was),
        field=field,
    )


def _kind_and_source(fields: Mapping[str, Any], was: Campaign) -> tuple[str, str, str]:
    """The kind, the source, and the field that they came by."""
    if "body_kind" in fields or "body" in fields:
        kind = fields.get("body_kind", was.body_kind)
        if "body" not in fields:
            if kind != was.body_kind:
                raise InvalidInput(FieldError("body", "required", "Send the body in its new kind."))
            return kind, was.body, "body"
        body = fields["body"]
        if kind == "visual":
            return kind, json.dumps(body, ensure_ascii=False, sort_keys=True), "body"
        if not isinstance(body, str):
            raise InvalidInput(FieldError("body", "invalid", f"A {kind} body is text."))
        return kind, body, "body"
    # The short way: the parts as they go out. HTML makes it HTML, no HTML makes it plain.
    html = fields.get("body_html")
    if html and html != was.body_html:
        return "html", html, "body_html"
    if html == "" and was.body_html:
        return "plain", fields.get("body_text", was.body_text), "body_text"
    if was.body_kind == "plain":
        return "plain", fields.get("body_text", was.body), "body_text"
    return was.body_kind, was.body, "body"


def _text(fields: Mapping[str, Any], was: Campaign) -> str | None:
    """The plain part as it was written, None to derive it."""
    text = fields.get("body_text")
    derived = fields.get("text_derived")
    if derived is None:
        # A plain text that becomes something else is no longer its plain part.
        former = was.text_derived or (was.body_kind == "plain" and "body" in fields)
        derived = former if text is None or text == was.body_text else not text.strip()
    return None if derived else (was.body_text if text is None else text)


def _stored(campaign: Campaign, *, field: str = "body") -> Written:
    return Written(
        kind=campaign.body_kind,
        source=campaign.body,
        layout_id=campaign.layout_id,
        preheader=campaign.preheader,
        text=None if campaign.text_derived or campaign.body_kind == "plain" else campaign.body_text,
        field=field,
    )
