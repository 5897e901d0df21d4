"""Days to remember."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from fondly.config import patterns
from fondly.config.fields import Days, Slug, Truth, shown
from fondly.config.models.base import MOST_ITEMS, Model
from fondly.config.models.people import LEAP_DAY, LeapDay
from fondly_hooks.types.dates import (
    CalendarDate,
    PartialDate,
    calendar_date_fields,
    parse_partial_date,
    read_calendar_date,
)
from fondly_hooks.types.times import Length


class CalendarDateModel(Model):
    """A day of another calendar."""

    calendar: Literal["hebrew", "islamic", "chinese", "persian"] = Field(
        description="The calendar.", examples=["chinese"]
    )
    month: int = Field(
        ge=1, le=13, description="The month's number; Hebrew ones count from Nisan, so 13 is Adar II.", examples=[1]
    )
    day: int = Field(ge=1, le=31, description="The day of that month.", examples=[1])
    year: int | None = Field(
        default=None, ge=1, le=20_000, description="The year of that calendar, where it is known.", examples=[5776]
    )
    leap_month: Truth = Field(
        default=False, description="Whether it is the leap month of that number (Chinese calendar).", examples=["yes"]
    )


def _date(value: Any) -> PartialDate | CalendarDate:
    if isinstance(value, dict):
        return read_calendar_date(dict(CalendarDateModel.model_validate(value)))
    if not isinstance(value, str):
        raise ValueError(f"needs a date such as 2015-06-20, not {shown(value)}")
    return parse_partial_date(value)


def _written(date: PartialDate | CalendarDate) -> Any:
    if isinstance(date, PartialDate):
        return str(date)
    return {**calendar_date_fields(date), "leap_month": "yes" if date.leap_month else "no"}


DateText = Annotated[str, WithJsonSchema(patterns.text(patterns.PARTIAL))]
AnyDate = Annotated[
    Any, PlainValidator(_date, json_schema_input_type=DateText | CalendarDateModel), PlainSerializer(_written)
]


class RememberedModel(Model):
    """One day to remember."""

    id: Slug = Field(description="A short name that never changes; its entries are known by it.", examples=["wedding"])
    name: str = Field(min_length=1, max_length=200, description="The name that is shown.", examples=["Wedding"])
    date: AnyDate = Field(
        description="The first day: `2015-06-20`, `--06-20` where the year is not known, or one of another calendar.",
        examples=["2015-06-20", {"calendar": "chinese", "month": 1, "day": 1}],
    )
    kind: Slug = Field(
        default="custom",
        description="`wedding`, `dating`, `memorial`, or a word of your own; a memorial is told in quiet words.",
        examples=["wedding"],
    )
    people: list[str] = Field(
        default=[], description="Whom it concerns, by their ids; everybody where it is left out.", examples=[["ben"]]
    )
    secret_from: list[str] = Field(
        default=[],
        description="Who may not know of it, by their ids: nothing that they see shows a trace of it.",
        examples=[["ben"]],
    )
    leap_day: LeapDay = Field(default="feb-28", description=LEAP_DAY, examples=["mar-1"])
    repeat: list[Literal["year", "month"]] = Field(
        default=["year"], min_length=1, description="Each year, each month, or both.", examples=[["year", "month"]]
    )
    milestones: list[Days] = Field(
        default=[], description="Round times since the day that are told too.", examples=[["5000 days", "100 weeks"]]
    )
    remind: list[Days] = Field(
        default=[], description="How long before the day you are told of it.", examples=[["30 days", "1 week"]]
    )
    gifts: Slug | None = Field(
        default=None, description="The list that the year's gift theme is taken from.", examples=["uk"]
    )


class AnniversariesModel(Model):
    """Days to remember. Birthdays stand with the people."""

    horizon: Days = Field(
        default=Length(731, "day"), description="How far ahead they stand in your calendars.", examples=["2 years"]
    )
    dates: list[RememberedModel] = Field(
        default=[],
        max_length=MOST_ITEMS,
        description="The days, in any order.",
        examples=[[{"id": "wedding", "name": "Wedding", "date": "2015-06-20", "kind": "wedding"}]],
    )
