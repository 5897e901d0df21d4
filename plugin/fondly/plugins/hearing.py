"""What plugins say beside what they give: prints, log lines, messages of scripts. The command line shows it."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

MOST_LINES = 20  # of one call
LONGEST = 300  # letters of a line
WARNING, DEBUG = 30, 10  # as `logging` counts


@dataclass(frozen=True, slots=True)
class Message:
    """One line that a plugin said. From ``level`` 30 on it is shown, below that only to who asks for more."""

    plugin: str
    hook: str
    source: str
    text: str
    level: int = WARNING


@contextlib.contextmanager
def listening(tell: Callable[[str], None]) -> Iterator[None]:
    """Catch what is printed, since standard output is for fondly's own document alone; ``tell`` gets it by lines."""
    ear = _Ear(tell)
    before, sys.stdout = sys.stdout, ear
    try:
        yield
    finally:
        sys.stdout = before
        ear.finish()


class _Ear(io.TextIOBase):
    """A text stream that passes the first lines on and drops the rest, so that it never grows."""

    encoding = "utf-8"

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.hear, self.line, self.count = tell, "", 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, text: str) -> int:
        """Take the text; a whole line is passed on."""
        if self.count < MOST_LINES:
            *lines, rest = (self.line + text[: MOST_LINES * LONGEST]).split("\n")
            self.line = rest[:LONGEST]
            for line in lines:
                self._pass(line)
        return len(text)

    def finish(self) -> None:
        """Pass on what has no end of line."""
        self._pass(self.line)
        self.line = ""

    def _pass(self, line: str) -> None:
        if line.strip() and self.count < MOST_LINES:
            self.count += 1
            self.hear(line[:LONGEST])


def logger_for(name: str, tell: Callable[[str, int], None]) -> logging.Logger:
    """A logger of a plugin's own, whose lines ``tell`` gets with their levels."""
    import logging

    class Teller(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            """Pass one record on, in one line."""
            tell(" ".join(record.getMessage().split())[:LONGEST], record.levelno)

    logger = logging.Logger(f"fondly.{name}")  # none of the process-wide tree: nobody else's handlers see it
    logger.addHandler(Teller())
    return logger
