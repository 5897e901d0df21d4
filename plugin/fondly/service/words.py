"""A person's word about something that came: done, skip, not now, loved, never."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fondly.config.suggest import did_you_mean
from fondly.gate import visible
from fondly.journal import Journal
from fondly.memory import NOT_NOW
from fondly.planner.suggesting import key_of
from fondly.preparing import Prepared, delivery_horizons, make_plan
from fondly.service.catalogue import practices_of
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.entries import Entry

Word = Literal["done", "skip", "not-now", "loved", "never"]
WORDS: tuple[Word, ...] = ("done", "skip", "not-now", "loved", "never")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Said:
    """What was written down: the word, the entry (if it was about one), the suggestion (if it has one), its title.

    ``coming`` says whether the entry is still ahead, ``until`` when what was "not now" may come again.
    """

    word: Word
    entry: str | None
    suggestion: str | None
    title: str
    coming: bool = False
    until: dt.date | None = None


def say(prepared: Prepared, journal: Journal, now: dt.datetime, word: Word, id: str) -> Said:
    """Write a word down, and back the journal up.

    ``id`` is an entry's id, a suggestion's key (``gratitude/one-small-thing``) or slug, or a practice's slug, which
    stands for its entry of today or the nearest one. Saying the same twice changes nothing; of words that exclude each
    other the last one counts. Raises `ConfigError` where nothing is of that name, or the word makes no sense for it.
    """
    entries = _entries(prepared, journal, now)
    suggestions = {
        key_of(practice, one): one.title for practice in practices_of(prepared) for one in practice.suggestions
    }
    entry, key = _meant(id, word, entries, suggestions, now)
    if word in ("loved", "never") and key is None:
        raise ConfigError(f"'{id}' has no suggestion, so there is nothing to be {word}; 'skip' lets an entry go")
    memory, today = journal.memory, now.date()
    if entry is not None:
        if word == "done":
            journal.tick(entry.id, today)
            memory.unsay(entry.id, ("skip", "not-now"))
        elif word in ("skip", "not-now"):
            memory.say(entry.id, word, today)
    if key is not None:
        memory.say(key, "had" if word in ("done", "skip") else word, today)
    journal.backup()
    return Said(
        word=word,
        entry=entry.id if entry else None,
        suggestion=key,
        title=entry.title if entry else suggestions[str(key)],
        coming=entry is not None and not _has_begun(entry, now),
        until=today + NOT_NOW if word == "not-now" and key else None,
    )


def _entries(prepared: Prepared, journal: Journal, now: dt.datetime) -> dict[str, Entry]:
    """Every entry that ``me`` knows of: what is planned now, and what was delivered."""
    past, relationship = journal.past(), prepared.relationship
    _, plan = make_plan(prepared, past, delivery_horizons(relationship, now), now)
    known = {entry.id: entry for entry in visible(past.commitments.values(), [relationship.me])}
    return known | {entry.id: entry for entry in visible(plan.entries, [relationship.me])}


def _meant(
    id: str, word: Word, entries: Mapping[str, Entry], suggestions: Mapping[str, str], now: dt.datetime
) -> tuple[Entry | None, str | None]:
    """The entry and the suggestion that a person means by that id."""
    if id in entries:
        return entries[id], entries[id].suggestion
    if id in suggestions:
        return None, id
    by_slug = [key for key in suggestions if key.partition("/")[2] == id]
    if len(by_slug) > 1:
        raise ConfigError(f"'{id}' may be {' or '.join(by_slug)}; write which")
    if by_slug:
        return None, by_slug[0]
    slugs = {key.partition("/")[0] for key in suggestions}
    if id in slugs and word == "never":
        raise ConfigError(
            f"'{id}' is a whole practice; to have it no more, write 'practices: {{{id}: off}}' in the file"
        )
    if id in slugs:
        entry = _nearest([entry for entry in entries.values() if entry.practice == id], word, now)
        if entry is None:
            raise ConfigError(
                f"nothing of '{id}' is planned or was delivered; 'fondly practices {id}' has its suggestions"
            )
        return entry, entry.suggestion
    known = [*entries, *suggestions, *slugs]
    raise ConfigError(
        f"there is no entry and no suggestion '{id}'{did_you_mean(id, known)}; 'fondly -v plan' shows the ids"
    )


def _nearest(entries: list[Entry], word: Word, now: dt.datetime) -> Entry | None:
    """Today's, else, for what is over, the last one, and for what is to be let go, the next one."""
    today = now.date()
    in_order = sorted(entries, key=lambda entry: (entry.first_day, entry.id))
    before = [entry for entry in in_order if entry.first_day < today]
    after = [entry for entry in in_order if entry.first_day > today]
    here = [entry for entry in in_order if entry.first_day == today]
    choices = [*here, *(reversed(before) if word in ("done", "loved") else after)]
    return next(iter(choices), None) or next(iter([*after, *reversed(before)]), None)


def _has_begun(entry: Entry, now: dt.datetime) -> bool:
    if isinstance(entry.start, dt.datetime):
        return entry.start <= now
    return entry.start < now.date()
