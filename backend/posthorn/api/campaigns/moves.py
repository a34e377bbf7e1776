"""The moves of a campaign's life, one address each; every one answers with the campaign."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.campaigns.serializers import (
    CampaignSerializer,
    RetrySerializer,
    ScheduleSerializer,
    StartSerializer,
    whole,
)
from posthorn.api.permissions import acting
from posthorn.campaigns.checks import require_checks
from posthorn.delivery.moves import (
    cancel_campaign,
    retry_campaign,
    schedule_campaign,
    start_campaign,
    stop_campaign,
    unschedule_campaign,
)

_REFUSED = (
    " A move that the campaign's status does not allow is 409 with code `illegal_move`, which"
    " says the status and the moves that it does allow."
)


class MoveView(APIView):
    refuses_by_status = True


class StartView(MoveView):
    @extend_schema(
        operation_id="startCampaign",
        tags=["campaigns"],
        summary="Start, or start again with what is left",
        description=(
            "The first start freezes the audience. Answers at once however large that is. An"
            " audience of nobody is 400, on the field `lists`. What the checks find wrong is 409"
            " with code `checks_failed` and its `findings`; with `confirm_warnings` false,"
            " warnings too." + _REFUSED
        ),
        request=StartSerializer,
        responses={200: CampaignSerializer},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        given = StartSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        require_checks(campaign_id, confirmed=given.validated_data.get("confirm_warnings"))
        return Response(whole(start_campaign(campaign_id=campaign_id, by=acting(request))))


class StopView(MoveView):
    @extend_schema(
        operation_id="stopCampaign",
        tags=["campaigns"],
        summary="Stop",
        description="No send begins more than a second after the answer." + _REFUSED,
        request=None,
        responses={200: CampaignSerializer},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        return Response(whole(stop_campaign(campaign_id=campaign_id, by=acting(request))))


class CancelView(MoveView):
    @extend_schema(
        operation_id="cancelCampaign",
        tags=["campaigns"],
        summary="End for good",
        description="What has not been sent becomes `skipped`." + _REFUSED,
        request=None,
        responses={200: CampaignSerializer},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        return Response(whole(cancel_campaign(campaign_id=campaign_id, by=acting(request))))


class ScheduleView(MoveView):
    @extend_schema(
        operation_id="scheduleCampaign",
        tags=["campaigns"],
        summary="Let a draft start by itself",
        description=(
            "Starts when it is due, also when the service was down then. A time in the past is"
            " 400." + _REFUSED
        ),
        request=ScheduleSerializer,
        responses={200: CampaignSerializer},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        given = ScheduleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        require_checks(campaign_id, confirmed=None)
        campaign = schedule_campaign(
            campaign_id=campaign_id,
            at=given.validated_data["scheduled_at"],
            by=acting(request),
        )
        return Response(whole(campaign))


class UnscheduleView(MoveView):
    @extend_schema(
        operation_id="unscheduleCampaign",
        tags=["campaigns"],
        summary="Take a scheduled campaign back to draft",
        description=_REFUSED.strip(),
        request=None,
        responses={200: CampaignSerializer},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        campaign = unschedule_campaign(campaign_id=campaign_id, by=acting(request))
        return Response(whole(campaign))


class RetryView(MoveView):
    @extend_schema(
        operation_id="retryCampaign",
        tags=["campaigns"],
        summary="Send failed or unknown deliveries again",
        description=(
            "Puts exactly the deliveries in these statuses back and runs the campaign. An"
            " `unknown` one may have been received: its subscriber may get the message twice."
            + _REFUSED
        ),
        request=RetrySerializer,
        responses={200: CampaignSerializer},
    )
    def post(self, request: Request, campaign_id: int) -> Response:
        given = RetrySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        campaign = retry_campaign(
            campaign_id=campaign_id,
            statuses=given.validated_data["statuses"],
            by=acting(request),
        )
        return Response(whole(campaign))
