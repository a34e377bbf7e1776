"""What is looked at before a campaign starts: its content, its audience, its way out."""

from __future__ import annotations

import json

from django.db import connection

from posthorn.audience.models import Subscriber
from posthorn.audience.resolution import audience_query, count_audience
from posthorn.audience.segments import Sql
from posthorn.campaigns.audience import audience_of
from posthorn.campaigns.errors import ChecksFailed
from posthorn.campaigns.models import Campaign
from posthorn.campaigns.selectors import get_campaign
from posthorn.content.lint import Finding, lint
from posthorn.content.rendering import Content, Context, TemplateError, compile_content, reader
from posthorn.transports.registry import transports

#: The transports that bring messages to nobody.
_STAYING = ("database", "log")
#: Of so many subscribers it is looked whether they have what the templates show.
SAMPLE = 10_000
_LONG_SECONDS = 24 * 3600


def checks_of(campaign_id: int) -> list[Finding]:
    """Everything, errors first. Counts the audience. Raises NotFound."""
    campaign = get_campaign(campaign_id)
    found = _content(campaign) + _transport(campaign)
    if campaign.frozen_at is None:
        found += _audience(campaign)
    else:
        found += _pace(campaign, campaign.pending)
    return sorted(found, key=lambda finding: finding.severity)


def require_checks(campaign_id: int, *, confirmed: bool | None) -> None:
    """Raises ChecksFailed when something must be mended before a start.

    Errors always; warnings too when `confirmed` is False: None says that nobody asked for them.
    An empty audience is the start's own to refuse.
    """
    if confirmed is False:
        found = [each for each in checks_of(campaign_id) if each.place != "lists"]
    else:
        campaign = get_campaign(campaign_id)
        found = [each for each in _content(campaign) if each.severity == "error"]
    if found:
        raise ChecksFailed(found)


def _content(campaign: Campaign) -> list[Finding]:
    found = lint(
        subject=campaign.subject,
        from_email=campaign.from_email,
        body_text=campaign.body_text,
        body_html=campaign.body_html,
        leaves=campaign.transport not in _STAYING,
    )
    try:
        _compiled(campaign)
    except TemplateError as error:
        fix = "Mend it in the editor."
        found.insert(0, Finding(error.code, "error", "body", error.detail, fix))
    return found


def _compiled(campaign: Campaign) -> Content:
    return compile_content(
        subject=campaign.subject, body_text=campaign.body_text, body_html=campaign.body_html
    )


def _transport(campaign: Campaign) -> list[Finding]:
    transport = transports().get(campaign.transport)
    if transport is None:
        detail = f"This installation has no transport '{campaign.transport}'."
        return [Finding("transport_unknown", "error", "transport", detail, "Choose another one.")]
    trouble = transport.check()
    if trouble:
        fix = "Mend it, or choose another transport. A start now would soon stop by itself."
        return [Finding("transport_unhealthy", "warning", "transport", trouble, fix)]
    return []


def _audience(campaign: Campaign) -> list[Finding]:
    spec = audience_of(campaign)
    if spec.chooses_nobody:
        detail = "No mailing list and no segment is chosen."
        return [Finding("no_lists", "error", "lists", detail, "Choose at least one.")]
    total = count_audience(spec).subscribers
    if not total:
        detail = "Nobody of this audience can be mailed: it is empty, or all are suppressed."
        fix = "Add subscribers, or choose another list or segment."
        return [Finding("empty_audience", "error", "lists", detail, fix)]
    return _gaps(campaign, audience_query(spec), total) + _pace(campaign, total)


def _gaps(campaign: Campaign, audience: Sql, total: int) -> list[Finding]:
    """The variables that are shown and that some have nothing for."""
    try:
        shown = sorted(
            variable
            for variable in _compiled(campaign).lacking
            if variable == "name" or variable.startswith("attributes.")
        )
    except TemplateError:
        return []
    if not shown:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.name, s.attributes FROM {Subscriber._meta.db_table} s"
            f" WHERE s.id IN (SELECT audience.id FROM ({audience.text}) audience LIMIT {SAMPLE})",
            audience.params,
        )
        people = [_context(name, attributes) for name, attributes in cursor.fetchall()]
    among = f"the first {SAMPLE}" if total > SAMPLE else str(total)
    found = []
    for variable in shown:
        read = reader(variable)
        lacking = sum(not read(person) for person in people)
        if lacking:
            detail = f"{lacking} of {among} subscribers have no {variable}."
            fix = f'Give a default: {{{{ {variable}|default:"…" }}}}, or ask by {{% if %}}.'
            found.append(Finding("variable_lacking", "warning", variable, detail, fix))
    return found


def _context(name: str, attributes: object) -> Context:
    values = json.loads(attributes) if isinstance(attributes, str) else attributes
    return Context("", name, "", "", values if isinstance(values, dict) else {})


def _pace(campaign: Campaign, messages: int) -> list[Finding]:
    if campaign.rate_limit is None or messages / campaign.rate_limit < _LONG_SECONDS:
        return []
    days = messages / campaign.rate_limit / 86_400
    detail = f"At {campaign.rate_limit} a second, {messages} messages take {days:.1f} days."
    fix = "Raise the rate limit, if the server takes it."
    return [Finding("slow", "warning", "rate_limit", detail, fix)]
