"""What people said of what came: done, skipped, not now, loved, never; and when they asked for rest.

The day of a word is kept, never who said it. After 400 days all of it is forgotten but ``never``, and that a suggestion
was had at all, without its day: else what is old would pass for new.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import pairwise

from fondly.journalfile import JournalFile
from fondly.planner import FAREST, LONG_AGO, History
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.times import DayRange

DAY = dt.timedelta(days=1)
NOT_NOW = 60 * DAY  # so long what was "not now" rests
SOON = 60 * DAY  # two skips of one practice within so many days, and nothing done between them, make it rarer
RARER = 56 * DAY  # so long

# The last word of a group is the one that counts.
GROUPS = (frozenset({"loved", "never"}), frozenset({"never", "not-now"}), frozenset({"skip", "not-now"}))


class Memory:
    """The words and the rests in a journal's file."""

    def __init__(self, file: JournalFile) -> None:
        self.file, self.db = file, file.db

    def say(self, subject: str, word: str, day: dt.date) -> None:
        """Write down a word about a suggestion or an entry; what it contradicts is taken back."""
        self.write(day, [(subject, word)])

    def write(
        self,
        day: dt.date,
        said: Iterable[tuple[str, str]],
        unsaid: Iterable[tuple[str, str]] = (),
        done: str | None = None,
        ends: dt.date | None = None,
    ) -> bool:
        """Write down all that one command says, in one transaction: pairs of a subject and a word.

        ``unsaid`` is taken back first; ``done`` is an entry that was done, while one that is let go was not. ``ends``
        is the day of an entry, which may lie years ahead: until it is over nothing said of it is forgotten. Gives
        whether it is news that the entry was done.
        """
        fresh = False
        with self.file.transaction():
            self.db.executemany("DELETE FROM words WHERE subject = ? AND word = ?", list(unsaid))
            if done is not None:
                noted = self.db.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", (done, day.isoformat()))
                fresh = noted.rowcount > 0
            for subject, word in said:
                for group in GROUPS:
                    if word in group:
                        rows = [(subject, other) for other in sorted(group - {word})]
                        self.db.executemany("DELETE FROM words WHERE subject = ? AND word = ?", rows)
                if word in ("skip", "not-now"):
                    self.db.execute("DELETE FROM done WHERE entry_id = ?", (subject,))
                until = max(day, ends or day) if _is_entry(subject) else day
                self.db.execute(
                    "INSERT INTO words VALUES (?, ?, ?, ?) ON CONFLICT (subject, word) "
                    "DO UPDATE SET day = excluded.day, ends = max(ends, excluded.ends)",
                    (subject, word, day.isoformat(), until.isoformat()),
                )
        return fresh

    def rest(self, kind: str, first: dt.date, last: dt.date | None) -> None:
        """Begin a ``pause``, or ``quieter`` days, that last until ``last``, or until further notice."""
        with self.file.transaction():
            # One that lasts today only gets another end: which things rest is counted from its beginning.
            begun = min((span.first for span in self.rests(kind) if span.first <= first <= span.last), default=first)
            self._wake(first, (kind,))
            row = (kind, begun.isoformat(), last.isoformat() if last else None)
            self.db.execute("INSERT OR REPLACE INTO rests VALUES (?, ?, ?)", row)

    def wake(self, today: dt.date, kinds: Iterable[str] = ("pause", "quieter")) -> bool:
        """End these rests as of today, those that are still to come too; whether there was one."""
        with self.file.transaction():
            return self._wake(today, kinds)

    def _wake(self, today: dt.date, kinds: Iterable[str]) -> bool:
        lasting = [(kind, span) for kind in kinds for span in self.rests(kind) if span.last >= today]
        for kind, span in lasting:
            place = (kind, span.first.isoformat())
            if span.first < today:
                yesterday = (today - DAY).isoformat()
                self.db.execute("UPDATE rests SET last = ? WHERE kind = ? AND first = ?", (yesterday, *place))
            else:
                self.db.execute("DELETE FROM rests WHERE kind = ? AND first = ?", place)
        return bool(lasting)

    def rests(self, kind: str) -> tuple[DayRange, ...]:
        """All days of that kind of rest, past ones too, so that a plan made now agrees with those made before."""
        with self.file.reading():
            rows = self.db.execute("SELECT first, last FROM rests WHERE kind = ? ORDER BY first", (kind,)).fetchall()
            return tuple(
                DayRange(dt.date.fromisoformat(first), dt.date.fromisoformat(last) if last else FAREST)
                for first, last in rows
            )

    def history(self, commitments: Mapping[str, Entry]) -> History:
        """When each suggestion and idea was last used, by the day it was planned for, what was said, when it began.

        What is secret from somebody does not say when that was: it would make what they see deeper.
        """
        with self.file.reading():
            rows = self.db.execute("SELECT entry_id, delivered FROM commitments").fetchall()
            words = [
                (subject, word, dt.date.fromisoformat(day) if day else LONG_AGO)
                for subject, word, day in self.db.execute("SELECT subject, word, day FROM words ORDER BY subject, word")
            ]
            done = dict(self.db.execute("SELECT entry_id, day FROM done").fetchall())
        first = min((day for id, day in rows if id in commitments and not commitments[id].secret_from), default=None)
        said = {(subject, word) for subject, word, _ in words}
        suggestions: dict[str, dt.date] = {}
        ideas: dict[str, dt.date] = {}
        for subject, word, day in words:
            if word == "had":
                kind, _, rest = subject.partition("/")
                used, key = (ideas, rest) if kind == "idea" else (suggestions, subject)
                used[key] = max(day, used.get(key, day))
        for entry in commitments.values():
            if (entry.id, "not-now") in said:
                continue  # it did not come, so it is as fresh as before
            for key, used in ((entry.suggestion, suggestions), *((slug, ideas) for slug in entry.offers)):
                if key:
                    used[key] = max(entry.first_day, used.get(key, entry.first_day))
        return History(
            first_use=dt.date.fromisoformat(first) if first else None,
            suggestions=suggestions,
            ideas=ideas,
            never=frozenset(subject for subject, word, _ in words if word == "never"),
            loved=frozenset(subject for subject, word, _ in words if word == "loved"),
            not_before={s: day + NOT_NOW for s, word, day in words if word == "not-now" and not _is_entry(s)},
            let_go=frozenset(s for s, word, _ in words if word in ("skip", "not-now") and _is_entry(s)),
            rarer=_rarer({s: day for s, word, day in words if word == "skip"}, done),
        )

    def forget(self, limit: str) -> None:
        """Forget the words before that day; call it within a transaction, before the commitments are forgotten."""
        self.db.execute(
            "INSERT OR IGNORE INTO words SELECT json_extract(entry, '$.suggestion'), 'had', '', '' FROM commitments "
            "WHERE day < ? AND json_extract(entry, '$.suggestion') IS NOT NULL",
            (limit,),
        )
        self.db.execute(
            "INSERT OR IGNORE INTO words SELECT 'idea/' || value, 'had', '', '' "
            "FROM commitments, json_each(entry, '$.offers') WHERE day < ?",
            (limit,),
        )
        self.db.execute("UPDATE words SET day = '' WHERE word = 'had' AND day < ?", (limit,))
        self.db.execute("DELETE FROM words WHERE word NOT IN ('had', 'never') AND ends < ?", (limit,))
        self.db.execute("DELETE FROM rests WHERE last < ?", (limit,))


def _is_entry(subject: str) -> bool:
    """Whether a word is about an entry; a suggestion's key has one slash, and begins with its practice."""
    return subject.partition("/")[0] in ("practice", "date", "anniversary", "preparation", "custom")


def _rarer(skips: Mapping[str, dt.date], done: Mapping[str, str]) -> dict[str, tuple[DayRange, ...]]:
    """The days on which a practice comes more seldom: after two skips close together, and nothing done between them."""
    found: dict[str, tuple[DayRange, ...]] = {}
    for slug in sorted({_practice(id) for id in skips} - {""}):
        days = sorted(day for id, day in skips.items() if _practice(id) == slug)
        kept = [dt.date.fromisoformat(day) for id, day in done.items() if _practice(id) == slug]
        spans = [
            DayRange(second + DAY, second + RARER)
            for first, second in pairwise(days)
            if second - first <= SOON and not any(first <= day <= second for day in kept)
        ]
        if spans:
            found[slug] = _merged(spans)
    return found


def _merged(spans: Iterable[DayRange]) -> tuple[DayRange, ...]:
    """Spans that touch as one: every second turn of each for itself could be every turn of both."""
    found: list[DayRange] = []
    for span in sorted(spans, key=lambda span: span.first):
        if found and span.first <= found[-1].last + DAY:
            found[-1] = DayRange(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(span)
    return tuple(found)


def _practice(id: str) -> str:
    return id.split("/")[1] if id.startswith("practice/") else ""
