from django.urls import path

from posthorn.api.webhooks import views

urlpatterns = [
    path("", views.WebhooksView.as_view(), name="webhooks"),
    path("<int:webhook_id>/", views.WebhookView.as_view(), name="webhook"),
    path("<int:webhook_id>/rotate-secret/", views.RotateSecretView.as_view(), name="rotate-secret"),
    path("<int:webhook_id>/test/", views.TestWebhookView.as_view(), name="test-webhook"),
    path("<int:webhook_id>/events/", views.PostsView.as_view(), name="webhook-events"),
    path(
        "<int:webhook_id>/events/<uuid:post_id>/redeliver/",
        views.RedeliverView.as_view(),
        name="redeliver",
    ),
]
