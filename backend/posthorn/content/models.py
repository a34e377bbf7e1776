"""What bodies are put into and what they show: layouts, images, attachments."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from posthorn.content.building import Frame
from posthorn.core.models import TimestampedModel

_COLOR = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Write a colour such as #1f5eff.")


class Layout(TimestampedModel):
    """The reusable frame around a body: MJML with a place for it, and what fills its other places.

    `version` counts its changes. What has gone out stays as it was built.
    """

    name = models.CharField(max_length=200, unique=True)
    source = models.TextField(max_length=200_000)
    brand_color = models.CharField(max_length=7, default="#1f5eff", validators=[_COLOR])
    background_color = models.CharField(max_length=7, default="#f2f4f7", validators=[_COLOR])
    logo_url = models.URLField(max_length=1000, blank=True, default="")
    logo_alt = models.CharField(max_length=200, blank=True, default="")
    footer = models.TextField(max_length=2000, blank=True, default="")
    is_default = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                name="layout_one_default", fields=("is_default",), condition=Q(is_default=True)
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def frame(self) -> Frame:
        return Frame(
            source=self.source,
            brand_color=self.brand_color,
            background_color=self.background_color,
            logo_url=self.logo_url,
            logo_alt=self.logo_alt,
            footer=self.footer,
        )


class MediaFile(models.Model):
    """An image or an attachment, kept once however often it is uploaded.

    Its address carries the hash of its content, so that whoever fetched it may keep it for ever.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    is_image = models.BooleanField()
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    data = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.name
