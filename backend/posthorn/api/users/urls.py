from django.urls import path

from posthorn.api.users.views import (
    InvitationView,
    UserSecondFactorView,
    UserSessionsView,
    UsersView,
    UserView,
)

urlpatterns = [
    path("", UsersView.as_view(), name="users"),
    path("<int:user_id>/", UserView.as_view(), name="user"),
    path("<int:user_id>/invitation/", InvitationView.as_view(), name="user-invitation"),
    path("<int:user_id>/sessions/", UserSessionsView.as_view(), name="user-sessions"),
    path("<int:user_id>/second-factor/", UserSecondFactorView.as_view(), name="user-second-factor"),
]
