"""fondly: small acts of care, in the calendars and notes that people already use.

Hook authors import the contract from here: ``from fondly import hookimpl, DateIdea``. Names are fetched when they are
asked for, so that importing fondly costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fondly_hooks.errors import ConfigError, FondlyError, OutputError, SourceError
    from fondly_hooks.files import replace_atomically
    from fondly_hooks.markers import hookimpl
    from fondly_hooks.types import (
        Action,
        Anniversary,
        Busy,
        Cadence,
        Change,
        DateIdea,
        DateWish,
        DayRange,
        Entry,
        Failure,
        Outcome,
        Output,
        OutputContext,
        OutputKind,
        OutputReport,
        PartialDate,
        Person,
        Practice,
        Relationship,
        Remembered,
        RememberedDate,
        RunReport,
        Span,
        Standing,
        Suggestion,
        Thing,
        TimeWindow,
        Wanted,
        parse_cadence,
        parse_partial_date,
        parse_time_window,
    )

__version__ = "0.1.0"

_HOMES = {
    "fondly_hooks.errors": "ConfigError FondlyError OutputError SourceError",
    "fondly_hooks.files": "replace_atomically",
    "fondly_hooks.markers": "hookimpl",
    "fondly_hooks.types": (
        "Action Anniversary Busy Cadence Change DateIdea DateWish DayRange Entry Failure Outcome Output OutputContext "
        "OutputKind OutputReport PartialDate Person Practice Relationship Remembered RememberedDate RunReport Span "
        "Standing Suggestion Thing TimeWindow Wanted parse_cadence parse_partial_date parse_time_window"
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [  # noqa: PLE0604  # the lazy names are spelt out above
    "__version__",
    *_HOME_OF,
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'fondly' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOME_OF[name]), name)
