from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def follow_the_installation(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Shown was what nobody had chosen; hidden was chosen."""
    apps.get_model("campaigns", "Campaign").objects.filter(is_public=True).update(is_public=None)


def show_by_default(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("campaigns", "Campaign").objects.filter(is_public=None).update(is_public=True)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="campaign",
            name="is_public",
            field=models.BooleanField(
                default=None,
                help_text="Whether the public page shows the campaign's name and numbers; empty for what the installation says (POSTHORN_PUBLIC).",
                null=True,
            ),
        ),
        migrations.RunPython(follow_the_installation, show_by_default),
    ]
