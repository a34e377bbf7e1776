"""The `<head>` of a campaign's public page, for programs that show a preview of a link and run no
scripts (Open Graph, https://ogp.me). nginx includes it into index.html, and so does `config.spa`.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.html import format_html

from posthorn.campaigns.lifecycle import Status
from posthorn.campaigns.selectors import get_public_campaign

_STATUS = {
    Status.DRAFT: "in preparation",
    Status.SCHEDULED: "scheduled",
    Status.RUNNING: "running",
    Status.STOPPED: "stopped",
    Status.FINISHED: "finished",
    Status.CANCELLED: "cancelled",
}

_HEAD = """<title>{title} · Posthorn</title>
<meta name="description" content="{text}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="Posthorn">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{text}">
<meta property="og:url" content="{url}">
<meta property="og:image" content="{root}/preview.png">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
<meta name="twitter:card" content="summary_large_image">
"""


def campaign_head(campaign_id: int) -> str:
    """HTML, escaped. Raises NotFound for a campaign that is hidden or isn't there."""
    campaign = get_public_campaign(campaign_id)
    text = f"A mailing campaign, {_STATUS[Status(campaign.status)]}."
    if campaign.total:
        text = f"{campaign.sent:,} of {campaign.total:,} messages sent. {text}"
    root = settings.ENV.public_url
    return format_html(
        _HEAD, title=campaign.name, text=text, root=root, url=f"{root}/c/{campaign.pk}"
    )
