"""One mail that came back, whichever way it came."""

from __future__ import annotations

import hashlib

from posthorn.feedback.models import FeedbackSource
from posthorn.feedback.reports import MAX_BYTES, read_report
from posthorn.feedback.services import record_report


def take_mail(data: bytes, *, source: FeedbackSource) -> bool:
    """Record what a mail says; False when it says nothing about a delivery of ours.

    The same mail again, from the same source, counts for nothing.
    """
    data = data[:MAX_BYTES]
    report = read_report(data)
    if report is None:
        return False
    return record_report(report=report, source=source, source_id=hashlib.sha256(data).hexdigest())
