"""Opening the journal for a run: one that was lost or damaged is made anew, from its backup where there is one.

What stands in the calendars says itself whose it is and what a person changed (DESIGN §9), so that a journal can be
lost. Its backup knows one thing more: what a person deleted.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from pathlib import Path

from fondly.journal import Journal
from fondly.journalfile import DamagedJournalError, JournalFile, NewerJournalError
from fondly.state import JOURNAL
from fondly_hooks.errors import FondlyError

ANEW = "what stands in your calendars is taken over from there"


def open_journal_of(folder: Path, now: dt.datetime, *, dry_run: bool, yes: bool) -> tuple[Journal, tuple[str, ...]]:
    """The journal in that state folder, and what there is to say about how it was found.

    In a ``dry_run`` it is a copy in memory, and nothing in the folder is changed. One of a newer fondly is put aside
    after a ``yes``. Raises `FondlyError` where none can be opened.
    """
    path = folder / JOURNAL
    backup = JournalFile.backup_path(path)
    empty = path.exists() and not path.stat().st_size and not path.with_name(f"{path.name}-wal").exists()
    if not path.exists() or (empty and backup.exists()):
        if not backup.exists():
            return Journal(None if dry_run else path), ()
        return _from_backup(path, backup, f"the journal is gone from {folder}", dry_run=dry_run)
    try:
        journal = Journal(path, copy=dry_run)
        journal.look_through()
    except NewerJournalError as problem:
        if not yes:
            raise FondlyError(
                f"{problem}, or say --yes to begin a new one: {ANEW}, and the newer one is kept beside it"
            ) from None
        kept = _aside(path, now, "newer", dry_run=dry_run)
        return Journal(None if dry_run else path), (f"the journal of a newer fondly is kept as {kept}; {ANEW}",)
    except DamagedJournalError:
        kept = _aside(path, now, "damaged", dry_run=dry_run)
        why = f"the journal could not be read (it {'would be' if dry_run else 'is'} kept as {kept})"
        if backup.exists():
            return _from_backup(path, backup, why, dry_run=dry_run)
        return Journal(None if dry_run else path), (f"{why}, and has no backup; {ANEW}",)
    return journal, ()


def _from_backup(path: Path, backup: Path, why: str, *, dry_run: bool) -> tuple[Journal, tuple[str, ...]]:
    try:
        journal = Journal(backup, copy=True)
        journal.look_through()
        if not dry_run:
            journal.close()
            _put_back(backup, path)
            journal = Journal(path)
    except (DamagedJournalError, NewerJournalError):
        return Journal(None if dry_run else path), (f"{why}, and its backup cannot be read; {ANEW}",)
    journal.forget_states()  # whatever was written since the backup was made has to be looked at
    return journal, (f"{why}; its backup of the last run is used",)


def _put_back(backup: Path, path: Path) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        shutil.copyfile(backup, temporary)
        os.chmod(temporary, 0o600)
        os.replace(temporary, path)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise FondlyError(f"the journal's backup cannot be put back as {path}: {problem.strerror}") from None


def _aside(path: Path, now: dt.datetime, word: str, *, dry_run: bool) -> str:
    """Put it aside under a name that tells when; the name."""
    name = f"journal.{word}.{now:%Y%m%d-%H%M%S}.db"
    if not dry_run:
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        os.replace(path, path.with_name(name))
        with contextlib.suppress(FileNotFoundError):  # what was written last may be there alone
            os.replace(path.with_name(f"{path.name}-wal"), path.with_name(f"{name}-wal"))
    return name
