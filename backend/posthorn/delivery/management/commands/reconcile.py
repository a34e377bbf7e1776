from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from posthorn.audience import counts
from posthorn.campaigns.models import Campaign
from posthorn.delivery.numbers import reconcile


class Command(BaseCommand):
    help = (
        "Count the ledger of every campaign against its tally, and the members of every mailing"
        " list against its counts; fail when any differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--repair-lists",
            action="store_true",
            help="set the counts of lists that differ to what was counted",
        )

    def handle(self, *args: Any, repair_lists: bool, **options: Any) -> None:
        wrong = self._campaigns() + self._lists(repair=repair_lists)
        if wrong:
            raise CommandError(" ".join(wrong))

    def _campaigns(self) -> list[str]:
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
            return [f"{wrong} of {len(numbers)} campaigns do not add up."]
        self.stdout.write(f"All {len(numbers)} campaigns add up.")
        return []

    def _lists(self, *, repair: bool) -> list[str]:
        reports = counts.report_lists()
        wrong = [report for report in reports if not report.consistent]
        for report in wrong:
            self.stderr.write(
                f"list {report.list_id} ({report.name}) does not add up: its counts say"
                f" {report.subscribers} subscribers, {report.suppressed} suppressed;"
                f" the rows are {report.rows_subscribers}, {report.rows_suppressed}"
            )
        if wrong and repair:
            self.stdout.write(f"Repaired the counts of {len(counts.recount())} lists.")
        elif wrong:
            return [f"{len(wrong)} of {len(reports)} lists do not add up (--repair-lists)."]
        else:
            self.stdout.write(f"All {len(reports)} lists add up.")
        return []
