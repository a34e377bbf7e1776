from django.urls import path

from posthorn.api.media.views import FilesView, FileView

urlpatterns = [
    path("", FilesView.as_view(), name="media"),
    path("<int:media_id>/", FileView.as_view(), name="media-file"),
]
