from django.urls import path

from posthorn.api.api_keys.views import ApiKeysView, ApiKeyView

urlpatterns = [
    path("", ApiKeysView.as_view(), name="api-keys"),
    path("<int:key_id>/", ApiKeyView.as_view(), name="api-key"),
]
