"""The first commitment in a calendar is the one that counts there (DESIGN §9, case 22).

Another machine, or this one before its journal was lost, may have delivered a turn at another time and with another
suggestion than this run plans. What stands is taken over as the commitment, so that nobody moves it to and fro.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo

from fondly.config.records import OutputSpec
from fondly.planner.claims import claims, is_together, turn_ids
from fondly.preparing import Prepared
from fondly.service.catalogue import practices_of
from fondly_calendar.canonical import span_of
from fondly_calendar.identity import uid_for
from fondly_hooks.types.content import Practice
from fondly_hooks.types.delivery import Action, Thing
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.times import Span

DAY = dt.timedelta(days=1)
GENERATIONS = 3


def finder(prepared: Prepared, identity: str, now: dt.datetime) -> Callable[[str], str | None]:
    """Tells which turn a UID in that output belongs to; computed when it is first asked, for some months around."""

    @cache
    def uids() -> Mapping[str, str]:
        relationship = prepared.relationship
        days = Span(now.date() - 60 * DAY, now.date() + 120 * DAY)
        ids = turn_ids(relationship, practices_of(prepared), days)
        return {uid_for(relationship.id, identity, id, step): id for id in ids for step in range(GENERATIONS)}

    return lambda uid: uids().get(uid)


def adopted(
    actions: Iterable[Action], planned: Mapping[str, Entry], spec: OutputSpec, prepared: Prepared
) -> list[Entry]:
    """The commitments that the adopted things among these actions stand for."""
    found: list[Entry] = []
    practices: tuple[Practice, ...] | None = None
    for action in actions:
        if not action.adopted or action.thing is None:
            continue
        practices = practices_of(prepared) if practices is None else practices
        base = planned.get(action.entry_id) or _turn(action.entry_id, practices, prepared)
        entry = _as_it_stands(base, action.thing, spec, practices, prepared) if base else None
        if entry is not None:
            found.append(entry)
    return found


def _turn(id: str, practices: Iterable[Practice], prepared: Prepared) -> Entry | None:
    """A turn that this run does not plan, without its time."""
    relationship = prepared.relationship
    found, _ = claims(relationship, practices)
    claim = next((claim for claim in found if id.startswith(f"{claim.prefix}/")), None)
    if claim is None:
        return None
    epoch = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo(relationship.timezone))
    practice = claim.practice
    if practice is None:
        return Entry(
            id=id,
            kind="date",
            title="Date night",
            neutral_title="Kept free",
            start=epoch,
            end=epoch,
            people=claim.need.people,
            categories=("Date",),
            color="palevioletred",
            alarms=("-PT2H",),
            busy=True,
            minutes=claim.need.minutes,
        )
    together = is_together(practice, relationship)
    return Entry(
        id=id,
        kind="practice",
        title=practice.neutral_title,
        neutral_title=practice.neutral_title,
        start=epoch,
        end=epoch,
        people=relationship.taking_part if together else (relationship.me,),
        secret_from=relationship.others if practice.private else (),
        categories=(practice.name,),
        color=practice.color,
        alarms=("-PT15M",),
        minutes=claim.need.minutes,
        practice=practice.slug,
    )


def _as_it_stands(
    base: Entry, thing: Thing, spec: OutputSpec, practices: Iterable[Practice], prepared: Prepared
) -> Entry | None:
    """The entry at the time, and with the words, that stand there; ``None`` where its time cannot be read."""
    span = span_of(thing.fields.get("ti", ""))
    if span is None:
        return None
    zone = base.start.tzinfo if isinstance(base.start, dt.datetime) else ZoneInfo(prepared.relationship.timezone)
    entry = replace(base, start=span[0].astimezone(zone), end=span[1].astimezone(zone))
    if spec.titles != "full" or not spec.details:
        return entry  # the words there are not the entry's own
    names = ", ".join(prepared.relationship.person(id).name for id in base.people)
    title = thing.fields.get("su", base.title).removeprefix(f"{names}: ")  # as the gate writes what one does alone
    text = thing.fields.get("de") or None
    known = (
        (f"{practice.slug}/{one.slug}", one)
        for practice in practices
        if practice.slug == base.practice
        for one in practice.suggestions
    )
    key = next((key for key, one in known if one.title == title), base.suggestion if title == base.title else None)
    return replace(entry, title=title, description=text, suggestion=key)
