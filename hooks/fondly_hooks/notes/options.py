"""What the note outputs can be told in the config."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class MarkdownOptions(BaseModel):
    """A Markdown file: where it is, and how many days ahead its list goes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    path: str = Field(
        min_length=1,
        description="The file, in which a part is kept up to date; it starts at this file's folder.",
        examples=["vault/us.md"],
    )
    days: int = Field(default=28, ge=1, le=366, description="How many days ahead its list goes.", examples=[14])
