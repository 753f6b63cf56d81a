"""The innermost middleware. It does nothing, in a sync function, so that the whole chain stays sync."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_only_middleware


@sync_only_middleware
def one_hop(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Under ASGI each change between sync and async costs a thread hop; one sync link makes it one hop a request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return middleware
