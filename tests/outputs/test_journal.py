"""The journal: what it keeps, what it forgets, and how it takes a bad file."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fondly.journal import Journal
from fondly.journalfile import MIGRATIONS
from fondly.planner import LONG_AGO
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.delivery import Action, Outcome, Remembered, Thing, Wanted
from fondly_hooks.types.entries import Entry

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Europe/Berlin"))


def entry(id: str = "practice/gratitude/2026-W48/1", **changes: object) -> Entry:
    """A timed entry on the clock of Berlin."""
    values: dict[str, object] = {
        "id": id,
        "kind": "practice",
        "title": "Thank them",
        "neutral_title": "One thank-you",
        "start": dt.datetime(2026, 11, 24, 18, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        "end": dt.datetime(2026, 11, 24, 18, 40, tzinfo=ZoneInfo("Europe/Berlin")),
        "suggestion": "gratitude/one-small-thing",
        "alarms": ("-PT15M",),
    }
    return Entry(**{**values, **changes})  # type: ignore[arg-type]


def created(journal: Journal, thing: Entry, version: str = '"1"') -> Action:
    """The action of a first delivery, settled."""
    wanted = Wanted(entry=thing, uid=f"uid-{thing.id}", generation=0, fields={"su": thing.title})
    action = Action(verb="create", entry_id=thing.id, uid=wanted.uid, wanted=wanted)
    journal.intend("ours", [action])
    journal.settle("ours", [Outcome(action=action, place="/a.ics", version=version)])
    return action


def test_entries_come_back_as_they_were() -> None:
    """A commitment keeps its zone by name, its days as days, its lists as tuples."""
    journal = Journal(None)
    days = {"start": dt.date(2026, 11, 28), "end": dt.date(2026, 11, 29)}
    day = entry("date/2026-W48", kind="date", suggestion=None, offers=("kites",), **days)
    journal.commit([entry(), day], NOW)
    back = journal.commitments()
    assert back == {entry().id: entry(), day.id: day}
    assert str(back[entry().id].start.tzinfo) == "Europe/Berlin"  # type: ignore[union-attr]
    history = journal.memory.history(back)
    assert history.first_use == NOW.date()
    assert history.suggestions == {"gratitude/one-small-thing": dt.date(2026, 11, 24)}
    assert history.ideas == {"kites": dt.date(2026, 11, 28)}


def test_intents_stand_until_they_are_settled(tmp_path: Path) -> None:
    """What was about to be written is known after a crash, before and after the answer."""
    path = tmp_path / "journal.db"
    journal = Journal(path)
    wanted = Wanted(entry=entry(), uid="u", generation=0, fields={"su": "Thank them"})
    action = Action(verb="create", entry_id=entry().id, uid="u", wanted=wanted)
    journal.intend("ours", [action])
    row = Journal(path).remembered("ours")[entry().id]  # another process, without a farewell of the first
    assert (row.pending, row.pending_fields, row.version) == ("create", {"su": "Thank them"}, None)
    journal.settle("ours", [Outcome(action=action, place="/u.ics", version='"1"')])
    row = Journal(path).remembered("ours")[entry().id]
    assert (row.pending, row.place, row.version, row.fields) == (None, "/u.ics", '"1"', {"su": "Thank them"})


def test_an_error_settles_nothing() -> None:
    """A write whose answer was an error leaves its intent, for nobody knows what stands there."""
    journal = Journal(None)
    wanted = Wanted(entry=entry(), uid="u", generation=0, fields={})
    action = Action(verb="create", entry_id=entry().id, uid="u", wanted=wanted)
    journal.intend("ours", [action])
    journal.settle("ours", [Outcome(action=action, error="the server could not write an entry (500)")])
    assert journal.remembered("ours")[entry().id].pending == "create"


@pytest.mark.parametrize(("verb", "gone"), [("bury", "person"), ("delete", "us")])
def test_tombstones_stay(verb: str, gone: str) -> None:
    """Who took it away is remembered, through any forgetting."""
    journal = Journal(None)
    action = created(journal, entry())
    journal.settle("ours", [Outcome(action=Action(verb=verb, entry_id=action.entry_id, uid=action.uid))])  # type: ignore[arg-type]
    journal.finish("ours", None, [action.entry_id])
    journal.forget(NOW + dt.timedelta(days=2000))
    assert journal.remembered("ours")[action.entry_id].gone == gone


def test_a_sync_token_does_not_outlive_an_unfinished_run() -> None:
    """From the first intent on, the next read looks at everything, until the run is finished."""
    journal = Journal(None)
    journal.finish("ours", "token-1", [])
    assert journal.state("ours") == "token-1"
    created(journal, entry())
    assert journal.state("ours") is None
    journal.finish("ours", "token-2", [])
    assert journal.state("ours") == "token-2"


def test_a_tick_is_news_once() -> None:
    """A completion is recorded once, with its day and nothing else."""
    journal = Journal(None)
    assert journal.tick("practice/x", NOW.date())
    assert not journal.tick("practice/x", NOW.date() + dt.timedelta(days=1))
    columns = [row[1] for row in journal.db.execute("PRAGMA table_info(done)")]
    assert columns == ["entry_id", "day"]


def test_it_forgets_after_400_days() -> None:
    """What is older than 400 days is gone, but for tombstones and what stands."""
    journal = Journal(None)
    created(journal, entry())
    journal.commit([entry()], NOW)
    journal.tick(entry().id, NOW.date())
    journal.forget(NOW + dt.timedelta(days=390))
    assert journal.commitments()
    journal.forget(NOW + dt.timedelta(days=410))
    assert journal.commitments() == {}
    assert entry().id in journal.remembered("ours")
    assert journal.tick(entry().id, NOW.date())


def test_edited_things_are_remembered_as_they_stand() -> None:
    """What a person changed is kept with the values that stand there now."""
    journal = Journal(None)
    action = created(journal, entry())
    thing = Thing(uid=action.uid, fields={"su": "Mine now"}, mine=True, edited=True, version='"2"')
    kept = Action(verb="keep", entry_id=action.entry_id, uid=action.uid, thing=thing, theirs=frozenset({"su"}))
    journal.settle("ours", [Outcome(action=kept, place="/a.ics", version='"2"')])
    row = journal.remembered("ours")[action.entry_id]
    assert isinstance(row, Remembered)
    assert (row.edited, row.theirs, row.fields, row.version) == (True, {"su"}, {"su": "Mine now"}, '"2"')


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    """A journal that a newer fondly wrote is not touched."""
    path = tmp_path / "journal.db"
    Journal(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(FondlyError, match="written by a newer fondly"):
        Journal(path)


def test_a_damaged_journal_is_told(tmp_path: Path) -> None:
    """A file that is no journal is named with its backup, and stays as it is."""
    path = tmp_path / "journal.db"
    path.write_bytes(b"this is no database, but it is long enough to be taken for one" * 100)
    with pytest.raises(FondlyError, match=r"journal\.backup\.db"):
        Journal(path)
    assert path.read_bytes().startswith(b"this is no database")


def test_backup_is_whole_and_private(tmp_path: Path) -> None:
    """The copy beside the journal opens by itself, holds the same, and is its owner's alone."""
    journal = Journal(tmp_path / "journal.db")
    journal.commit([entry()], NOW)
    journal.backup()
    journal.backup()
    copy = tmp_path / "journal.backup.db"
    assert copy.stat().st_mode & 0o077 == 0
    assert (tmp_path / "journal.db").stat().st_mode & 0o077 == 0
    assert Journal(copy).commitments() == journal.commitments()


# What people said


def test_words_exclude_each_other_and_the_last_one_counts() -> None:
    """Loved after never is loved, and may be not now; skip after not-now is skip; other things keep their words."""
    memory = Journal(None).memory
    key = "gratitude/one-small-thing"
    for word in ("loved", "never", "not-now", "loved"):
        memory.say(key, word, NOW.date())
    memory.say("support/other", "never", NOW.date())
    history = memory.history({})
    assert (history.loved, history.never, set(history.not_before)) == ({key}, {"support/other"}, {key})
    memory.say(entry().id, "not-now", NOW.date())
    memory.say(entry().id, "skip", NOW.date())
    assert memory.history({}).let_go == {entry().id}
    memory.write(NOW.date(), [], [(entry().id, "skip"), (entry().id, "not-now")], done=entry().id)
    assert memory.history({}).let_go == set()


def test_what_is_let_go_was_not_done() -> None:
    """Skip after done takes the tick back, in one transaction with the rest."""
    journal = Journal(None)
    journal.memory.write(NOW.date(), [], done=entry().id)
    assert journal.db.execute("SELECT * FROM done").fetchall() == [(entry().id, "2026-11-22")]
    journal.memory.write(NOW.date(), [(entry().id, "skip")])
    assert journal.db.execute("SELECT * FROM done").fetchall() == []


def test_a_damaged_entry_is_told_without_its_text(tmp_path: Path) -> None:
    """What SQLite quotes of a damaged row may be a secret."""
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.commit([entry(title="Surprise")], NOW)
    journal.db.execute("UPDATE commitments SET entry = CAST(X'7B22737572707269736522FF' AS TEXT)")
    with pytest.raises(FondlyError, match="holds text that is none") as caught:
        journal.past()
    assert "surprise" not in str(caught.value).lower()
    journal.close()


def test_a_journal_without_its_tables_is_told(tmp_path: Path) -> None:
    """A file that lost a part is damaged, and no mistake in fondly."""
    journal = Journal(tmp_path / "journal.db")
    journal.db.execute("DROP TABLE things")
    with pytest.raises(FondlyError, match="cannot be read"):
        journal.past()
    journal.close()


def test_after_400_days_words_are_forgotten_but_never() -> None:
    """What was loved, skipped or done is forgotten; that a suggestion was had stays known, but not when."""
    journal = Journal(None)
    memory, key = journal.memory, "gratitude/one-small-thing"
    date = entry("date/2026-W48", kind="date", suggestion=None, offers=("kites",))
    journal.commit([entry(), date], NOW)
    journal.tick("practice/support/2026-11/1", NOW.date())
    for subject, word in ((key, "loved"), ("support/a", "never"), ("support/b", "not-now"), ("support/c", "had")):
        memory.say(subject, word, NOW.date())
    memory.say("practice/support/2026-12/1", "skip", NOW.date())
    memory.rest("pause", NOW.date(), NOW.date() + dt.timedelta(days=3))
    journal.forget(NOW + dt.timedelta(days=399))
    assert memory.history({}).loved == {key}
    journal.forget(NOW + dt.timedelta(days=410))
    history = memory.history(journal.commitments())
    assert journal.commitments() == {}
    assert (history.loved, history.let_go, history.not_before) == (set(), set(), {})
    assert history.never == {"support/a"}
    assert history.suggestions == {key: LONG_AGO, "support/c": LONG_AGO}
    assert history.ideas == {"kites": LONG_AGO}
    assert memory.rests("pause") == ()
    days = journal.db.execute("SELECT day FROM words WHERE word != 'never' UNION SELECT day FROM done").fetchall()
    assert days == [("",)]
    memory.say(key, "had", NOW.date() + dt.timedelta(days=500))
    assert memory.history({}).suggestions[key] == NOW.date() + dt.timedelta(days=500)


def test_a_journal_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """What an older fondly wrote is there still, and words can be said."""
    path = tmp_path / "journal.db"
    old = sqlite3.connect(path)
    old.executescript(f"{MIGRATIONS[0]} PRAGMA user_version = 1;")
    old.execute("INSERT INTO done VALUES ('practice/support/2026-11/1', '2026-11-20')")
    old.commit()
    old.close()
    journal = Journal(path)
    journal.memory.say("gratitude/one-small-thing", "loved", NOW.date())
    assert journal.db.execute("SELECT entry_id FROM done").fetchall() == [("practice/support/2026-11/1",)]
    assert journal.past().history.loved == {"gratitude/one-small-thing"}
    journal.close()


@pytest.mark.parametrize("version", [0, 1])
def test_commands_at_once_bring_a_journal_up_to_date_once(tmp_path: Path, version: int) -> None:
    """Several commands that meet a new journal, or an old one, all find it whole."""
    for number in range(6):
        path = tmp_path / f"{number}.db"
        if version:
            old = sqlite3.connect(path)
            old.executescript(f"{MIGRATIONS[0]} PRAGMA user_version = 1;")
            old.close()
        code = "import sys, pathlib, fondly.journal as j; j.Journal(pathlib.Path(sys.argv[1])).past()"
        running = [subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.PIPE) for _ in range(3)]
        assert [(process.wait(), process.stderr.read() if process.stderr else b"") for process in running] == [
            (0, b"")
        ] * 3


def test_the_journal_keeps_the_day_and_never_who() -> None:
    """No table has a column for a person, for an hour, or for a count."""
    journal = Journal(None)
    for table, columns in (("words", ["subject", "word", "day", "ends"]), ("rests", ["kind", "first", "last"])):
        assert [row[1] for row in journal.db.execute(f"PRAGMA table_info({table})")] == columns
