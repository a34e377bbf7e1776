"""Every address of the API. `config.asgi` answers some of them before Django sees a request."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from posthorn.api.campaigns.audience import AudiencePreviewView
from posthorn.api.errors import not_found
from posthorn.api.events.views import EventsView, PublicEventsView

urlpatterns = [
    path("v1/auth/", include("posthorn.api.auth.urls")),
    path("v1/campaigns/", include("posthorn.api.campaigns.urls")),
    path("v1/content/", include("posthorn.api.content.urls")),
    path("v1/layouts/", include("posthorn.api.layouts.urls")),
    path("v1/lists/", include("posthorn.api.lists.urls")),
    path("v1/imports/", include("posthorn.api.imports.urls")),
    path("v1/media/", include("posthorn.api.media.urls")),
    path("v1/segments/", include("posthorn.api.segments.urls")),
    path("v1/audience/preview/", AudiencePreviewView.as_view(), name="audience-preview"),
    path("v1/subscribers/", include("posthorn.api.subscribers.urls")),
    path("v1/suppressions/", include("posthorn.api.suppressions.urls")),
    path("v1/transports/", include("posthorn.api.transports.urls")),
    path("v1/mail-servers/", include("posthorn.api.mail_servers.urls")),
    path("v1/dkim-keys/", include("posthorn.api.dkim_keys.urls")),
    path("v1/users/", include("posthorn.api.users.urls")),
    path("v1/api-keys/", include("posthorn.api.api_keys.urls")),
    path("v1/audit/", include("posthorn.api.audit.urls")),
    path("v1/events/", EventsView.as_view(), name="events"),
    path("v1/public/events/", PublicEventsView.as_view(), name="public-events"),
    path("v1/installation/", include("posthorn.api.installation.urls")),
    path("v1/webhooks/", include("posthorn.api.webhooks.urls")),
    path("v1/public/", include("posthorn.api.public.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", http_method_names=["get", "head"]),
        name="docs",
    ),
    re_path("", not_found, name="nothing"),
]
