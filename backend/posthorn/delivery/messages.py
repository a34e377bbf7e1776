"""Rows of the ledger on their way to becoming messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from posthorn.audience.links import Links
from posthorn.audience.models import Subscriber
from posthorn.audience.suppressions import not_suppressed_sql, suppression_reason_sql
from posthorn.campaigns.models import Campaign
from posthorn.content.rendering import Content, Context, compile_content
from posthorn.delivery.leases import Claim
from posthorn.delivery.models import Delivery, DeliveryStatus
from posthorn.delivery.statements import Record
from posthorn.transports.base import Message

_compile = lru_cache(maxsize=64)(compile_content)


class BatchRow(NamedTuple):
    """A pending delivery with what rendering needs, as its subscriber is now."""

    id: int
    subscriber_id: int
    email: str
    attempts: int
    deferred: bool
    subscriber: int | None
    suppression: str | None
    name: str | None
    attributes: str | None

    @property
    def skip_reason(self) -> str:
        """Why it must not be sent although the audience was frozen with it; mostly empty."""
        if self.suppression:
            return f"The address was suppressed since the start: {self.suppression}."
        if self.subscriber is None:
            return "The subscriber was deleted since the start."
        return ""


def read_batch(claim: Claim, *, due: datetime, with_attributes: bool) -> list[BatchRow]:
    """The batch's pending deliveries in order; `deferred` are those not yet due at `due`."""
    deliveries, subscribers = (model._meta.db_table for model in (Delivery, Subscriber))
    attributes = "s.attributes" if with_attributes else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.subscriber_id, d.email, d.attempts,"
            " d.next_attempt_at IS NOT NULL AND d.next_attempt_at > %s, s.id,"
            f" {suppression_reason_sql('d.email')}, s.name, {attributes} FROM {deliveries} d"
            f" LEFT JOIN {subscribers} s ON s.id = d.subscriber_id"
            " WHERE d.campaign_id = %s AND d.subscriber_id BETWEEN %s AND %s"
            f" AND d.status = '{DeliveryStatus.PENDING}' ORDER BY d.subscriber_id",
            [
                connection.ops.adapt_datetimefield_value(due),
                claim.campaign_id,
                claim.first,
                claim.last,
            ],
        )
        return [BatchRow(*row) for row in cursor.fetchall()]


def suppressed_in(claims: Sequence[Claim]) -> frozenset[int]:
    """The open deliveries of these batches whose address is suppressed now."""
    deliveries = Delivery._meta.db_table
    spans = " OR ".join(["d.campaign_id = %s AND d.subscriber_id BETWEEN %s AND %s"] * len(claims))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id FROM {deliveries} d WHERE ({spans})"
            f" AND NOT ({not_suppressed_sql('d.email')})"
            f" AND d.status IN ('{DeliveryStatus.PENDING}', '{DeliveryStatus.SENDING}')",
            [value for claim in claims for value in (claim.campaign_id, claim.first, claim.last)],
        )
        return frozenset(pk for (pk,) in cursor.fetchall())


class Composition(NamedTuple):
    """What some rows became: messages to hand over, and what is to be recorded of the others."""

    messages: list[Message]
    others: list[Record]


class Composer:
    """One campaign's messages: content compiled once, rendered for each row.

    Raises TemplateError when the content can't be used.
    """

    def __init__(self, campaign: Campaign, *, linked: bool) -> None:
        """`linked`: whether the messages leave the house, and need a one-click address."""
        self._name = campaign.name
        self._content: Content = _compile(
            subject=campaign.subject, body_text=campaign.body_text, body_html=campaign.body_html
        )
        self._links = Links(campaign.pk)
        self._linked = linked

    def read(self, claim: Claim, *, due: datetime) -> list[BatchRow]:
        """What is pending in the batch, with what this content needs of it."""
        return read_batch(claim, due=due, with_attributes=self._content.uses_attributes)

    def compose(self, rows: Sequence[BatchRow]) -> Composition:
        """The rows' messages; what must be skipped, or can't be rendered, is told beside them."""
        messages: list[Message] = []
        others: list[Record] = []
        for row in rows:
            if reason := row.skip_reason:
                others.append(_unsent(row, DeliveryStatus.SKIPPED, reason))
                continue
            try:
                messages.append(self._message(row))
            except Exception as error:
                # Whatever is wrong with one message is no fault of the others.
                reason = f"The message can't be rendered for this subscriber: {error}"
                others.append(_unsent(row, DeliveryStatus.FAILED, reason))
        return Composition(messages, others)

    def _message(self, row: BatchRow) -> Message:
        content, links = self._content, self._links
        name = row.name or ""
        subject, text, html = content.fill(
            Context(
                email=row.email,
                name=name,
                campaign_name=self._name,
                unsubscribe_url=(
                    links.page(row.subscriber_id) if content.uses_unsubscribe_url else ""
                ),
                attributes=json.loads(row.attributes) if row.attributes else {},
            )
        )
        return Message(
            delivery_id=row.id,
            email=row.email,
            name=name,
            subject=subject,
            body_text="".join(text),
            body_html="".join(html),
            one_click_url=links.one_click(row.subscriber_id) if self._linked else "",
            text_parts=text,
            html_parts=html,
        )


def mark_suppressed(rows: Iterable[BatchRow], suppressed: frozenset[int]) -> list[BatchRow]:
    """The rows, those of `suppressed` marked to be skipped."""
    return [
        row._replace(suppression=row.suppression or "suppressed") if row.id in suppressed else row
        for row in rows
    ]


def _unsent(row: BatchRow, status: DeliveryStatus, reason: str) -> Record:
    return Record(
        row.id, DeliveryStatus.PENDING.value, status.value, attempts=row.attempts, detail=reason
    )
