"""The batch contract of outputs: read what stands, let the host decide, apply what it decided.

Every place that entries go to, a file as well as a server, speaks these records. The decision in the middle is pure and
the same for all of them, which is what makes a dry run and a test of it cheap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from fondly_hooks.types.entries import Entry

Verb = Literal["create", "update", "delete", "unchanged", "keep", "bury", "wait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that stands in an output.

    ``uid`` names it there, ``place`` is where (an href, a line), ``version`` what a precondition compares (an ETag).
    ``fields`` are the values that fondly manages, in canonical form. ``mine`` says whether fondly made it, ``theirs``
    which fields a person changed since, ``edited`` whether they changed it as a whole, for kinds that know no more than
    that; ``None`` where the thing itself cannot tell. ``touched``: there is something in it that fondly did not write
    and does not manage. ``done`` is a tick, ``form`` what it is (``VEVENT``, ``VTODO``) where that matters. ``ends`` is
    when it is over. ``body`` is what stands, verbatim, where that is at hand.
    """

    uid: str
    fields: Mapping[str, str]
    place: str = ""
    version: str | None = None
    mine: bool | None = None
    edited: bool | None = None
    theirs: frozenset[str] | None = None
    touched: bool = False
    done: bool = False
    form: str = ""
    sequence: int = 0
    ends: dt.datetime | dt.date | None = None
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What the journal knows of one entry in one output.

    ``fields`` is what stood there last, ``theirs`` the fields of it that are a person's, ``edited`` whether anything in
    it is. ``pending`` is what was being written when the last run ended before its answer came. ``gone`` tells who took
    it away: the ``person`` (it never comes back by itself) or ``us``; ``asked``: without its journal fondly does not
    know whether a person took it away, and waits for a yes.
    """

    entry_id: str
    uid: str
    generation: int = 0
    place: str = ""
    version: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    sequence: int = 0
    edited: bool = False
    theirs: frozenset[str] = frozenset()
    done: bool = False
    ends: dt.datetime | dt.date | None = None
    gone: Literal["", "person", "us", "asked"] = ""
    pending: Verb | None = None
    pending_fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that stands in an output and may be fondly's.

    Deletions are concluded only where ``complete``. ``absent``: the place itself is not there (a file that was
    deleted), so nothing in it was deleted one by one. ``emptied``: everything that fondly made is gone at once, which
    only a person can judge. ``locked`` tells why nothing may be written now, ``notes`` what else the person may want to
    know.
    """

    things: tuple[Thing, ...] = ()
    complete: bool = True
    absent: bool = False
    emptied: bool = False
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
    """One decision. ``sequence`` and ``changed_at`` are what the new version bears; ``why`` is a plain sentence.

    ``theirs`` are the fields that stay as a person left them, also in an update. ``adopted``: what stands was made by
    another run that this journal knows nothing of, and is the commitment.
    """

    verb: Verb
    entry_id: str
    uid: str
    generation: int = 0
    wanted: Wanted | None = None
    thing: Thing | None = None
    sequence: int = 0
    changed_at: dt.datetime | None = None
    why: str = ""
    theirs: frozenset[str] = frozenset()
    adopted: bool = False

    @property
    def fields(self) -> Mapping[str, str]:
        """The values that stand once this is done: a person's where they are theirs, else the wanted ones."""
        standing = self.thing.fields if self.thing else {}
        if self.wanted is None or self.verb not in ("create", "update"):
            return standing
        return {
            name: standing.get(name, value) if name in self.theirs else value
            for name, value in self.wanted.fields.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an action: where it stands now and in which version, or the error in one plain line.

    ``again`` says that the error may pass: the host tries this action again, alone or with others that failed so.
    ``taken`` says that something of somebody else's stands there under that UID, so that another one is needed.
    ``stands`` is what stands there now where somebody was faster: the host decides anew.
    """

    action: Action
    place: str = ""
    version: str | None = None
    error: str | None = None
    again: bool = False
    taken: bool = False
    stands: Thing | None = None

    @classmethod
    def of(cls, action: Action) -> Outcome:
        """The outcome of an action that writes nothing: what stands there is as it was read."""
        thing = action.thing
        return cls(action=action, place=thing.place if thing else "", version=thing.version if thing else None)
