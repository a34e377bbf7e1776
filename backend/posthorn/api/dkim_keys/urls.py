from django.urls import path

from posthorn.api.dkim_keys import views

urlpatterns = [
    path("", views.DkimKeysView.as_view(), name="dkim-keys"),
    path("<int:key_id>/", views.DkimKeyView.as_view(), name="dkim-key"),
    path("<int:key_id>/activate/", views.ActivateView.as_view(), name="activate-dkim-key"),
    path("<int:key_id>/deactivate/", views.DeactivateView.as_view(), name="deactivate-dkim-key"),
]
