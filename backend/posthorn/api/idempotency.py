"""`Idempotency-Key`: a POST that is sent again is done once and answered alike."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from posthorn.accounts.idempotency import Answer, KeyReused, claim, keep
from posthorn.accounts.models import ApiKey
from posthorn.api.authentication import CredentialRefused, credential_of
from posthorn.api.errors import answer, field_answer

_HEADER = "Idempotency-Key"
_ACCEPTABLE = re.compile(r"[\x21-\x7e]{1,255}")
#: Sessions come and go there, and cookies with them: nothing to answer a second time.
_UNTOUCHED = ("/api/v1/auth/", "/api/v1/public/")
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")


class DoneOnce:
    """Claims the key, does the work and keeps the answer in one transaction.

    So a crash leaves nothing half done, and a twin waits for the first at the database. What was
    refused or failed is rolled back and not kept: it may be tried again with the same key.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.headers.get(_HEADER)
        if key is None or request.method != "POST" or request.path_info.startswith(_UNTOUCHED):
            return self._get_response(request)
        if not _ACCEPTABLE.fullmatch(key):
            return field_answer(_HEADER, "1 to 255 printable ASCII characters without spaces.")
        principal = _principal(request)
        if principal is None:
            # Refused further on, or of no interest: nobody's requests can't be told apart.
            return self._get_response(request)
        try:
            return self._once(request, principal, key)
        except KeyReused as error:
            return answer(422, error.code, error.detail)
        except OperationalError:
            response = answer(
                409, "idempotency_in_progress", "The first request of this key goes on. Wait."
            )
            response["Retry-After"] = "2"
            return response

    def _once(self, request: HttpRequest, principal: str, key: str) -> HttpResponseBase:
        with transaction.atomic():
            kept = claim(principal=principal, key=key, fingerprint=_fingerprint(request))
            if kept is not None:
                response = HttpResponse(kept.body, status=kept.status, headers=kept.headers)
                response["Idempotency-Replayed"] = "true"
                return response
            fresh = self._get_response(request)
            if isinstance(fresh, HttpResponse) and 200 <= fresh.status_code < 300:
                headers = {name: fresh[name] for name in _KEPT_HEADERS if name in fresh}
                keep(
                    principal=principal,
                    key=key,
                    answer=Answer(fresh.status_code, headers, fresh.content),
                )
            else:
                transaction.set_rollback(True)
            return fresh


def _principal(request: HttpRequest) -> str | None:
    try:
        header = request.META.get("HTTP_AUTHORIZATION", "").encode("latin-1", errors="replace")
        credential = credential_of(header)
    except CredentialRefused:
        return None
    if credential is None:
        return None
    kind = "key" if isinstance(credential.principal, ApiKey) else "user"
    return f"{kind}:{credential.principal.pk}"


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        # Its boundary is another at each try, and a large file is not to be read into memory.
        digest.update(request.headers.get("Content-Length", "").encode())
    else:
        digest.update(request.body)
    return digest.hexdigest()
