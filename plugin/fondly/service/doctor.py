"""Trying every output and every source without a write: what works, what does not, what to do."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fondly.healing import open_journal_of
from fondly.journal import Journal
from fondly.outputs.opening import Ready
from fondly.planner import Horizons
from fondly.preparing import Prepared, gather_all
from fondly.serving import follow_renamed
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.outputs import Examining
from fondly_hooks.types.reports import Failure
from fondly_hooks.types.times import Span

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: what it is, its name, whether it works (``None``: nothing to try yet), and what was found."""

    part: str
    name: str
    well: bool | None
    lines: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The finding as ``doctor --json`` prints it."""
        return {"part": self.part, "name": self.name, "ok": self.well, "lines": list(self.lines)}


def examine_all(prepared: Prepared, folder: Path, now: dt.datetime) -> tuple[list[Finding], tuple[Failure, ...]]:
    """What was found of the journal, each output and each source of busy times, and which plugins failed."""
    findings: list[Finding] = []
    try:
        journal, notes = open_journal_of(folder, now, dry_run=True, yes=True)
    except FondlyError as problem:
        return [Finding("journal", "", False, (str(problem),))], tuple(prepared.plugins.failures)
    with contextlib.closing(journal):
        follow_renamed(prepared, journal)
        findings.append(_journal(folder, journal, notes, prepared))
        findings += [_output(ready, prepared, journal, folder, now) for ready in prepared.outputs]
        past = journal.past()
    gather_all(prepared, past, Horizons.all_in(Span(now.date(), now.date() + DAY)), now)
    failed = {failure.plugin: failure for failure in prepared.plugins.failures}
    for index, source in enumerate(prepared.config.busy):
        failure = failed.pop(f"busy-{source.person}-{index + 1}", None)
        lines = (failure.error,) if failure else (f"{source.path} is read",)
        findings.append(Finding("busy times", source.person, failure is None, lines))
    return findings, tuple(failed.values())


def _journal(folder: Path, journal: Journal, notes: tuple[str, ...], prepared: Prepared) -> Finding:
    if folder.exists() and not os.access(folder, os.W_OK):
        return Finding("journal", "", False, (f"{folder} cannot be written to; run: chmod u+w {folder}",))
    named = {ready.spec.name for ready in prepared.outputs}
    lines = list(notes)
    for name in journal.outputs():
        if name not in named and any(not row.gone for row in journal.remembered(name).values()):
            lines.append(f"'{name}' is not in the config any more, and what fondly put there stays")
    return Finding("journal", "", not notes, tuple(lines) or (f"in {folder}",))


def _output(ready: Ready, prepared: Prepared, journal: Journal, folder: Path, now: dt.datetime) -> Finding:
    spec = ready.spec
    if ready.kind is None:
        word = "its plugin could not be loaded" if ready.options is None else "it comes with a later version"
        return Finding("output", spec.name, False if ready.options is None else None, (word,))
    lines: list[str] = []
    try:
        identity = journal.identity(spec.name)
        output = ready.open(prepared.config, now, folder, identity=identity, to_look=True)
        with contextlib.closing(output):
            if isinstance(output, Examining):
                lines += output.examine()
            standing = output.read(journal.remembered(spec.name), journal.state(spec.name))
            lines += () if standing.absent else standing.notes
            if standing.locked:
                return Finding("output", spec.name, False, (*lines, standing.locked))
            ours = sum(thing.mine is not False for thing in standing.things)
            made = ours or not standing.absent
            lines.append(f"{_entries(ours)} of fondly's stand there" if made else "it is made with the next sync")
            if standing.emptied:
                told = "all that fondly had put there is gone: 'fondly sync' says what to do"
                return Finding("output", spec.name, False, (*lines, told))
    except FondlyError as wrong:
        return Finding("output", spec.name, False, (*lines, str(wrong)))
    except Exception as wrong:  # an output kind of anybody's may do anything
        return Finding("output", spec.name, False, (*lines, f"{type(wrong).__name__}: {wrong}"))
    if not spec.seen_by:
        lines.append("it has no 'seen_by', so nothing goes there")
    failing, why = journal.fact(f"failing:{spec.name}"), journal.fact(f"problem:{spec.name}")
    if failing is not None:
        lines.append(f"it can be read, and the last sync failed, as it does since {failing}: {why}")
    return Finding("output", spec.name, failing is None, tuple(lines))


def _entries(count: int) -> str:
    return "one entry" if count == 1 else f"{count} entries"
