"""Where people live who did not say it: the town that their time zone is named for."""

from __future__ import annotations

import re
from importlib import resources

from fondly_hooks.types.people import Place


def place_of(timezone: str) -> Place | None:
    """The place of that zone by the table of the tzdata package (degrees, minutes and seconds, ISO 6709).

    ``None`` for a zone that is no place, such as UTC.
    """
    table = resources.files("tzdata")
    try:
        text = table.joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    except OSError:
        return None
    match = re.search(
        rf"^[A-Z]{{2}}\t([+-]\d{{4,6}})([+-]\d{{5,7}})\t{re.escape(timezone)}(?:\t|$)", text, re.MULTILINE
    )
    return Place(timezone, _degrees(match[1], 2), _degrees(match[2], 3)) if match else None


def _degrees(text: str, width: int) -> float:
    sign, digits = -1 if text[0] == "-" else 1, text[1:]
    return sign * (int(digits[:width]) + int(digits[width : width + 2]) / 60 + int(digits[width + 2 :] or 0) / 3600)
