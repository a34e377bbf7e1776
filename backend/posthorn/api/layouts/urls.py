from django.urls import path

from posthorn.api.layouts.views import LayoutsView, LayoutView

urlpatterns = [
    path("", LayoutsView.as_view(), name="layouts"),
    path("<int:layout_id>/", LayoutView.as_view(), name="layout"),
]
