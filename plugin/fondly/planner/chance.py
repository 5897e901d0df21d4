"""Chance that is the same everywhere: on every machine, under every hash seed, in every run."""

from __future__ import annotations

from hashlib import blake2b


def chance(*parts: object) -> int:
    """A number below 2**64 that the parts alone decide. The relationship's id belongs among them."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
