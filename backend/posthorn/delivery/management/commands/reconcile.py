from typing import Any

from django.core.management.base import BaseCommand, CommandError

from posthorn.campaigns.models import Campaign
from posthorn.delivery.numbers import reconcile


class Command(BaseCommand):
    help = "Count the ledger of every campaign against its tally; fail when any differs."

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = list(Campaign.objects.order_by("pk").values_list("pk", "name"))
        wrong = 0
        for pk, name in numbers:
            report = reconcile(pk)
            if not report.consistent:
                wrong += 1
                self.stderr.write(f"campaign {pk} ({name}) does not add up:")
                for status, (tally, rows) in report.differences.items():
                    self.stderr.write(f"  {status}: the tally says {tally}, the rows are {rows}")
        if wrong:
            raise CommandError(f"{wrong} of {len(numbers)} campaigns do not add up.")
        self.stdout.write(f"All {len(numbers)} campaigns add up.")
