"""The journal's file: opened, brought up to date, guarded, backed up. What is in it, `journal` and `memory` know."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from pathlib import Path
from typing import Any

from fondly_hooks.errors import FondlyError

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
    """
    CREATE TABLE words (
        subject TEXT NOT NULL, word TEXT NOT NULL, day TEXT NOT NULL, ends TEXT NOT NULL, PRIMARY KEY (subject, word)
    ) STRICT;
    CREATE TABLE rests (kind TEXT NOT NULL, first TEXT NOT NULL, last TEXT, PRIMARY KEY (kind, first)) STRICT;
    """,
    """
    ALTER TABLE things ADD COLUMN theirs TEXT NOT NULL DEFAULT '';
    UPDATE things SET theirs = (SELECT coalesce(group_concat(key, ' '), '') FROM json_each(fields)) WHERE edited = 1;
    CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    """,
)


# Whatever else fails, such as a full disk or a lock, says nothing about the file (SQLite's primary result codes).
DAMAGE = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_MISMATCH)
PATIENCE = 10.0  # seconds for another command to be done


class DamagedJournalError(FondlyError):
    """The file is no journal, or not a whole one."""


class NewerJournalError(FondlyError):
    """A newer fondly wrote it."""


class JournalFile:
    """One SQLite file. Every method that writes is one transaction, so that a crash leaves no half of it."""

    def __init__(self, path: Path | None, *, copy: bool = False) -> None:
        """Open the file, making it where it is not there; ``None`` is one in memory, ``copy`` a copy of the file there.

        Raises `FondlyError` where it is damaged or was written by a newer fondly.
        """
        self.path = path
        opened: sqlite3.Connection | None = None
        made = False
        try:
            if path is not None and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                made = True
            opened = sqlite3.connect(":memory:" if path is None else path, timeout=PATIENCE, isolation_level=None)
            if copy:
                self.path = None
                opened = _copied(opened)
            self.db = opened
            self._write_ahead()
            # A loss of power may take the last few answers; objects say themselves whose they are.
            self.db.execute("PRAGMA synchronous = NORMAL")
            self._migrate()
        except (sqlite3.Error, OSError, FondlyError) as problem:
            if opened is not None:
                opened.close()
            if made and path is not None and path.exists() and not path.stat().st_size:
                path.unlink()  # an empty file would pass for a journal
            raise problem if isinstance(problem, FondlyError) else self._unreadable(problem, path) from None

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def backup(self) -> None:
        """Put a whole copy beside the journal, in one step."""
        if self.path is None:
            return
        target = self.backup_path(self.path)
        if not self.db.total_changes and target.exists():
            return  # nothing was written since it was made
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")  # another command may do the same
        try:
            self.db.execute("VACUUM INTO ?", (str(temporary),))
            os.chmod(temporary, 0o600)
            os.replace(temporary, target)
        except (sqlite3.Error, OSError) as problem:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise FondlyError(f"the journal's backup {target} cannot be written: {problem}") from None

    def look_through(self) -> None:
        """Raise `DamagedJournalError` where a part of the file is not as SQLite left it."""
        try:
            found = self.db.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.Error as problem:
            raise self._unreadable(problem, self.path) from None
        if found != "ok":
            raise self._unreadable(ValueError("parts of it are damaged"), self.path)

    @contextlib.contextmanager
    def reading(self) -> Any:
        """Tell what cannot be read, by the file's name."""
        try:
            yield
        except (sqlite3.Error, ValueError, TypeError, KeyError) as problem:
            raise self._unreadable(problem, self.path) from None

    def _unreadable(self, problem: Exception, path: Path | None) -> FondlyError:
        words = " ".join(str(problem).split())
        code = getattr(problem, "sqlite_errorcode", None)
        if isinstance(problem, OSError) or (code is not None and code & 0xFF not in DAMAGE):
            return FondlyError(f"the journal {path} cannot be used: {words}; nothing was changed")
        if "decode" in words:  # SQLite would quote the text, which may be a secret
            words = "it holds text that is none"
        return DamagedJournalError(
            f"the journal {path} cannot be read: {words}. Its last backup is {self.backup_path(path)}, "
            "and the next 'fondly sync' uses it"
        )

    @contextlib.contextmanager
    def transaction(self) -> Any:
        """All of it or nothing."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")
        except sqlite3.Error as problem:
            raise FondlyError(f"the journal {self.path} cannot be written: {problem}") from None

    def _migrate(self) -> None:
        if self._version() == len(MIGRATIONS):
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            version = self._version()  # again: another command may have done it meanwhile
            if version > len(MIGRATIONS):
                raise NewerJournalError(f"the journal {self.path} was written by a newer fondly; update fondly")
            for script in MIGRATIONS[version:]:
                for statement in script.split(";"):
                    self.db.execute(statement)
            self.db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            self.db.execute("COMMIT")
        except BaseException:
            self.db.execute("ROLLBACK")
            raise

    def _version(self) -> int:
        return int(self.db.execute("PRAGMA user_version").fetchone()[0])

    def _write_ahead(self) -> None:
        """Readers and a writer at once. SQLite refuses it at once while another command does the same."""
        begin = time.monotonic()
        for _ in range(50):  # a file system that cannot do it says no each time
            try:
                if self.db.execute("PRAGMA journal_mode = WAL").fetchone()[0] in ("wal", "memory"):
                    return
            except sqlite3.OperationalError:
                if time.monotonic() - begin > PATIENCE:
                    raise
            time.sleep(0.02)

    @staticmethod
    def backup_path(path: Path | None) -> Path:
        """Where the copy stands that is made after each run."""
        return (path or Path("journal.db")).with_name("journal.backup.db")


def _copied(source: sqlite3.Connection) -> sqlite3.Connection:
    """A copy in memory."""
    target = sqlite3.connect(":memory:", isolation_level=None)
    try:
        source.backup(target)
    except BaseException:
        target.close()
        raise
    finally:
        source.close()
    return target
