"""A message as one subscriber would get it: previews and tests."""

from __future__ import annotations

from typing import Any

from posthorn.accounts.actor import Actor
from posthorn.audience.links import Links
from posthorn.audience.models import Subscriber
from posthorn.campaigns.content import content_columns
from posthorn.campaigns.selectors import get_campaign
from posthorn.content.rendering import Context, Template, TemplateError, compile_content
from posthorn.core.errors import FieldError, InvalidInput
from posthorn.delivery.testing import AddressOutcome, send_test
from posthorn.transports.registry import UnknownTransport

#: The link in a preview looks like those in real messages and unsubscribes nobody.
_NOBODY = 0
_MADE_UP = Subscriber(
    email="ada@example.org", name="Ada Example", attributes={"city": "Example City"}
)


def preview_campaign(campaign_id: int, subscriber_id: int | None) -> dict[str, Any]:
    """Render for the subscriber, else for the first of the campaign's lists, else for a made-up
    one. Raises NotFound, and InvalidInput when there is no such subscriber."""
    campaign = get_campaign(campaign_id)
    return _render(
        subject=campaign.subject,
        preheader=campaign.preheader,
        body_text=campaign.body_text,
        body_html=campaign.body_html,
        campaign_name=campaign.name,
        subscriber=_choose([each.pk for each in campaign.lists.all()], subscriber_id),
    )


def preview_content(fields: dict[str, Any]) -> dict[str, Any]:
    """Build and render what is not saved. Raises InvalidInput."""
    columns = content_columns(fields, None)
    return _render(
        subject=fields.get("subject", ""),
        preheader=fields.get("preheader", ""),
        body_text=columns["body_text"],
        body_html=columns["body_html"],
        campaign_name=fields.get("name", ""),
        subscriber=_choose(fields.get("lists", []), fields.get("subscriber")),
    )


def test_campaign(
    campaign_id: int, addresses: list[str], subscriber_id: int | None, by: Actor
) -> list[AddressOutcome]:
    """Raises NotFound, InvalidInput."""
    campaign = get_campaign(campaign_id)
    subscriber = _choose([each.pk for each in campaign.lists.all()], subscriber_id)
    try:
        return send_test(campaign=campaign, addresses=addresses, subscriber=subscriber, by=by)
    except TemplateError as error:
        raise InvalidInput(FieldError("non_field_errors", error.code, error.detail)) from error
    except UnknownTransport as error:
        raise InvalidInput(FieldError("transport", "invalid_choice", str(error))) from error


def _render(
    *,
    subject: str,
    preheader: str,
    body_text: str,
    body_html: str,
    campaign_name: str,
    subscriber: Subscriber,
) -> dict[str, Any]:
    context = Context(
        email=subscriber.email,
        name=subscriber.name,
        campaign_name=campaign_name,
        unsubscribe_url=Links(0).page(_NOBODY),
        attributes=subscriber.attributes,
    )
    try:
        content = compile_content(subject=subject, body_text=body_text, body_html=body_html)
        shown = Template(preheader).render(context)
    except TemplateError as error:
        raise InvalidInput(FieldError("non_field_errors", error.code, error.detail)) from error
    rendered_subject, text, html = content.render(context)
    return {
        "subject": rendered_subject,
        "preheader": shown,
        "body_text": text,
        "body_html": html,
        "email": subscriber.email,
    }


def _choose(list_ids: list[int], subscriber_id: int | None) -> Subscriber:
    if subscriber_id is None:
        member = Subscriber.objects.filter(membership__mailing_list__in=list_ids)
        return member.order_by("pk").first() or _MADE_UP
    subscriber = Subscriber.objects.filter(pk=subscriber_id).first()
    if subscriber is None:
        raise InvalidInput(
            FieldError("subscriber", "does_not_exist", f"There is no subscriber {subscriber_id}.")
        )
    return subscriber
