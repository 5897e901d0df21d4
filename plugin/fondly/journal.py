"""The journal: what was delivered where, in one SQLite file. It keeps the day of a thing, never who."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fondly.journalrows import entry_of, remembered_of, text_of
from fondly.planner import History, Past
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.delivery import Action, Outcome, Remembered
from fondly_hooks.types.entries import Entry

MIGRATIONS = (
    """
    CREATE TABLE commitments (
        entry_id TEXT PRIMARY KEY, entry TEXT NOT NULL, day TEXT NOT NULL, delivered TEXT NOT NULL
    ) STRICT;
    CREATE TABLE things (
        output TEXT NOT NULL, entry_id TEXT NOT NULL, uid TEXT NOT NULL, generation INTEGER NOT NULL,
        place TEXT NOT NULL, version TEXT, fields TEXT NOT NULL, sequence INTEGER NOT NULL, edited INTEGER NOT NULL,
        done INTEGER NOT NULL, ends TEXT, gone TEXT NOT NULL, pending TEXT, pending_fields TEXT NOT NULL,
        PRIMARY KEY (output, entry_id)
    ) STRICT;
    CREATE TABLE outputs (output TEXT PRIMARY KEY, state TEXT) STRICT;
    CREATE TABLE done (entry_id TEXT PRIMARY KEY, day TEXT NOT NULL) STRICT;
    """,
)
COLUMNS = (
    "entry_id, uid, generation, place, version, fields, sequence, edited, done, ends, gone, pending, pending_fields"
)
KEEP = dt.timedelta(days=400)  # older than this it forgets all but tombstones


class Journal:
    """One relationship's journal. Every method that writes is one transaction, so that a crash leaves no half of it."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, making it where it is not there; ``None`` is one in memory.

        Raises `FondlyError` where it is damaged or was written by a newer fondly.
        """
        self.path = path
        try:
            if path is not None and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(":memory:" if path is None else path, timeout=10, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            # A loss of power may take the last few answers; objects say themselves whose they are.
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._migrate()
        except (sqlite3.Error, OSError) as problem:
            raise self._damaged(problem) from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def commitments(self) -> dict[str, Entry]:
        """Every entry that was delivered, as it was planned then, by id."""
        with self._reading():
            rows = self._db.execute("SELECT entry_id, entry FROM commitments ORDER BY entry_id")
            return {id: entry_of(text) for id, text in rows}

    def past(self) -> Past:
        """What a plan needs to know of earlier runs."""
        commitments = self.commitments()
        rows = self._db.execute("SELECT DISTINCT output, uid FROM things").fetchall()
        names = tuple(sorted({output for output, _ in rows}))
        return Past(commitments, self.history(commitments), names, frozenset(uid for _, uid in rows))

    def history(self, commitments: Mapping[str, Entry]) -> History:
        """When each suggestion and idea was last used, by the day it was planned for, and when fondly was begun.

        What is secret from somebody does not say when that was: it would make what they see deeper.
        """
        rows = self._db.execute("SELECT entry_id, delivered FROM commitments")
        first = min((day for id, day in rows if id in commitments and not commitments[id].secret_from), default=None)
        suggestions: dict[str, dt.date] = {}
        ideas: dict[str, dt.date] = {}
        for entry in commitments.values():
            for key, used in ((entry.suggestion, suggestions), *((slug, ideas) for slug in entry.offers)):
                if key:
                    used[key] = max(entry.first_day, used.get(key, entry.first_day))
        return History(dt.date.fromisoformat(first) if first else None, suggestions, ideas)

    def remembered(self, output: str) -> dict[str, Remembered]:
        """What is known of each entry in that output, by entry id."""
        with self._reading():
            rows = self._db.execute(f"SELECT {COLUMNS} FROM things WHERE output = ? ORDER BY entry_id", (output,))  # noqa: S608
            return {row[0]: remembered_of(row) for row in rows}

    def state(self, output: str) -> str | None:
        """What the last read of that output left, such as a sync token."""
        row = self._db.execute("SELECT state FROM outputs WHERE output = ?", (output,)).fetchone()
        return row[0] if row else None

    def intend(self, output: str, actions: Sequence[Action]) -> None:
        """Write down, before the first request, all that is about to be written.

        Until the run is finished nothing is left of what makes the next read cheaper: it has to look at everything.
        """
        with self._transaction():
            if any(action.verb in ("create", "update", "delete") for action in actions):
                self._db.execute("DELETE FROM outputs WHERE output = ?", (output,))
            for action in actions:
                if action.verb not in ("create", "update", "delete") or not action.entry_id:
                    continue
                fields = json.dumps(dict(action.wanted.fields) if action.wanted else {}, sort_keys=True)
                self._db.execute(
                    "INSERT INTO things VALUES (?, ?, ?, ?, '', NULL, '{}', 0, 0, 0, NULL, '', ?, ?) "
                    "ON CONFLICT (output, entry_id) DO UPDATE SET pending = excluded.pending, "
                    "pending_fields = excluded.pending_fields, uid = excluded.uid, generation = excluded.generation",
                    (output, action.entry_id, action.uid, action.generation, action.verb, fields),
                )

    def settle(self, output: str, outcomes: Iterable[Outcome]) -> None:
        """Write down what came of these actions, in one transaction. Where there was an error nothing is known of what
        stands there now, so the intent stays and the next read decides."""
        with self._transaction():
            for outcome in outcomes:
                action = outcome.action
                if outcome.error is not None or not action.entry_id:
                    continue
                if action.verb in ("bury", "delete"):
                    self._db.execute(
                        "UPDATE things SET gone = ?, pending = NULL, pending_fields = '{}' "
                        "WHERE output = ? AND entry_id = ?",
                        ("person" if action.verb == "bury" else "us", output, action.entry_id),
                    )
                else:
                    self._store(output, outcome)

    def finish(self, output: str, state: str | None, forget: Iterable[str]) -> None:
        """Write down that an output was served: what makes the next read cheaper, and what need not be kept."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO outputs VALUES (?, ?) ON CONFLICT (output) DO UPDATE SET state = excluded.state",
                (output, state),
            )
            for id in forget:
                self._db.execute(
                    "UPDATE things SET gone = 'us', pending = NULL "
                    "WHERE output = ? AND entry_id = ? AND pending = 'delete'",
                    (output, id),
                )
                self._db.execute("DELETE FROM things WHERE output = ? AND entry_id = ? AND gone = ''", (output, id))

    def commit(self, entries: Iterable[Entry], now: dt.datetime) -> None:
        """Write down that these entries were delivered. The first delivery is the one that counts."""
        with self._transaction():
            for entry in entries:
                self._db.execute(
                    "INSERT INTO commitments VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (entry_id) DO UPDATE SET entry = excluded.entry, day = excluded.day",
                    (entry.id, text_of(entry), entry.first_day.isoformat(), now.date().isoformat()),
                )

    def release(self, ids: Iterable[str]) -> None:
        """Write down that these entries are no longer planned, so that nothing holds their times."""
        with self._transaction():
            self._db.executemany("DELETE FROM commitments WHERE entry_id = ?", [(id,) for id in ids])

    def tick(self, entry_id: str, day: dt.date) -> bool:
        """Write down that it was done, once; whether that is news. The day is kept, never who."""
        with self._transaction():
            done = self._db.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", (entry_id, day.isoformat()))
            return done.rowcount > 0

    def forget(self, now: dt.datetime) -> None:
        """Forget what is older than 400 days."""
        limit = (now - KEEP).date().isoformat()
        with self._transaction():
            self._db.execute("DELETE FROM commitments WHERE day < ?", (limit,))
            self._db.execute("DELETE FROM done WHERE day < ?", (limit,))
            self._db.execute("DELETE FROM things WHERE gone = '' AND pending IS NULL AND ends < ?", (limit,))

    def backup(self) -> None:
        """Put a whole copy beside the journal, in one step."""
        if self.path is None:
            return
        target = self._backup_path(self.path)
        temporary = target.with_name(f".{target.name}.tmp")
        temporary.unlink(missing_ok=True)
        try:
            self._db.execute("VACUUM INTO ?", (str(temporary),))
            os.chmod(temporary, 0o600)
            os.replace(temporary, target)
        except (sqlite3.Error, OSError) as problem:
            raise FondlyError(f"the journal's backup {target} cannot be written: {problem}") from None

    @contextlib.contextmanager
    def _reading(self) -> Any:
        try:
            yield
        except (sqlite3.Error, ValueError, TypeError, KeyError) as problem:
            raise self._damaged(problem) from None

    def _damaged(self, problem: Exception) -> FondlyError:
        words = " ".join(str(problem).split())
        return FondlyError(
            f"the journal {self.path} cannot be read: {words}. Its last backup is {self._backup_path(self.path)}"
        )

    @contextlib.contextmanager
    def _transaction(self) -> Any:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as problem:
            raise FondlyError(f"the journal {self.path} cannot be written: {problem}") from None

    def _store(self, output: str, outcome: Outcome) -> None:
        action, thing = outcome.action, outcome.action.thing
        wrote = action.verb in ("create", "update") and action.wanted is not None
        if not wrote and thing is None:
            return  # a deletion that was remembered before
        if action.verb == "keep" and thing is not None and thing.mine is False:
            return  # somebody else's: nothing of it is remembered
        fields = action.wanted.fields if wrote and action.wanted else thing.fields if thing else {}
        ends: dt.date | None = thing.ends if thing and not wrote else None
        if action.wanted is not None:
            ends = action.wanted.entry.end
        self._db.execute(
            "INSERT OR REPLACE INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', NULL, '{}')",
            (
                output,
                action.entry_id,
                action.uid,
                action.generation,
                outcome.place,
                outcome.version,
                json.dumps(dict(fields), sort_keys=True),
                action.sequence if wrote else thing.sequence if thing else 0,
                int(action.verb == "keep"),
                int(thing.done if thing else False),
                ends.isoformat() if ends else None,
            ),
        )

    def _migrate(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise FondlyError(f"the journal {self.path} was written by a newer fondly; update fondly")
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            self._db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")

    @staticmethod
    def _backup_path(path: Path | None) -> Path:
        return (path or Path("journal.db")).with_name("journal.backup.db")
