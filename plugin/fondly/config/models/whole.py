"""The whole file."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from fondly.config.fields import Identity, Zone
from fondly.config.models.anniversaries import AnniversariesModel
from fondly.config.models.base import Model
from fondly.config.models.dates import DatesModel
from fondly.config.models.outputs import OutputModel
from fondly.config.models.people import PersonModel
from fondly.config.models.rhythm import CatalogueModel, PracticeModel, RhythmModel
from fondly.config.models.serving import ServeModel
from fondly.config.models.sources import BusyModel, HooksModel

PRACTICES = (
    "communication quality-time affection shared-experiences support empathy challenges gratitude boundaries "
    "vulnerability celebration forgiveness romance presence professional-help"
).split()


class ConfigModel(Model):
    """The whole file."""

    id: Identity = Field(
        description="A UUID that is yours alone. Every identity derives from it: keep it, and keep it to yourself.",
        examples=["7c9e6679-7425-40de-944b-e07fc1f90ae7"],
    )
    timezone: Zone = Field(description="The time zone that you live in.", examples=["Europe/Berlin"])
    language: Literal["en"] = Field(default="en", description="The language of titles and texts.", examples=["en"])
    people: list[PersonModel] = Field(
        min_length=1,
        max_length=20,
        description="The people of the relationship: two, more, or one alone.",
        examples=[[{"id": "ana", "name": "Ana"}, {"id": "ben", "name": "Ben", "birthday": "--07-04"}]],
    )
    me: str = Field(description="Whose fondly this is, by their id.", examples=["ana"])
    rhythm: RhythmModel = Field(
        default_factory=RhythmModel,
        description="How much fits into this life.",
        examples=[{"most_per_week": 5, "quiet": "22:00-07:30"}],
    )
    practices: dict[str, PracticeModel] = Field(
        default={},
        description="What differs from the catalogue, by practice: a rhythm alone, or several keys. The rest is as it "
        "is there.",
        examples=[{"gratitude": "2 per week", "presence": {"every": "weekly", "at": ["morning"], "minutes": 10}}],
    )
    catalogue: CatalogueModel = Field(
        default_factory=CatalogueModel,
        description="What suggestions come from.",
        examples=[{"packs": ["packs/ours.yaml"]}],
    )
    dates: DatesModel = Field(
        default_factory=DatesModel,
        description="Evenings kept free for each other: a rhythm alone, or several keys.",
        examples=["monthly", {"every": "2 weeks", "at": ["fri 18:00-23:00"], "budget": 60}],
    )
    anniversaries: AnniversariesModel = Field(
        default_factory=AnniversariesModel,
        description="Days to remember. Birthdays stand with the people.",
        examples=[{"dates": [{"id": "wedding", "name": "Wedding", "date": "2015-06-20", "kind": "wedding"}]}],
    )
    hooks: HooksModel = Field(
        default_factory=HooksModel, description="Plugins: who adds what.", examples=[{"folder": "hooks"}]
    )
    busy: list[BusyModel] = Field(
        default=[],
        max_length=100,
        description="Calendars that tell when somebody is taken; nothing is planned then.",
        examples=[[{"person": "ana", "kind": "ics", "url": "ana-work.ics"}]],
    )
    serve: ServeModel = Field(
        default_factory=ServeModel,
        description="Feeds, for who subscribes to a link: where they are reached.",
        examples=[{"address": "https://fondly.example.org"}],
    )
    outputs: list[OutputModel] = Field(
        default=[],
        max_length=200,
        description="The places that entries go to.",
        examples=[[{"name": "file", "kind": "ics", "path": "us.ics", "seen_by": ["ana", "ben"]}]],
    )
