"""Where the `database` transport puts what it sends."""

from django.db import models


class MessageEvent(models.Model):
    """A message that the `database` transport sent: as final as an accepted e-mail.

    The delivery's number is the key, so that the database itself refuses a second send.
    """

    delivery_id = models.BigIntegerField(primary_key=True)
    campaign_id = models.BigIntegerField()
    email = models.CharField(max_length=254)
    subject = models.TextField()
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.delivery_id} to {self.email}"
