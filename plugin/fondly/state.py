"""The state folder of a relationship, and the lock that lets one sync run at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fondly.planner import Past
from fondly_hooks.errors import FondlyError

JOURNAL = "journal.db"
PATIENCE = 10.0  # seconds for another command to be done


def state_folder(relationship_id: str) -> Path:
    """``$FONDLY_STATE_DIR``, or the platform's state folder, and in it the relationship's own."""
    named = os.environ.get("FONDLY_STATE_DIR")
    if named:
        return Path(named).expanduser() / relationship_id
    import platformdirs

    return platformdirs.user_state_path("fondly", appauthor=False) / relationship_id


def past_in(folder: Path) -> Past:
    """What the journal in that folder tells a plan; nothing where there is none yet."""
    path = folder / JOURNAL
    if not path.exists():
        return Past()
    from fondly.journal import Journal  # SQLite is not needed for a first look

    journal = Journal(path)
    try:
        return journal.past()
    finally:
        journal.close()


class LockedError(FondlyError):
    """Another run holds the lock; it will be over soon."""


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; raises `FondlyError` where another run holds it. A crash releases it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = open(folder / "lock", "a+b")  # noqa: SIM115  # closed below
    except OSError as problem:
        raise FondlyError(f"the state folder {folder} cannot be used: {problem.strerror or problem}") from None
    with stream:
        try:
            _lock(stream.fileno())
        except OSError:
            raise LockedError("another sync of this relationship is running; try again when it is done") from None
        yield


@contextmanager
def waiting_for(folder: Path, name: str) -> Iterator[None]:
    """Hold a lock of that name in the folder, once others are done with it: what they do takes no time to speak of.

    Raises `FondlyError` where it is not to be had within ten seconds.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stream = open(folder / name, "a+b")  # noqa: SIM115  # closed below
    except OSError as problem:
        raise FondlyError(f"the state folder {folder} cannot be used: {problem.strerror or problem}") from None
    with stream:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                _lock(stream.fileno())
                break
            except OSError:
                if time.monotonic() > end:
                    raise FondlyError(f"{folder / name} is held by another command; try again") from None
                time.sleep(0.01)
        yield


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows alone has it
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
