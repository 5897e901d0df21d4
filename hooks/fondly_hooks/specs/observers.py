"""Hooks that are told what happened. They cannot break a run.

What is secret from somebody is kept from them, unless their plugin declares ``fondly_sees_secrets = True``, or their
script says ``fondly: sees_secrets`` in one of its first lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fondly_hooks.markers import hookspec

if TYPE_CHECKING:
    from fondly_hooks.types.context import HookContext
    from fondly_hooks.types.entries import Entry
    from fondly_hooks.types.reports import RunReport


@hookspec
def fondly_entry_done(entry: Entry, context: HookContext) -> None:
    """Be told that something was done.

    Called: once for each entry, when its tick is found by ``sync`` or a person says ``done``. Never in a dry run, but
    for that of ``fondly hooks test``.

    Given: ``entry``, as it was planned; who did it, nobody is told. One that is secret from somebody only where the
    plugin declares that it sees secrets.

    Gives: nothing.

    Order: as the plugins were loaded.

    Errors: a plugin that fails is reported and changes nothing.

    Example::

        # hooks/jar.py
        from fondly import hookimpl


        @hookimpl
        def fondly_entry_done(entry, context):
            if not context.dry_run:
                with (context.cache / "jar.txt").open("a", encoding="utf-8") as jar:
                    print(entry.title, file=jar)

    Script::

        {"message": "One more for the jar."}
    """


@hookspec
def fondly_run_finished(report: RunReport, context: HookContext) -> None:
    """Be told that a run is over.

    Called: once at the end of each ``sync``, dry runs included.

    Given: ``report``. Without the declaration that it sees secrets a plugin is told of the outputs that everybody sees,
    and that something failed but not its words.

    Gives: nothing.

    Order: as the plugins were loaded.

    Errors: a plugin that fails is reported and changes nothing.

    Example::

        # hooks/tell.py
        from fondly import hookimpl


        @hookimpl
        def fondly_run_finished(report, context):
            new = sum(output.created for output in report.outputs)
            context.log.warning("%d new entries in what all of us see", new)

    Script::

        {"message": "All is where it belongs."}
    """
