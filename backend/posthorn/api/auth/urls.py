from django.urls import path

from posthorn.api.auth.views import MeView, RefreshView, SignInView, SignOutView

urlpatterns = [
    path("token/", SignInView.as_view(), name="sign-in"),
    path("token/refresh/", RefreshView.as_view(), name="refresh"),
    path("logout/", SignOutView.as_view(), name="sign-out"),
    path("me/", MeView.as_view(), name="me"),
]
