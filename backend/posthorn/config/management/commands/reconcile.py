from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from posthorn.campaigns.models import Campaign
from posthorn.delivery.selectors import reconcile


class Command(BaseCommand):
    help = "Count the ledger's rows against the tallies of all campaigns; fails when they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for campaign_id in Campaign.objects.order_by("pk").values_list("pk", flat=True):
            wrong += not self._reconcile(campaign_id)
        if wrong:
            raise CommandError(f"{wrong} campaigns do not add up.")
        self.stdout.write(self.style.SUCCESS("Every campaign adds up."))

    def _reconcile(self, campaign_id: int) -> bool:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                # Tally and rows of one instant, also while the campaign runs.
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            campaign = Campaign.objects.filter(pk=campaign_id).first()
            if campaign is None:
                return True
            report = reconcile(campaign)
        if report.consistent:
            return True
        for field, (tally, rows) in report.differences.items():
            self.stderr.write(f"Campaign {campaign_id}: {field}: tally {tally}, rows {rows}")
        return False
