"""Pages of 25 rows, or as many as the client asks for up to 200."""

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    page_size = 25
    page_size_query_param = "page_size"
    page_size_query_description = "Rows on a page: 25 unless said otherwise, at most 200."
    max_page_size = 200
    invalid_page_message = "There is no such page."

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
            raise _refused("invalid", "A whole number from 1 to 200.")
        if not 1 <= int(asked) <= self.max_page_size:
            code = "min_value" if int(asked) < 1 else "max_value"
            raise _refused(code, f"From 1 to {self.max_page_size} rows fit on a page.")
        return int(asked)


def _refused(code: str, message: str) -> ValidationError:
    return ValidationError({"page_size": [ErrorDetail(message, code=code)]})
