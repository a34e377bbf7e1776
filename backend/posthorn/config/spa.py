"""Serves the built SPA from the web process: the embedded mode's nginx."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from posthorn.core.errors import NotFound

#: Gives a campaign's `<head>` by its id; raises NotFound.
HeadOf = Callable[[int], str]

_CAMPAIGN = re.compile(r"c/([0-9]{1,18})")
#: As index.html marks it for nginx, whose SSI module reads it in the same way.
_HEAD = re.compile(rb'<!--# block name="head" -->.*?<!--# include .*? -->', re.DOTALL)

#: The same policy as nginx sends in production (nginx/templates).
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline';"
        " img-src 'self' data: https: http:; connect-src 'self'; object-src 'none';"
        " base-uri 'self';"
        " form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


#: Of the page that other sites may show in a frame.
EMBED_HEADERS = {
    **SECURITY_HEADERS,
    # A frame shows no message, and so no image from elsewhere.
    "Content-Security-Policy": SECURITY_HEADERS["Content-Security-Policy"]
    .replace("frame-ancestors 'none'", "frame-ancestors *")
    .replace(" https: http:", ""),
}
del EMBED_HEADERS["X-Frame-Options"]


class SinglePage(StaticFiles):
    """Files as they are; every other path is the application's own, so it gets the page."""

    def __init__(self, directory: Path, head_of: HeadOf) -> None:
        super().__init__(directory=directory, html=True)
        self._index = directory / "index.html"
        self._head_of = head_of

    async def _page_of(self, campaign_id: int) -> Response:
        page = self._index.read_bytes()
        try:
            head = await run_in_threadpool(self._head_of, campaign_id)
        except NotFound:
            return HTMLResponse(page)
        return HTMLResponse(_HEAD.sub(lambda _: head.encode(), page, count=1))

    async def get_response(self, path: str, scope: Scope) -> Response:
        campaign = _CAMPAIGN.fullmatch(path)
        try:
            if campaign and scope["method"] in ("GET", "HEAD"):
                response = await self._page_of(int(campaign[1]))
            else:
                response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith("assets/"):
                raise
            # As nginx does it. A path with a dot may well be a page: a link to unsubscribe is.
            response = await super().get_response("index.html", scope)
        # Assets carry a hash of their content in their names; everything else may change.
        kept = path.startswith("assets/") and response.status_code in (200, 304)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if kept else "no-cache"
        )
        return response


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_embed = str(scope["path"]).startswith("/embed/")
        secured = EMBED_HEADERS if is_embed else SECURITY_HEADERS

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in secured.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_secured)


def single_page_application(directory: Path, head_of: HeadOf) -> ASGIApp:
    """The SPA in `directory`, compressed, with security headers."""
    files = ExceptionMiddleware(SinglePage(directory, head_of))
    return SecurityHeaders(GZipMiddleware(files))
