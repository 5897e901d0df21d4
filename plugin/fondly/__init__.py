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
    from fondly_hooks.types.cadence import Cadence, parse_cadence
    from fondly_hooks.types.content import Anniversary, DateIdea, Practice, Study, Suggestion
    from fondly_hooks.types.context import HookContext
    from fondly_hooks.types.dates import CalendarDate, PartialDate, parse_partial_date
    from fondly_hooks.types.delivery import Action, Outcome, Remembered, Standing, Thing, Wanted
    from fondly_hooks.types.entries import Busy, Change, Entry, LeftOut
    from fondly_hooks.types.ideas import Forecast, IdeaHistory, IdeaWish, RankedIdea
    from fondly_hooks.types.outputs import Output, OutputContext, OutputKind
    from fondly_hooks.types.people import (
        DateWish,
        Person,
        Place,
        PracticeWish,
        Relationship,
        RememberedDate,
        Rhythm,
        Visit,
    )
    from fondly_hooks.types.reports import Failure, OutputReport, RunReport
    from fondly_hooks.types.times import DayRange, Length, Span, TimeWindow, parse_length, parse_time_window

__version__ = "0.1.0"

_HOMES = {
    "fondly_hooks.errors": "ConfigError FondlyError OutputError SourceError",
    "fondly_hooks.files": "replace_atomically",
    "fondly_hooks.markers": "hookimpl",
    "fondly_hooks.types.cadence": "Cadence parse_cadence",
    "fondly_hooks.types.content": "Anniversary DateIdea Practice Study Suggestion",
    "fondly_hooks.types.context": "HookContext",
    "fondly_hooks.types.delivery": "Action Outcome Remembered Standing Thing Wanted",
    "fondly_hooks.types.entries": "Busy Change Entry LeftOut",
    "fondly_hooks.types.ideas": "Forecast IdeaHistory IdeaWish RankedIdea",
    "fondly_hooks.types.outputs": "Output OutputContext OutputKind",
    "fondly_hooks.types.people": "DateWish Person Place PracticeWish Relationship RememberedDate Rhythm Visit",
    "fondly_hooks.types.reports": "Failure OutputReport RunReport",
    "fondly_hooks.types.dates": "CalendarDate PartialDate parse_partial_date",
    "fondly_hooks.types.times": "DayRange Length Span TimeWindow parse_length parse_time_window",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

# Spelt out, so that an author's type checker knows that these names are meant to be imported from here.
__all__ = [
    "Action",
    "Anniversary",
    "Busy",
    "Cadence",
    "CalendarDate",
    "Change",
    "ConfigError",
    "DateIdea",
    "DateWish",
    "DayRange",
    "Entry",
    "Failure",
    "FondlyError",
    "Forecast",
    "HookContext",
    "IdeaHistory",
    "IdeaWish",
    "LeftOut",
    "Length",
    "Outcome",
    "Output",
    "OutputContext",
    "OutputError",
    "OutputKind",
    "OutputReport",
    "PartialDate",
    "Person",
    "Place",
    "Practice",
    "PracticeWish",
    "RankedIdea",
    "Relationship",
    "Remembered",
    "RememberedDate",
    "Rhythm",
    "RunReport",
    "SourceError",
    "Span",
    "Standing",
    "Study",
    "Suggestion",
    "Thing",
    "TimeWindow",
    "Visit",
    "Wanted",
    "__version__",
    "hookimpl",
    "parse_cadence",
    "parse_length",
    "parse_partial_date",
    "parse_time_window",
    "replace_atomically",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'fondly' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOME_OF[name]), name)
