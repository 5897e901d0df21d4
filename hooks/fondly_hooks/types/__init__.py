"""The frozen records that hooks exchange."""

from fondly_hooks.types.cadence import Cadence, parse_cadence
from fondly_hooks.types.content import Anniversary, DateIdea, Practice, Suggestion
from fondly_hooks.types.entries import Busy, Change, Entry, LeftOut
from fondly_hooks.types.outputs import (
    Action,
    Failure,
    Outcome,
    Output,
    OutputContext,
    OutputKind,
    OutputReport,
    Remembered,
    RunReport,
    Standing,
    Thing,
    Wanted,
)
from fondly_hooks.types.people import DateWish, Person, Place, PracticeWish, Relationship, RememberedDate, Rhythm, Visit
from fondly_hooks.types.times import DayRange, PartialDate, Span, TimeWindow, parse_partial_date, parse_time_window

__all__ = [
    "Action",
    "Anniversary",
    "Busy",
    "Cadence",
    "Change",
    "DateIdea",
    "DateWish",
    "DayRange",
    "Entry",
    "Failure",
    "LeftOut",
    "Outcome",
    "Output",
    "OutputContext",
    "OutputKind",
    "OutputReport",
    "PartialDate",
    "Person",
    "Place",
    "Practice",
    "PracticeWish",
    "Relationship",
    "Remembered",
    "RememberedDate",
    "Rhythm",
    "RunReport",
    "Span",
    "Standing",
    "Suggestion",
    "Thing",
    "TimeWindow",
    "Visit",
    "Wanted",
    "parse_cadence",
    "parse_partial_date",
    "parse_time_window",
]
