"""What somebody who mistyped a word may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST = 60  # of the words compared: the time grows with the square of it


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option that is most like the word, whatever their capitals; ``None`` where none is much like it."""
    small = {option.lower(): option for option in options}
    near = difflib.get_close_matches(word.lower(), small, 1, 0.6) if len(word) <= LONGEST else []
    return small[near[0]] if near else None


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """The end of a sentence that names the nearest of the options, or all of them where they are few."""
    known = sorted(options)
    near = nearest(word, known)
    if near:
        return f"; did you mean '{near}'?"
    return f"; known are {', '.join(known)}" if 0 < len(known) <= 20 else ""
