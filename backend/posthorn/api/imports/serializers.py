"""Imports as JSON."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from posthorn.api.fields import IdsField
from posthorn.api.strict import StrictSerializer
from posthorn.audience.imports.models import Import, ImportMode, ImportStatus
from posthorn.audience.imports.parsing.detection import DELIMITERS
from posthorn.audience.imports.parsing.mapping import TARGETS, TREATMENTS
from posthorn.audience.imports.parsing.values import TYPES
from posthorn.audience.imports.selectors import Pace, pace_of

#: What is still on its way in is shown to nobody.
STATUSES = [each for each in ImportStatus.choices if each[0] != ImportStatus.UPLOADING]
DELIMITER_CHOICES = [(each, each) for each in DELIMITERS]
SOURCES = ["", "listmonk", "mailchimp"]


class ColumnSerializer(serializers.Serializer[Any]):
    """What one of the file's columns becomes."""

    column = serializers.CharField(help_text="Its name in the header.")
    target = serializers.ChoiceField(
        choices=TARGETS,
        help_text="`attribute` takes a name and a type; `attributes` is a JSON object of several;"
        " `status` says of each row whether it is subscribed or why it must not be mailed.",
    )
    attribute = serializers.CharField(help_text="The attribute's name; otherwise empty.")
    type = serializers.ChoiceField(choices=TYPES)


class ColumnWriteSerializer(serializers.Serializer[Any]):
    """What one of the columns shall become; its other fields may come back as they were told."""

    target = serializers.ChoiceField(choices=TARGETS)
    attribute = serializers.CharField(
        max_length=100, required=False, allow_blank=True, help_text="The attribute's name."
    )
    type = serializers.ChoiceField(choices=TYPES, required=False)


class ImportSerializer(serializers.Serializer[Any]):
    """A file of subscribers and how far it has come."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STATUSES)
    reason = serializers.CharField(help_text="Why it failed; otherwise empty.")
    file_name = serializers.CharField()
    file_size = serializers.IntegerField(help_text="Bytes.")
    mode = serializers.ChoiceField(choices=ImportMode.choices)
    lists = IdsField(help_text="Ids of the mailing lists to be put on.")
    dry_run = serializers.BooleanField(
        help_text="Whether the present or the last run only counts what would happen."
    )
    rows_read = serializers.IntegerField(help_text="The sum of the five that follow.")
    new = serializers.IntegerField()
    updated = serializers.IntegerField(help_text="Changed, or put on a list.")
    unchanged = serializers.IntegerField(help_text="Rows that changed nothing.")
    suppressed = serializers.IntegerField(help_text="Rows that say not to mail this address.")
    rejected = serializers.IntegerField()
    removed = serializers.IntegerField(help_text="Taken off the lists, with `replace_list`.")
    percent = serializers.SerializerMethodField()
    rows_per_second = serializers.SerializerMethodField()
    seconds_left = serializers.SerializerMethodField()
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Import) -> Any:
        self._pace: Pace = pace_of(instance)
        return super().to_representation(instance)

    def get_percent(self, job: Import) -> float:
        return round(self._pace.percent, 1)

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_rows_per_second(self, job: Import) -> float | None:
        return self._pace.rows_per_second

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_seconds_left(self, job: Import) -> int | None:
        return self._pace.seconds_left


class ImportDetailSerializer(ImportSerializer):
    """An import with what its file looks like and how it is read."""

    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=SOURCES, help_text="Whose export it was recognised as, if anybody's."
    )
    encoding = serializers.CharField(help_text="Empty where the archive or workbook says it.")
    delimiter = serializers.CharField()
    header = serializers.BooleanField(help_text="Whether the first line names the columns.")
    columns = serializers.ListField(child=serializers.CharField())
    preview = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(allow_blank=True)),
        help_text="The first 20 rows.",
    )
    mapping = ColumnSerializer(many=True, help_text="As suggested, until it is changed.")
    treat_as = serializers.ChoiceField(
        choices=TREATMENTS, help_text="What rows are that no `status` column says it of."
    )


class ImportOptionsSerializer(StrictSerializer):
    """How a file shall be read. What is missing is found out, or stays as it is."""

    encoding = serializers.CharField(
        max_length=40, required=False, help_text="Such as `utf-8` or `windows-1251`."
    )
    delimiter = serializers.ChoiceField(choices=DELIMITER_CHOICES, required=False)
    mapping = ColumnWriteSerializer(
        many=True, required=False, help_text="One entry for each column, in their order."
    )
    treat_as = serializers.ChoiceField(choices=TREATMENTS, required=False)
    mode = serializers.ChoiceField(choices=ImportMode.choices, required=False)
    lists = IdsField(required=False, help_text="Ids of the mailing lists to be put on.")


class ImportUploadSerializer(ImportOptionsSerializer):
    """A file, as `multipart/form-data`; `lists` and `mapping` are JSON in their fields."""

    file = serializers.FileField(
        max_length=1000,
        help_text="CSV, also packed as .gz or .zip, or an .xlsx workbook.",
    )


class ImportStartSerializer(StrictSerializer):
    """How to start an import."""

    dry_run = serializers.BooleanField(
        required=False, help_text="Only count what would happen; then it can be started in earnest."
    )
