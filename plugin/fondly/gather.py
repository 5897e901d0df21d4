"""Gathering what the plugins give, and letting them adjust the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from fondly.planner import Gathered
from fondly.plugins import Plugins
from fondly_hooks.types.content import Anniversary, DateIdea, Practice
from fondly_hooks.types.entries import Busy, Change, Entry
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span

IsOurs = Callable[[Busy], bool]


def gather(plugins: Plugins, relationship: Relationship, days: Span, is_ours: IsOurs) -> Gathered:
    """All that the providers give for these days, two dates. What fails is in ``plugins.failures``.

    The order in which plugins load decides nothing: everything is sorted, and of two records with one name the one of
    the plugin that comes first by contract stays while the other is reported.
    """
    window = Span(_midnight(days.start), _midnight(days.end))
    practices = plugins.gather("fondly_practices", Practice, relationship=relationship)
    ideas = plugins.gather("fondly_date_ideas", DateIdea, relationship=relationship, window=days)
    anniversaries = plugins.gather("fondly_anniversaries", Anniversary, relationship=relationship)
    entries = plugins.gather("fondly_entries", Entry, relationship=relationship, window=window)
    return Gathered(
        practices=_unique(plugins, "fondly_practices", practices, "slug"),
        ideas=_unique(plugins, "fondly_date_ideas", ideas, "slug"),
        anniversaries=_unique(plugins, "fondly_anniversaries", anniversaries, "id"),
        entries=_custom(plugins, entries),
        busy=_busy(plugins, relationship, window, is_ours),
    )


def adjust(plugins: Plugins, relationship: Relationship, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries after every adjuster had its say. No adjuster can show an entry to somebody it is secret from."""
    current = {entry.id: entry for entry in entries}
    for name, results in plugins.call_each(
        "fondly_adjust_entries", entries=tuple(current.values()), relationship=relationship
    ):
        for change in results if isinstance(results, list) else [results]:
            if not isinstance(change, Change):
                plugins.fail(name, "fondly_adjust_entries", f"gave a {type(change).__name__} where a Change belongs")
                continue
            for id in change.drop:
                current.pop(id, None)
            for entry in change.change:
                before = current.get(entry.id)
                if before is None:
                    plugins.fail(name, "fondly_adjust_entries", f"changes '{entry.id}', which is not planned")
                    continue
                hidden = tuple(sorted({*before.secret_from, *entry.secret_from}))
                current[entry.id] = replace(entry, secret_from=hidden)
            for entry in change.add:
                current.setdefault(entry.id, entry)
    return tuple(current.values())


def _unique(plugins: Plugins, hook: str, pairs: list[tuple[str, Any]], key: str) -> tuple[Any, ...]:
    found: dict[str, tuple[str, Any]] = {}
    for name, record in pairs:
        id = getattr(record, key)
        if id in found:
            plugins.fail(name, hook, f"'{id}' is given by '{found[id][0]}' already; this one is left aside")
        else:
            found[id] = (name, record)
    return tuple(record for _, (_, record) in sorted(found.items()))


def _custom(plugins: Plugins, pairs: list[tuple[str, Entry]]) -> tuple[Entry, ...]:
    good = []
    for name, entry in pairs:
        prefix = f"custom/{name}/"
        if not entry.id.startswith(prefix):
            plugins.fail(name, "fondly_entries", f"the id '{entry.id}' must begin with '{prefix}'")
        elif isinstance(entry.start, dt.datetime) and not entry.start.tzinfo:
            plugins.fail(name, "fondly_entries", f"'{entry.id}' begins at a time without a zone")
        else:
            good.append((name, replace(entry, kind="custom", source=name)))
    return _unique(plugins, "fondly_entries", good, "id")


def _busy(
    plugins: Plugins, relationship: Relationship, window: Span, is_ours: IsOurs
) -> dict[str, tuple[tuple[dt.datetime, dt.datetime], ...]]:
    taken: dict[str, tuple[tuple[dt.datetime, dt.datetime], ...]] = {}
    for person in relationship.people:
        found = [record for _, record in plugins.gather("fondly_busy", Busy, person=person.id, window=window)]
        spans = {(busy.start, busy.end) for busy in found if busy.person == person.id and not is_ours(busy)}
        taken[person.id] = tuple(sorted(spans))
    return taken


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
