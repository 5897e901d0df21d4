"""Gathering what the plugins give, and letting them adjust the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fondly.checks import faults
from fondly.lastgood import KEPT
from fondly.planner import Gathered
from fondly.plugins import Plugins
from fondly.recognise import IsOurs
from fondly_hooks.types.content import Anniversary, DateIdea, Practice
from fondly_hooks.types.entries import Busy, Change, Entry
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span

if TYPE_CHECKING:
    from fondly.packs import Pack


def gather(
    plugins: Plugins,
    relationship: Relationship,
    days: Span,
    recognise: Callable[[Iterable[Practice]], IsOurs],
    packs: Sequence[Pack] = (),
) -> Gathered:
    """All that the providers give for these days, two dates. What fails is in ``plugins.failures``.

    The order in which plugins load decides nothing: everything is sorted, and of two records with one name the one of
    the plugin that comes first by contract stays while the other is reported. ``recognise`` makes, from the practices,
    what knows fondly's own entries among the busy times.
    """
    window = Span(_midnight(days.start), _midnight(days.end))
    calls: list[tuple[str, Mapping[str, Any]]] = [
        ("fondly_anniversaries", {"relationship": relationship}),
        ("fondly_practices", {"relationship": relationship}),
        ("fondly_date_ideas", {"relationship": relationship, "window": days}),
        ("fondly_entries", {"relationship": relationship, "window": window}),
        *(("fondly_busy", {"person": person.id, "window": window}) for person in relationship.people),
    ]
    with plugins.side_by_side(calls):
        practices, anniversaries = gather_practices_and_days(plugins, relationship, packs)
        ideas = _given(plugins, "fondly_date_ideas", DateIdea, relationship, window=days)
        entries = _given(plugins, "fondly_entries", Entry, relationship, window=window)
        busy = {
            person.id: [
                (name, record)
                for name, record in plugins.gather("fondly_busy", Busy, person=person.id, window=window)
                if _is_sound(plugins, name, "fondly_busy", record, relationship)
            ]
            for person in relationship.people
        }
    is_ours = recognise(practices)
    return Gathered(
        practices=practices,
        ideas=_unique(plugins, "fondly_date_ideas", ideas, "slug"),
        anniversaries=anniversaries,
        entries=_custom(plugins, entries),
        busy={person: _taken(person, found, is_ours) for person, found in busy.items()},
    )


def gather_practices_and_days(
    plugins: Plugins, relationship: Relationship, packs: Sequence[Pack] = ()
) -> tuple[tuple[Practice, ...], tuple[Anniversary, ...]]:
    """The practices, as the packs leave them, and the anniversaries that the providers give. No time decides them."""
    days = _given(plugins, "fondly_anniversaries", Anniversary, relationship)
    practices = gather_practices(plugins, relationship)
    if packs:
        from fondly.packs import with_packs  # who has none does not wait for it

        practices, _ = with_packs(practices, packs)
    return practices, _unique(plugins, "fondly_anniversaries", days, "id")


def gather_practices(plugins: Plugins, relationship: Relationship) -> tuple[Practice, ...]:
    """The practices that the providers give."""
    given = _given(plugins, "fondly_practices", Practice, relationship)
    return _unique(plugins, "fondly_practices", given, "slug")


def _given(
    plugins: Plugins, hook: str, kind: type[Any], relationship: Relationship, **arguments: Any
) -> list[tuple[str, Any]]:
    """The sound records that the providers of a hook give for this relationship, or gave last where they fail now."""
    pairs = plugins.gather(hook, kind, relationship=relationship, **arguments)
    sound = [(name, record) for name, record in pairs if _is_sound(plugins, name, hook, record, relationship)]
    if plugins.last_good is None or hook not in KEPT:
        return sound
    failed, key = plugins.failed(hook), KEPT[hook][1]
    known = {(name, getattr(record, key)) for name, record in sound}
    for name, records in plugins.last_good.of(hook).items() if failed else ():
        before = [one for one in records if (name, getattr(one, key)) not in known and not faults(one, relationship)]
        sound += [(name, one) for one in before if name in failed]
    plugins.last_good.keep(hook, ((name, record) for name, record in sound if name not in plugins.trusted))
    return sound


def adjust(plugins: Plugins, relationship: Relationship, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries after every adjuster had its say. No adjuster can show an entry to somebody it is secret from."""
    hook = "fondly_adjust_entries"
    current = {entry.id: entry for entry in entries}
    secrets = {entry.id: entry.secret_from for entry in current.values()}  # known also when one drops what another adds
    for name in plugins.answering(hook):
        for change in plugins.call_one(name, hook, entries=tuple(current.values()), relationship=relationship):
            if not isinstance(change, Change):
                plugins.fail(name, hook, f"gave a {type(change).__name__} where a Change belongs")
            elif _is_sound(plugins, name, hook, change, relationship):
                _apply(plugins, name, change, current, relationship)
                for id, entry in current.items():
                    secrets[id] = tuple(sorted({*secrets.get(id, ()), *entry.secret_from}))
                    current[id] = replace(entry, secret_from=secrets[id])
    return tuple(current.values())


def _apply(plugins: Plugins, name: str, change: Change, current: dict[str, Entry], relationship: Relationship) -> None:
    hook = "fondly_adjust_entries"
    for id in change.drop:
        current.pop(id, None)
    for entry in change.change:
        before = current.get(entry.id)
        if before is None:
            plugins.fail(name, hook, f"changes '{entry.id}', which is not planned")
        elif _is_sound(plugins, name, hook, entry, relationship):
            current[entry.id] = entry
    for entry in change.add:
        if _is_sound(plugins, name, hook, entry, relationship):
            current.setdefault(entry.id, entry)


def _is_sound(plugins: Plugins, name: str, hook: str, record: object, relationship: Relationship) -> bool:
    """Whether the record can be used; what is wrong with it is reported."""
    found = faults(record, relationship)
    if found:
        plugins.fail(name, hook, "; ".join(found[:3]))
    return not found


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
        else:
            good.append((name, replace(entry, kind="custom", source=name)))
    return _unique(plugins, "fondly_entries", good, "id")


def _taken(person: str, found: list[tuple[str, Any]], is_ours: IsOurs) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
    """The times when that person is taken, in order, without what fondly itself made."""
    return tuple(sorted({(b.start, b.end) for _, b in found if b.person == person and not is_ours(b)}))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
