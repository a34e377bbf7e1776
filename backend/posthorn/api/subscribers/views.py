"""Subscribers."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_filters import rest_framework as filters
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.export import csv_of, csv_response
from posthorn.api.filtering import Search, StableOrdering
from posthorn.api.pagination import DeepRows
from posthorn.api.permissions import acting
from posthorn.api.subscribers.serializers import SubscriberSerializer, SubscriberWriteSerializer
from posthorn.audience.models import MailingList, Segment, Subscriber
from posthorn.audience.search import MOST_FOUND, search_subscribers
from posthorn.audience.selectors import (
    get_subscriber,
    subscriber_keys,
    subscribers_matching,
    subscribers_with_lists,
)
from posthorn.audience.services import create_subscriber, delete_subscriber, update_subscriber
from posthorn.core.errors import FieldError, InvalidInput

#: What fits an address that every server and proxy takes.
_MAX_FILTER = 4000


class SubscriberFilter(filters.FilterSet):  # type: ignore[misc]
    list = filters.ModelChoiceFilter(
        field_name="lists", queryset=MailingList.objects.all(), help_text="A mailing list's id."
    )

    segment = filters.ModelChoiceFilter(
        method="in_segment", queryset=Segment.objects.all(), help_text="A segment's id."
    )
    filter = filters.CharFilter(
        method="by_filter",
        max_length=_MAX_FILTER,
        help_text="A filter of the segments' language, as JSON.",
    )

    class Meta:
        model = Subscriber
        fields = ("list", "segment", "filter")

    @extend_schema_field(OpenApiTypes.INT)
    def in_segment(
        self, queryset: QuerySet[Subscriber], name: str, segment: Segment
    ) -> QuerySet[Subscriber]:
        return queryset.filter(subscribers_matching(segment.filter))

    def by_filter(
        self, queryset: QuerySet[Subscriber], name: str, text: str
    ) -> QuerySet[Subscriber]:
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError):
            raise InvalidInput(FieldError("filter", "invalid", "This is not JSON.")) from None
        return queryset.filter(subscribers_matching(raw))


class WordSearch(Search):
    """Finds words by the index made for it."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        words = self.get_search_terms(request)
        return search_subscribers(queryset, words) if words else queryset


class SubscribersView(GenericAPIView[Subscriber]):
    serializer_class = SubscriberSerializer
    filterset_class = SubscriberFilter
    search_fields = ("email", "name")
    ordering_fields = ("email", "name", "created_at")
    # They are numbered as they are created.
    ordering_aliases: ClassVar = {"created_at": "pk"}
    filter_backends = (DjangoFilterBackend, WordSearch, StableOrdering)

    def get_queryset(self) -> QuerySet[Subscriber]:
        return subscribers_with_lists().order_by("-pk")

    def _rows(self, request: Request) -> QuerySet[Subscriber] | DeepRows:
        """What is asked for, by an index alone where one can find a page anywhere."""
        rows = self.filter_queryset(self.get_queryset())
        (order, *_) = rows.query.order_by
        if {"search", "segment", "filter"} & request.query_params.keys():
            return rows
        chosen = self._list(request)
        if order in ("pk", "-pk"):
            keys = subscriber_keys(
                list_id=chosen.pk if chosen else None, newest_first=order == "-pk"
            )
            count = chosen.subscriber_count if chosen else Subscriber.objects.count()
            return DeepRows(subscribers_with_lists(), keys=keys, key="pk", count=count)
        if order in ("email", "-email") and chosen is None:
            addresses = Subscriber.objects.order_by(order).values_list("email", flat=True)
            count = Subscriber.objects.count()
            return DeepRows(subscribers_with_lists(), keys=addresses, key="email", count=count)
        return rows

    def _list(self, request: Request) -> MailingList | None:
        """The list that the filter has found, which has refused any that is not there."""
        number = request.query_params.get("list")
        return MailingList.objects.get(pk=number) if number else None

    @extend_schema(
        operation_id="listSubscribers",
        tags=["subscribers"],
        summary="List subscribers",
        description=(
            "Newest first unless ordered otherwise. Searches the address and the name, and finds"
            f" at most {MOST_FOUND:,}: a count of so many may stand for more. On PostgreSQL, words"
            " of one or two letters are looked for at the beginning of the address alone."
        ),
        responses={200: SubscriberSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self._rows(request))  # type: ignore[arg-type]
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
