"""Leave this site quickly: what the browser holds is ended, then an ordinary page. Works when nothing else does.

The one change of state by GET, on purpose: it must work as a plain link, with no form, no script and no database.
It does not clear the browser's history; no page can. The help page says so.
"""

from __future__ import annotations

import logging
import queue
import threading

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hub.errors import method_not_allowed
from hub.visitor import COUNTRY_COOKIE, DISPLAY_COOKIE

logger = logging.getLogger("hub.leaving")

CLEAR = '"cache", "cookies", "storage"'
AT_MOST_WAITING = 1000
LONGEST_KEY = 64

_to_end: queue.Queue[str] = queue.Queue(AT_MOST_WAITING)
_starting = threading.Lock()
_worker: threading.Thread | None = None


def leave(request: HttpRequest) -> HttpResponse:
    """303 to the neutral page of the settings. The sign-in is ended behind it: never waited for, never in the way."""
    if request.method not in ("GET", "HEAD"):
        return method_not_allowed(request, ["GET", "HEAD"])
    if not _is_meant(request):
        return HttpResponse(status=403, headers={"Cache-Control": "no-store"}, content_type="text/plain")
    response = HttpResponse(status=303)
    response.headers["Location"] = settings.HUB_LEAVE_URL
    response.headers["Clear-Site-Data"] = CLEAR
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    for name in (
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
        COUNTRY_COOKIE,
        DISPLAY_COOKIE,
        "messages",
    ):
        response.delete_cookie(name)
    end_soon(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    return response


def _is_meant(request: HttpRequest) -> bool:
    """A person went here: not a browser looking ahead, and not a picture on somebody else's page."""
    if "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    from_elsewhere = request.headers.get("Sec-Fetch-Site") == "cross-site"
    return not from_elsewhere or request.headers.get("Sec-Fetch-Mode") == "navigate"


def end_soon(session_key: str) -> None:
    """Put a sign-in in line to be ended, so that its open sockets close too. Never waits, never raises."""
    if not (session_key.isascii() and session_key.isalnum() and len(session_key) <= LONGEST_KEY):
        return
    try:
        _to_end.put_nowait(session_key)
        _make_sure_somebody_works()
    except (queue.Full, RuntimeError):  # too many in line, or no thread to be had: the sign-in expires by itself
        logger.warning("A sign-in could not be ended on the way out.")


def _make_sure_somebody_works() -> None:
    """One thread for each process, begun with the first person who leaves: server processes may fork before that."""
    global _worker
    with _starting:
        if _worker is None or not _worker.is_alive():
            _worker = threading.Thread(target=_work, name="leaving", daemon=True)
            _worker.start()


def _work() -> None:
    while True:
        session_key = _to_end.get()
        try:
            _end(session_key)
        except Exception:
            logger.warning("A sign-in could not be ended on the way out.")
        finally:
            _to_end.task_done()


def _end(session_key: str) -> None:
    from hub.members.sessions import end_quietly  # models: not importable while middlewares are being read

    end_quietly(session_key)
