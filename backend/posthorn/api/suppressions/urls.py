from django.urls import path

from posthorn.api.suppressions.views import (
    SuppressionsExportView,
    SuppressionsView,
    SuppressionView,
)

urlpatterns = [
    path("", SuppressionsView.as_view(), name="suppressions"),
    path("export/", SuppressionsExportView.as_view(), name="suppressions-export"),
    path("<int:suppression_id>/", SuppressionView.as_view(), name="suppression"),
]
