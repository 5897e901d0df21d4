"""Every hook that fondly calls.

A plugin implements any of them with ``@hookimpl``. A provider yields frozen records, as many as it likes. Each
implementation is called alone: one that raises is named with its source, and the others' results stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fondly_hooks.markers import hookspec

if TYPE_CHECKING:
    from fondly_hooks.types.content import Anniversary, DateIdea, Practice
    from fondly_hooks.types.entries import Busy, Change, Entry
    from fondly_hooks.types.outputs import OutputKind
    from fondly_hooks.types.people import Relationship
    from fondly_hooks.types.reports import RunReport
    from fondly_hooks.types.times import Span


@hookspec
def fondly_practices(relationship: Relationship) -> Iterable[Practice]:  # type: ignore[empty-body]
    """Give practices with their suggestions.

    Called once for each plan. A slug that another plugin gave already is left aside and reported.

    Example::

        @hookimpl
        def fondly_practices(relationship):
            yield Practice(slug="tea", name="Drink tea", neutral_title="Tea", about="", every=parse_cadence("weekly"),
                           at=(parse_time_window("afternoon"),), minutes=30, together=True, suggestions=(...))
    """


@hookspec
def fondly_date_ideas(relationship: Relationship, window: Span) -> Iterable[DateIdea]:  # type: ignore[empty-body]
    """Give date ideas that are good within ``window``, two dates.

    Called once for each plan. A slug that another plugin gave already is left aside and reported.

    Example::

        @hookimpl
        def fondly_date_ideas(relationship, window):
            yield DateIdea(slug="kites", title="Fly a kite", text="Go where the wind is.", minutes=90, cost=0,
                           setting="out")
    """


@hookspec
def fondly_anniversaries(relationship: Relationship) -> Iterable[Anniversary]:  # type: ignore[empty-body]
    """Give days to remember. The planner makes the dated entries and counts the years.

    Called once for each plan. Where ``secret_from`` names somebody, they never learn of it.

    Example::

        @hookimpl
        def fondly_anniversaries(relationship):
            yield Anniversary(id="dog", name="The dog moved in", origin=parse_partial_date("2019-04-02"), kind="custom")
    """


@hookspec
def fondly_entries(relationship: Relationship, window: Span) -> Iterable[Entry]:  # type: ignore[empty-body]
    """Give entries of any other kind that lie within ``window``, two aware datetimes.

    Called once for each plan. The ids must begin with ``custom/NAME/``, NAME being the plugin's.

    Example::

        @hookimpl
        def fondly_entries(relationship, window):
            yield Entry(id="custom/bins/2026-12-01", kind="custom", title="Bins out", neutral_title="Bins out",
                        start=date(2026, 12, 1), end=date(2026, 12, 2))
    """


@hookspec
def fondly_busy(person: str, window: Span) -> Iterable[Busy]:  # type: ignore[empty-body]
    """Give the times within ``window``, two aware datetimes, when that person is taken.

    Called once for each person and plan. What fondly made itself never counts, so give ``uid`` and ``ref`` (X-REF)
    where the source has them.

    Example::

        @hookimpl
        def fondly_busy(person, window):
            if person == "ana":
                yield Busy("ana", start=..., end=...)
    """


@hookspec
def fondly_adjust_entries(entries: tuple[Entry, ...], relationship: Relationship) -> Change:  # type: ignore[empty-body]
    """Add, change or drop entries after the plan is made.

    Called once for each plan, each plugin with what the plugins before it left. ``secret_from`` can only grow. What
    returns ``None`` changes nothing.

    Example::

        @hookimpl
        def fondly_adjust_entries(entries, relationship):
            return Change(drop=tuple(entry.id for entry in entries if entry.first_day == MATCH_DAY))
    """


@hookspec
def fondly_output_kinds() -> Iterable[OutputKind]:  # type: ignore[empty-body]
    """Give kinds of outputs: a name, an options model, a way to open one.

    Called once, before the config's outputs are validated.

    Example::

        @hookimpl
        def fondly_output_kinds():
            yield OutputKind(name="printer", options=PrinterOptions, open=Printer)
    """


@hookspec
def fondly_run_finished(report: RunReport) -> None:
    """Be told that a run is over. What it raises is reported and changes nothing.

    Called once at the end of each ``sync``, dry runs included.

    Example::

        @hookimpl
        def fondly_run_finished(report):
            print(sum(output.created for output in report.outputs), "new entries", file=sys.stderr)
    """
