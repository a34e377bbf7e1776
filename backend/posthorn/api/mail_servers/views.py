"""Mail servers: what campaigns by the `smtp` transport go out over."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from posthorn.api.mail_servers.serializers import (
    CheckMailServerSerializer,
    CheckResultSerializer,
    MailServerSerializer,
    MailServerWriteSerializer,
    as_json,
)
from posthorn.api.permissions import acting
from posthorn.transports.daily import taken_on, today
from posthorn.transports.mail_servers import (
    all_mail_servers,
    check_mail_server,
    create_mail_server,
    delete_mail_server,
    get_mail_server,
    update_mail_server,
)
from posthorn.transports.models import MailServer


class MailServersView(GenericAPIView[MailServer]):
    queryset = MailServer.objects.none()
    serializer_class = MailServerSerializer
    filter_backends = ()

    @extend_schema(
        operation_id="listMailServers",
        tags=["mail-servers"],
        summary="List mail servers",
        description="That of `POSTHORN_SMTP_URL` comes first, with the id 0; it is read-only.",
        responses={200: MailServerSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        # There are some; that of the environment is no row.
        page = self.paginator.paginate_queryset(all_mail_servers(), request, view=self)  # type: ignore[union-attr]
        rows = MailServerSerializer(page, many=True, context={"taken": taken_on(today())})
        return self.get_paginated_response(rows.data)

    @extend_schema(
        operation_id="createMailServer",
        tags=["mail-servers"],
        summary="Add a mail server",
        description="Workers use it within a second or two.",
        request=MailServerWriteSerializer,
        responses={201: MailServerSerializer},
    )
    def post(self, request: Request) -> Response:
        given = MailServerWriteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        server = create_mail_server(fields=given.validated_data, by=acting(request))
        return Response(as_json(server), status=201)


class MailServerView(APIView):
    refuses_by_status = True

    @extend_schema(
        operation_id="getMailServer",
        tags=["mail-servers"],
        summary="Read a mail server",
        responses={200: MailServerSerializer},
    )
    def get(self, request: Request, server_id: int) -> Response:
        return Response(as_json(get_mail_server(server_id)))

    @extend_schema(
        operation_id="updateMailServer",
        tags=["mail-servers"],
        summary="Change some fields of a mail server",
        description="Workers follow within a second or two, without a restart.",
        request=MailServerWriteSerializer(partial=True),
        responses={200: MailServerSerializer},
    )
    def patch(self, request: Request, server_id: int) -> Response:
        given = MailServerWriteSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        server = update_mail_server(
            server_id=server_id, changes=given.validated_data, by=acting(request)
        )
        return Response(as_json(server))

    @extend_schema(
        operation_id="deleteMailServer",
        tags=["mail-servers"],
        summary="Delete a mail server",
        description="Campaigns that chose it go out over the others that they chose.",
        request=None,
        responses={204: OpenApiResponse(description="Deleted.")},
    )
    def delete(self, request: Request, server_id: int) -> Response:
        delete_mail_server(server_id=server_id, by=acting(request))
        return Response(status=204)


class CheckMailServerView(APIView):
    @extend_schema(
        operation_id="checkMailServer",
        tags=["mail-servers"],
        summary="Try a mail server",
        description="Connects and signs in now, and with a `sender` asks whether mail from it is"
        " taken. Sends nothing. Says at which step it failed.",
        request=CheckMailServerSerializer,
        responses={200: CheckResultSerializer},
    )
    def post(self, request: Request, server_id: int) -> Response:
        given = CheckMailServerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        result = check_mail_server(
            get_mail_server(server_id), sender=given.validated_data.get("sender", "")
        )
        answer = {"ok": not result.detail, "step": result.step, "detail": result.detail}
        return Response(CheckResultSerializer(answer).data)
