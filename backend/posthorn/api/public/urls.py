from django.urls import path

from posthorn.api.public.views import PublicCampaignsView, UnsubscribeView

urlpatterns = [
    path("campaigns/", PublicCampaignsView.as_view(), name="public-campaigns"),
    path("unsubscribe/<str:token>/", UnsubscribeView.as_view(), name="unsubscribe"),
]
