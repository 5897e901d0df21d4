"""Who gets how many turns where there is not room for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from fondly_hooks.chance import chance

T = TypeVar("T")


def shares(room: int, demands: Mapping[str, int], salt: str) -> dict[str, int]:
    """How many of its ``demands`` each name gets out of ``room`` turns.

    Where there is room for all, all is granted. Else each gets its proportion, by largest remainder, but at least one
    where it asked for any; where there is not even room for that, chance decides, by ``salt``, so that quarters differ.
    """
    asking = {name: count for name, count in sorted(demands.items()) if count > 0}
    if sum(asking.values()) <= room:
        return {name: asking.get(name, 0) for name in demands}
    if room < len(asking):
        lucky = sorted(asking, key=lambda name: chance(salt, name))[: max(room, 0)]
        return {name: int(name in lucky) for name in demands}
    granted = dict.fromkeys(demands, 0)
    open_names, left = dict(asking), room
    # Who would get less than one whole turn gets one; the others divide what is left.
    while small := [name for name in open_names if Fraction(open_names[name] * left, sum(open_names.values())) < 1]:
        for name in small:
            granted[name] = 1
            left -= 1
            del open_names[name]
    total = sum(open_names.values())
    exact = {name: Fraction(count * left, total) for name, count in open_names.items()}
    granted |= {name: int(part) for name, part in exact.items()}
    rest = left - sum(int(part) for part in exact.values())
    by_remainder = sorted(exact, key=lambda name: (-(exact[name] % 1), chance(salt, name)))
    for name in by_remainder[:rest]:
        granted[name] += 1
    return granted


def spread(items: Sequence[T], count: int, salt: str) -> list[T]:
    """``count`` of the items, evenly spread over their order; ``salt`` decides where the first one lies."""
    if count >= len(items):
        return list(items)
    offset = chance(salt) % len(items) if count else 0
    return [item for index, item in enumerate(items) if ((index * count + offset) % len(items)) < count]
