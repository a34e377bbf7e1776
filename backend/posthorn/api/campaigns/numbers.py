"""A campaign's numbers: tally, timeline, reconciliation."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.serializers import (
    ReconciliationSerializer,
    StatsSerializer,
    TimelineSerializer,
    stats,
)
from posthorn.campaigns.selectors import get_campaign, require_campaign
from posthorn.delivery.numbers import reconcile, timeline_of


class StatsView(APIView):
    @extend_schema(
        operation_id="getCampaignStats",
        tags=["campaigns"],
        summary="The exact tally",
        responses={200: StatsSerializer},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        return Response(stats(get_campaign(campaign_id)))


class TimelineView(APIView):
    @extend_schema(
        operation_id="getCampaignTimeline",
        tags=["campaigns"],
        summary="Sent and failed over time",
        responses={200: TimelineSerializer},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        require_campaign(campaign_id)
        return Response(TimelineSerializer(timeline_of(campaign_id)).data)


class ReconciliationView(APIView):
    @extend_schema(
        operation_id="reconcileCampaign",
        tags=["campaigns"],
        summary="Count the ledger's rows against the tally",
        description="Both are read in one statement, so it is exact while the campaign runs.",
        responses={200: ReconciliationSerializer},
    )
    def get(self, request: Request, campaign_id: int) -> Response:
        report = reconcile(campaign_id)
        body = {
            "consistent": report.consistent,
            "tally": report.tally,
            "ledger": report.ledger,
            "differences": {
                status: {"tally": tally, "ledger": ledger}
                for status, (tally, ledger) in report.differences.items()
            },
        }
        return Response(ReconciliationSerializer(body).data)
