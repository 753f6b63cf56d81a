"""The worker as a thread inside a server process: the demo, or a hub on one small machine."""

from __future__ import annotations

import atexit
import threading

from hub.work.worker import Worker

_lock = threading.Lock()
_thread: threading.Thread | None = None
_stop = threading.Event()


def start() -> None:
    """Start the worker unless it runs already. It installs no signal handlers and stops when the process ends."""
    global _thread
    with _lock:
        if _thread and _thread.is_alive():
            return
        _stop.clear()
        _thread = threading.Thread(target=Worker().run, args=(_stop,), name="work", daemon=True)
        _thread.start()
    atexit.register(stop)


def stop(seconds: float = 10) -> bool:
    """Let the worker finish what is in hand. False: it still runs after so many seconds, and its lease will tell."""
    with _lock:
        _stop.set()
        if _thread:
            _thread.join(seconds)
        return not (_thread and _thread.is_alive())
