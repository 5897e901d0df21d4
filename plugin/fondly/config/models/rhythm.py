"""How much fits into this life, and what of it: the rhythm, the practices, the catalogue."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from fondly.config.fields import Days, Every, Hours, Truth, Windows
from fondly.config.models.base import Model
from fondly.config.models.people import DaySpan
from fondly.config.patterns import EVERY_SCHEMA
from fondly_hooks.types.times import Length

AT = (
    "When: a list of parts of the day (`morning` 07:00-10:00, `midday` 12:00-14:00, `afternoon` 14:00-18:00, `evening` "
    "18:30-21:30) or of days with hours, on the clock of each person concerned."
)
EVERY = (
    "How often: `N per day|week|month|quarter|year`, `daily`, `weekly`, `monthly`, `quarterly`, `yearly`, "
    "`every N days|weeks|months`, `on request` or `off`."
)


class RhythmModel(Model):
    """How much fits into this life."""

    most_per_week: int = Field(
        default=3, ge=0, le=70, description="The most practices and date nights in a week.", examples=[5]
    )
    most_per_day: int = Field(
        default=1, ge=0, le=10, description="The most practices and date nights in a day.", examples=[2]
    )
    quiet: Hours = Field(
        default=(22 * 60, 7 * 60),
        description="Hours in which nothing is planned, on each person's own clock; they may run over midnight.",
        examples=["22:00-07:30"],
    )
    horizon: Days = Field(
        default=Length(28, "day"),
        description="How far ahead practices stand in your calendars; date nights stand twice as far.",
        examples=["28 days"],
    )
    tidy: Days = Field(
        default=Length(14, "day"),
        description="After this long a past practice that nobody touched is taken away again.",
        examples=["2 weeks"],
    )
    depth: int = Field(
        default=2, ge=1, le=3, description="How deep suggestions may go: 1 is light, 3 is deep.", examples=[3]
    )
    touch: Truth = Field(default=False, description="Whether suggestions may ask for touch.", examples=["yes"])
    pauses: list[DaySpan] = Field(
        default=[],
        max_length=200,
        description="Days on which everything rests.",
        examples=[[{"from": "2026-12-21", "to": "2027-01-03"}]],
    )


class RhythmOrKeys(Model):
    """Keys, or in the place of them all the value of ``every``."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"every": value} if isinstance(value, str) or value is False else value

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [EVERY_SCHEMA, dict(schema)]}


class PracticeModel(RhythmOrKeys):
    """One practice: a rhythm alone (`weekly`, `off`), or what differs from the catalogue."""

    every: Every | None = Field(default=None, description=EVERY, examples=["2 per week", "on request"])
    at: Windows | None = Field(default=None, description=AT, examples=[["evening", "sat 10:00-12:00"]])
    minutes: int | None = Field(default=None, ge=1, le=720, description="How long it takes, in minutes.", examples=[10])
    with_: Literal["solo", "together"] | None = Field(
        default=None, alias="with", description="Alone, or with the others.", examples=["together"]
    )
    energy: Literal["low", "medium", "high"] | None = Field(
        default=None, description="The most energy that a suggestion may ask for.", examples=["low"]
    )


class CatalogueModel(Model):
    """What suggestions come from."""

    packs: list[str] = Field(
        default=[],
        description="YAML files with practices of your own, which add to the catalogue or replace a part of it.",
        examples=[["packs/ours.yaml"]],
    )
