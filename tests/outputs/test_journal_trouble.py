"""A journal on a bad day: a lock, a full disk, a file that is empty or damaged."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from fondly.healing import open_journal_of
from fondly.journal import Journal
from fondly.journalfile import DamagedJournalError
from fondly_hooks.errors import FondlyError

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize("how", ["locked", "full", "no place to write"])
def test_what_is_no_damage_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """A lock, a full disk and the like say nothing about the journal, so it is not put aside."""
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.note({"a": "b"})
    journal.backup()
    journal.close()
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    monkeypatch.setattr("fondly.journalfile.PATIENCE", 0.05)
    with contextlib.ExitStack() as stack:
        if how == "locked":
            other = stack.enter_context(contextlib.closing(sqlite3.connect(path, isolation_level=None)))
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
        else:
            code = sqlite3.SQLITE_FULL if how == "full" else sqlite3.SQLITE_CANTOPEN

            def failing(self: Journal) -> None:
                problem = sqlite3.OperationalError(how)
                problem.sqlite_errorcode = code
                raise problem

            monkeypatch.setattr(Journal, "_migrate", failing)
        with pytest.raises(FondlyError, match="cannot be used") as raised:
            open_journal_of(tmp_path, NOW, dry_run=False, yes=False)
        assert not isinstance(raised.value, DamagedJournalError)
    monkeypatch.undo()
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.name in before} == before
    assert not [one for one in tmp_path.iterdir() if "damaged" in one.name]
    journal, said = open_journal_of(tmp_path, NOW, dry_run=False, yes=False)
    assert (journal.fact("a"), said) == ("b", ())


def test_an_empty_file_beside_a_backup_is_a_lost_journal(tmp_path: Path) -> None:
    """Such as a full disk leaves behind."""
    journal = Journal(tmp_path / "journal.db")
    journal.note({"a": "b"})
    journal.backup()
    journal.close()
    for path in tmp_path.glob("journal.db*"):
        path.unlink()
    (tmp_path / "journal.db").touch()
    journal, said = open_journal_of(tmp_path, NOW, dry_run=False, yes=False)
    assert journal.fact("a") == "b"
    assert "backup" in said[0]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_damaged_journal_is_kept(tmp_path: Path, dry_run: bool) -> None:
    """Beside the new one, as its name says; a dry run only says so."""
    journal = Journal(tmp_path / "journal.db")
    journal.note({"a": "b"})
    journal.backup()
    journal.close()
    damaged = b"not a database, but longer than nothing" * 200
    (tmp_path / "journal.db").write_bytes(damaged)
    journal, said = open_journal_of(tmp_path, NOW, dry_run=dry_run, yes=False)
    assert journal.fact("a") == "b"
    kept = [one.read_bytes() for one in tmp_path.iterdir() if "damaged" in one.name and one.suffix == ".db"]
    assert kept == ([] if dry_run else [damaged])
    assert ("would be" if dry_run else "is") + " kept as journal.damaged" in said[0]


def test_a_file_that_cannot_be_made_is_not_left_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one would pass for a journal the next time."""

    def full(self: Journal) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Journal, "_write_ahead", full)
    with pytest.raises(FondlyError):
        Journal(tmp_path / "journal.db")
    assert list(tmp_path.iterdir()) == []
