from django.urls import path

from posthorn.api.audit.views import AuditExportView, AuditView

urlpatterns = [
    path("", AuditView.as_view(), name="audit"),
    path("export/", AuditExportView.as_view(), name="audit-export"),
]
