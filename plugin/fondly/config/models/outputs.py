"""What every output has; the rest belongs to its kind."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from fondly.config.fields import Slug, Truth
from fondly.config.models.base import Model


class OutputModel(Model):
    """A place that entries go to."""

    model_config = ConfigDict(extra="allow")

    name: Slug = Field(description="A short name that never changes; its entries are known by it.", examples=["ours"])
    kind: str = Field(min_length=1, description="What it is; each kind has keys of its own.", examples=["caldav"])
    seen_by: list[str] = Field(
        default=[],
        description="Everybody who can see it, by their ids. Nothing goes to a place that nobody is said to see.",
        examples=[["ana", "ben"]],
    )
    include: list[Literal["practices", "dates", "anniversaries", "custom"]] | None = Field(
        default=None,
        min_length=1,
        description="What goes there; everything where it is left out.",
        examples=[["anniversaries"]],
    )
    titles: Literal["full", "neutral", "busy"] = Field(
        default="full",
        description="`full` titles, `neutral` ones that tell a passer-by nothing, or just `busy`.",
        examples=["neutral"],
    )
    details: Truth | None = Field(
        default=None, description="Whether descriptions go there; yes, but for `titles: busy`.", examples=["no"]
    )
    alarms: Truth | None = Field(
        default=None, description="Whether entries ring; yes where one person alone sees the place.", examples=["yes"]
    )
    practices_as: Literal["event", "todo"] = Field(
        default="event", description="Practices as events, or as to-dos where the place takes them.", examples=["todo"]
    )
