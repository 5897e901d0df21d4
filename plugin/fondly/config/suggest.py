"""What somebody who mistyped a word may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """The end of a sentence that names the nearest of the options, or all of them where they are few."""
    known = sorted(options)
    near = difflib.get_close_matches(word, known, 1, 0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known are {', '.join(known)}" if 0 < len(known) <= 20 else ""
