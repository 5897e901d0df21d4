"""Telling observers what happened. What is secret from somebody reaches only who declares that it sees secrets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fondly.config.records import OutputSpec
from fondly.plugins import Plugins
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.reports import RunReport

UNTOLD = "its words are told only to who sees secrets"


def tell_done(plugins: Plugins, entries: Iterable[Entry]) -> None:
    """Tell that these entries were done."""
    hook = "fondly_entry_done"
    for entry in entries:
        for name in plugins.answering(hook):
            if not entry.secret_from or plugins.sees_secrets(name, hook):
                plugins.call_one(name, hook, entry=entry)


def tell_finished(plugins: Plugins, report: RunReport, specs: Iterable[OutputSpec], everybody: frozenset[str]) -> None:
    """Tell that a run is over; ``specs`` are the outputs, ``everybody`` the ids of all people.

    The counts of an output that not everybody sees would tell of what is secret, and so may the words of an error.
    """
    hook = "fondly_run_finished"
    shared = {spec.name for spec in specs if spec.seen_by >= everybody}
    public = replace(
        report,
        outputs=tuple(output for output in report.outputs if output.name in shared),
        failures=tuple(replace(failure, error=UNTOLD) for failure in report.failures),
    )
    for name in plugins.answering(hook):
        plugins.call_one(name, hook, report=report if plugins.sees_secrets(name, hook) else public)
