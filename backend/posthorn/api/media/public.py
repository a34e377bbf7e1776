"""Images and attachments as everybody fetches them: by the hash of what they hold."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from posthorn.api.errors import not_found
from posthorn.content.media import find_media

#: What stands at an address never changes (RFC 8246).
_FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def media_file(request: HttpRequest, file: str) -> HttpResponse:
    media = find_media(file)
    if media is None:
        return not_found(request)
    etag = f'"{media.sha256}"'
    response: HttpResponse
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(bytes(media.data), content_type=media.content_type)
        if not media.is_image:
            disposition = content_disposition_header(as_attachment=True, filename=media.name)
            response["Content-Disposition"] = disposition or "attachment"
    response["ETag"] = etag
    response["Cache-Control"] = _FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    # Web mail shows images from elsewhere; a file that is opened by itself can run nothing.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
