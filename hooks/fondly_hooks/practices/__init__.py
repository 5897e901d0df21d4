"""The built-in practices: one YAML file for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

from fondly_hooks.markers import hookimpl
from fondly_hooks.practices.catalogue import read_practice
from fondly_hooks.types.content import Practice
from fondly_hooks.types.people import Relationship


@hookimpl
def fondly_practices(relationship: Relationship) -> Iterator[Practice]:
    """The fifteen, in the order of their slugs."""
    yield from built_in()


@cache
def built_in() -> tuple[Practice, ...]:
    """The catalogue, read once: it is part of the program."""
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".yaml"))
    in_order = sorted(files, key=lambda file: file.name)
    return tuple(read_practice(file.read_bytes(), file.name) for file in in_order)
