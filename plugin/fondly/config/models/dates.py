"""Date nights."""

from __future__ import annotations

from pydantic import Field

from fondly.config.fields import Currency, Every, Truth, Windows
from fondly.config.models.base import Model
from fondly.config.models.rhythm import AT, EVERY, RhythmOrKeys
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.times import parse_time_window

DATE_WINDOWS = ("fri 18:00-23:00", "sat 11:00-23:00")


class PlaceModel(Model):
    """A place on earth, in degrees."""

    name: str = Field(default="", max_length=200, description="Its name.", examples=["Berlin"])
    latitude: float = Field(ge=-90, le=90, description="Degrees north; south is negative.", examples=[52.52])
    longitude: float = Field(ge=-180, le=180, description="Degrees east; west is negative.", examples=[13.4])


class DatesModel(RhythmOrKeys):
    """Date nights: a rhythm alone, or more of them."""

    every: Every = Field(default=Cadence("every", 2, "week"), description=EVERY, examples=["2 weeks", "monthly"])
    at: Windows = Field(
        default_factory=lambda: [parse_time_window(text) for text in DATE_WINDOWS],
        description=AT,
        examples=[["fri 18:00-23:00", "sat 11:00-23:00"]],
    )
    minutes: int = Field(
        default=150, ge=15, le=1440, description="How long the evening is kept free, in minutes.", examples=[180]
    )
    budget: float | None = Field(
        default=None, ge=0, description="The most that an idea may cost for all of you, in `currency`.", examples=[60]
    )
    currency: Currency = Field(default="EUR", description="The currency of `budget`.", examples=["GBP"])
    place: PlaceModel | None = Field(
        default=None,
        description="Where you live, for the season; where it is left out, the town of your time zone.",
        examples=[{"name": "Berlin", "latitude": 52.52, "longitude": 13.4}],
    )
    never: list[str] = Field(
        default=[], description="What no idea may contain, or be tagged with.", examples=[["alcohol", "heights"]]
    )
    sitter: Truth = Field(
        default=False, description="Whether somebody has to be found to look after children.", examples=["yes"]
    )
    turns: Truth = Field(default=False, description="Whether you take turns in choosing what to do.", examples=["yes"])
