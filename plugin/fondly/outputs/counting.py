"""What came of a delivery, counted, and what of it the journal does not know yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fondly_hooks.types.delivery import Action, Outcome, Remembered
from fondly_hooks.types.outputs import Output
from fondly_hooks.types.reports import OutputReport

_COUNTED = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "unchanged": "unchanged",
    "keep": "kept",
    "bury": "kept",
}


def is_news(outcome: Outcome, row: Remembered | None) -> bool:
    """Whether the journal does not know yet what this outcome tells."""
    action, thing = outcome.action, outcome.action.thing
    if action.verb == "bury":
        return True
    if thing is None:
        return False
    if row is None or row.pending or row.gone:
        return True
    known = (row.place, row.version, dict(row.fields), row.theirs, row.edited, row.done)
    edited = bool(action.theirs) or thing.touched
    return known != (outcome.place, outcome.version, dict(thing.fields), action.theirs, edited, thing.done)


def counted(report: OutputReport, outcomes: Sequence[Outcome], completed: int, output: Output) -> OutputReport:
    """The report with what came of the actions."""
    well = [outcome.action for outcome in outcomes if outcome.error is None]
    counts: dict[str, Any] = Counter(_COUNTED[action.verb] for action in well if action.verb in _COUNTED)
    # Where one field was changed and a person's change of another one stood, both are told.
    counts["kept"] += sum(action.verb == "update" and _stands_against(action) for action in well)
    failed = [outcome.error for outcome in outcomes if outcome.error is not None]
    error = report.error
    if failed and error is None:
        many = f"{len(failed)} entries could not be delivered, the first because " if len(failed) > 1 else ""
        error = f"{many}{failed[0]}"
    return replace(report, **counts, completed=completed, requests=output.requests, error=error)


def _stands_against(action: Action) -> bool:
    """Whether a person's change stays although the plan wants something else."""
    wanted = action.wanted.fields if action.wanted else {}
    return any(action.fields.get(name) != wanted.get(name) for name in action.theirs)
