"""A person's word about something that came: done, skip, not now, loved, never."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from fondly.config.suggest import did_you_mean
from fondly.gate import visible
from fondly.journal import Journal
from fondly.memory import NOT_NOW
from fondly.planner import Horizons, Past
from fondly.planner.suggesting import key_of
from fondly.preparing import Prepared, delivery_horizons, make_plan
from fondly.service.catalogue import AHEAD, practices_of, shown
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.times import Span

SOON = dt.timedelta(days=14)  # nobody means by 'done' what lies further ahead
Word = Literal["done", "skip", "not-now", "loved", "never"]
LETTING_GO = ("skip", "not-now")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """What a word is about: the entry (if it is about one), the suggestion (if it has one), its title.

    ``change`` says what the next sync does about it: it takes the entry away, or puts another one in its place.
    ``until`` is when what was "not now" may come again. What no longer ``stands`` was let go and taken away.
    ``planned`` is the entry itself, where it still stands.
    """

    word: Word
    entry: str | None
    suggestion: str | None
    title: str
    change: Literal["gone", "another"] | None = None
    until: dt.date | None = None
    stands: bool = True
    ends: dt.date | None = None
    planned: Entry | None = None


def understand(prepared: Prepared, past: Past, now: dt.datetime, word: Word, id: str) -> Said:
    """What a person means by that word and that id; nothing is written.

    ``id`` is an entry's id or title, a suggestion's key (``gratitude/one-small-thing``) or slug, or a practice's slug
    (or ``date``), which stands for its entry of today or the nearest one. A suggestion that comes today, or one that is
    to be let go and comes later, stands for that entry too. Raises `ConfigError` where nothing is of that name, or the
    word makes no sense for it.
    """
    entries = _entries(prepared, past, now)
    suggestions = {
        key_of(practice, one): one.title for practice in practices_of(prepared) for one in practice.suggestions
    }
    if id in past.history.let_go and id not in entries:
        if word in ("loved", "never"):
            raise ConfigError(f"'{shown(id)}' was let go; name the suggestion that is to be {word}")
        return Said(word, id, None, shown(id), stands=id.startswith("anniversary/"))
    entry, key = _meant(id, word, entries, suggestions, now)
    if key is None and word in ("loved", "never"):
        remedy = "'done' notes that it was" if word == "loved" else "'skip' lets it go this time"
        raise ConfigError(f"'{shown(id)}' has no suggestion that could be {word}; {remedy}")
    return Said(
        word=word,
        entry=entry.id if entry else None,
        suggestion=key,
        title=entry.title if entry else suggestions[str(key)],
        change=_change(entry, word, past, now) if entry else None,
        until=now.date() + NOT_NOW if word == "not-now" and key else None,
        ends=entry.first_day if entry else None,
        planned=entry,
    )


def say(journal: Journal, said: Said, today: dt.date) -> bool:
    """Write a word down, and back the journal up; whether it is news that the entry was done.

    Saying the same twice changes nothing; of words that exclude each other the last one counts.
    """
    word, entry, suggestion = said.word, said.entry, said.suggestion
    words: list[tuple[str, str]] = []
    back: list[tuple[str, str]] = []
    if entry is not None and word in LETTING_GO:
        words.append((entry, word))
    if entry is not None and word == "done" and said.stands:  # else another one would come in its place
        back += [(entry, other) for other in LETTING_GO]
    if suggestion is not None and word in ("done", "skip"):
        words.append((suggestion, "had"))
        back.append((suggestion, "not-now"))
    elif suggestion is not None:
        words.append((suggestion, word))
    fresh = journal.memory.write(today, words, back, done=entry if word == "done" else None, ends=said.ends)
    journal.backup()
    return fresh


def _entries(prepared: Prepared, past: Past, now: dt.datetime) -> dict[str, Entry]:
    """Every entry that ``me`` knows of: what was delivered, as it stands until the next sync, and what is planned.

    As far ahead as ``practices`` looks, since that names entries too.
    """
    relationship = prepared.relationship
    far = now.date() + AHEAD * DAY
    near = delivery_horizons(relationship, now)
    horizons = Horizons(*(_up_to(span, far) for span in (near.practices, near.dates, near.anniversaries)))
    _, plan = make_plan(prepared, past, horizons, now)
    planned = {entry.id: entry for entry in visible(plan.entries, [relationship.me])}
    kept_from_me = {entry.id for entry in plan.entries} - planned.keys()
    delivered = visible(past.commitments.values(), [relationship.me])
    secrets = {entry.id: entry.secret_from for entry in plan.entries}  # an adjuster may have widened them since
    return planned | {
        entry.id: replace(entry, secret_from=tuple(sorted({*entry.secret_from, *secrets.get(entry.id, ())})))
        for entry in delivered
        if entry.id not in kept_from_me
    }


def _up_to(span: Span, day: dt.date) -> Span:
    """The span, two dates, reaching at least to that day."""
    return replace(span, end=max(span.end, day))


def _meant(
    id: str, word: Word, entries: Mapping[str, Entry], suggestions: Mapping[str, str], now: dt.datetime
) -> tuple[Entry | None, str | None]:
    """The entry and the suggestion that a person means by that id."""
    if id in entries:
        return entries[id], entries[id].suggestion
    keys = [id] if id in suggestions else [key for key in suggestions if key.partition("/")[2] == id]
    if len(keys) > 1:
        raise ConfigError(f"'{id}' may be {' or '.join(keys)}; write which")
    if keys:
        return _coming(keys[0], word, entries.values(), now), keys[0]
    slugs = {key.partition("/")[0] for key in suggestions}
    same = [
        entry for entry in entries.values() if entry.title.lower() == id.lower() or entry.kind == id.lower() == "date"
    ]
    if same and (nearest := _nearest(same, word, now)):
        return nearest, nearest.suggestion
    id = id.lower() if id.lower() in slugs else id
    if id in slugs and word == "never":
        raise ConfigError(
            f"'{id}' is a whole practice; to have it no more, write 'practices: {{{id}: off}}' in the file"
        )
    if id in slugs:
        entry = _nearest([entry for entry in entries.values() if entry.practice == id], word, now)
        if entry is None:
            raise ConfigError(
                f"nothing of '{id}' {'came lately' if word in ('done', 'loved') else 'is planned'}; name one of its "
                f"suggestions, which 'fondly practices {id}' lists"
            )
        return entry, entry.suggestion
    known = [*entries, *suggestions, *slugs]
    hint = did_you_mean(id, known) or "; 'fondly -v plan' shows the ids"
    raise ConfigError(f"there is no entry and no suggestion '{shown(id)}'{hint}")


def _coming(key: str, word: Word, entries: Iterable[Entry], now: dt.datetime) -> Entry | None:
    """The entry of today with that suggestion; for what is not to come, the next one."""
    today = now.date()
    found = [entry for entry in entries if entry.suggestion == key and entry.first_day >= today]
    if word in ("done", "loved"):
        found = [entry for entry in found if entry.first_day == today]
    return min(found, key=lambda entry: (entry.ended_by(now), *_order(entry)), default=None)


def _nearest(entries: list[Entry], word: Word, now: dt.datetime) -> Entry | None:
    """Today's, else, for what was done or loved, the last one that came, and for what is to be let go, the next one."""
    today = now.date()
    in_order = sorted(entries, key=_order)
    before = [entry for entry in in_order if entry.first_day < today]
    after = [entry for entry in in_order if entry.first_day > today]
    here = [entry for entry in in_order if entry.first_day == today]
    if word in ("done", "loved"):
        soon = [entry for entry in after if entry.first_day <= today + SOON]
        return next(iter([*here, *before[::-1], *soon]), None)
    return next(iter([*here, *after, *before[::-1]]), None)


def _order(entry: Entry) -> tuple[dt.date, str]:
    return entry.first_day, entry.id


def _change(entry: Entry, word: Word, past: Past, now: dt.datetime) -> Literal["gone", "another"] | None:
    """What the next sync does about a word on that entry, where it stands somewhere."""
    if entry.kind in ("practice", "date") and entry.id not in past.commitments:
        return None  # it was not delivered yet
    begun = entry.start <= now if isinstance(entry.start, dt.datetime) else entry.start < now.date()
    if word in LETTING_GO and not entry.ended_by(now):
        return "gone"
    return "another" if word == "never" and not begun and entry.id not in past.history.let_go else None
