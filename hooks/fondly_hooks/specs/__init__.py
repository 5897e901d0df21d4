"""Every hook that fondly calls.

A plugin implements any of them with ``@hookimpl`` and takes the arguments that it needs, in any number. Each
implementation is called alone: one that raises is named with its source and its hook, and the others' results stand.
``context`` is a `HookContext`: the plugin's settings, the clock, a cache folder, a logger.

Each specification says when it is ``Called``, what is ``Given``, what it ``Gives``, in which ``Order`` the plugins are
asked, what happens on ``Errors``, and shows an example in Python; where scripts may answer, what one prints.
"""

from fondly_hooks.specs.deciders import fondly_adjust_entries, fondly_rank_date_ideas, fondly_weather
from fondly_hooks.specs.facts import HOOKS, HookFacts
from fondly_hooks.specs.host import fondly_commands, fondly_output_kinds
from fondly_hooks.specs.observers import fondly_entry_done, fondly_run_finished
from fondly_hooks.specs.providers import (
    fondly_anniversaries,
    fondly_busy,
    fondly_date_ideas,
    fondly_entries,
    fondly_practices,
)

__all__ = [
    "HOOKS",
    "HookFacts",
    "fondly_adjust_entries",
    "fondly_anniversaries",
    "fondly_busy",
    "fondly_commands",
    "fondly_date_ideas",
    "fondly_entries",
    "fondly_entry_done",
    "fondly_output_kinds",
    "fondly_practices",
    "fondly_rank_date_ideas",
    "fondly_run_finished",
    "fondly_weather",
]
