from django.urls import path

from posthorn.api.mail_servers import views

urlpatterns = [
    path("", views.MailServersView.as_view(), name="mail-servers"),
    path("<int:server_id>/", views.MailServerView.as_view(), name="mail-server"),
    path("<int:server_id>/check/", views.CheckMailServerView.as_view(), name="check-mail-server"),
]
