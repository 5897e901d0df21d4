"""Chance that is the same everywhere: on every machine, under every hash seed, in every run."""

from __future__ import annotations

from hashlib import blake2b

_MASK = 2**64 - 1


def chance(*parts: object) -> int:
    """A number below 2**64 that the parts alone decide. The relationship's id belongs among them."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def mixed(number: int, day: int) -> int:
    """Another number below 2**64 for each day, from one that `chance` gave; quicker than asking it for every day."""
    number = (number ^ (day * 0x9E3779B97F4A7C15)) & _MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    return number ^ (number >> 27)
