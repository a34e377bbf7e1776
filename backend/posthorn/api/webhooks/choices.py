"""The events that a webhook may ask for: all but the test, which is only posted when asked."""

from posthorn.webhooks.models import EventType

EVENTS = [choice for choice in EventType.choices if choice[0] != EventType.TEST]
