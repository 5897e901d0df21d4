"""Which files are trusted to run."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def distrust(*places: Path | None) -> str | None:
    """Why these files or folders are not trusted, if they are not: who can write them could run code as this person.

    Raises ``OSError`` where one cannot be looked at.
    """
    for path in places:
        if path is not None and os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o022:
            return f"others can write {path}, so it is not run; mend it with: chmod go-w {path}"
    return None
