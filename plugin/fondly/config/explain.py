"""pydantic's errors in words that a newcomer can follow, each with its line and column."""

from __future__ import annotations

import difflib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from fondly.config.document import Document, KeyPath, Problem


def explain(error: ValidationError, document: Document, model: type[BaseModel], at: KeyPath = ()) -> list[Problem]:
    """Every problem that pydantic found in ``model``, whose data stands at ``at`` in the document."""
    return [_problem(item, document, model, at) for item in error.errors(include_url=False, include_context=True)]


def _problem(item: Any, document: Document, model: type[BaseModel], at: KeyPath) -> Problem:
    path = (*at, *(part for part in item["loc"] if isinstance(part, int) or not part.startswith("function-")))
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return document.problem(
            path, "is not known here" + _near(str(path[-1]), _keys(model, path[len(at) : -1])), key=True
        )
    if kind == "missing":
        return document.problem(path, "is missing; add it")
    if kind == "value_error":
        return document.problem(path, str(context["error"]))
    if kind == "literal_error":
        given = item["input"]
        options = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return document.problem(path, f"'{given}' is none of {', '.join(options)}" + _near(str(given), options))
    return document.problem(path, _plain(kind, context, item))


def _plain(kind: str, context: dict[str, Any], item: Any) -> str:
    wanted = {
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "int_from_float": "a whole number",
        "float_type": "a number",
        "float_parsing": "a number",
        "string_type": "text; put it in quotes",
        "list_type": "a list, such as [a, b]",
        "dict_type": "a mapping of keys",
        "model_type": "a mapping of keys",
        "model_attributes_type": "a mapping of keys",
    }
    if kind in wanted:
        given = "nothing" if item["input"] is None else f"'{item['input']}'"
        return f"needs {wanted[kind]}, not {given if len(given) < 60 else 'this'}"
    if kind in ("greater_than_equal", "less_than_equal"):
        limit, word = (context.get("ge"), "at least") if "ge" in context else (context.get("le"), "at most")
        return f"must be {word} {limit}"
    if kind in ("string_too_short", "too_short"):
        return "must not be empty"
    if kind == "string_pattern_mismatch":
        return f"'{item['input']}' has not the right form, such as EUR"
    return str(item["msg"])


def _near(word: str, options: list[str]) -> str:
    near = difflib.get_close_matches(word, options, 1, 0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known are {', '.join(options)}" if 0 < len(options) <= 15 else ""


def _keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that are known at ``path`` below ``model``."""
    for part in path:
        if isinstance(part, int):
            continue
        found = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        inner = _model_in(found.annotation) if found else None
        if inner is None:
            continue  # a key of a mapping, such as a practice's slug: its model stays
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
