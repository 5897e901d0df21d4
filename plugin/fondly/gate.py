"""The gate: the one door between the plan and anybody who may see it (DESIGN §3.4).

Every output and every answer to a person passes here. Default deny: where it is not said who sees a place, nothing goes
there. What is secret from a person leaves no trace before that person, not a title, a count or a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from fondly.config.records import OutputSpec
from fondly.planner import Plan
from fondly.planner.resting import LET_GO, RARER
from fondly_hooks.types.entries import Entry, LeftOut
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.reports import Failure

RESTS = "It rests this time."
Secret = TypeVar("Secret", Entry, LeftOut)
_GROUP = {
    "practice": "practices",
    "date": "dates",
    "preparation": "dates",
    "anniversary": "anniversaries",
    "custom": "custom",
}


def visible(things: Iterable[Secret], viewers: Iterable[str]) -> list[Secret]:
    """Those that every one of these people may see, in the given order; none where there are no people."""
    readers = frozenset(viewers)
    return [thing for thing in things if readers and not readers.intersection(thing.secret_from)]


def answers(plan: Plan, viewer: str, me: str) -> tuple[list[Entry], list[LeftOut]]:
    """The entries and omissions of a plan as an answer to ``viewer``.

    Reasons that tell what was said, or done on which day, are for ``me`` alone: nobody's word travels to anybody else.
    """
    entries, left_out = visible(plan.entries, [viewer]), visible(plan.left_out, [viewer])
    if viewer == me:
        return entries, left_out
    entries = [replace(entry, why=entry.why[:2]) if entry.kind == "practice" else entry for entry in entries]
    return entries, [replace(item, why=RESTS) if item.why in (LET_GO, RARER) else item for item in left_out]


def failures_for(failures: Iterable[Failure], viewer: str, me: str) -> list[Failure]:
    """What failed, for ``me`` alone: an error's text may quote what is secret from others."""
    return list(failures) if viewer == me else []


def for_output(entries: Iterable[Entry], spec: OutputSpec, relationship: Relationship, now: dt.datetime) -> list[Entry]:
    """The entries as this output shows them: what all its readers may see, with the titles it wants."""
    shown = []
    for entry in visible(entries, spec.seen_by):
        if _GROUP[entry.kind] not in spec.include:
            continue
        presented = present(entry, spec, relationship)
        if presented.component == "VTODO" and entry.first_day < now.date() and entry.ended_by(now):
            continue  # a to-do that was not done is withdrawn the day after: no backlog
        shown.append(presented)
    return shown


def present(entry: Entry, spec: OutputSpec, relationship: Relationship) -> Entry:
    """The entry with what this output shows of it. Reasons and secrets stay behind in any case.

    What one person does alone bears that person's name where others read it too.
    """
    changes: dict[str, Any] = {"why": (), "secret_from": (), "source": "", "offers": ()}
    if spec.titles == "busy":
        changes |= {"title": "Busy", "location": None, "url": None}
    elif spec.titles == "neutral":
        changes["title"] = entry.neutral_title
    if spec.titles != "busy" and entry.kind == "practice" and spec.seen_by.difference(entry.people):
        names = ", ".join(relationship.person(id).name for id in entry.people)
        changes["title"] = f"{names}: {changes.get('title', entry.title)}"
    if spec.titles != "full":
        changes |= {"categories": (), "color": None}
    if not spec.details:
        changes["description"] = None
    if not spec.alarms:
        changes["alarms"] = ()
    if spec.todo and entry.kind == "practice":
        changes |= {"component": "VTODO", "status": "NEEDS-ACTION"}
    return replace(entry, **changes)
