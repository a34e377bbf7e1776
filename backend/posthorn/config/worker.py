"""What `dramatiq posthorn.config.worker` imports: Django set up, with the broker and the actors."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "posthorn.config.settings")
django.setup()

import dramatiq  # noqa: E402

broker = dramatiq.get_broker()
