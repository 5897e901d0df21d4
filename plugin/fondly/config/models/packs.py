"""A pack: practices of one's own, in the shape of the built-in ones, or what differs from those."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from fondly.config.fields import Every, Slug, Truth, Windows
from fondly.config.models.base import MOST_ITEMS, Model
from fondly.config.models.rhythm import AT, EVERY
from fondly_hooks.types.content import KEPT_SLUGS, Grade, Season, Setting
from fondly_hooks.types.people import Energy

With = Literal["solo", "together"]
OFF = "Whether it is switched off: it never comes."


def _free(slug: str) -> str:
    if slug in KEPT_SLUGS:
        raise ValueError(f"'{slug}' is kept for fondly itself; choose another slug")
    return slug


def _color(name: str) -> str:
    if not (name.isascii() and name.isalpha() and name.islower()):
        raise ValueError("needs the CSS name of a colour in small letters, such as 'khaki'")
    return name


class StudyModel(Model):
    """A study that stands behind a practice."""

    author: str = Field(min_length=1, max_length=200, description="Who.", examples=["Algoe"])
    year: int = Field(ge=1800, le=2200, description="The year.", examples=[2010])
    kind: str = Field(min_length=1, max_length=200, description="The kind of evidence.", examples=["observational"])


class SuggestionModel(Model):
    """One suggestion: a new one, or what differs from the one of that slug."""

    slug: Slug = Field(description="A short name that never changes.", examples=["one-small-thing"])
    off: Truth = Field(default=False, description=OFF, examples=["yes"])
    title: str | None = Field(
        default=None, min_length=1, max_length=80, description="The title, as a calendar shows it."
    )
    text: str | None = Field(default=None, min_length=1, max_length=2000, description="What to do, in a few sentences.")
    minutes: int | None = Field(default=None, ge=1, le=720, description="How long it takes, in minutes.", examples=[5])
    with_: With | None = Field(default=None, alias="with", description="Alone, or with the others.", examples=["solo"])
    energy: Energy | None = Field(default=None, description="How much of it one needs.", examples=["low"])
    setting: Setting | None = Field(
        default=None, description="Where; `apart` and `anywhere` work at a distance too.", examples=["home"]
    )
    depth: int | None = Field(default=None, ge=1, le=3, description="1 is light, 3 is deep.", examples=[1])
    touch: Truth | None = Field(default=None, description="Whether it asks for touch.", examples=["no"])
    seasons: list[Season] | None = Field(default=None, description="When it fits; always where it is left out.")
    tags: list[str] | None = Field(default=None, description="A few words.", examples=[["thanks"]])


class PackPracticeModel(Model):
    """One practice: a new one, or what differs from the one of that slug."""

    slug: Annotated[Slug, AfterValidator(_free)] = Field(description="Its short name.", examples=["gratitude"])
    off: Truth = Field(default=False, description=OFF, examples=["yes"])
    name: str | None = Field(default=None, min_length=1, max_length=80, description="Its name.", examples=["Tea"])
    neutral_title: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="What a shared or a work calendar shows.",
        examples=["Tea"],
    )
    about: str | None = Field(default=None, max_length=2000, description="What it is, and why it helps.")
    evidence: str | None = Field(default=None, max_length=2000, description="What is known of it.")
    grade: Grade | None = Field(default=None, description="How good that is.", examples=["weak"])
    studies: list[StudyModel] | None = Field(default=None, max_length=50, description="Who found it.")
    caution: str | None = Field(default=None, max_length=2000, description="Whom it may hurt.")
    rather_not: str | None = Field(default=None, max_length=2000, description="When to leave it.")
    safety: str | None = Field(default=None, max_length=5000, description="Where to turn when it is not enough.")
    every: Every | None = Field(default=None, description=EVERY, examples=["weekly"])
    at: Windows | None = Field(default=None, description=AT, examples=[["evening"]])
    minutes: int | None = Field(default=None, ge=1, le=720, description="How long is kept for it.", examples=[20])
    with_: With | None = Field(
        default=None, alias="with", description="Alone, or with the others.", examples=["together"]
    )
    private: Truth | None = Field(default=None, description="Whether you alone see it.", examples=["yes"])
    color: Annotated[str, AfterValidator(_color)] | None = Field(
        default=None, description="A colour's CSS name.", examples=["khaki"]
    )
    suggestions: list[SuggestionModel] = Field(
        default=[], max_length=MOST_ITEMS, description="Its suggestions: new ones, and what differs from those there."
    )


class PackModel(Model):
    """A pack of several practices."""

    practices: list[PackPracticeModel] = Field(
        min_length=1, max_length=MOST_ITEMS, description="The practices.", examples=[[{"slug": "gratitude"}]]
    )


def given(model: Model, *left_out: str) -> dict[str, Any]:
    """What a file says, by the names of the records' fields."""
    names = {"with_": "together"}
    found = {name: getattr(model, name) for name in model.model_fields_set if name not in left_out}
    return {names.get(name, name): value for name, value in found.items() if value is not None}
