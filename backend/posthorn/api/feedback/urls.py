from django.urls import path

from posthorn.api.feedback import views

urlpatterns = [
    path("", views.FeedbackView.as_view(), name="feedback"),
    path("sendgrid/", views.SendGridView.as_view(), name="feedback-sendgrid"),
    path("ses/", views.SesView.as_view(), name="feedback-ses"),
    path("postmark/", views.PostmarkView.as_view(), name="feedback-postmark"),
]
