"""Where plugins and busy times come from."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from fondly.config.models.base import Model


class HooksModel(Model):
    """Plugins: who adds what."""

    folder: str = Field(
        default="hooks",
        min_length=1,
        description="The folder of your own plugins; it starts at this file's folder.",
        examples=["hooks"],
    )
    disable: list[str] = Field(
        default=[], description="Plugins, by name, that are not to be loaded.", examples=[["gratitude-wall"]]
    )
    optional: list[str] = Field(
        default=[],
        description="Plugins, by name, whose failure leaves the exit code at 0.",
        examples=[["cinema-listings"]],
    )
    settings: dict[str, dict[str, Any]] = Field(
        default={},
        description="What a plugin is told, by its name; nobody else gets to see it.",
        examples=[{"cinema-listings": {"town": "Berlin"}}],
    )


class BusyModel(Model):
    """A calendar that tells when somebody is taken."""

    person: str = Field(description="Whose calendar it is, by their id.", examples=["ana"])
    kind: Literal["ics"] = Field(description="An iCalendar file.", examples=["ics"])
    url: str = Field(
        min_length=1,
        description="Its path; it starts at this file's folder.",
        examples=["ana-work.ics"],
        json_schema_extra={"not": {"pattern": "://"}},
    )

    @field_validator("url")
    @classmethod
    def _file(cls, value: str) -> str:
        if "://" in value:
            raise ValueError("busy times are read from files as yet; name the path of an .ics file")
        return value
