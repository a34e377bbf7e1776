"""Subscribers."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.export import csv_of, csv_response
from posthorn.api.filtering import Search
from posthorn.api.permissions import acting
from posthorn.api.subscribers.serializers import SubscriberSerializer, SubscriberWriteSerializer
from posthorn.audience.models import MailingList, Subscriber
from posthorn.audience.selectors import get_subscriber, subscribers_with_lists
from posthorn.audience.services import create_subscriber, delete_subscriber, update_subscriber


class SubscriberFilter(filters.FilterSet):  # type: ignore[misc]
    list = filters.ModelChoiceFilter(
        field_name="lists", queryset=MailingList.objects.all(), help_text="A mailing list's id."
    )

    class Meta:
        model = Subscriber
        fields = ("list",)


class SubscribersView(GenericAPIView[Subscriber]):
    serializer_class = SubscriberSerializer
    filterset_class = SubscriberFilter
    search_fields = ("email", "name")
    ordering_fields = ("email", "name", "created_at")

    def get_queryset(self) -> QuerySet[Subscriber]:
        return subscribers_with_lists()

    @extend_schema(
        operation_id="listSubscribers",
        tags=["subscribers"],
        summary="List subscribers",
        description="By address unless ordered otherwise. Searches the address and the name.",
        responses={200: SubscriberSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(SubscriberSerializer(page, many=True).data)

    @extend_schema(
        operation_id="createSubscriber",
        tags=["subscribers"],
        summary="Create a subscriber",
        request=SubscriberWriteSerializer,
        responses={201: SubscriberSerializer},
    )
    def post(self, request: Request) -> Response:
        given = SubscriberWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        pk = create_subscriber(**given.validated_data, by=acting(request))
        return Response(SubscriberSerializer(get_subscriber(pk)).data, status=201)


class SubscribersExportView(GenericAPIView[Subscriber]):
    queryset = Subscriber.objects.all()
    filterset_class = SubscriberFilter
    filter_backends = (filters.DjangoFilterBackend, Search)
    search_fields = ("email", "name")
    pagination_class = None

    @extend_schema(
        operation_id="exportSubscribers",
        tags=["subscribers"],
        summary="Download subscribers as CSV",
        description=(
            "With the filters of the list, so also of one mailing list. The file can be imported"
            " again: the attributes are a JSON object. A cell that a spreadsheet would take for a"
            " formula gets an apostrophe in front."
        ),
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        fields = ("email", "name", "attributes", "created_at")
        rows = csv_of(self.filter_queryset(self.get_queryset()), fields)
        return csv_response(rows, "subscribers.csv")


class SubscriberView(APIView):
    @extend_schema(
        operation_id="getSubscriber",
        tags=["subscribers"],
        summary="Read a subscriber",
        responses={200: SubscriberSerializer},
    )
    def get(self, request: Request, subscriber_id: int) -> Response:
        return Response(SubscriberSerializer(get_subscriber(subscriber_id)).data)

    @extend_schema(
        operation_id="replaceSubscriber",
        tags=["subscribers"],
        summary="Change a subscriber, the address given",
        request=SubscriberWriteSerializer,
        responses={200: SubscriberSerializer},
    )
    def put(self, request: Request, subscriber_id: int) -> Response:
        return self._update(request, subscriber_id, partial=False)

    @extend_schema(
        operation_id="updateSubscriber",
        tags=["subscribers"],
        summary="Change some fields of a subscriber",
        request=SubscriberWriteSerializer(partial=True),
        responses={200: SubscriberSerializer},
    )
    def patch(self, request: Request, subscriber_id: int) -> Response:
        return self._update(request, subscriber_id, partial=True)

    @extend_schema(
        operation_id="deleteSubscriber",
        tags=["subscribers"],
        summary="Delete a subscriber",
        description="What was sent stays in the campaigns' ledgers; a suppression stays too.",
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, subscriber_id: int) -> Response:
        delete_subscriber(subscriber_id=subscriber_id, by=acting(request))
        return Response(status=204)

    def _update(self, request: Request, subscriber_id: int, *, partial: bool) -> Response:
        given = SubscriberWriteSerializer(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        update_subscriber(
            subscriber_id=subscriber_id, changes=given.validated_data, by=acting(request)
        )
        return Response(SubscriberSerializer(get_subscriber(subscriber_id)).data)
