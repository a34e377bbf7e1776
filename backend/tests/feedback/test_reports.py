"""What mails say, as real systems write them."""

from __future__ import annotations

import time
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthorn.feedback.reports import Kind, Report, is_hard, read_report
from tests.feedback import mails

TO = "bounces+7-9.abcdefghijklmnopqrst@mail.example.org"
ID = "<posthorn.7-9.abcdefghijklmnopqrst@example.org>"


def read(data: bytes) -> Report:
    report = read_report(data)
    assert report is not None
    return report


@pytest.mark.parametrize(
    ("mail", "kind", "status"),
    [
        (mails.postfix(to=TO, message_id=ID), Kind.HARD_BOUNCE, "5.1.1"),
        (mails.exchange(to=TO, message_id=ID), Kind.HARD_BOUNCE, "5.1.10"),
        (mails.exim_report(to=TO, message_id=ID), Kind.HARD_BOUNCE, "5.1.1"),
        (mails.exim_prose(to=TO, message_id=ID), Kind.HARD_BOUNCE, "5.1.1"),
        (mails.qmail(to=TO, message_id=ID), Kind.HARD_BOUNCE, "5.1.1"),
        (mails.gmail_full(to=TO, message_id=ID), Kind.SOFT_BOUNCE, "5.2.2"),
        (mails.arf(to=TO, message_id=ID), Kind.COMPLAINT, ""),
    ],
)
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_reports_of_real_systems_are_understood(
    mail: bytes, kind: Kind, status: str, line_end: bytes
) -> None:
    report = read(mail.replace(b"\r\n", b"\n").replace(b"\n", line_end))
    assert (report.kind, report.status) == (kind, status)
    assert TO in report.return_paths
    assert ID in report.message_ids
    assert report.detail


def test_a_postfix_report_keeps_what_the_server_said() -> None:
    assert "User unknown" in read(mails.postfix(to=TO)).detail


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_did_not_fail_is_no_bounce(action: str) -> None:
    assert read_report(mails.postfix(to=TO, message_id=ID, action=action, status="4.4.1")) is None


@pytest.mark.parametrize("auto_submitted", [True, False])
def test_an_absence_note_is_no_bounce(auto_submitted: bool) -> None:
    note = mails.absence(to=TO, message_id=ID, auto_submitted=auto_submitted)
    assert read_report(note) is None


def test_a_warning_that_a_message_is_late_is_no_bounce() -> None:
    late = mails.qmail(to=TO, message_id=ID).replace(
        b"failure notice", b"Warning: delayed 24 hours"
    )
    assert read_report(late) is None


@pytest.mark.parametrize("kind", ["not-spam", "virus", "", "auth-failure"])
def test_feedback_that_is_no_objection_is_no_complaint(kind: str) -> None:
    assert read_report(mails.arf(to=TO, message_id=ID, kind=kind)) is None


@pytest.mark.parametrize(
    ("status", "detail", "hard"),
    [
        ("5.1.1", "", True),
        ("5.1.2", "", True),
        ("5.1.10", "", True),
        ("5.2.1", "", True),
        ("5.0.0", "550 unknown user", True),
        ("5.0.0", "550 no", False),
        ("5.2.2", "mailbox full", False),
        ("5.7.1", "spam", False),
        ("5.4.1", "", False),
        ("4.1.1", "", False),
        # The sender's address, not the subscriber's.
        ("5.1.8", "Domain of sender address does not exist", False),
        ("5.1.7", "", False),
        ("5.1.0", "<a@example.org>: Sender address rejected: User unknown", False),
        ("5.1.0", "Address rejected", True),
    ],
)
def test_what_will_not_mend_is_hard(status: str, detail: str, hard: bool) -> None:
    assert is_hard(status, detail) is hard


def test_fifty_megabytes_cost_as_much_as_one() -> None:
    mail = mails.postfix(to=TO, message_id=ID)
    head, _, tail = mail.partition(b"--B/1--")
    huge = head + b"x" * 76 + b"\r\n"
    huge += (b"y" * 76 + b"\r\n") * 650_000 + b"--B/1--" + tail
    assert len(huge) > 50_000_000
    began = time.perf_counter()
    report = read(huge)
    ours = time.perf_counter() - began
    assert report.kind is Kind.HARD_BOUNCE
    began = time.perf_counter()
    message_from_bytes(huge[:10_000_000])
    assert ours < time.perf_counter() - began


@given(st.binary(max_size=2000))
def test_garbage_says_nothing(data: bytes) -> None:
    assert read_report(data) is None


@given(st.data())
def test_a_damaged_report_raises_nothing(data: st.DataObject) -> None:
    build = data.draw(st.sampled_from([mails.postfix, mails.qmail]))
    mail = bytearray(build(to=TO, message_id=ID))
    for _ in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(0, len(mail) - 1))
        end = place + data.draw(st.integers(0, 40))
        mail[place:end] = data.draw(st.binary(max_size=40))
    report = read_report(bytes(mail))
    assert report is None or len(report.detail) <= 500


def test_what_nests_endlessly_is_read_no_further() -> None:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (each, each)
        for each in range(5000)
    )
    began = time.perf_counter()
    assert read_report(nested) is None
    assert time.perf_counter() - began < 20
