"""The one event loop of a process that all mail goes through, in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import threading

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def mail_loop() -> asyncio.AbstractEventLoop:
    """Started when it is first needed; a forked process gets one of its own."""
    global _loop
    with _lock:
        if _loop is None:
            _loop = new_loop()
            threading.Thread(target=_loop.run_forever, name="mail", daemon=True).start()
        return _loop


def new_loop() -> asyncio.AbstractEventLoop:
    """The fastest that is installed."""
    try:
        import uvloop
    except ImportError:  # it has no builds for Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _forget() -> None:
    global _loop, _lock
    # The thread stayed with the parent, and so may whoever held the lock.
    _loop, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget)
