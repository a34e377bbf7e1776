"""What campaigns and deliveries can be filtered by."""

from __future__ import annotations

from django_filters import rest_framework as filters

from posthorn.api.campaigns.choices import STATUSES, TRANSPORTS
from posthorn.audience.models import MailingList
from posthorn.campaigns.models import Campaign
from posthorn.delivery.models import Delivery, DeliveryStatus


class StatusFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.MultipleChoiceFilter(
        choices=STATUSES, help_text="Repeatable: `status=running&status=stopped`."
    )

    class Meta:
        model = Campaign
        fields = ("status",)


class CampaignFilter(StatusFilter):
    transport = filters.ChoiceFilter(choices=TRANSPORTS)
    list = filters.ModelChoiceFilter(
        field_name="lists", queryset=MailingList.objects.all(), help_text="A mailing list's id."
    )

    class Meta:
        model = Campaign
        fields = ("status", "transport", "list")


class DeliveryFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.MultipleChoiceFilter(choices=DeliveryStatus.choices, help_text="Repeatable.")

    class Meta:
        model = Delivery
        fields = ("status",)
