"""What may not stand in a log: addresses that let somebody in."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"(/join/)[^/\s]+")


class NoTokens(logging.Filter):
    """Writes `/join/…/` for an invitation link, wherever a line mentions one."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if "/join/" in line:
            record.msg, record.args = TOKEN.sub(r"\1…", line), ()
        return True
