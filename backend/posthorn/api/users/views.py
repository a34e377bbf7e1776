"""Users: who may sign in, and as what. For owners alone."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.accounts.models import Role, User
from posthorn.accounts.services import (
    get_user,
    invite_again,
    invite_user,
    remove_second_factor,
    update_user,
    users,
)
from posthorn.accounts.sessions import end_sessions
from posthorn.api.permissions import acting
from posthorn.api.users.serializers import (
    InvitationSerializer,
    InviteSerializer,
    ManagedUserSerializer,
    UserChangeSerializer,
)


class UserFilter(filters.FilterSet):  # type: ignore[misc]
    role = filters.ChoiceFilter(choices=Role.choices)
    is_active = filters.BooleanFilter()

    class Meta:
        model = User
        fields = ("role", "is_active")


class UsersView(GenericAPIView[User]):
    serializer_class = ManagedUserSerializer
    filterset_class = UserFilter
    search_fields = ("username", "email", "first_name", "last_name")
    ordering_fields = ("username", "email", "role", "date_joined")

    def get_queryset(self) -> QuerySet[User]:
        return users()

    @extend_schema(
        operation_id="listUsers",
        tags=["users"],
        summary="List users",
        description="By name unless ordered otherwise. Searches names and addresses.",
        responses={200: ManagedUserSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(ManagedUserSerializer(page, many=True).data)

    @extend_schema(
        operation_id="inviteUser",
        tags=["users"],
        summary="Invite somebody",
        description=(
            "Mails a link at which the new user chooses a password, good for seven days. Without a"
            " mail server, `POST users/{user_id}/invitation/` answers with the link."
        ),
        request=InviteSerializer,
        responses={201: ManagedUserSerializer},
    )
    def post(self, request: Request) -> Response:
        given = InviteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        pk = invite_user(**given.validated_data, by=acting(request))
        return Response(ManagedUserSerializer(get_user(pk)).data, status=201)


class UserView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="getUser",
        tags=["users"],
        summary="Read a user",
        responses={200: ManagedUserSerializer},
    )
    def get(self, request: Request, user_id: int) -> Response:
        return Response(ManagedUserSerializer(get_user(user_id)).data)

    @extend_schema(
        operation_id="updateUser",
        tags=["users"],
        summary="Change, deactivate or reactivate a user",
        description=(
            "Another role, and `is_active: false`, end the user's sessions, tokens and streams at"
            " once. The last active owner keeps both: 409 with code `last_owner`."
        ),
        request=UserChangeSerializer(partial=True),
        responses={200: ManagedUserSerializer},
    )
    def patch(self, request: Request, user_id: int) -> Response:
        given = UserChangeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        update_user(user_id=user_id, changes=given.validated_data, by=acting(request))
        return Response(ManagedUserSerializer(get_user(user_id)).data)


class InvitationView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="inviteUserAgain",
        tags=["users"],
        summary="Send the invitation once more",
        description="For a user who has chosen a password already: 409 with code `not_invited`.",
        request=None,
        responses={200: InvitationSerializer},
    )
    def post(self, request: Request, user_id: int) -> Response:
        link = invite_again(user_id=user_id, by=acting(request))
        return Response(InvitationSerializer({"mailed": not link, "link": link}).data)


class UserSessionsView(APIView):
    @extend_schema(
        operation_id="endUserSessions",
        tags=["users"],
        summary="Sign a user out everywhere",
        request=None,
        responses={204: OpenApiResponse(description="Ended.")},
    )
    def delete(self, request: Request, user_id: int) -> Response:
        end_sessions(user_id=get_user(user_id).pk, by=acting(request))
        return Response(status=204)


class UserSecondFactorView(APIView):
    @extend_schema(
        operation_id="removeUserSecondFactor",
        tags=["users"],
        summary="Take a lost second factor away",
        description="Ends the user's sessions; the password is needed as before.",
        request=None,
        responses={204: OpenApiResponse(description="Removed.")},
    )
    def delete(self, request: Request, user_id: int) -> Response:
        remove_second_factor(user_id=get_user(user_id).pk, by=acting(request))
        return Response(status=204)
