from django.urls import path

from posthorn.api.segments.views import (
    SegmentCountView,
    SegmentPreviewView,
    SegmentsView,
    SegmentView,
)

urlpatterns = [
    path("", SegmentsView.as_view(), name="segments"),
    path("preview/", SegmentPreviewView.as_view(), name="segment-preview"),
    path("<int:segment_id>/", SegmentView.as_view(), name="segment"),
    path("<int:segment_id>/count/", SegmentCountView.as_view(), name="segment-count"),
]
