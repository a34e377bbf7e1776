"""The words around the API's reference: read by the settings, so nothing here imports Django."""

API_DESCRIPTION = """\
Posthorn manages mailing campaigns: write one, choose its mailing lists, start it, stop it, start it
again, and watch the numbers move.

**Signing in.** `POST /api/v1/auth/token/` answers with an access token that is good for five
minutes; send it as `Authorization: Bearer …`. The same answer sets a refresh token as an HttpOnly
cookie; `POST /api/v1/auth/token/refresh/` exchanges it for a new pair. A *viewer* may read
everything and change nothing; an *admin* may do everything. Paths under `/api/v1/public/` need no
sign-in.

**Errors** are problem details (RFC 9457, `application/problem+json`). `code` is stable and meant
for programs, `detail` is English for people. A validation error lists every field in `errors`; a
refused move carries the campaign's status and the moves that it allows.

**Pages.** Lists answer with `{count, next, previous, results}` and take `page`, `page_size` (at
most 200), `search` and `ordering` (a field's name, with `-` in front for descending).

**Times** are ISO 8601 in UTC. **Templates** know `{{ name }}`, `{{ email }}`,
`{{ attributes.<key> }}`, `{{ campaign_name }}`, `{{ unsubscribe_url }}`, each with an optional
default as in `{{ name|default:"friend" }}`.
"""

API_TAGS = [
    {"name": "auth", "description": "Signing in, staying signed in, signing out."},
    {"name": "campaigns", "description": "Campaigns, the moves of their life, and their numbers."},
    {"name": "deliveries", "description": "The ledger: one row for each subscriber of a campaign."},
    {"name": "lists", "description": "Mailing lists: named sets of subscribers."},
    {"name": "segments", "description": "Saved filters over subscribers, resolved when used."},
    {"name": "subscribers", "description": "Addresses that can receive mail."},
    {"name": "suppressions", "description": "Addresses that must not be mailed, and why."},
    {"name": "transports", "description": "Where rendered messages can go."},
    {"name": "webhooks", "description": "Events posted to your own programs."},
    {"name": "public", "description": "What everybody may see, without signing in."},
]

API_ENUM_NAMES = {
    "CampaignStatus": "posthorn.api.campaigns.choices.STATUSES",
    "Move": "posthorn.api.campaigns.choices.MOVES",
    "TransportName": "posthorn.api.campaigns.choices.TRANSPORTS",
    "RetriableStatus": "posthorn.api.campaigns.choices.RETRIABLE",
    "DeliveryStatus": "posthorn.delivery.models.DeliveryStatus",
    "SuppressionReason": "posthorn.audience.models.SuppressionReason",
    "PublicPolicy": "posthorn.api.installation.views.PUBLIC",
    "WebhookEvent": "posthorn.api.webhooks.choices.EVENTS",
    "WebhookEventType": "posthorn.webhooks.models.EventType",
    "WebhookEventStatus": "posthorn.webhooks.models.PostStatus",
    "Role": "posthorn.accounts.models.Role",
}
