"""Date ideas from a spreadsheet that was saved as CSV.

Its columns are slug, title, text, minutes, cost and setting (home, out, apart). Where it is stands in the config:
hooks: {settings: {csv_ideas: {path: hooks/ideas.csv}}}
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, PositiveInt, ValidationError

from fondly import DateIdea, HookContext, hookimpl


class Settings(BaseModel):
    """What the config may say; a mistake in there is told with its line and column."""

    path: Path = Path("hooks/ideas.csv")
    separator: Literal[",", ";"] = ","  # a spreadsheet in German, French or Spanish writes ";"


class Row(BaseModel):
    """What a line may hold. Fondly trusts a plugin in Python, so a slip of the pen has to be caught here."""

    slug: str = Field(pattern="^[a-z0-9-]+$")
    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    minutes: PositiveInt
    cost: float = Field(ge=0, allow_inf_nan=False)
    setting: Literal["home", "out", "apart"]


fondly_settings = Settings


@hookimpl
def fondly_date_ideas(context: HookContext) -> Iterator[DateIdea]:
    """One idea for each line. A line that is no idea is told, and the others are used."""
    settings: Settings = context.settings
    path = context.folder / settings.path  # relative paths start where the config file is
    with path.open(encoding="utf-8-sig", newline="") as file:  # -sig, for Excel puts a mark before the first letter
        lines = csv.DictReader(file, delimiter=settings.separator)
        for line in lines:
            try:
                row = Row.model_validate(line)
            except ValidationError as problem:
                first = problem.errors()[0]
                where = f"{path.name}:{lines.line_num}"  # where the line ends; a text may run over several
                context.log.warning("%s is no idea: %s: %s", where, ".".join(map(str, first["loc"])), first["msg"])
            else:
                yield DateIdea(**row.model_dump())
