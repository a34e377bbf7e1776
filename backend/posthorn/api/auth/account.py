"""One's own account: who am I, profile, password, sessions, second factor."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.accounts.models import User
from posthorn.accounts.passwords import (
    ask_for_reset,
    change_password,
    check_present,
    choose_password,
)
from posthorn.accounts.second_factor import begin_second_factor, confirm_second_factor
from posthorn.accounts.services import UserFields, get_user, remove_second_factor, update_user
from posthorn.accounts.sessions import end_session, end_sessions, sessions_of
from posthorn.api.auth.serializers import (
    ChoosePasswordSerializer,
    CodeSerializer,
    PasswordChangeSerializer,
    PresentPasswordSerializer,
    ProfileSerializer,
    RecoveryCodesSerializer,
    ResetRequestSerializer,
    SessionSerializer,
    SetupSerializer,
    UserSerializer,
)
from posthorn.api.authentication import Credential
from posthorn.api.permissions import Anyone, acting, acting_user
from posthorn.api.throttling import password_brake, reset_brake


class MeView(APIView):
    @extend_schema(
        operation_id="getMe",
        tags=["auth"],
        summary="Who am I",
        description="`may` lists the capabilities of the role: what to show and what to hide.",
        responses={200: UserSerializer},
    )
    def get(self, request: Request) -> Response:
        return Response(UserSerializer(acting_user(request)).data)

    @extend_schema(
        operation_id="updateMe",
        tags=["auth"],
        summary="Change one's own profile",
        request=ProfileSerializer(partial=True),
        responses={200: UserSerializer},
    )
    def patch(self, request: Request) -> Response:
        given = ProfileSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        user = acting_user(request)
        changes = dict(given.validated_data)
        present = changes.pop("present", "")
        if "email" in changes:
            _prove(user, present)
        update_user(user_id=user.pk, changes=cast(UserFields, changes), by=acting(request))
        return Response(UserSerializer(get_user(user.pk)).data)


class PasswordView(APIView):
    @extend_schema(
        operation_id="changePassword",
        tags=["auth"],
        summary="Change one's own password",
        description="Every other session of the user ends at once. Wrong tries are limited.",
        request=PasswordChangeSerializer,
        responses={204: OpenApiResponse(description="Changed.")},
    )
    def post(self, request: Request) -> Response:
        given = PasswordChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = acting_user(request)
        with password_brake(user.pk):
            change_password(
                user=user,
                **given.validated_data,
                session_id=_session_id(request),
                by=acting(request),
            )
        return Response(status=204)


class ResetRequestView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="requestPasswordReset",
        tags=["auth"],
        summary="Ask for a link to choose a new password",
        description=(
            "Mailed to the user's address, good once and for an hour. The answer is the same"
            " whether or not there is such a user."
        ),
        request=ResetRequestSerializer,
        responses={202: OpenApiResponse(description="If there is such a user, a mail is sent.")},
    )
    def post(self, request: Request) -> Response:
        given = ResetRequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        reset_brake()
        ask_for_reset(name=given.validated_data["name"])
        return Response(status=202)


class ChoosePasswordView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="choosePassword",
        tags=["auth"],
        summary="Set a password by the link of an invitation or a reset",
        description=(
            "Ends all sessions of the user. A link that was used or has expired is 400 with code"
            " `link_not_valid`."
        ),
        request=ChoosePasswordSerializer,
        responses={204: OpenApiResponse(description="Set; sign in with it.")},
    )
    def post(self, request: Request) -> Response:
        given = ChoosePasswordSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        choose_password(**given.validated_data)
        return Response(status=204)


class SessionsView(APIView):
    @extend_schema(
        operation_id="listSessions",
        tags=["auth"],
        summary="Where am I signed in",
        description="All of them in one plain array, the newest first.",
        responses={200: SessionSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        rows = SessionSerializer(
            sessions_of(acting_user(request).pk),
            many=True,
            context={"current": _session_id(request)},
        )
        return Response(rows.data)

    @extend_schema(
        operation_id="endSessions",
        tags=["auth"],
        summary="Sign out everywhere",
        description="This session too. Tokens and open streams end at once.",
        request=None,
        responses={204: OpenApiResponse(description="Ended.")},
    )
    def delete(self, request: Request) -> Response:
        end_sessions(user_id=acting_user(request).pk, by=acting(request))
        return Response(status=204)


class SessionView(APIView):
    @extend_schema(
        operation_id="endSession",
        tags=["auth"],
        summary="Sign out somewhere else",
        request=None,
        responses={204: OpenApiResponse(description="Ended.")},
    )
    def delete(self, request: Request, session_id: UUID) -> Response:
        end_session(session_id=session_id, by=acting(request))
        return Response(status=204)


class SecondFactorView(APIView):
    @extend_schema(
        operation_id="beginSecondFactor",
        tags=["auth"],
        summary="Begin to set up one-time passwords",
        description=(
            "Asks for the password again. Nothing changes until the first code is confirmed. With"
            " a second factor already set up: 409 with code `second_factor_exists`."
        ),
        request=PresentPasswordSerializer,
        responses={200: SetupSerializer},
    )
    def post(self, request: Request) -> Response:
        _check_present(request)
        setup = begin_second_factor(user=acting_user(request), by=acting(request))
        return Response(SetupSerializer(setup).data)


class ConfirmSecondFactorView(APIView):
    @extend_schema(
        operation_id="confirmSecondFactor",
        tags=["auth"],
        summary="Confirm one-time passwords by a first code",
        description="From now on signing in asks for one.",
        request=CodeSerializer,
        responses={200: RecoveryCodesSerializer},
    )
    def post(self, request: Request) -> Response:
        given = CodeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        codes = confirm_second_factor(
            user=acting_user(request), code=given.validated_data["code"], by=acting(request)
        )
        return Response({"recovery_codes": codes})


class RemoveSecondFactorView(APIView):
    @extend_schema(
        operation_id="removeSecondFactor",
        tags=["auth"],
        summary="Ask for no second factor any more",
        description="Asks for the password again. Ends all sessions.",
        request=PresentPasswordSerializer,
        responses={204: OpenApiResponse(description="Removed.")},
    )
    def post(self, request: Request) -> Response:
        _check_present(request)
        remove_second_factor(user_id=acting_user(request).pk, by=acting(request))
        return Response(status=204)


def _check_present(request: Request) -> None:
    """The password again: a session that was left open is not to change how one signs in."""
    given = PresentPasswordSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    _prove(acting_user(request), given.validated_data["present"])


def _prove(user: User, present: str) -> None:
    with password_brake(user.pk):
        check_present(user=user, present=present)


def _session_id(request: Request) -> UUID | None:
    assert isinstance(request.auth, Credential)
    return request.auth.session_id
