"""pydantic's errors in words that a newcomer can follow, each with its line and column."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from fondly.config.document import Document, KeyPath, Problem
from fondly.config.models import ConfigModel
from fondly.config.suggest import did_you_mean


def explain(error: ValidationError, document: Document, model: type[BaseModel], at: KeyPath = ()) -> list[Problem]:
    """Every problem that pydantic found in ``model``, whose data stands at ``at`` in the document."""
    return [_problem(item, document, model, at) for item in error.errors(include_url=False, include_context=True)]


def _problem(item: Any, document: Document, model: type[BaseModel], at: KeyPath) -> Problem:
    path = (*at, *(part for part in item["loc"] if isinstance(part, int) or not part.startswith("function-")))
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        known = _keys(model, path[len(at) : -1])
        if len(path) == len(at) + 1 > 1:
            known += [key for key in _keys(ConfigModel, at) if key not in known]  # what every output has
        return document.problem(path, "is not known here" + did_you_mean(str(path[-1]), known), key=True)
    if kind == "missing":
        return document.problem(path, "is missing; add it")
    if kind == "value_error":
        text = str(context["error"])
        if "password" in path:
            text = text.replace(str(item["input"]), "...")  # one that slipped into another part of the file
        return document.problem(path, text)
    if kind == "literal_error":
        given = item["input"]
        options = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        near = did_you_mean(given, options) if isinstance(given, str) else ""
        return document.problem(path, f"{_shown(given)} is none of {', '.join(options)}{near}")
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
        return f"needs {wanted[kind]}, not {_shown(item['input'])}"
    if kind in ("greater_than_equal", "less_than_equal"):
        limit, word = (context.get("ge"), "at least") if "ge" in context else (context.get("le"), "at most")
        return f"must be {word} {limit}"
    if kind in ("string_too_short", "too_short"):
        return "must not be empty"
    if kind == "string_pattern_mismatch":
        return f"'{item['input']}' has not the right form, such as EUR"
    return str(item["msg"])


def _shown(value: Any) -> str:
    """A wrong value as an error may show it: never what is inside a mapping or a list, where a password may stand."""
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        return "a mapping of keys" if isinstance(value, dict) else "a list"
    return f"'{value}'" if len(str(value)) < 60 else "this"


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
