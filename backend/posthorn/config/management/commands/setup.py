from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from posthorn.demo.data import seed_demo


class Command(BaseCommand):
    help = (
        "Prepare the installation, at every start: migrate; make the first user when"
        " POSTHORN_ADMIN_USERNAME and POSTHORN_ADMIN_PASSWORD name one; seed the demo when"
        " POSTHORN_DEMO is 1."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=1)
        if settings.ENV.demo and seed_demo():
            self.stdout.write("Made the demo's user, lists and campaigns.")
        if settings.ENV.admin_username:
            call_command("createadmin")
