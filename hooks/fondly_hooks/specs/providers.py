"""Hooks that give records: everybody is asked, and all that is sound is used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fondly_hooks.markers import hookspec

if TYPE_CHECKING:
    from fondly_hooks.types.content import Anniversary, DateIdea, Practice
    from fondly_hooks.types.context import HookContext
    from fondly_hooks.types.entries import Busy, Entry
    from fondly_hooks.types.people import Relationship
    from fondly_hooks.types.times import Span


@hookspec
def fondly_practices(relationship: Relationship, context: HookContext) -> Iterable[Practice]:  # type: ignore[empty-body]
    """Give practices with their suggestions.

    Called: once for each plan, and whenever the catalogue is shown.

    Given: ``relationship``, the people and what they share.

    Gives: any number of `Practice`. ``every`` is a ceiling; the people's own config goes before it.

    Order: as the plugins were loaded. Of two practices with one slug the first stays, the other is reported.

    Errors: a plugin that fails, or gives anything else, gives nothing new: what it gave in the last sync stays until
    it works again. A practice that is not sound is left aside.

    Example::

        # hooks/tea.py
        from fondly import Practice, Suggestion, hookimpl, parse_cadence, parse_time_window


        @hookimpl
        def fondly_practices(relationship):
            yield Practice(
                slug="tea",
                name="Tea together",
                neutral_title="Tea",
                about="Half an hour in which nobody has to be anywhere.",
                every=parse_cadence("weekly"),
                at=(parse_time_window("afternoon"),),
                minutes=30,
                together=True,
                suggestions=(
                    Suggestion(
                        slug="new-leaf",
                        title="Brew a tea that neither of you knows",
                        text="Smell the leaves first, and guess where they grew.",
                        minutes=30,
                        together=True,
                    ),
                ),
            )

    Script::

        {"add": [{"slug": "tea", "name": "Tea together", "neutral_title": "Tea", "about": "Half an hour.",
                  "every": "weekly", "at": ["afternoon"], "minutes": 30, "together": true,
                  "suggestions": [{"slug": "new-leaf", "title": "Brew a tea that neither of you knows",
                                   "text": "Smell the leaves first.", "minutes": 30, "together": true}]}]}
    """


@hookspec
def fondly_date_ideas(  # type: ignore[empty-body]
    relationship: Relationship, window: Span, context: HookContext
) -> Iterable[DateIdea]:
    """Give date ideas.

    Called: once for each plan.

    Given: ``relationship``; ``window``, two dates, the second not included, in which the ideas should be good.

    Gives: any number of `DateIdea`. What the people never want, cannot pay or have no time for is not offered.

    Order: as the plugins were loaded. Of two ideas with one slug the first stays, the other is reported.

    Errors: a plugin that fails, or gives anything else, gives nothing. An idea that is not sound is left aside.

    Example::

        # hooks/kites.py
        from fondly import DateIdea, hookimpl


        @hookimpl
        def fondly_date_ideas(relationship, window):
            yield DateIdea(
                slug="kites",
                title="Fly a kite",
                text="Go where the wind is. Take turns, and let the string out all the way once.",
                minutes=90,
                cost=0,
                setting="out",
                weather="dry",
            )

    Script::

        {"add": [{"slug": "kites", "title": "Fly a kite", "text": "Go where the wind is.", "minutes": 90, "cost": 0,
                  "setting": "out", "weather": "dry"}]}
    """


@hookspec
def fondly_anniversaries(relationship: Relationship, context: HookContext) -> Iterable[Anniversary]:  # type: ignore[empty-body]
    """Give days to remember. The planner makes the dated entries and counts the years.

    Called: once for each plan.

    Given: ``relationship``; the days that the config names are in ``relationship.remembered``.

    Gives: any number of `Anniversary`. Who stands in ``secret_from`` never learns of it.

    Order: as the plugins were loaded. Of two days with one id the first stays, the other is reported.

    Errors: a plugin that fails, or gives anything else, gives nothing new: what it gave in the last sync stays until
    it works again. A day that is not sound is left aside.

    Example::

        # hooks/dog.py
        from fondly import Anniversary, hookimpl, parse_partial_date


        @hookimpl
        def fondly_anniversaries(relationship):
            yield Anniversary(id="dog", name="The dog moved in", origin=parse_partial_date("2019-12-04"), kind="custom")

    Script::

        {"add": [{"id": "dog", "name": "The dog moved in", "origin": "2019-12-04", "kind": "custom"}]}
    """


@hookspec
def fondly_entries(relationship: Relationship, window: Span, context: HookContext) -> Iterable[Entry]:  # type: ignore[empty-body]
    """Give entries of any other kind.

    Called: once for each plan.

    Given: ``relationship``; ``window``, two aware datetimes, the second not included, in which entries are wanted.

    Gives: any number of `Entry`. An id begins with ``custom/NAME/``, NAME being the plugin's, and stays the same from
    run to run: it is how an entry that was delivered is known again. Times are aware; an entry that is all day has
    dates, its end not included. Who stands in ``secret_from`` never learns of it. A script may leave out the prefix of
    the id, the ``kind``, and where it is clear the ``end``.

    Order: as the plugins were loaded. Of two entries with one id the first stays, the other is reported.

    Errors: a plugin that fails, or gives anything else, gives nothing new: what it gave in the last sync stays until
    it works again. An entry that is not sound is left aside.

    Example::

        # hooks/bins.py
        import datetime as dt

        from fondly import Entry, hookimpl


        @hookimpl
        def fondly_entries(relationship, window):
            for day in window.days():
                if day.weekday() == 3:
                    yield Entry(
                        id=f"custom/bins/{day}",
                        kind="custom",
                        title="Put the bins out before they have to",
                        neutral_title="Bins",
                        start=day,
                        end=day + dt.timedelta(days=1),
                        people=(relationship.me,),
                        secret_from=relationship.others,
                    )

    Script::

        {"add": [{"id": "bins-2026-12-03", "title": "Put the bins out before they have to", "start": "2026-12-03",
                  "people": ["ana"], "secret_from": ["ben"]}]}
    """


@hookspec
def fondly_busy(person: str, window: Span, context: HookContext) -> Iterable[Busy]:  # type: ignore[empty-body]
    """Give the times when a person is taken.

    Called: once for each person and plan.

    Given: ``person``, an id; ``window``, two aware datetimes, the second not included.

    Gives: any number of `Busy`, whose times are aware. What fondly itself made never counts, so give ``uid`` and
    ``ref`` (X-REF) where the source has them.

    Order: it decides nothing.

    Errors: a plugin that fails, or gives anything else, gives nothing; that person is then free as far as it goes.

    Example::

        # hooks/choir.py
        import datetime as dt
        from zoneinfo import ZoneInfo

        from fondly import Busy, hookimpl

        BERLIN = ZoneInfo("Europe/Berlin")


        @hookimpl
        def fondly_busy(person, window):
            for day in window.days():
                if person == "ana" and day.weekday() == 1:
                    start = dt.datetime.combine(day, dt.time(19), BERLIN)
                    yield Busy("ana", start, start + dt.timedelta(hours=2))

    Script::

        {"add": [{"person": "ana", "start": "2026-12-01T19:00:00+01:00", "end": "2026-12-01T21:00:00+01:00"}]}
    """
