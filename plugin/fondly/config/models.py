"""The shape of the config file. What a key means stands in DESIGN; what it may hold stands here."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fondly.config.fields import Day, Days, Every, Hours, Identity, Partial, Slug, Truth, Windows, Zone
from fondly_hooks.types.cadence import Cadence

Leap = Literal["feb-28", "mar-1", "both", "leap-years"]
Include = Literal["practices", "dates", "anniversaries", "custom"]
PRACTICES = (
    "communication quality-time affection shared-experiences support empathy challenges gratitude boundaries "
    "vulnerability celebration forgiveness romance presence professional-help"
).split()


class Model(BaseModel):
    """A mapping that knows its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class DaySpan(Model):
    from_: Day = Field(alias="from")
    to: Day

    @model_validator(mode="after")
    def _in_order(self) -> DaySpan:
        if self.to < self.from_:
            raise ValueError(f"ends on {self.to}, before it begins on {self.from_}")
        return self


class VisitModel(DaySpan):
    timezone: Zone


class PersonModel(Model):
    id: Slug
    name: str = Field(min_length=1, max_length=200)
    birthday: Partial | None = None
    leap_day: Leap = "feb-28"
    timezone: Zone | None = None
    visits: list[VisitModel] = []


class RhythmModel(Model):
    most_per_week: int = Field(default=3, ge=0, le=70)
    most_per_day: int = Field(default=1, ge=0, le=10)
    quiet: Hours = (22 * 60, 7 * 60)
    horizon: Days = 28
    tidy: Days = 14
    depth: int = Field(default=2, ge=1, le=3)
    touch: Truth = False
    pauses: list[DaySpan] = []


class PracticeModel(Model):
    every: Every | None = None
    at: Windows | None = None
    minutes: int | None = Field(default=None, ge=1, le=720)
    with_: Literal["solo", "together"] | None = Field(default=None, alias="with")
    energy: Literal["low", "medium", "high"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"every": value} if isinstance(value, str) else value


class CatalogueModel(Model):
    packs: list[str] = []


class PlaceModel(Model):
    name: str = ""
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class DatesModel(Model):
    every: Every = Cadence("every", 2, "week")
    at: Windows | None = None
    minutes: int = Field(default=150, ge=15, le=1440)
    budget: float | None = Field(default=None, ge=0)
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    place: PlaceModel | None = None
    never: list[str] = []
    sitter: Truth = False
    turns: Truth = False

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"every": value} if isinstance(value, str) else value


class OtherCalendar(Model):
    calendar: Literal["hebrew", "islamic", "chinese", "persian"]
    month: int = Field(ge=1, le=13)
    day: int = Field(ge=1, le=31)
    year: int | None = None


class RememberedModel(Model):
    id: Slug
    name: str = Field(min_length=1, max_length=200)
    date: Any
    kind: Slug = "custom"
    people: list[str] = []
    secret_from: list[str] = []
    leap_day: Leap = "feb-28"
    repeat: list[Literal["year", "month"]] = ["year"]
    milestones: list[Days] = []
    remind: list[Days] = []
    gifts: Slug | None = None

    @field_validator("date")
    @classmethod
    def _either(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return OtherCalendar.model_validate(value)
        from fondly_hooks.types.times import parse_partial_date

        if not isinstance(value, str):
            raise ValueError("needs a date such as 2015-06-20, as text")
        return parse_partial_date(value)


class AnniversariesModel(Model):
    horizon: Days = 731
    dates: list[RememberedModel] = []


class HooksModel(Model):
    folder: str = "hooks"
    disable: list[str] = []
    optional: list[str] = []
    settings: dict[str, Any] = {}


class BusyModel(Model):
    person: str
    kind: Literal["ics"]
    url: str = Field(min_length=1)

    @field_validator("url")
    @classmethod
    def _file(cls, value: str) -> str:
        if "://" in value:
            raise ValueError("busy times are read from files as yet; name the path of an .ics file")
        return value


class OutputModel(Model):
    """What every output has; the rest belongs to its kind."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    name: Slug
    kind: str
    seen_by: list[str] = []
    include: list[Include] | None = None
    titles: Literal["full", "neutral", "busy"] = "full"
    details: Truth | None = None
    alarms: Truth | None = None
    practices_as: Literal["event", "todo"] = "event"


class ConfigModel(Model):
    """The whole file."""

    id: Identity
    timezone: Zone
    language: Literal["en"] = "en"
    people: list[PersonModel] = Field(min_length=1)
    me: str
    rhythm: RhythmModel = Field(default_factory=RhythmModel)
    practices: dict[str, PracticeModel] = {}
    catalogue: CatalogueModel = Field(default_factory=CatalogueModel)
    dates: DatesModel = Field(default_factory=DatesModel)
    anniversaries: AnniversariesModel = Field(default_factory=AnniversariesModel)
    hooks: HooksModel = Field(default_factory=HooksModel)
    busy: list[BusyModel] = []
    outputs: list[OutputModel] = []
