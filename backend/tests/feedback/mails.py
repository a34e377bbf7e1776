"""Mails as real systems send them back."""

from __future__ import annotations

DATE = "Tue, 24 Nov 2026 10:00:00 +0000"
#: Where a returned message's own headers go in.
ORIGINAL = """\
Received: by mail.example.org (Postfix, from userid 100) id 4F2K3
Message-ID: {message_id}
From: The Team <team@example.org>
To: ada@example.com
Subject: Hello Ada

Hello
"""


def _report(
    to: str,
    sender: str,
    subject: str,
    prose: str,
    fields: str,
    message_id: str,
    *,
    headers: str = "",
) -> bytes:
    original = ORIGINAL.format(message_id=message_id)
    return f"""\
Return-Path: <>
Delivered-To: {to}
Date: {DATE}
From: {sender}
Subject: {subject}
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
{headers}Content-Type: multipart/report; report-type=delivery-status; boundary="B/1"
Message-Id: <20261124100000.4F2K3@mx.example.com>

This is a MIME-encapsulated message.

--B/1
Content-Type: text/plain; charset=us-ascii

{prose}

--B/1
Content-Type: message/delivery-status

{fields}
--B/1
Content-Type: message/rfc822

{original}
--B/1--
""".replace("\n", "\r\n").encode()


def postfix(
    *,
    to: str,
    message_id: str = "<x@example.org>",
    status: str = "5.1.1",
    action: str = "failed",
    diagnostic: str = "550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown",
) -> bytes:
    return _report(
        to,
        "MAILER-DAEMON@mx.example.com (Mail Delivery System)",
        "Undelivered Mail Returned to Sender",
        f"This is the mail system at host mx.example.com.\n\n<ada@example.com>: {diagnostic}",
        f"""\
Reporting-MTA: dns; mx.example.com
X-Postfix-Queue-ID: 4F2K3
X-Postfix-Sender: rfc822; {to}
Arrival-Date: {DATE}

Final-Recipient: rfc822; ada@example.com
Original-Recipient: rfc822;ada@example.com
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.com
Diagnostic-Code: smtp; {diagnostic}
""",
        message_id,
    )


def exchange(*, to: str, message_id: str) -> bytes:
    return _report(
        to,
        "<postmaster@contoso.onmicrosoft.com>",
        "Undeliverable: Hello Ada",
        "Your message to ada@contoso.com couldn't be delivered.",
        """\
Reporting-MTA: dns;AM0PR01MB1234.eurprd01.prod.exchangelabs.com
Received-From-MTA: dns;mail.example.org

Final-Recipient: rfc822;ada@contoso.com
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada@contoso.com not
 found by SMTP address lookup
""",
        message_id,
        headers="X-MS-Exchange-Message-Is-Ndr:\n",
    )


def gmail_full(*, to: str, message_id: str) -> bytes:
    return _report(
        to,
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "** Message not delivered **\n\nThe recipient's inbox is out of storage space.",
        """\
Reporting-MTA: dns; googlemail.com
Received-From-MTA: dns; team@example.org

Final-Recipient: rfc822; ada@gmail.com
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552-5.2.2 The recipient's inbox is out of storage space and inactive.
Last-Attempt-Date: Tue, 24 Nov 2026 02:00:00 -0800 (PST)
""",
        message_id,
        headers="X-Failed-Recipients: ada@gmail.com\n",
    )


def exim_report(*, to: str, message_id: str) -> bytes:
    """Exim 4.87 and newer: a vague status, and the server's own word beside it."""
    return _report(
        to,
        "Mail Delivery System <Mailer-Daemon@mx.example.net>",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to one or more of its recipients.",
        """\
Reporting-MTA: dns; mx.example.net

Action: failed
Final-Recipient: rfc822;ada@example.net
Status: 5.0.0
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; 550 5.1.1 User unknown
""",
        message_id,
        headers="X-Failed-Recipients: ada@example.net\n",
    )


def exim_prose(*, to: str, message_id: str) -> bytes:
    """Exim before 4.87."""
    return f"""\
Return-path: <>
Envelope-to: {to}
X-Failed-Recipients: ada@example.net
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.net>
To: {to}
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1abc-0001@mx.example.net>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@example.net
    SMTP error from remote mail server after RCPT TO:<ada@example.net>:
    host mail.example.net [192.0.2.7]: 550 5.1.1 No such user here

------ This is a copy of the message, including all the headers. ------

{ORIGINAL.format(message_id=message_id)}
""".encode()


def qmail(*, to: str, message_id: str = "<x@example.org>") -> bytes:
    return f"""\
Return-Path: <>
Delivered-To: {to}
Received: (qmail 4711 invoked for bounce); 24 Nov 2026 10:00:00 -0000
Date: 24 Nov 2026 10:00:00 -0000
From: MAILER-DAEMON@example.com
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.com>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{ORIGINAL.format(message_id=message_id)}
""".encode()


def arf(*, to: str, message_id: str, kind: str = "abuse") -> bytes:
    original = ORIGINAL.format(message_id=message_id)
    return f"""\
From: <abusedesk@example.com>
Date: {DATE}
Subject: FW: Hello Ada
To: <{to}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP
192.0.2.1 on {DATE}.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <somespammer@example.net>
Original-Rcpt-To: <user@example.com>
Received-Date: {DATE}
Source-IP: 192.0.2.1

--part1_13d.2e68ed54_boundary
Content-Type: message/rfc822
Content-Disposition: inline

{original}
--part1_13d.2e68ed54_boundary--
""".encode()


def absence(*, to: str, message_id: str, auto_submitted: bool = True) -> bytes:
    said = "Auto-Submitted: auto-replied (vacation)\n" if auto_submitted else ""
    return f"""\
Return-Path: <>
Delivered-To: {to}
From: Ada Lovelace <ada@example.com>
To: {to}
{said}Subject: Out of office: Hello Ada
In-Reply-To: {message_id}
References: {message_id}

I am away until the 5.1.2027. Call 555 1234 in urgent cases: 550 Main Street.

> {message_id}
""".encode()
