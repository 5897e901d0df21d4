"""What a valid config file means, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fondly_hooks.types.people import Relationship


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """One output as the config names it; ``options`` are validated by the model of its kind, ``where`` is its key."""

    name: str
    kind: str
    seen_by: frozenset[str]
    include: frozenset[str]
    titles: Literal["full", "neutral", "busy"]
    details: bool
    alarms: bool
    todo: bool
    options: Mapping[str, Any]
    where: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class BusySource:
    """A calendar that tells when a person is taken. ``path`` is a file on this machine."""

    person: str
    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class HooksConfig:
    """Where plugins come from, and which of them are blocked."""

    folder: Path
    disable: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """The whole config file. ``positions`` tells line and column of each key, for errors found later."""

    path: Path
    relationship: Relationship
    outputs: tuple[OutputSpec, ...]
    busy: tuple[BusySource, ...]
    hooks: HooksConfig
    private: bool
    positions: Mapping[tuple[str | int, ...], tuple[int, int]]

    @property
    def folder(self) -> Path:
        """The folder that relative paths start at."""
        return self.path.parent
