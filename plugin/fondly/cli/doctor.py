"""``fondly doctor``."""

from __future__ import annotations

import click

from fondly.cli import Options
from fondly.cli.common import get_ready, print_json, say_failures, say_messages

WORDS = {True: "works", False: "does not work", None: "not yet"}


@click.command("doctor")
@click.pass_obj
def command(options: Options) -> int:
    """Try every output and every source, and write nothing: what works, what does not, what to do."""
    from fondly.service.doctor import examine_all
    from fondly.state import state_folder

    prepared, now = get_ready(options)
    findings, failures = examine_all(prepared, state_folder(prepared.relationship.id), now)
    serious = any(failure.plugin not in prepared.plugins.optional for failure in failures)
    code = int(serious or any(finding.well is False for finding in findings))
    if options.json:
        print_json(
            {
                "findings": [finding.as_json() for finding in findings],
                "failures": [failure.as_json() for failure in failures],
            }
        )
        return code
    for finding in findings:
        if finding.well and options.verbosity < 0:
            continue
        name = f"{finding.part} '{finding.name}'" if finding.name else finding.part
        click.echo(f"{name} {WORDS[finding.well]}" if finding.well is not None else f"{name}: {WORDS[None]}")
        for line in finding.lines:
            click.echo(f"    {line}")
    say_messages(prepared, options)
    say_failures(failures)
    if code == 0 and options.verbosity >= 0:
        click.echo("All is well.")
    return code
