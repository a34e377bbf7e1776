"""Mailing lists."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.lists.serializers import MailingListSerializer, MailingListWriteSerializer
from posthorn.api.permissions import acting
from posthorn.audience.models import MailingList
from posthorn.audience.selectors import get_list, lists_with_tags
from posthorn.audience.services import create_list, update_list
from posthorn.campaigns.services import delete_list


class ListFilter(filters.FilterSet):  # type: ignore[misc]
    tag = filters.CharFilter(
        field_name="tags__name", max_length=50, help_text="A tag, written exactly."
    )

    class Meta:
        model = MailingList
        fields = ("tag",)


class ListsView(GenericAPIView[MailingList]):
    serializer_class = MailingListSerializer
    filterset_class = ListFilter
    search_fields = ("name",)
    ordering_fields = ("name", "created_at", "subscriber_count")

    def get_queryset(self) -> QuerySet[MailingList]:
        return lists_with_tags()

    @extend_schema(
        operation_id="listMailingLists",
        tags=["lists"],
        summary="List mailing lists",
        description="By name unless ordered otherwise. Searches the name.",
        responses={200: MailingListSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(MailingListSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createMailingList",
        tags=["lists"],
        summary="Create a mailing list",
        request=MailingListWriteSerializer,
        responses={201: MailingListSerializer},
    )
    def post(self, request: Request) -> Response:
        given = MailingListWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        created = create_list(**given.validated_data, by=acting(request))
        return Response(MailingListSerializer(get_list(created.pk)).data, status=201)


class ListView(APIView):
    @extend_schema(
        operation_id="getMailingList",
        tags=["lists"],
        summary="Read a mailing list",
        responses={200: MailingListSerializer},
    )
    def get(self, request: Request, list_id: int) -> Response:
        return Response(MailingListSerializer(get_list(list_id)).data)

    @extend_schema(
        operation_id="replaceMailingList",
        tags=["lists"],
        summary="Change a mailing list, its name given",
        request=MailingListWriteSerializer,
        responses={200: MailingListSerializer},
    )
    def put(self, request: Request, list_id: int) -> Response:
        return self._update(request, list_id, partial=False)

    @extend_schema(
        operation_id="updateMailingList",
        tags=["lists"],
        summary="Change some fields of a mailing list",
        request=MailingListWriteSerializer(partial=True),
        responses={200: MailingListSerializer},
    )
    def patch(self, request: Request, list_id: int) -> Response:
        return self._update(request, list_id, partial=True)

    @extend_schema(
        operation_id="deleteMailingList",
        tags=["lists"],
        summary="Delete a mailing list",
        description=(
            "Its subscribers stay, and so do the audiences that were frozen from it. While a"
            " campaign is scheduled or starting with it: 409 with code `in_use`."
        ),
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, list_id: int) -> Response:
        delete_list(list_id=list_id, by=acting(request))
        return Response(status=204)

    def _update(self, request: Request, list_id: int, *, partial: bool) -> Response:
        given = MailingListWriteSerializer(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        update_list(list_id=list_id, changes=given.validated_data, by=acting(request))
        return Response(MailingListSerializer(get_list(list_id)).data)
