"""The season where people live."""

from __future__ import annotations

import datetime as dt

from fondly_hooks.types.content import Season
from fondly_hooks.types.people import DateWish

NAMES: tuple[Season, ...] = ("winter", "spring", "summer", "autumn")
TROPIC = 23.4  # degrees: nearer to the equator no season of these four means anything


def season(day: dt.date, wish: DateWish) -> Season | None:
    """The meteorological season where the people live; ``None`` where that is not said, or in the tropics."""
    if wish.place is None or abs(wish.place.latitude) < TROPIC:
        return None
    north = day.month % 12 // 3
    return NAMES[north if wish.place.latitude > 0 else (north + 2) % 4]
