"""Places that are new to this journal, and places that the config names no longer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fondly.journal import Journal
from fondly.preparing import Prepared
from fondly.state import JOURNAL, one_at_a_time
from fondly_hooks.errors import FondlyError


def first_time(prepared: Prepared, folder: Path) -> list[str]:
    """The names of the outputs that nothing was ever brought to, as far as the journal knows."""
    names = [ready.spec.name for ready in prepared.outputs if ready.kind is not None and ready.spec.seen_by]
    path = folder / JOURNAL
    if not path.exists():
        return names
    try:
        journal = Journal(path, copy=True)
    except FondlyError:
        return names  # it is lost, and what is to come is worth a look
    try:
        known = set(journal.outputs())
        places = {journal.fact(f"place:{name}") for name in known}
        new = [ready for ready in prepared.outputs if ready.spec.name in names and ready.spec.name not in known]
        served = [name for name in names if journal.fact(f"place:{name}") is not None]
        return [
            ready.spec.name
            for ready in new
            if ready.spec.name not in served and ready.place(prepared.config.folder) not in places
        ]
    finally:
        journal.close()


def forget_removed(prepared: Prepared, folder: Path, names: Iterable[str]) -> list[str]:
    """Forget what was brought to these outputs, as far as the config names them no longer; the names."""
    path = folder / JOURNAL
    named = {ready.spec.name for ready in prepared.outputs}
    wanted = [name for name in names if name not in named]
    if not wanted or not path.exists():
        return []
    with one_at_a_time(folder):
        journal = Journal(path)
        try:
            known = [name for name in wanted if name in journal.outputs()]
            for name in known:
                journal.drop(name)
            journal.backup()
        finally:
            journal.close()
    return known
