"""The ways in for what came back: our own, and the webhooks of those who send for us."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.accounts.actor import SYSTEM
from posthorn.api.feedback.serializers import (
    MOST,
    FeedbackReportSerializer,
    RecordedSerializer,
)
from posthorn.api.permissions import Anyone, acting
from posthorn.core.clock import database_now
from posthorn.core.errors import FieldError, InvalidInput, NotFound
from posthorn.feedback.adapters import postmark, sendgrid, ses
from posthorn.feedback.models import FeedbackKind, FeedbackSource
from posthorn.feedback.naming import named_by
from posthorn.feedback.services import Claim, claim_about, record_feedback

logger = logging.getLogger(__name__)


class AmazonAway(APIException):
    """Its certificate, or its confirmation, can't be fetched now: it tries again after a 503."""

    status_code = 503
    default_detail = "Amazon SNS could not be asked. Send it again."
    default_code = "unavailable"


class FeedbackView(APIView):
    @extend_schema(
        operation_id="reportFeedback",
        tags=["feedback"],
        summary="Report bounces, complaints and unsubscribes",
        description=(
            "A `hard_bounce`, a `complaint` and an `unsubscribe` suppress the address at once, a"
            " `soft_bounce` after some of them. What was told before counts for nothing."
        ),
        request=FeedbackReportSerializer,
        responses={200: RecordedSerializer},
    )
    def post(self, request: Request) -> Response:
        given = FeedbackReportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        items = given.validated_data["items"]
        claims = [_claim(item, place) for place, item in enumerate(items)]
        recorded = record_feedback(claims=claims, source=FeedbackSource.API, by=acting(request))
        return Response({"received": len(claims), "recorded": recorded})


def _claim(item: dict[str, Any], place: int) -> Claim:
    """Raises InvalidInput when its Message-ID is none of ours."""
    named = None
    if message_id := item.get("message_id"):
        named = named_by(message_ids=[message_id])
        if named is None:
            raise InvalidInput(
                FieldError(
                    f"items.{place}.message_id",
                    "does_not_exist",
                    "It names no delivery of ours. Send it as it stood in the message, or only the"
                    " address.",
                )
            )
    claim = claim_about(
        named,
        email=item.get("email", ""),
        kind=FeedbackKind(item["kind"]),
        source_id=item["id"],
    )
    return replace(
        claim,
        status=item.get("status", ""),
        detail=item.get("detail", ""),
        at=item.get("at"),
    )


class ProviderView(APIView):
    """A provider's webhook: it signs in by its signature, and posts what it likes."""

    takes_any_parameters = True
    authentication_classes = []
    permission_classes = [Anyone]
    source: FeedbackSource
    variable: str

    def post(self, request: Request) -> Response:
        raise NotImplementedError

    def configured(self, value: Any) -> None:
        """Raises NotFound unless there is something to check the provider by."""
        if not value:
            raise NotFound(f"This provider is not set up here: {self.variable} is empty.")

    def record(self, claims: Sequence[Claim]) -> Response:
        recorded = sum(
            record_feedback(claims=claims[first : first + MOST], source=self.source, by=SYSTEM)
            for first in range(0, len(claims), MOST)
        )
        return Response({"received": len(claims), "recorded": recorded})


_DESCRIPTION = (
    "No sign-in: the request's own signature or password is checked, otherwise 403 with code"
    " `not_genuine`. 404 where the provider is not set up."
)


class SendGridView(ProviderView):
    source = FeedbackSource.SENDGRID
    variable = "POSTHORN_SENDGRID_KEY"

    @extend_schema(
        operation_id="receiveSendGrid",
        tags=["feedback"],
        summary="Where SendGrid posts its events",
        description=_DESCRIPTION,
        request=OpenApiTypes.OBJECT,
        responses={200: RecordedSerializer},
    )
    def post(self, request: Request) -> Response:
        self.configured(settings.ENV.sendgrid_key)
        claims = sendgrid.read(
            request._request.body,
            signature=request.headers.get(sendgrid.SIGNATURE, ""),
            timestamp=request.headers.get(sendgrid.TIMESTAMP, ""),
            key=settings.ENV.sendgrid_key,
            now=database_now(),
        )
        return self.record(claims)


class SesView(ProviderView):
    source = FeedbackSource.SES
    variable = "POSTHORN_SES_TOPICS"

    @extend_schema(
        operation_id="receiveSes",
        tags=["feedback"],
        summary="Where Amazon SES, by SNS, posts its events",
        description=_DESCRIPTION,
        request=OpenApiTypes.OBJECT,
        responses={200: RecordedSerializer},
    )
    def post(self, request: Request) -> Response:
        self.configured(settings.ENV.ses_topics)
        try:
            notice = ses.read(
                request._request.body, topics=settings.ENV.ses_topics, now=database_now()
            )
            if notice.confirm_url:
                ses.confirm(notice.confirm_url)
                logger.info("Subscribed to a topic of Amazon SNS")
        except OSError as error:
            logger.warning("Amazon SNS could not be asked: %s", error)
            raise AmazonAway from error
        return self.record(notice.claims)


class PostmarkView(ProviderView):
    source = FeedbackSource.POSTMARK
    variable = "POSTHORN_POSTMARK_CREDENTIALS"

    @extend_schema(
        operation_id="receivePostmark",
        tags=["feedback"],
        summary="Where Postmark posts its events",
        description=_DESCRIPTION,
        request=OpenApiTypes.OBJECT,
        responses={200: RecordedSerializer},
    )
    def post(self, request: Request) -> Response:
        self.configured(settings.ENV.postmark_credentials)
        claims = postmark.read(
            request._request.body,
            authorization=request.headers.get("Authorization", ""),
            credentials=settings.ENV.postmark_credentials,
        )
        return self.record(claims)
