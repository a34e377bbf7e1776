from django.urls import path

from posthorn.api.public.views import (
    PublicCampaignHeadView,
    PublicCampaignsView,
    PublicCampaignView,
    PublicTimelineView,
    PublicTotalsView,
    UnsubscribeView,
)

urlpatterns = [
    path("campaigns/", PublicCampaignsView.as_view(), name="public-campaigns"),
    path("campaigns/<int:campaign_id>/", PublicCampaignView.as_view(), name="public-campaign"),
    path(
        "campaigns/<int:campaign_id>/timeline/",
        PublicTimelineView.as_view(),
        name="public-timeline",
    ),
    path(
        "campaigns/<int:campaign_id>/head/",
        PublicCampaignHeadView.as_view(),
        name="public-campaign-head",
    ),
    path("totals/", PublicTotalsView.as_view(), name="public-totals"),
    path("unsubscribe/<str:token>/", UnsubscribeView.as_view(), name="unsubscribe"),
]
