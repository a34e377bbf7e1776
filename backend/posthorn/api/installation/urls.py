from django.urls import path

from posthorn.api.installation.views import InstallationView

urlpatterns = [path("", InstallationView.as_view(), name="installation")]
