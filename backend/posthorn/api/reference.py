"""The words around the API's reference: read by the settings, so nothing here imports Django."""

API_DESCRIPTION = """\
Posthorn manages mailing campaigns: write one, choose its mailing lists, start it, stop it, start it
again, and watch the numbers move.

**Signing in.** `POST /api/v1/auth/token/` answers with an access token that is good for five
minutes; send it as `Authorization: Bearer …`. The same answer sets a refresh token as an HttpOnly
cookie; `POST /api/v1/auth/token/refresh/` exchanges it for a new pair. A *viewer* reads everything
and changes nothing; an *author* writes drafts and starts nothing; a *manager* runs campaigns and
keeps audiences; an *owner* manages users, servers, keys and settings besides. Paths under
`/api/v1/public/` need no sign-in. **Machines** send an API key: `Authorization: Bearer phk_…`; its
scopes say what it may do.

**Safe writes.** Send an `Idempotency-Key` with a POST and send it again as often as you like: it is
done once, and answered alike for a day; another body with the same key is 422. Details carry an
`ETag`: send it as `If-Match` with a change, and the change is refused (412, with the present state)
when somebody else was faster. Fields and query parameters that don't exist are refused by name.

**Limits.** `RateLimit` says what is left of the requests a minute; 429 carries `Retry-After`.

**Errors** are problem details (RFC 9457, `application/problem+json`). `code` is stable and meant
for programs, `detail` is English for people. A validation error lists every field in `errors`; a
refused move carries the campaign's status and the moves that it allows.

**Pages.** Lists answer with `{count, next, previous, results}` and take `page`, `page_size` (at
most 200), `search` and `ordering` (a field's name, with `-` in front for descending).

**Times** are ISO 8601 in UTC. **Templates** know `{{ name }}`, `{{ email }}`,
`{{ attributes.<key> }}`, `{{ campaign_name }}`, `{{ unsubscribe_url }}`, each with an optional
default as in `{{ name|default:"friend" }}`, and conditions as in `{% if name %}…{% elif
attributes.plan in ["pro", "team"] %}…{% else %}…{% endif %}`.
"""

API_TAGS = [
    {"name": "auth", "description": "Signing in, staying signed in, signing out."},
    {"name": "campaigns", "description": "Campaigns, the moves of their life, and their numbers."},
    {"name": "deliveries", "description": "The ledger: one row for each subscriber of a campaign."},
    {"name": "layouts", "description": "Frames around bodies: brand, footer, unsubscribe link."},
    {"name": "media", "description": "Images and attachments, uploaded once."},
    {"name": "lists", "description": "Mailing lists: named sets of subscribers."},
    {"name": "segments", "description": "Saved filters over subscribers, resolved when used."},
    {"name": "subscribers", "description": "Addresses that can receive mail."},
    {"name": "imports", "description": "Files of subscribers on their way in."},
    {
        "name": "suppressions",
        "description": "Addresses and domains that must not be mailed, and why.",
    },
    {"name": "transports", "description": "Where rendered messages can go."},
    {"name": "mail-servers", "description": "The servers that `smtp` goes out over."},
    {"name": "dkim-keys", "description": "What signs outgoing mail, and its DNS records."},
    {"name": "users", "description": "Who may sign in, and as what."},
    {"name": "api keys", "description": "Credentials for machines."},
    {"name": "audit", "description": "Who did what to which object when."},
    {"name": "webhooks", "description": "Events posted to your own programs."},
    {"name": "public", "description": "What everybody may see, without signing in."},
]

API_ENUM_NAMES = {
    "CampaignStatus": "posthorn.api.campaigns.choices.STATUSES",
    "Move": "posthorn.api.campaigns.choices.MOVES",
    "BodyKind": "posthorn.api.campaigns.choices.BODY_KINDS",
    "FindingSeverity": "posthorn.api.errors.SEVERITIES",
    "TransportName": "posthorn.api.campaigns.choices.TRANSPORTS",
    "MailServerAuth": "posthorn.transports.models.AuthMethod",
    "MailServerSecurity": "posthorn.transports.models.Security",
    "MailServerStep": "posthorn.api.mail_servers.choices.CHECK_STEPS",
    "DkimAlgorithm": "posthorn.transports.models.DkimAlgorithm",
    "RetriableStatus": "posthorn.api.campaigns.choices.RETRIABLE",
    "DeliveryStatus": "posthorn.delivery.models.DeliveryStatus",
    "Delimiter": "posthorn.api.imports.serializers.DELIMITER_CHOICES",
    "ImportStatus": "posthorn.api.imports.serializers.STATUSES",
    "ImportMode": "posthorn.audience.imports.models.ImportMode",
    "ImportSource": "posthorn.api.imports.serializers.SOURCES",
    "ColumnTarget": "posthorn.audience.imports.parsing.mapping.TARGETS",
    "AttributeType": "posthorn.audience.imports.parsing.values.TYPES",
    "Treatment": "posthorn.audience.imports.parsing.mapping.TREATMENTS",
    "SuppressionOrigin": "posthorn.audience.models.SuppressionOrigin",
    "SuppressionReason": "posthorn.audience.models.SuppressionReason",
    "PublicPolicy": "posthorn.api.installation.views.PUBLIC",
    "WebhookEvent": "posthorn.api.webhooks.choices.EVENTS",
    "WebhookEventType": "posthorn.webhooks.models.EventType",
    "WebhookEventStatus": "posthorn.webhooks.models.PostStatus",
    "Role": "posthorn.accounts.models.Role",
    "Scope": "posthorn.accounts.models.Scope",
    "Capability": "posthorn.api.auth.serializers.CAPABILITIES",
    "ActorKind": "posthorn.api.audit.views.ACTOR_KINDS",
}
