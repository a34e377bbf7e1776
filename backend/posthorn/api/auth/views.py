"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.accounts.models import User
from posthorn.accounts.second_factor import check_second_factor
from posthorn.accounts.sessions import (
    SessionRefused,
    SignInRefused,
    open_session,
    refresh_session,
    sign_out,
)
from posthorn.api.auth.serializers import AccessSerializer, CredentialsSerializer, UserSerializer
from posthorn.api.auth.tokens import access_token, clear_cookie, read_cookie, set_cookie
from posthorn.api.permissions import Anyone
from posthorn.api.throttling import sign_in_brake


class SignInView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="signIn",
        tags=["auth"],
        summary="Sign in",
        description=(
            "Answers with an access token and sets the refresh token as an HttpOnly cookie that"
            " only `/api/v1/auth/` receives. A wrong name or password is 401 with code"
            " `no_active_account`. A user with a second factor must send `code` too: without it"
            " 401 with code `second_factor_required`, with a wrong one `second_factor_wrong`."
            " Wrong tries from one address are limited, for one name more so: 429."
        ),
        request=CredentialsSerializer,
        responses={200: AccessSerializer},
    )
    def post(self, request: Request) -> Response:
        given = CredentialsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with sign_in_brake(given.validated_data["username"]) as was_right:
            user = _authenticated(request._request, **given.validated_data)
            was_right()
        session = open_session(user=user, user_agent=request.headers.get("User-Agent", ""))
        response = Response({"access": access_token(session.pk), "user": UserSerializer(user).data})
        set_cookie(
            response,
            session_id=session.pk,
            token_id=session.token_id,
            expires_at=session.expires_at,
        )
        return response


class RefreshView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="refreshToken",
        tags=["auth"],
        summary="Get a fresh access token",
        description=(
            "Exchanges the cookie's refresh token for a new one and answers with a new access"
            " token. Each refresh token is good once. For ten seconds it is answered with the"
            " token that it was exchanged for, so that two tabs, or a page that was loaded again"
            " before the answer arrived, stay signed in; after that it ends the session: 401 with"
            " code `refresh_reused`. Otherwise 401 with code `refresh_invalid`. A sign-in lasts 14"
            " days however often it is refreshed."
        ),
        request=None,
        responses={200: AccessSerializer},
    )
    def post(self, request: Request) -> Response:
        named = read_cookie(request)
        if named is None:
            raise SessionRefused("There is no valid refresh token in the cookie. Sign in again.")
        session_id, token_id = named
        refreshed = refresh_session(session_id=session_id, token_id=token_id)
        response = Response(
            {
                "access": access_token(refreshed.session_id),
                "user": UserSerializer(refreshed.user).data,
            }
        )
        set_cookie(
            response,
            session_id=refreshed.session_id,
            token_id=refreshed.token_id,
            expires_at=refreshed.expires_at,
        )
        return response


class SignOutView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="signOut",
        tags=["auth"],
        summary="Sign out",
        description=(
            "Ends the session of the cookie, its access tokens and its streams. Signing out twice"
            " is no error. From a page of another site it is 403 with code `cross_site`."
        ),
        request=None,
        responses={204: OpenApiResponse(description="Signed out.")},
    )
    def post(self, request: Request) -> Response:
        named = read_cookie(request)
        if named is not None:
            sign_out(session_id=named[0])
        response = Response(status=204)
        clear_cookie(response)
        return response


def _authenticated(request: HttpRequest, username: str, password: str, code: str = "") -> User:
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise SignInRefused("The user name or the password is wrong.")
    check_second_factor(user=user, code=code)
    return user
