"""A pack: practices of one's own, in the shape of the built-in ones, or what differs from those."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from fondly.config.fields import Every, Slug, Truth, Windows
from fondly.config.models.base import MOST_ITEMS, Model
from fondly.config.models.rhythm import AT, EVERY
from fondly.config.problems import CONTROLS
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


def _visible(text: str) -> str:
    if any(ord(letter) in CONTROLS and letter not in "\n\r\t" for letter in text):
        raise ValueError("holds a character that nobody sees; type the whole text anew")
    return text.strip()


def _filled(text: str) -> str:
    if not text:
        raise ValueError("must not be empty; write its value, or take the line away")
    return text


def _one_line(text: str) -> str:
    return " ".join(_filled(_visible(text)).split())


Text = Annotated[str, Field(max_length=2000), AfterValidator(_visible)]
Filled = Annotated[Text, AfterValidator(_filled)]
Title = Annotated[str, Field(max_length=80), AfterValidator(_one_line)]
Words = Annotated[str, Field(max_length=200), AfterValidator(_one_line)]


class StudyModel(Model):
    """A study that stands behind a practice."""

    author: Words = Field(description="Who.", examples=["Algoe"])
    year: int = Field(ge=1800, le=2200, description="The year.", examples=[2010])
    kind: Words = Field(description="The kind of evidence.", examples=["observational"])


class SuggestionModel(Model):
    """One suggestion: a new one, or what differs from the one of that slug."""

    slug: Slug = Field(description="A short name that never changes.", examples=["one-small-thing"])
    off: Truth = Field(default=False, description=OFF, examples=["yes"])
    title: Title | None = Field(
        default=None, description="The title, as a calendar shows it.", examples=["Bake their favourite bread"]
    )
    text: Filled | None = Field(
        default=None,
        description="What to do, in a few sentences.",
        examples=["Bake it in the morning. Leave it on the table, still warm."],
    )
    minutes: int | None = Field(default=None, ge=1, le=720, description="How long it takes, in minutes.", examples=[5])
    with_: With | None = Field(default=None, alias="with", description="Alone, or with the others.", examples=["solo"])
    energy: Energy | None = Field(default=None, description="How much of it one needs.", examples=["low"])
    setting: Setting | None = Field(
        default=None, description="Where; `apart` and `anywhere` work at a distance too.", examples=["home"]
    )
    depth: int | None = Field(default=None, ge=1, le=3, description="1 is light, 3 is deep.", examples=[1])
    touch: Truth | None = Field(default=None, description="Whether it asks for touch.", examples=["no"])
    seasons: list[Season] | None = Field(
        default=None, description="When it fits; always where it is left out.", examples=[["winter"]]
    )
    tags: list[Words] | None = Field(default=None, description="A few words.", examples=[["thanks"]])


class PackPracticeModel(Model):
    """One practice: a new one, or what differs from the one of that slug."""

    slug: Annotated[Slug, AfterValidator(_free)] = Field(description="Its short name.", examples=["gratitude"])
    off: Truth = Field(default=False, description=OFF, examples=["yes"])
    name: Title | None = Field(default=None, description="Its name.", examples=["Tea"])
    neutral_title: Title | None = Field(
        default=None, description="What a shared or a work calendar shows.", examples=["Tea"]
    )
    about: Filled | None = Field(default=None, description="What it is, and why it helps.")
    evidence: Text | None = Field(default=None, description="What is known of it.")
    grade: Grade | None = Field(default=None, description="How good that is.", examples=["weak"])
    studies: list[StudyModel] | None = Field(
        default=None,
        max_length=50,
        description="Who found it.",
        examples=[[{"author": "Algoe", "year": 2010, "kind": "observational"}]],
    )
    caution: Text | None = Field(default=None, description="Whom it may hurt.")
    rather_not: Text | None = Field(default=None, description="When to leave it.")
    safety: Annotated[str, Field(max_length=5000), AfterValidator(_visible)] | None = Field(
        default=None, description="Where to turn when it is not enough."
    )
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
        default=[],
        max_length=MOST_ITEMS,
        description="Its suggestions: new ones, and what differs from those there.",
        examples=[[{"slug": "one-small-thing", "off": "yes"}]],
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
