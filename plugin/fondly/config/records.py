"""What a valid config file means, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fondly.config.document import Document
from fondly.config.models import ConfigModel
from fondly_hooks.types.people import Relationship


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """One output as the config names it, without the options of its kind."""

    name: str
    kind: str
    seen_by: frozenset[str]
    include: frozenset[str]
    titles: Literal["full", "neutral", "busy"]
    details: bool
    alarms: bool
    todo: bool


@dataclass(frozen=True, slots=True)
class BusySource:
    """A calendar that tells when a person is taken. ``path`` is a file on this machine."""

    person: str
    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class HooksConfig:
    """Where plugins come from (``None``: from no folder), and which of them are blocked."""

    folder: Path | None
    disable: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """Where others reach what is served: the ``address`` with a slash at its end, if there is one, and the port."""

    address: str | None
    port: int


@dataclass(frozen=True, slots=True)
class Config:
    """The whole config file: what it means, and as ``document`` and ``model`` what stands there and where.

    ``private`` says whether the file is its owner's alone to read.
    """

    path: Path
    relationship: Relationship
    outputs: tuple[OutputSpec, ...]
    busy: tuple[BusySource, ...]
    hooks: HooksConfig
    serve: ServeConfig
    private: bool
    document: Document = field(repr=False)  # it may hold a password
    model: ConfigModel = field(repr=False)

    @property
    def folder(self) -> Path:
        """The folder that relative paths start at."""
        return self.path.parent
