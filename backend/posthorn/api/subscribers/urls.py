from django.urls import path

from posthorn.api.subscribers.views import SubscribersView, SubscriberView

urlpatterns = [
    path("", SubscribersView.as_view(), name="subscribers"),
    path("<int:subscriber_id>/", SubscriberView.as_view(), name="subscriber"),
]
