"""Reading a practice from its YAML file."""

from __future__ import annotations

from typing import Any

from fondly_hooks.errors import SourceError
from fondly_hooks.types.cadence import parse_cadence
from fondly_hooks.types.content import Practice, Study, Suggestion
from fondly_hooks.types.times import parse_time_window
from fondly_hooks.yamlfile import load_yaml


def read_practice(data: bytes, name: str) -> Practice:
    """The practice that the file ``name`` holds; raises `SourceError` with what is wrong."""
    try:
        return _practice(dict(load_yaml(data)))
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        what = f"'{problem.args[0]}' is missing" if isinstance(problem, KeyError) else problem
        raise SourceError(f"{name}: {what}") from problem


def _practice(fields: dict[str, Any]) -> Practice:
    suggestions = tuple(_suggestion(dict(item)) for item in fields.pop("suggestions"))
    return Practice(
        slug=fields.pop("slug"),
        name=fields.pop("name"),
        neutral_title=fields.pop("neutral_title"),
        about=fields.pop("about").strip(),
        every=parse_cadence(fields.pop("every")),
        at=tuple(parse_time_window(text) for text in fields.pop("at")),
        minutes=fields.pop("minutes"),
        together=_together(fields.pop("with")),
        private=fields.pop("private", False),
        studies=tuple(Study(**item) for item in fields.pop("studies", ())),
        suggestions=suggestions,
        **{key: value.strip() for key, value in fields.items()},
    )


def _suggestion(fields: dict[str, Any]) -> Suggestion:
    return Suggestion(
        together=_together(fields.pop("with")),
        text=fields.pop("text").strip(),
        seasons=tuple(fields.pop("seasons", ())),
        tags=tuple(fields.pop("tags", ())),
        **fields,
    )


def _together(word: str) -> bool:
    if word not in ("together", "solo"):
        raise ValueError(f"with: '{word}' is neither 'together' nor 'solo'")
    return word == "together"
