"""Hooks that decide, and the one that changes what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fondly_hooks.markers import hookspec

if TYPE_CHECKING:
    from fondly_hooks.types.content import DateIdea
    from fondly_hooks.types.context import HookContext
    from fondly_hooks.types.entries import Change, Entry
    from fondly_hooks.types.ideas import Forecast, IdeaHistory, IdeaWish, RankedIdea
    from fondly_hooks.types.people import Relationship


@hookspec
def fondly_weather(relationship: Relationship, day: dt.date, context: HookContext) -> Forecast | None:
    """Give the weather of a day where the people live. Nothing that fondly brings along does: it asks no network.

    Called: once for each of the coming ten days that has a date whose ideas are still to be chosen.

    Given: ``relationship``, with ``relationship.dates.place``; ``day``, a date.

    Gives: a `Forecast`, or ``None`` where it is not known. An idea for dry or clear weather is not offered where the
    forecast says otherwise.

    Order: the plugin that was loaded last is asked first, and the first that answers decides.

    Errors: a plugin that fails, or gives anything else, is passed over.

    Example::

        # hooks/summer.py
        from fondly import Forecast, hookimpl


        @hookimpl
        def fondly_weather(relationship, day):
            if day.month in (6, 7, 8):
                return Forecast(day=day, dry=True, text="as always in summer")
            return Forecast(day=day, dry=False)

    Script::

        {"result": {"day": "2026-11-27", "dry": false, "high": 4.5, "text": "sleet"}}
    """


@hookspec
def fondly_rank_date_ideas(
    ideas: Sequence[DateIdea], wish: IdeaWish, history: IdeaHistory, context: HookContext
) -> Sequence[RankedIdea] | None:
    """Put date ideas in order, the best first.

    Called: once for each date whose ideas are still to be chosen. The first three are offered.

    Given: ``ideas``, those that fit the wish and that nobody has ruled out; ``wish``, the date; ``history``, what was
    offered before.

    Gives: a sequence of `RankedIdea`, each with the slug of one of these ideas, its reasons, and if it has one its
    role; or ``None`` to leave it to others.

    Order: the plugin that was loaded last is asked first, and the first that answers decides.

    Errors: a plugin that fails, names an idea that is not among these, or gives anything else, is passed over.

    Example::

        # hooks/cheapest.py
        from fondly import RankedIdea, hookimpl


        @hookimpl
        def fondly_rank_date_ideas(ideas, wish, history):
            in_order = sorted(ideas, key=lambda idea: (idea.cost, idea.slug))
            return [RankedIdea(slug=idea.slug, why=("It costs the least.",)) for idea in in_order]

    Script::

        {"result": [{"slug": "moon-path", "why": ["The sky will be clear."]}]}
    """


@hookspec
def fondly_adjust_entries(
    entries: tuple[Entry, ...], relationship: Relationship, context: HookContext
) -> Change | None:
    """Add, change or drop entries after the plan is made.

    Called: once for each plan.

    Given: ``entries``, all that is planned, as the plugins before this one left it; ``relationship``.

    Gives: a `Change`, or ``None``. ``secret_from`` can only grow, whatever it says. What is changed keeps its id. A
    script's ``change`` needs the id and what is to differ; the entries that it may not know are not its to change.

    Order: as the plugins were loaded, one after the other.

    Errors: a plugin that fails, or gives anything else, changes nothing. A changed entry that is not sound stays as it
    was.

    Example::

        # hooks/no_mondays.py
        from fondly import Change, hookimpl


        @hookimpl
        def fondly_adjust_entries(entries, relationship):
            return Change(drop=tuple(entry.id for entry in entries if entry.first_day.weekday() == 0))

    Script::

        {"drop": ["date/2026-W49"], "change": [{"id": "practice/gratitude/2026-W49/1", "location": "The kitchen"}]}
    """
