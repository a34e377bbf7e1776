"""The bare limit: the same rows through plain psycopg, without Django, Dramatiq or a ledger."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from jinja2.sandbox import SandboxedEnvironment

from posthorn.content.rendering import Context, compile_content
from tests.bench.installation import BODY, SUBJECT


def freeze(url: str, list_id: int) -> float:
    """Seconds for the one INSERT … SELECT into a table like the ledger's."""
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS bare_delivery")
        connection.execute("CREATE TABLE bare_delivery (LIKE delivery_delivery INCLUDING ALL)")
        connection.commit()
        began = time.perf_counter()
        connection.execute(
            "INSERT INTO bare_delivery"
            " (campaign_id, subscriber_id, email, status, attempts, detail)"
            " SELECT 1, s.id, s.email, 'pending', 0, '' FROM audience_subscriber s"
            " JOIN audience_membership m ON m.subscriber_id = s.id WHERE m.mailing_list_id = %s"
            " ORDER BY s.id",
            [list_id],
        )
        connection.commit()
        return time.perf_counter() - began


Render = Callable[[int, str, str, dict[str, Any]], tuple[str, str, str]]


def our_renderer() -> Render:
    content = compile_content(subject=SUBJECT, body_text=BODY, body_html="")

    def render(pk: int, email: str, name: str, attributes: dict[str, Any]) -> tuple[str, str, str]:
        link = f"https://example.com/unsubscribe/{pk}"
        return content.render(Context(email, name, "Measured", link, attributes))

    return render


def sandboxed_jinja() -> Render:
    """The same templates in the usual library, in its mode for strangers' templates."""
    environment = SandboxedEnvironment()
    subject = environment.from_string(SUBJECT)
    text = environment.from_string(re.sub(r"default:(\"[^\"]*\")", r"default(\1)", BODY))

    def render(pk: int, email: str, name: str, attributes: dict[str, Any]) -> tuple[str, str, str]:
        values = {
            "email": email,
            "name": name,
            "unsubscribe_url": f"https://example.com/unsubscribe/{pk}",
            "attributes": attributes,
        }
        return subject.render(values), text.render(values), ""

    return render


def render_and_copy(url: str, list_id: int, render: Render) -> float:
    """Seconds to read, render and COPY a message for everybody on the list, 500 a commit."""
    with psycopg.connect(url) as connection, psycopg.connect(url) as reader:
        connection.execute("DROP TABLE IF EXISTS bare_event")
        connection.execute("CREATE TABLE bare_event (LIKE transports_messageevent INCLUDING ALL)")
        connection.commit()
        began = time.perf_counter()
        with reader.cursor("people") as people:
            people.execute(
                "SELECT s.id, s.email, s.name, s.attributes::text FROM audience_subscriber s"
                " JOIN audience_membership m ON m.subscriber_id = s.id"
                " WHERE m.mailing_list_id = %s ORDER BY s.id",
                [list_id],
            )
            while rows := people.fetchmany(500):
                now = datetime.now(UTC)
                with (
                    connection.cursor() as cursor,
                    cursor.copy(
                        "COPY bare_event (delivery_id, campaign_id, email, subject, body_text,"
                        " body_html, sent_at) FROM STDIN"
                    ) as copy,
                ):
                    for pk, email, name, attributes in rows:
                        subject, text, html = render(pk, email, name, json.loads(attributes))
                        copy.write_row((pk, 1, email, subject, text, html, now))
                connection.commit()
        return time.perf_counter() - began
