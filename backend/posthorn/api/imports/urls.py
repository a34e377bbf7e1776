from django.urls import path

from posthorn.api.imports.views import (
    ImportCancelView,
    ImportStartView,
    ImportsView,
    ImportView,
    RejectedLinesView,
)

urlpatterns = [
    path("", ImportsView.as_view(), name="imports"),
    path("<int:import_id>/", ImportView.as_view(), name="import"),
    path("<int:import_id>/start/", ImportStartView.as_view(), name="import-start"),
    path("<int:import_id>/cancel/", ImportCancelView.as_view(), name="import-cancel"),
    path("<int:import_id>/rejected/", RejectedLinesView.as_view(), name="import-rejected"),
]
