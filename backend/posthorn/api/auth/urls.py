from django.urls import path

from posthorn.api.auth.account import (
    ChoosePasswordView,
    ConfirmSecondFactorView,
    MeView,
    PasswordView,
    RemoveSecondFactorView,
    ResetRequestView,
    SecondFactorView,
    SessionsView,
    SessionView,
)
from posthorn.api.auth.views import RefreshView, SignInView, SignOutView

urlpatterns = [
    path("token/", SignInView.as_view(), name="sign-in"),
    path("token/refresh/", RefreshView.as_view(), name="refresh"),
    path("logout/", SignOutView.as_view(), name="sign-out"),
    path("me/", MeView.as_view(), name="me"),
    path("password/", PasswordView.as_view(), name="password"),
    path("password/forgotten/", ResetRequestView.as_view(), name="password-forgotten"),
    path("password/choose/", ChoosePasswordView.as_view(), name="password-choose"),
    path("sessions/", SessionsView.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>/", SessionView.as_view(), name="session"),
    path("second-factor/", SecondFactorView.as_view(), name="second-factor"),
    path("second-factor/confirm/", ConfirmSecondFactorView.as_view(), name="second-factor-confirm"),
    path("second-factor/remove/", RemoveSecondFactorView.as_view(), name="second-factor-remove"),
]
