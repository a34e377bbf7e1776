from django.urls import path

from posthorn.api.suppressions.views import SuppressionsView, SuppressionView

urlpatterns = [
    path("", SuppressionsView.as_view(), name="suppressions"),
    path("<int:suppression_id>/", SuppressionView.as_view(), name="suppression"),
]
