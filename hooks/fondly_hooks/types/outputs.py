"""Kinds of outputs: what a place that entries go to has to be able to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing
    from fondly_hooks.types.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputContext:
    """What the host hands to an output kind when it opens one.

    ``key`` is what HMACs are keyed by, ``base`` the folder that relative paths start at, ``now`` the clock. ``name`` is
    the output's own, ``calendar_name`` what readers may see as its name; ``neutral`` forbids to name the program.
    ``seen_by`` are the ids of everybody who is said to see the place. Who opens it ``to_look`` makes nothing there.
    ``state`` is the relationship's own folder on this machine, for what an output keeps there; ``address`` is where
    others reach ``fondly serve``, with a slash at its end. Either is ``None`` where there is none.
    """

    name: str
    key: bytes
    base: Path
    now: dt.datetime
    timezone: str
    calendar_name: str = ""
    neutral: bool = False
    seen_by: frozenset[str] = frozenset()
    to_look: bool = False
    state: Path | None = None
    address: str | None = None


class Output(Protocol):
    """A place that entries go to. Every method may raise `OutputError`; nothing else reaches a person well.

    A place that shows some days ``ahead`` shows nothing that is past; where that is ``None`` all is shown, and past
    dates and anniversaries stay.
    """

    @property
    def requests(self) -> int:
        """How many requests went over the network."""

    @property
    def ahead(self) -> int | None:
        """How many days are shown, from today on, or ``None``."""

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


@runtime_checkable
class Fitting(Protocol):
    """What an output may have beside: a place that does not take every form of an entry."""

    def fit(self, entries: Sequence[Entry]) -> tuple[Sequence[Entry], tuple[str, ...]]:
        """The entries in the form that the place takes, without those that it does not, and a note for the person.

        It is called after `read`.
        """


@runtime_checkable
class Beginning(Protocol):
    """What an output may have beside: a place that is slow to answer, and can be asked while the plan is made."""

    def begin(self, known: bool, state: str | None) -> None:
        """Begin to read, without waiting. ``known``: there is something to be remembered; ``state`` as for `read`,
        which is called later, and tells what went wrong."""


@runtime_checkable
class Examining(Protocol):
    """What an output may have beside: a place that has more to say of itself than whether it can be read."""

    def examine(self) -> tuple[str, ...]:
        """What ``fondly doctor`` is to tell of it, in plain lines. Nothing is written; it is called before `read`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputKind:
    """A kind of output: its name in the config, the model that validates its options, how to open one.

    ``options`` is a pydantic model class; ``open`` gets the validated options and the context.
    """

    name: str
    options: type[Any]
    open: Callable[[Any, OutputContext], Output]
