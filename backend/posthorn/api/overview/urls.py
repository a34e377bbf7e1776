from django.urls import path

from posthorn.api.overview.views import OverviewView

urlpatterns = [path("", OverviewView.as_view(), name="overview")]
