"""The event streams' place in the reference. `live.hub` answers before Django sees a request."""

from __future__ import annotations

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.events.serializers import (
    CampaignsEventSerializer,
    PublicCampaignsEventSerializer,
    PublicSnapshotSerializer,
    SnapshotSerializer,
)
from posthorn.api.permissions import Anyone

_DESCRIPTION = (
    "Server-sent events, for as long as you listen: first `snapshot`, then an event named by its"
    " topic whenever something changed, at most twice a second, and a comment every 15 seconds"
    " when nothing else was said. Their data is JSON. A stream ends after some minutes and when"
    " its reader falls behind: connect again, the snapshot says what was missed."
)


class _NoStreamsHere(APIException):
    status_code = 503
    default_code = "unavailable"
    default_detail = "The server that runs here has no event streams. Poll the lists instead."


class EventsView(APIView):
    @extend_schema(
        operation_id="streamEvents",
        tags=["campaigns"],
        summary="Watch what changes",
        description=_DESCRIPTION,
        responses={
            (200, "text/event-stream"): PolymorphicProxySerializer(
                component_name="StreamEvent",
                serializers=[SnapshotSerializer, CampaignsEventSerializer],
                resource_type_field_name=None,
            )
        },
    )
    def get(self, request: Request) -> Response:
        raise _NoStreamsHere


class PublicEventsView(APIView):
    authentication_classes = []
    permission_classes = [Anyone]

    @extend_schema(
        operation_id="streamPublicEvents",
        tags=["public"],
        summary="Watch what everybody may see",
        description=_DESCRIPTION,
        responses={
            (200, "text/event-stream"): PolymorphicProxySerializer(
                component_name="PublicStreamEvent",
                serializers=[PublicSnapshotSerializer, PublicCampaignsEventSerializer],
                resource_type_field_name=None,
            )
        },
    )
    def get(self, request: Request) -> Response:
        raise _NoStreamsHere
