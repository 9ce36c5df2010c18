"""Logging as the platform wants it: the standard library's, with facts in ``extra``.

Azure's worker turns ``extra`` into custom dimensions; the local host prints JSON lines. Text that an attacker controls
goes into ``extra`` only, never into the message, so that it can forge no line.
"""

import json
import logging
from typing import Final

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One record, one line: line breaks and control characters in any value are escaped by JSON."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **facts,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
