from django.urls import path

from posthorn.api.campaigns import audience, deliveries, moves, numbers, views

urlpatterns = [
    path("", views.CampaignsView.as_view(), name="campaigns"),
    path("<int:campaign_id>/", views.CampaignView.as_view(), name="campaign"),
    path("<int:campaign_id>/duplicate/", views.DuplicateView.as_view(), name="duplicate"),
    path("<int:campaign_id>/preview/", views.PreviewView.as_view(), name="preview"),
    path("<int:campaign_id>/checks/", views.ChecksView.as_view(), name="checks"),
    path("<int:campaign_id>/test/", views.TestView.as_view(), name="test"),
    path("<int:campaign_id>/start/", moves.StartView.as_view(), name="start"),
    path("<int:campaign_id>/stop/", moves.StopView.as_view(), name="stop"),
    path("<int:campaign_id>/cancel/", moves.CancelView.as_view(), name="cancel"),
    path("<int:campaign_id>/schedule/", moves.ScheduleView.as_view(), name="schedule"),
    path("<int:campaign_id>/unschedule/", moves.UnscheduleView.as_view(), name="unschedule"),
    path("<int:campaign_id>/retry/", moves.RetryView.as_view(), name="retry"),
    path(
        "<int:campaign_id>/audience/",
        audience.CampaignAudienceView.as_view(),
        name="campaign-audience",
    ),
    path("<int:campaign_id>/stats/", numbers.StatsView.as_view(), name="stats"),
    path("<int:campaign_id>/timeline/", numbers.TimelineView.as_view(), name="timeline"),
    path(
        "<int:campaign_id>/reconciliation/",
        numbers.ReconciliationView.as_view(),
        name="reconciliation",
    ),
    path("<int:campaign_id>/deliveries/", deliveries.DeliveriesView.as_view(), name="deliveries"),
    path("<int:campaign_id>/deliveries/export/", deliveries.ExportView.as_view(), name="export"),
    path(
        "<int:campaign_id>/deliveries/<int:delivery_id>/mark-sent/",
        deliveries.MarkSentView.as_view(),
        name="mark-sent",
    ),
]
