"""Pages of 25 rows, or as many as the client asks for up to 200."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    page_size = 25
    page_size_query_param = "page_size"
    page_size_query_description = "Rows on a page: 25 unless said otherwise, at most 200."
    max_page_size = 200
    invalid_page_message = "There is no such page."
