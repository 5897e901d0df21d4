"""The built-in practices: one YAML file for each."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from fondly_hooks.markers import hookimpl
from fondly_hooks.practices.catalogue import read_practice
from fondly_hooks.types.content import Practice
from fondly_hooks.types.people import Relationship


@hookimpl
def fondly_practices(relationship: Relationship) -> Iterator[Practice]:
    """The fifteen, in the order of their slugs."""
    files = (file for file in resources.files(__name__).iterdir() if file.name.endswith(".yaml"))
    for file in sorted(files, key=lambda file: file.name):
        yield read_practice(file.read_bytes(), file.name)
