from django.urls import path

from posthorn.api.transports.views import TransportsView

urlpatterns = [path("", TransportsView.as_view(), name="transports")]
