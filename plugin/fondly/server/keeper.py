"""Keeping the feeds as they should be: planned again whenever something changed, and never worse than the last good."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fondly.feeds.access import (
    FILE,
    Access,
    change_access,
    come_in,
    linked,
    pause,
    resume,
)
from fondly.feeds.resting import FEED, reader_rests
from fondly.feeds.shelf import Shelf, fill
from fondly.feeds.wishes import leave_for_good
from fondly.firsttime import first_time
from fondly.outputs.embedded import collection
from fondly.outputs.kinds import is_embedded
from fondly.outputs.opening import Ready
from fondly.preparing import Prepared, local_now
from fondly.rereading import Configs, Signature, files_behind, signature
from fondly.run import Run, sync
from fondly.state import LockedError, state_folder
from fondly_hooks.errors import FondlyError

LOOK = 2.0  # seconds between two looks at the files
ROUND = 3600.0  # seconds after which it is planned again in any case: what plugins give may have changed
AGAIN = 15.0  # seconds after which what is broken is tried again, though no file that is known has changed
SETTLE = 3  # runs after which what still changes is left to the next look


class Keeper:
    """The feeds of one relationship. ``clock`` gives an aware time, ``say`` a line to whoever runs the server.

    ``address`` is where it is reached, with a slash at its end. Nothing of what is said tells what a reader did, when,
    or from where. No lock is held but while something is planned.
    """

    def __init__(self, path: Path, clock: Callable[[], dt.datetime], say: Callable[[str], None], address: str) -> None:
        self.clock, self.say, self.address = clock, say, address
        self._configs = Configs(path)
        self._path = path
        self._one = threading.Lock()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._seen: Signature | None = None
        self._day: dt.date | None = None
        self._told: set[str] = set()
        self._wished = self._granted = 0  # readers' wishes so far, and those that have reached every place
        self._again = 0.0
        prepared = self._configs.prepared(clock())
        self.folder = state_folder(prepared.relationship.id)
        change_access(self.folder, lambda access: _served_from(access, address))
        self._writing = threading.Lock()
        self._links_path, self._file = str(self.folder / FILE), (0, 0)
        self.shelf = self._filled(prepared, None)
        specs = [ready.spec for ready in prepared.outputs]
        self._wished = len(reader_rests(self.folder, specs, self.now()))  # from before, and perhaps not everywhere yet
        self._again = time.monotonic() + LOOK  # the feeds come first
        self._thread = threading.Thread(target=self._go_on, name="keeper", daemon=True)

    def start(self) -> None:
        """Make the first round, and go on until `stop`."""
        self.look()
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way, and end."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def current(self) -> Shelf:
        """What is served now: a link that was just made, or taken back, counts from this very moment."""
        file = self._links_file()
        if file != self._file:
            self._file = file
            try:
                self._refill()
            except FondlyError as problem:
                self._trouble(str(problem))
        return self.shelf

    def _links_file(self) -> tuple[int, int]:
        """What the file of links looks like; with each request that is asked, so it is but one call."""
        try:
            status = os.stat(self._links_path)
        except OSError:
            return (0, 0)
        return (status.st_mtime_ns, status.st_ino)

    @property
    def alive(self) -> bool:
        """Whether somebody looks after the feeds."""
        return self._thread.is_alive()

    def soon(self) -> None:
        """Look at once and not only in a moment."""
        self._wake.set()

    def now(self) -> dt.datetime:
        """The clock on the wall of ``me``."""
        return local_now(self.shelf.prepared.relationship, self.clock())

    def look(self) -> None:
        """Plan again if anything changed since the last time, and serve what came of it."""
        with self._one:
            self._look()

    def wish(self, name: str, action: str, last: dt.date | None = None) -> None:
        """Do what a reader of that feed asked for: ``pause`` (until the day ``last``, or until further notice),
        ``resume``, ``leave``, or to ``come in`` by an invitation. It shows at once; the calendars follow."""
        now = self.now()
        spec = next(ready.spec for ready in self.shelf.prepared.outputs if ready.spec.name == name)
        if action == "pause":
            change_access(self.folder, lambda access: pause(access, name, now, last))
        elif action == "resume":
            change_access(self.folder, lambda access: resume(access, name))
        elif action == "leave":
            leave_for_good(self.folder, spec, now)
        elif action == "come in":
            change_access(self.folder, lambda access: come_in(access, name))
        else:
            raise ValueError(action)
        self._wished, self._again = self._wished + 1, 0.0
        self._refill()
        self.soon()

    def _go_on(self) -> None:
        due = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=ROUND)
        while not self._stop.is_set():
            self._wake.wait(LOOK)
            self._wake.clear()
            if self._stop.is_set():
                return
            if dt.datetime.now(dt.UTC) > due:
                due += dt.timedelta(seconds=ROUND)
                self._seen = None
            try:
                self.look()
            except Exception as problem:  # whatever it is, the feeds are served on
                self._trouble(f"{type(problem).__name__}: {problem}")

    def _signature(self) -> Signature:
        """What all files look like that decide over what is served, the calendars of our own server included."""
        prepared, folder = self.shelf.prepared, self.folder
        calendars = [collection(folder, ready.spec.name) for ready in prepared.outputs if is_embedded(ready)]
        return signature([self._path, *files_behind(prepared, folder), folder / FILE, *calendars])

    def _look(self) -> None:
        for _ in range(SETTLE):
            before, day, wished = self._signature(), self.now().date(), self._wished
            waiting = wished != self._granted and time.monotonic() >= self._again
            quiet = before == self._seen and day == self._day and not waiting
            if quiet and not (self.shelf.trouble and time.monotonic() > self._again):
                return
            try:
                prepared = self._configs.prepared(self.clock())
                self._serve(prepared, everywhere=False)
                if waiting and self._serve(prepared, everywhere=True):  # these may be slow, or not there
                    self._granted = wished
                elif waiting:
                    self._again = time.monotonic() + AGAIN
            except LockedError:
                return  # it is looked at again in a moment
            except FondlyError as problem:
                self._trouble(str(problem))
                # What is broken may be a file that only the broken config names, so it is tried again in any case.
                self._seen, self._day, self._again = before, day, time.monotonic() + AGAIN
                return
            # What others wrote while it was planned shows as another signature; a run that changed nothing leaves none.
            self._seen, self._day = before, day

    def _serve(self, prepared: Prepared, *, everywhere: bool) -> bool:
        """Bring the plan to what is served here; ``everywhere``: to all places that were served before. Whether each
        of them took it."""
        names = [ready.spec.name for ready in prepared.outputs if is_ours(ready)]
        if not names:
            raise FondlyError("the config names nothing any more that is served here")
        if everywhere:
            new = first_time(prepared, self.folder)
            known = [ready.spec.name for ready in prepared.outputs if ready.kind and ready.spec.name not in new]
            names = [name for name in known if name not in names]
        if names:
            run = sync(prepared, self.folder, local_now(prepared.relationship, self.clock()), only=names)
            trouble = self._tell(run, everywhere=everywhere)
            with self._writing:
                self.shelf = self._filled(prepared, self.shelf, trouble=trouble)
            return not any(one.report.error for one in run.deliveries)
        return True

    def _links(self, prepared: Prepared) -> Access:
        return linked(self.folder, (ready.spec.name for ready in prepared.outputs if ready.spec.kind == FEED))

    def _refill(self) -> None:
        with self._writing:
            self.shelf = self._filled(self.shelf.prepared, self.shelf, trouble=self.shelf.trouble)

    def _filled(self, prepared: Prepared, before: Shelf | None, *, trouble: bool = False) -> Shelf:
        file = self._links_file()
        shelf = fill(prepared, self._links(prepared), self.folder, before, trouble=trouble)
        self._file = file
        return shelf

    def _tell(self, run: Run, *, everywhere: bool) -> bool:
        """Say what failed, each thing once as long as it lasts; whether a feed is not as it should be."""
        failed = {f"{one.report.name}: {one.report.error}" for one in run.deliveries if one.report.error}
        failed |= {f"plugin '{failure.plugin}' failed: {failure.error}" for failure in run.failures}
        for line in sorted(failed - self._told):
            self.say(line)
        if everywhere:
            self._told |= failed
            return self.shelf.trouble
        trouble = any(one.report.error and one.report.kind == FEED for one in run.deliveries)
        if self.shelf.trouble and not trouble:
            self.say("All is well again; the feeds are as they should be.")
        self._told = failed
        return trouble

    def _trouble(self, problem: str) -> None:
        if problem not in self._told:
            self.say(f"{problem}\nUntil that is mended, the last good version is served.")
        self._told = {problem}
        with self._writing:
            self.shelf = replace(self.shelf, trouble=True)


def is_ours(ready: Ready) -> bool:
    """Whether an output is one that this very program serves."""
    return ready.spec.kind == FEED or is_embedded(ready)


def _served_from(access: Access, address: str) -> Access:
    return replace(access, address=address)
