"""What the note outputs can be told in the config."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class MarkdownOptions(BaseModel):
    """A Markdown file: where it is, and how many days ahead its list goes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1)
    days: int = Field(default=28, ge=1, le=366)
