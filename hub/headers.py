"""What every answer tells the browser not to do, whoever made the answer. The policy itself is in settings.py."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.utils.csp import CSP, build_policy

# Nothing here needs a camera, a microphone, a place or a purse, and neither does anything that could be slipped in.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class SafeHeaders:
    """Adds what is missing and changes nothing that is already there, so Django's own middlewares may run as well."""

    def __init__(self) -> None:
        self._security = SecurityMiddleware(lambda request: None)  # type: ignore[arg-type]

    def to_https(self, request: HttpRequest) -> HttpResponseBase | None:
        """The redirect to https that this request needs, if any. Raises DisallowedHost."""
        return self._security.process_request(request)

    def add(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        self._security.process_response(request, response)  # type: ignore[arg-type]
        headers = response.headers
        if not settings.DEBUG:  # Django's pages for mistakes in development carry their own styles
            headers.setdefault(str(CSP.HEADER_ENFORCE), build_policy(settings.SECURE_CSP))
        headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
