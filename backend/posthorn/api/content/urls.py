from django.urls import path

from posthorn.api.content.views import ContentPreviewView

urlpatterns = [
    path("preview/", ContentPreviewView.as_view(), name="content-preview"),
]
