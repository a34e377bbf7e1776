from django.urls import path

from posthorn.api.lists.views import ListsView, ListView

urlpatterns = [
    path("", ListsView.as_view(), name="lists"),
    path("<int:list_id>/", ListView.as_view(), name="list"),
]
