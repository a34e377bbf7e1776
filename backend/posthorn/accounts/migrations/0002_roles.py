# Admins become owners; an address belongs to one user at most.

from django.db import migrations


def admins_become_owners(apps, schema_editor):
    apps.get_model("accounts", "User").objects.filter(role="admin").update(role="owner")


def owners_become_admins(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects
    users.filter(role__in=["owner", "manager"]).update(role="admin")
    users.filter(role="author").update(role="viewer")


def shared_addresses_stay_with_the_first(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects
    seen = set()
    for pk, email in users.exclude(email="").order_by("pk").values_list("pk", "email"):
        if email.lower() in seen:
            users.filter(pk=pk).update(email="")
        seen.add(email.lower())


class Migration(migrations.Migration):

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunPython(admins_become_owners, owners_become_admins),
        migrations.RunPython(shared_addresses_stay_with_the_first, migrations.RunPython.noop),
    ]
