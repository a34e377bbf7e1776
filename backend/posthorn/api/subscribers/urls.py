from django.urls import path

from posthorn.api.subscribers.views import (
    SubscribersExportView,
    SubscribersView,
    SubscriberView,
)

urlpatterns = [
    path("", SubscribersView.as_view(), name="subscribers"),
    path("export/", SubscribersExportView.as_view(), name="subscribers-export"),
    path("<int:subscriber_id>/", SubscriberView.as_view(), name="subscriber"),
]
