"""The steps at which a check of a mail server may fail; empty where it did not."""

from posthorn.transports.smtp.opening import STEPS

CHECK_STEPS = [(step, step) for step in ("", *STEPS)]
