"""The batch contract of outputs: read what stands, let the host decide, apply what it decided.

Every place that entries go to, a file as well as a server, speaks these records. The decision in the middle is pure and
the same for all of them, which is what makes a dry run and a test of it cheap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from fondly_hooks.types.entries import Entry

Verb = Literal["create", "update", "delete", "unchanged", "keep", "bury"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that stands in an output.

    ``uid`` names it there, ``place`` is where (an href, a line), ``version`` what a precondition compares (an ETag).
    ``fields`` are the values that fondly manages, in canonical form. ``mine`` and ``edited`` say whether fondly made it
    and whether a person changed it since; ``None`` where the thing itself cannot tell. ``done`` is a person's tick.
    ``ends`` is when it is over. ``body`` is what stands, verbatim, where that is at hand.
    """

    uid: str
    fields: Mapping[str, str]
    place: str = ""
    version: str | None = None
    mine: bool | None = None
    edited: bool | None = None
    done: bool = False
    sequence: int = 0
    ends: dt.datetime | dt.date | None = None
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the journal knows of one entry in one output.

    ``pending`` is what was being written when the last run ended before its answer came. ``gone`` tells who took it
    away: the ``person`` (it never comes back by itself) or ``us``.
    """

    entry_id: str
    uid: str
    generation: int = 0
    place: str = ""
    version: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    sequence: int = 0
    edited: bool = False
    done: bool = False
    ends: dt.datetime | dt.date | None = None
    gone: Literal["", "person", "us"] = ""
    pending: Verb | None = None
    pending_fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that stands in an output and may be fondly's.

    Deletions are concluded only where ``complete``. ``absent``: the place itself is not there (a file that was
    deleted), so nothing in it was deleted one by one. ``locked`` tells why nothing may be written now, ``notes`` what
    else the person may want to know.
    """

    things: tuple[Thing, ...] = ()
    complete: bool = True
    absent: bool = False
    locked: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One entry as this output shows it, its identity there, and the values that are to stand."""

    entry: Entry
    uid: str
    generation: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One decision. ``sequence`` and ``changed_at`` are what the new version bears; ``why`` is a plain sentence."""

    verb: Verb
    entry_id: str
    uid: str
    generation: int = 0
    wanted: Wanted | None = None
    thing: Thing | None = None
    sequence: int = 0
    changed_at: dt.datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an action: where it stands now and in which version, or the error in one plain line."""

    action: Action
    place: str = ""
    version: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputContext:
    """What the host hands to an output kind when it opens one.

    ``key`` is what HMACs are keyed by, ``base`` the folder that relative paths start at, ``now`` the clock. ``name`` is
    the output's own, ``calendar_name`` what readers may see as its name; ``neutral`` forbids to name the program.
    ``literal_secrets`` says whether the config file is private enough to hold one.
    """

    name: str
    key: bytes
    base: Path
    now: dt.datetime
    timezone: str
    calendar_name: str = ""
    neutral: bool = False
    literal_secrets: bool = False


class Output(Protocol):
    """A place that entries go to. Every method may raise `OutputError`; nothing else reaches a person well.

    ``requests`` counts what went over the network. ``ahead`` is how many days, from today on, are shown there, and
    nothing that is past; ``None`` for a place that shows all, where past dates and anniversaries stay.
    """

    @property
    def requests(self) -> int:
        """See above."""

    @property
    def ahead(self) -> int | None:
        """See above."""

    def read(self, remembered: Mapping[str, Remembered], state: str | None) -> Standing:
        """What stands there now. ``remembered`` is by entry id, ``state`` what the last run left."""

    def fields(self, wanted: Entry, uid: str) -> Mapping[str, str]:
        """The values that are to stand for this entry, in the canonical form that `read` gives."""

    def apply(self, actions: Sequence[Action]) -> Iterator[Outcome]:
        """Carry the actions out: one outcome for each, as soon as it is known.

        ``unchanged``, ``keep`` and ``bury`` write nothing, but a place that is written as a whole needs to know them.
        """

    def state(self, outcomes: Sequence[Outcome]) -> str | None:
        """What makes the next read cheaper, such as a sync token, after these outcomes; ``None`` where nothing does."""

    def close(self) -> None:
        """Give back what was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputKind:
    """A kind of output: its name in the config, the model that validates its options, how to open one.

    ``options`` is a pydantic model class; ``open`` gets the validated options and the context.
    """

    name: str
    options: type[Any]
    open: Callable[[Any, OutputContext], Output]


@dataclass(frozen=True, slots=True)
class OutputReport:
    """What one run did in one output."""

    name: str
    kind: str
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    kept: int = 0
    completed: int = 0
    requests: int = 0
    error: str | None = None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The report as ``sync --json`` prints it."""
        names = ["name", "kind", "created", "updated", "deleted", "unchanged", "kept", "completed", "requests", "error"]
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Failure:
    """A part that failed, by name: the plugin, the hook, where it comes from, and the error in one line."""

    plugin: str
    hook: str
    source: str
    error: str

    def as_json(self) -> dict[str, str]:
        """The failure as every JSON document carries it."""
        return {"plugin": self.plugin, "hook": self.hook, "source": self.source, "error": self.error}


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a whole run did, as observers get it."""

    outputs: tuple[OutputReport, ...]
    failures: tuple[Failure, ...]
    dry_run: bool = False


def exit_code(reports: Iterable[OutputReport], failures: Iterable[Failure]) -> int:
    """0 when all was done, 1 when some part failed."""
    return 1 if any(report.error for report in reports) or any(True for _ in failures) else 0
