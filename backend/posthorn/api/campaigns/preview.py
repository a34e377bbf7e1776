"""A campaign's message as one subscriber would get it."""

from __future__ import annotations

from typing import Any

from posthorn.audience.links import Links
from posthorn.audience.models import Subscriber
from posthorn.campaigns.selectors import get_campaign
from posthorn.content.rendering import Context, TemplateError, compile_content
from posthorn.core.errors import FieldError, InvalidInput

#: The link in a preview looks like those in real messages and unsubscribes nobody.
_NOBODY = 0
_MADE_UP = Subscriber(
    email="ada@example.org", name="Ada Example", attributes={"city": "Example City"}
)


def preview(campaign_id: int, subscriber_id: int | None) -> dict[str, Any]:
    """Render for the subscriber, else for the first of the campaign's lists, else for a made-up
    one. Raises NotFound, and InvalidInput when there is no such subscriber."""
    campaign = get_campaign(campaign_id)
    subscriber = _choose([each.pk for each in campaign.lists.all()], subscriber_id)
    try:
        content = compile_content(
            subject=campaign.subject, body_text=campaign.body_text, body_html=campaign.body_html
        )
    except TemplateError as error:
        raise InvalidInput(FieldError("non_field_errors", error.code, error.detail)) from error
    subject, body_text, body_html = content.render(
        Context(
            email=subscriber.email,
            name=subscriber.name,
            campaign_name=campaign.name,
            unsubscribe_url=Links(0).page(_NOBODY),
            attributes=subscriber.attributes,
        )
    )
    return {
        "subject": subject,
        "body_text": body_text,
        "body_html": body_html,
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
