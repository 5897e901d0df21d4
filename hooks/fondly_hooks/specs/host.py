"""Hooks that add to fondly itself. They are for Python alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from fondly_hooks.markers import hookspec

if TYPE_CHECKING:
    from fondly_hooks.types.context import HookContext
    from fondly_hooks.types.outputs import OutputKind


@hookspec
def fondly_output_kinds(context: HookContext) -> Iterable[OutputKind]:  # type: ignore[empty-body]
    """Give kinds of outputs: a name, a model of their options, a way to open one.

    Called: once, before the outputs of the config are validated.

    Given: nothing but the context.

    Gives: any number of `OutputKind`. What an open one has to do says `Output`: read what stands, name the values that
    are to stand, apply what the host decided. The host does the rest: it validates the options, keeps secrets from
    whoever does not see them, shows a dry run, tries again, keeps the journal and takes back.

    Order: as the plugins were loaded. Of two kinds with one name the first stays, the other is reported.

    Errors: a plugin that fails, or gives anything else, gives nothing; an output of its kind is reported by name, and
    the others are served.

    Example::

        # hooks/shout.py
        from pathlib import Path

        from pydantic import BaseModel

        from fondly import Outcome, OutputKind, Standing, Thing, hookimpl


        class Options(BaseModel):
            path: str


        class Shout:
            requests, ahead = 0, 1

            def __init__(self, options, context):
                self.path = context.base / options.path

            def read(self, remembered, state):
                rows = [row for row in remembered.values() if not row.gone and row.pending != "create"]
                return Standing(things=tuple(Thing(uid=row.uid, fields=row.fields, mine=True) for row in rows))

            def fields(self, wanted, uid):
                return {"text": wanted.title.upper()}

            def apply(self, actions):
                for action in actions:
                    if action.verb == "create":
                        with self.path.open("a", encoding="utf-8") as file:
                            print(action.wanted.fields["text"], file=file)
                    yield Outcome(action=action)

            def state(self, outcomes):
                return None

            def close(self):
                pass


        @hookimpl
        def fondly_output_kinds():
            yield OutputKind(name="shout", options=Options, open=Shout)
    """


@hookspec
def fondly_commands(cli: Any, context: HookContext) -> None:
    """Add commands to ``fondly``.

    Called: when a command is asked for that fondly does not bring along, and for ``--help``.

    Given: ``cli``, a `click.Group` that is this plugin's own; what is added to it becomes a command of ``fondly``.

    Gives: nothing.

    Order: as the plugins were loaded. Of two commands with one name the first stays, the other is reported; none can
    take the place of fondly's own.

    Errors: a plugin that fails adds nothing. A command that fails is named with its plugin; all others work.

    Example::

        # hooks/hello.py
        import click

        from fondly import hookimpl


        @hookimpl
        def fondly_commands(cli):
            @cli.command()
            @click.argument("name")
            def hello(name):
                "Greet somebody."
                click.echo(f"Hello, {name}.")
    """
