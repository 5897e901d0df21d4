"""How often something comes: the grammar of ``every``, its parser and its inverse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["day", "week", "month", "quarter", "year"]

_WORDS: dict[str, Unit] = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
}
_PER = re.compile(r"([0-9]{1,3}) per (day|week|month|quarter|year)")
_EVERY = re.compile(r"(?:every )?(?:(?<=every )|([0-9]{1,3}) )(day|week|month)s?")
_MOST = {"day": 24, "week": 70, "month": 300, "quarter": 900, "year": 999}

REMEDY = (
    "write 'N per day|week|month|quarter|year', 'daily', 'weekly', 'monthly', 'quarterly', 'yearly', "
    "'every N days|weeks|months', 'on request' or 'off'"
)


@dataclass(frozen=True, slots=True)
class Cadence:
    """A ceiling on how often something comes.

    ``mode`` is ``per`` (``count`` times in each calendar ``unit``), ``every`` (once in each block of ``count`` units,
    counted from Monday 2001-01-01), ``request`` (only when a person asks) or ``off``.
    """

    mode: Literal["per", "every", "request", "off"]
    count: int = 1
    unit: Unit = "week"

    @property
    def is_planned(self) -> bool:
        """Whether the planner places it by itself."""
        return self.mode in ("per", "every")

    def __str__(self) -> str:
        """The text that `parse_cadence` reads back as this very cadence."""
        if self.mode == "request":
            return "on request"
        if self.mode == "off":
            return "off"
        if self.mode == "every":
            return f"every {self.count} {self.unit}s"
        if self.count == 1:
            return next(word for word, unit in _WORDS.items() if unit == self.unit)
        return f"{self.count} per {self.unit}"


def parse_cadence(text: str) -> Cadence:
    """Read ``every``; raises ``ValueError`` with what would be right."""
    words = " ".join(text.lower().split())
    if words == "on request":
        return Cadence("request")
    if words == "off":
        return Cadence("off")
    if words in _WORDS:
        return Cadence("per", 1, _WORDS[words])
    if match := _PER.fullmatch(words):
        return _counted(Cadence("per", int(match[1]), _unit(match[2])), text)
    # "2 weeks" alone is how people write it under `dates.every`, "every week" how they say it.
    if match := _EVERY.fullmatch(words):
        return _counted(Cadence("every", int(match[1] or 1), _unit(match[2])), text)
    raise ValueError(f"'{text}' is no rhythm: {REMEDY}")


def _unit(word: str) -> Unit:
    return next(unit for unit in _WORDS.values() if unit == word)


def _counted(cadence: Cadence, text: str) -> Cadence:
    if not 1 <= cadence.count <= _MOST[cadence.unit]:
        raise ValueError(f"'{text}' is out of range: between 1 and {_MOST[cadence.unit]} {cadence.unit}s or times")
    return cadence
