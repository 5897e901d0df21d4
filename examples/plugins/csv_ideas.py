"""Date ideas from a spreadsheet that was saved as CSV.

Its columns are slug, title, text, minutes, cost and setting (home, out, apart). Where it is stands in the config:
hooks: {settings: {csv_ideas: {path: ideas.csv}}}
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from fondly import DateIdea, HookContext, hookimpl


class Settings(BaseModel):
    """What the config may say; a mistake in there is told with its line and column."""

    path: Path = Path("hooks/ideas.csv")


fondly_settings = Settings


@hookimpl
def fondly_date_ideas(context: HookContext) -> Iterator[DateIdea]:
    """One idea for each line. A line that is no idea is told, and the others are used."""
    path = context.folder / context.settings.path  # relative paths start where the config file is
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                idea = DateIdea(
                    slug=row["slug"],
                    title=row["title"],
                    text=row["text"],
                    minutes=int(row["minutes"]),
                    cost=float(row["cost"]),
                    setting=row["setting"],  # type: ignore[arg-type]  # fondly itself says what it may be
                )
            except (KeyError, TypeError, ValueError) as problem:
                context.log.warning("%s:%d is no idea: %s", path.name, number, problem)
            else:
                yield idea
