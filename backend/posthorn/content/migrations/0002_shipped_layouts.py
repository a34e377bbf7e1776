from django.db import migrations

from posthorn.content.shipped import shipped_layouts


def add(apps, schema_editor):
    """The layouts to begin with, unless there are some of their names."""
    Layout = apps.get_model("content", "Layout")
    for place, fields in enumerate(shipped_layouts()):
        fields = {**fields, "is_default": place == 0}
        Layout.objects.get_or_create(name=fields.pop("name"), defaults=fields)


class Migration(migrations.Migration):

    dependencies = [
        ("content", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
