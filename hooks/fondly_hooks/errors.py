"""The one base class of errors that a person may meet."""

from __future__ import annotations


class FondlyError(Exception):
    """Something a person can understand and mend.

    ``str(error)`` is one or more plain lines that say where, what is wrong and what would be right; it never holds a
    secret. ``exit_code`` is what the command ends with: 1, some part failed; 2, nothing was touched. Where it
    ``names_its_place``, each line begins with a file, a line and a column, as editors and people expect it.
    """

    exit_code = 1
    names_its_place = False


class ConfigError(FondlyError):
    """The config file, an option or an argument is wrong; nothing was touched."""

    exit_code = 2


class OutputError(FondlyError):
    """One output could not be read or written; the others are served."""


class SourceError(FondlyError):
    """One source of entries or busy times could not be read; the others are used."""


class LaterError(OutputError):
    """A place asks to be left alone for so many ``seconds``. The host does not come back before."""

    def __init__(self, words: str, *, seconds: int) -> None:
        super().__init__(words)
        self.seconds = seconds
