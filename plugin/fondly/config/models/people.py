"""The people of the relationship."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from fondly.config.fields import Day, Partial, Slug, Truth, Zone
from fondly.config.models.base import Model

LeapDay = Literal["feb-28", "mar-1", "both", "leap-years"]
LEAP_DAY = "When a 29 February is kept in a common year: on the day before, the day after, both, or not at all."


class DaySpan(Model):
    """Whole days, both ends included."""

    from_: Day = Field(alias="from", description="The first day.", examples=["2026-12-21"])
    to: Day = Field(description="The last day; it belongs to it.", examples=["2027-01-03"])

    @model_validator(mode="after")
    def _in_order(self) -> DaySpan:
        if self.to < self.from_:
            raise ValueError(f"ends on {self.to}, before it begins on {self.from_}; write the earlier day first")
        if self.from_.year < 1900 or self.to > dt.date(9000, 1, 1):
            raise ValueError("lies outside the years 1900 to 9000")
        return self


class VisitModel(DaySpan):
    """Days that somebody spends in another time zone."""

    timezone: Zone = Field(description="The clock that counts on those days.", examples=["Europe/Berlin"])


class PersonModel(Model):
    """One of the people."""

    id: Slug = Field(description="A short name for the rest of the file; it never changes.", examples=["ana"])
    name: str = Field(min_length=1, max_length=200, description="The name that is shown.", examples=["Ana"])
    birthday: Partial | None = Field(
        default=None,
        description="The birthday; `--07-04` where the year is not known. It comes each year by itself.",
        examples=["1992-02-29", "--07-04"],
    )
    leap_day: LeapDay = Field(default="feb-28", description=LEAP_DAY, examples=["mar-1"])
    timezone: Zone | None = Field(
        default=None, description="Their clock, where it is not the one of the file.", examples=["Europe/London"]
    )
    apart: Truth = Field(
        default=False,
        description="Whether they live elsewhere, perhaps on the same clock: suggestions then work at a distance, but "
        "for the days of their `visits`.",
        examples=["yes"],
    )
    takes_part: Truth = Field(
        default=True,
        description="Whether practices and date nights are planned for them. Where nobody else takes part, you get "
        "what one can do alone.",
        examples=["no"],
    )
    visits: list[VisitModel] = Field(
        default=[],
        max_length=200,
        description="Days elsewhere; their windows and quiet hours are kept on the clock of that place.",
        examples=[[{"from": "2027-05-03", "to": "2027-05-17", "timezone": "Europe/Berlin"}]],
    )
