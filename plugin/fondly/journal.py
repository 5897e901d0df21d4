"""The journal: what was delivered where, in one SQLite file. It keeps the day of a thing, never who."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence

from fondly.journalfile import JournalFile
from fondly.journalrows import entry_of, remembered_of, text_of
from fondly.memory import Memory
from fondly.planner import Past
from fondly_hooks.types.delivery import Action, Outcome, Remembered
from fondly_hooks.types.entries import Entry

COLUMNS = (
    "entry_id, uid, generation, place, version, fields, sequence, edited, done, ends, gone, pending, "
    "pending_fields, theirs"
)
TICKED = frozenset({"st", "su"})  # the fields that a tick stands in
KEEP = dt.timedelta(days=400)  # older than this it forgets all but tombstones


class Journal(JournalFile):
    """One relationship's journal. Every method that writes is one transaction, so that a crash leaves no half of it."""

    @property
    def memory(self) -> Memory:
        """What people said, and when they asked for rest."""
        return Memory(self)

    def commitments(self) -> dict[str, Entry]:
        """Every entry that was delivered, as it was planned then, by id."""
        with self.reading():
            rows = self.db.execute("SELECT entry_id, entry FROM commitments ORDER BY entry_id")
            return {id: entry_of(text) for id, text in rows}

    def committed(self) -> frozenset[str]:
        """The ids of all that was delivered."""
        with self.reading():
            return frozenset(id for (id,) in self.db.execute("SELECT entry_id FROM commitments"))

    def past(self) -> Past:
        """What a plan needs to know of earlier runs."""
        commitments = self.commitments()
        with self.reading():
            rows = self.db.execute("SELECT DISTINCT output, uid FROM things").fetchall()
        names = tuple(sorted({output for output, _ in rows}))
        return Past(
            commitments=commitments,
            history=self.memory.history(commitments),
            outputs=names,
            uids=frozenset(uid for _, uid in rows),
            pauses=self.memory.rests("pause"),
            quieter=self.memory.rests("quieter"),
        )

    def remembered(self, output: str) -> dict[str, Remembered]:
        """What is known of each entry in that output, by entry id."""
        with self.reading():
            rows = self.db.execute(f"SELECT {COLUMNS} FROM things WHERE output = ? ORDER BY entry_id", (output,))  # noqa: S608
            return {row[0]: remembered_of(row) for row in rows}

    def knows(self, output: str) -> bool:
        """Whether anything is remembered of that output."""
        with self.reading():
            return self.db.execute("SELECT 1 FROM things WHERE output = ? LIMIT 1", (output,)).fetchone() is not None

    def state(self, output: str) -> str | None:
        """What the last read of that output left, such as a sync token."""
        with self.reading():
            row = self.db.execute("SELECT state FROM outputs WHERE output = ?", (output,)).fetchone()
        return row[0] if row else None

    def intend(self, output: str, actions: Sequence[Action]) -> None:
        """Write down, before the first request, all that is about to be written.

        Until the run is finished nothing is left of what makes the next read cheaper: it has to look at everything.
        """
        with self.transaction():
            if any(action.verb in ("create", "update", "delete") for action in actions):
                self.db.execute("DELETE FROM outputs WHERE output = ?", (output,))
            for action in actions:
                if action.verb not in ("create", "update", "delete") or not action.entry_id:
                    continue
                fields = json.dumps(dict(action.fields) if action.wanted else {}, sort_keys=True)
                self.db.execute(
                    "INSERT INTO things VALUES (?, ?, ?, ?, '', NULL, '{}', 0, 0, 0, NULL, '', ?, ?, '') "
                    "ON CONFLICT (output, entry_id) DO UPDATE SET pending = excluded.pending, "
                    "pending_fields = excluded.pending_fields, uid = excluded.uid, generation = excluded.generation",
                    (output, action.entry_id, action.uid, action.generation, action.verb, fields),
                )

    def settle(self, output: str, outcomes: Iterable[Outcome]) -> None:
        """Write down what came of these actions, in one transaction. Where there was an error nothing is known of what
        stands there now, so the intent stays and the next read decides."""
        with self.transaction():
            for outcome in outcomes:
                action = outcome.action
                if outcome.error is not None or not action.entry_id:
                    continue
                if action.verb in ("bury", "delete"):
                    self.db.execute(
                        "UPDATE things SET gone = ?, pending = NULL, pending_fields = '{}' "
                        "WHERE output = ? AND entry_id = ?",
                        ("person" if action.verb == "bury" else "us", output, action.entry_id),
                    )
                elif action.verb == "wait":
                    row = (output, action.entry_id, action.uid, action.generation)
                    self.db.execute(
                        "INSERT OR IGNORE INTO things VALUES "
                        "(?, ?, ?, ?, '', NULL, '{}', 0, 0, 0, NULL, 'asked', NULL, '{}', '')",
                        row,
                    )
                else:
                    self._store(output, outcome)

    def finish(self, output: str, state: str | None, forget: Iterable[str]) -> None:
        """Write down that an output was served: what makes the next read cheaper, and what need not be kept."""
        with self.transaction():
            self.db.execute(
                "INSERT INTO outputs VALUES (?, ?) ON CONFLICT (output) DO UPDATE SET state = excluded.state "
                "WHERE state IS NOT excluded.state",
                (output, state),
            )
            for id in forget:
                self.db.execute(
                    "UPDATE things SET gone = 'us', pending = NULL "
                    "WHERE output = ? AND entry_id = ? AND pending = 'delete'",
                    (output, id),
                )
                self.db.execute("DELETE FROM things WHERE output = ? AND entry_id = ? AND gone = ''", (output, id))

    def commit(self, entries: Iterable[Entry], now: dt.datetime) -> None:
        """Write down that these entries were delivered. The first delivery is the one that counts."""
        with self.transaction():
            for entry in entries:
                self.db.execute(
                    "INSERT INTO commitments VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (entry_id) DO UPDATE SET entry = excluded.entry, day = excluded.day",
                    (entry.id, text_of(entry), entry.first_day.isoformat(), now.date().isoformat()),
                )

    def release(self, ids: Iterable[str]) -> None:
        """Write down that these entries are no longer planned, so that nothing holds their times."""
        with self.transaction():
            self.db.executemany("DELETE FROM commitments WHERE entry_id = ?", [(id,) for id in ids])

    def erase(self, ids: Iterable[str]) -> None:
        """Forget what was planned under these ids, what was said of it and that it was done."""
        with self.transaction():
            for id in ids:
                self.db.execute("DELETE FROM commitments WHERE entry_id = ?", (id,))
                self.db.execute("DELETE FROM words WHERE subject = ?", (id,))
                self.db.execute("DELETE FROM done WHERE entry_id = ?", (id,))

    def tick(self, entry_id: str, day: dt.date) -> bool:
        """Write down that it was done, once; whether that is news. The day is kept, never who."""
        with self.transaction():
            done = self.db.execute("INSERT OR IGNORE INTO done VALUES (?, ?)", (entry_id, day.isoformat()))
            return done.rowcount > 0

    def untick(self, entry_id: str) -> None:
        """Write down that it is not done after all."""
        with self.transaction():
            self.db.execute("DELETE FROM done WHERE entry_id = ?", (entry_id,))

    def ticks(self) -> dict[str, frozenset[str]]:
        """What is done, by id, each with the outputs in which a person ticked it; none where it was said to fondly."""
        found: dict[str, set[str]] = {}
        with self.reading():
            found = {id: set() for (id,) in self.db.execute("SELECT entry_id FROM done")}
            rows = self.db.execute("SELECT entry_id, output, theirs, fields FROM things WHERE done = 1 AND gone = ''")
            for id, output, theirs, fields in rows:
                ours = "st" in json.loads(fields) and not TICKED & set(theirs.split())
                if id in found and not ours:
                    found[id].add(output)
        return {id: frozenset(outputs) for id, outputs in found.items()}

    def fact(self, key: str) -> str | None:
        """What was noted under that key."""
        with self.reading():
            row = self.db.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def note(self, facts: Mapping[str, str | None]) -> None:
        """Note facts by key, ``None`` to strike one out."""
        with self.transaction():
            for key, value in facts.items():
                if value is None:
                    self.db.execute("DELETE FROM facts WHERE key = ?", (key,))
                else:
                    self.db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, value))

    def identity(self, output: str) -> str:
        """The name by which that output's UIDs are made: the first that it ever had, unless another output has it."""
        known = self.fact(f"identity:{output}")
        if known is not None:
            return known
        with self.reading():
            taken = {name for (name,) in self.db.execute("SELECT value FROM facts WHERE key LIKE 'identity:%'")}
        name = output
        while name in taken:
            name += "+"
        return name

    def outputs(self) -> tuple[str, ...]:
        """The names of all outputs that hold, or held, something of ours."""
        with self.reading():
            return tuple(name for (name,) in self.db.execute("SELECT DISTINCT output FROM things ORDER BY output"))

    def forget_states(self) -> None:
        """Forget what would make the next reads cheaper: they are to look at everything."""
        with self.transaction():
            self.db.execute("DELETE FROM outputs")

    def let_go(self, output: str, gone: str) -> None:
        """Write down that nothing of ours stands in that output any more: a ``person`` took it away, or ``us``."""
        with self.transaction():
            self.db.execute(
                "UPDATE things SET gone = ?, pending = NULL, pending_fields = '{}' WHERE output = ? AND gone = ''",
                (gone, output),
            )
            self.db.execute("DELETE FROM outputs WHERE output = ?", (output,))

    def drop(self, output: str) -> None:
        """Forget an output."""
        with self.transaction():
            self.db.execute("DELETE FROM things WHERE output = ?", (output,))
            self.db.execute("DELETE FROM outputs WHERE output = ?", (output,))
            self.db.execute("DELETE FROM facts WHERE key LIKE '%:' || ?", (output,))

    def rename(self, before: str, after: str) -> None:
        """Write down that an output has another name now."""
        with self.transaction():
            self.db.execute("UPDATE things SET output = ? WHERE output = ?", (after, before))
            self.db.execute("DELETE FROM outputs WHERE output = ?", (before,))
            for key, value in self.db.execute(
                "SELECT key, value FROM facts WHERE key LIKE '%:' || ?", (before,)
            ).fetchall():
                self.db.execute("DELETE FROM facts WHERE key = ?", (key,))
                kind = key.rpartition(":")[0]
                self.db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (f"{kind}:{after}", value))
            self.db.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (f"identity:{after}", before))

    def forget(self, now: dt.datetime) -> None:
        """Forget what is older than 400 days, but not what stands: unknown, it would pass for another machine's."""
        limit = (now - KEEP).date().isoformat()
        with self.transaction():
            self.memory.forget(limit)
            self.db.execute("DELETE FROM commitments WHERE day < ?", (limit,))
            self.db.execute("DELETE FROM done WHERE day < ?", (limit,))

    def _store(self, output: str, outcome: Outcome) -> None:
        action, thing = outcome.action, outcome.action.thing
        wrote = action.verb in ("create", "update") and action.wanted is not None
        if not wrote and thing is None:
            return  # a deletion that was remembered before
        if action.verb == "keep" and thing is not None and thing.mine is False:
            return  # somebody else's: nothing of it is remembered
        fields = action.fields
        done = bool(thing and thing.done)
        if wrote and action.wanted is not None:
            done = action.wanted.entry.status == "COMPLETED" or (done and bool(action.theirs & TICKED))
        ends: dt.date | None = thing.ends if thing and not wrote else None
        if action.wanted is not None:
            ends = action.wanted.entry.end
        self.db.execute(
            "INSERT OR REPLACE INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', NULL, '{}', ?)",
            (
                output,
                action.entry_id,
                action.uid,
                action.generation,
                outcome.place,
                outcome.version,
                json.dumps(dict(fields), sort_keys=True),
                action.sequence if wrote else thing.sequence if thing else 0,
                int(bool(action.theirs) or bool(thing and thing.touched)),
                int(done),
                ends.isoformat() if ends else None,
                " ".join(sorted(action.theirs)),
            ),
        )
