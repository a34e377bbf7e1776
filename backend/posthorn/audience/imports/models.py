"""An import: its file, how far it has come, what it could not take."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from posthorn.audience.models import MailingList

TOPIC: Final = "imports"


class ImportStatus(models.TextChoices):
    #: Its file is on the way in. Nobody sees it yet; if that never ends, it is cleared away.
    UPLOADING = "uploading", "Uploading"
    UPLOADED = "uploaded", "Uploaded"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"
    FAILED = "failed", "Failed"


class ImportMode(models.TextChoices):
    ADD = "add", "Add new subscribers, leave the others as they are"
    UPDATE = "update", "Add new subscribers and update the others"
    REPLACE_LIST = "replace_list", "Update, and take whoever is not in the file off the lists"


COUNTERS: Final = ("new", "updated", "unchanged", "suppressed", "rejected")


class Import(models.Model):
    """One file of subscribers.

    `offset` and `line` say where the next batch begins, in the plain text of `size` bytes. They,
    the counters and the rows of a batch change in one transaction, so that a worker may die at any
    moment. A dry run counts what would happen, then the import is `uploaded` again.
    """

    status = models.CharField(max_length=20, choices=ImportStatus, default=ImportStatus.UPLOADING)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=200)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    file_name = models.CharField(max_length=200)
    file_size = models.BigIntegerField()
    container = models.CharField(max_length=10)
    encoding = models.CharField(max_length=40)
    delimiter = models.CharField(max_length=1)
    header = models.BooleanField()
    columns = models.JSONField()
    preview = models.JSONField()
    source = models.CharField(max_length=20, blank=True, default="")

    mapping = models.JSONField()
    treat_as = models.CharField(max_length=20)
    mode = models.CharField(max_length=20, choices=ImportMode, default=ImportMode.ADD)
    lists = models.ManyToManyField(MailingList, related_name="+")

    dry_run = models.BooleanField(default=False)
    #: Whether the plain text is there; if not, a worker unpacks the file first.
    unpacked = models.BooleanField()
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    line = models.BigIntegerField(default=1)
    rows_read = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    suppressed = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    #: Subscribers that `replace_list` has taken off the lists.
    removed = models.BigIntegerField(default=0)

    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    rows_read=F("new")
                    + F("updated")
                    + F("unchanged")
                    + F("suppressed")
                    + F("rejected")
                ),
                name="import_counts_every_row_once",
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def plain(self) -> bool:
        """Whether the file as it came is plain text already, in no need to be unpacked."""
        return self.container == "csv" and self.encoding == "utf-8"


class UploadPiece(models.Model):
    """A part of an import's file, where every worker reaches it: as it came, or `unpacked`.

    All but the last have the same length, so that any byte is found by its number.
    """

    belongs_to = models.ForeignKey(Import, on_delete=models.CASCADE, db_index=False)
    unpacked = models.BooleanField()
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("belongs_to", "unpacked", "number"), name="upload_piece_once"
            ),
        )


class RejectedLine(models.Model):
    """A line that was not imported, and why."""

    belongs_to = models.ForeignKey(Import, on_delete=models.CASCADE, db_index=False)
    line = models.BigIntegerField()
    address = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=300)

    class Meta:
        indexes = (models.Index(fields=("belongs_to", "line"), name="rejected_lines_in_order"),)


class SeenSubscriber(models.Model):
    """A subscriber that a file which replaces lists holds: whoever is not seen leaves them."""

    belongs_to = models.ForeignKey(Import, on_delete=models.CASCADE, db_index=False)
    subscriber_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("belongs_to", "subscriber_id"), name="subscriber_seen_once"
            ),
        )
