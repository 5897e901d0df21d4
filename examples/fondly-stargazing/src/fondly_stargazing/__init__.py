"""The nights of falling stars: when the sky gives a reason to stay up together."""

import datetime as dt
from collections.abc import Iterator

from fondly import DateIdea, Entry, Relationship, Span, hookimpl

DAY = dt.timedelta(days=1)
# The evening before the night of the most meteors; it varies by a day. Source: International Meteor Organization.
SHOWERS = {
    "quadrantids": (1, 3),
    "lyrids": (4, 21),
    "perseids": (8, 12),
    "orionids": (10, 20),
    "leonids": (11, 17),
    "geminids": (12, 13),
}


@hookimpl
def fondly_entries(relationship: Relationship, window: Span) -> Iterator[Entry]:
    """An entry for each shower in these days."""
    for year in range(window.start.year, window.end.year + 1):
        for slug, (month, day) in SHOWERS.items():
            evening = dt.date(year, month, day)
            yield Entry(
                id=f"custom/stargazing/{slug}-{year}",
                kind="custom",
                title=f"Falling stars tonight: the {slug.capitalize()}",
                neutral_title="Night sky",
                description="Go where it is dark, lie down, and give your eyes twenty minutes. Wishes are optional.",
                start=evening,
                end=evening + DAY,
            )


@hookimpl
def fondly_date_ideas() -> Iterator[DateIdea]:
    """An evening outside for a clear sky."""
    yield DateIdea(
        slug="falling-stars",
        title="Wait for a falling star",
        text="A blanket, a flask, a place without lamps. Whoever sees the first one chooses breakfast.",
        minutes=90,
        cost=0,
        setting="out",
        parts=("evening",),
        weather="clear",
    )
