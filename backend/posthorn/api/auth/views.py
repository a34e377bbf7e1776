"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.accounts.models import User
from posthorn.accounts.sessions import (
    SessionRefused,
    SignInRefused,
    open_session,
    refresh_session,
    revoke_session,
)
from posthorn.api.auth.serializers import AccessSerializer, CredentialsSerializer, UserSerializer
from posthorn.api.auth.tokens import access_token, clear_cookie, read_cookie, set_cookie
from posthorn.api.permissions import Anyone, SignedIn, acting_user
from posthorn.api.throttling import SignInByAddress, SignInByName


class SignInView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]
    throttle_classes = [SignInByAddress, SignInByName]

    @extend_schema(
        operation_id="signIn",
        tags=["auth"],
        summary="Sign in",
        description=(
            "Answers with an access token and sets the refresh token as an HttpOnly cookie that"
            " only `/api/v1/auth/` receives. A wrong name or password is 401 with code"
            " `no_active_account`."
        ),
        request=CredentialsSerializer,
        responses={200: AccessSerializer},
    )
    def post(self, request: Request) -> Response:
        credentials = CredentialsSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = authenticate(request._request, **credentials.validated_data)
        if not isinstance(user, User):
            raise SignInRefused("The user name or the password is wrong.")
        session = open_session(user=user)
        response = _signed_in(user)
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
        response = _signed_in(refreshed.user)
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
        description="Ends the session of the cookie. Signing out twice is no error.",
        request=None,
        responses={204: OpenApiResponse(description="Signed out.")},
    )
    def post(self, request: Request) -> Response:
        named = read_cookie(request)
        if named is not None:
            revoke_session(session_id=named[0])
        response = Response(status=204)
        clear_cookie(response)
        return response


class MeView(APIView):
    permission_classes = [SignedIn]

    @extend_schema(
        operation_id="getMe", tags=["auth"], summary="Who am I", responses={200: UserSerializer}
    )
    def get(self, request: Request) -> Response:
        return Response(UserSerializer(acting_user(request)).data)


def _signed_in(user: User) -> Response:
    body = {"access": access_token(user), "user": UserSerializer(user).data}
    return Response(body)
