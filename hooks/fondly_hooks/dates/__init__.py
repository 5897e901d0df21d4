"""The built-in date ideas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

from fondly_hooks.dates.ranking import rank
from fondly_hooks.errors import SourceError
from fondly_hooks.markers import hookimpl
from fondly_hooks.types.content import DateIdea
from fondly_hooks.types.ideas import IdeaHistory, IdeaWish, RankedIdea
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Span
from fondly_hooks.yamlfile import load_yaml


@hookimpl
def fondly_date_ideas(relationship: Relationship, window: Span) -> Iterator[DateIdea]:
    """All ideas of the catalogue; the planner chooses."""
    yield from built_in()


@cache
def built_in() -> tuple[DateIdea, ...]:
    """The catalogue, read once: it is part of the program."""
    return tuple(read_ideas(resources.files(__name__).joinpath("ideas.yaml").read_bytes(), "ideas.yaml"))


@hookimpl(trylast=True)
def fondly_rank_date_ideas(ideas: Sequence[DateIdea], wish: IdeaWish, history: IdeaHistory) -> Sequence[RankedIdea]:
    """A familiar one, a new one, an effortless one, and the rest, where nobody else decides."""
    return rank(ideas, wish, history)


def read_ideas(data: bytes, name: str) -> Iterator[DateIdea]:
    """The ideas in a YAML list; raises `SourceError` with what is wrong in the file ``name``."""
    try:
        for item in load_yaml(data):
            yield DateIdea(**{key: _frozen(value) for key, value in item.items()})
    except (AttributeError, TypeError, ValueError) as problem:
        raise SourceError(f"{name}: {problem}") from problem


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value.strip() if isinstance(value, str) else value
