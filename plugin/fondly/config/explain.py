"""pydantic's errors in words that a newcomer can follow, each with its line and column."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from fondly.config.document import Document
from fondly.config.fields import SECRET_WORDS, shown, zone_hint
from fondly.config.keys import keys_at
from fondly.config.models import OutputModel
from fondly.config.problems import MISSING, MOST_TOLD, UNKNOWN, KeyPath, Place, Problem, dotted
from fondly.config.suggest import did_you_mean

WANTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
}
LIMITS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
COLLECTIONS = ("list_type", "dict_type", "model_type", "model_attributes_type")
RHYTHMS = ("PracticeModel", "DatesModel")  # a rhythm alone serves in the place of their keys
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def explain(error: ValidationError, document: Document, model: type[BaseModel], at: KeyPath = ()) -> list[Problem]:
    """The problems that pydantic found in ``model``, whose data stands at ``at``: at most `MOST_TOLD` and one more.

    What YAML made of a value that it could not read is not judged a second time, and what stands behind a `*` is told
    once.
    """
    found = []
    for item in error.errors(include_url=False, include_context=True):
        path = (*at, *(part for part in item["loc"] if part != "[key]"))
        if not any(path[:length] in document.spoilt for length in range(len(path) + 1)):
            found.append((document.places.where(path, key=item["type"] == "extra_forbidden"), path, item))
    found.sort(key=lambda one: one[0])
    told: dict[tuple[Place, object, str], Problem] = {}
    for place, path, item in found[: MOST_TOLD + 1]:
        problem = _problem(path, item, document, model, at)
        told.setdefault((place, path[-1:], problem.what), problem)
    return list(told.values())


def _problem(path: KeyPath, item: Any, document: Document, model: type[BaseModel], at: KeyPath) -> Problem:
    kind, context, given = item["type"], item.get("ctx", {}), item["input"]
    problem = document.places.problem
    if kind == "extra_forbidden":
        known = list(keys_at(model, path[len(at) : -1]))
        if at and len(path) == len(at) + 1:
            known += [key for key in keys_at(OutputModel, ()) if key not in known]
        if given is None and document.guards_password(path[:-1]):
            place, what = document.places.where(path, key=True), "a key without a value; put a password in quotes"
            return Problem(*place, dotted(path[:-1]), what, document.places.name)
        return problem(path, _unknown(str(path[-1]), given, known), key=True)
    field = keys_at(model, path[len(at) : -1]).get(str(path[-1])) if path else None
    example = _example(path, model, at)
    if kind == "missing":
        return problem(path, f"{MISSING}; add it{example}")
    if kind == "time_zone":
        import zoneinfo

        return problem(path, f"{shown(given)} is no time zone{zone_hint(given, zoneinfo.available_timezones())}")
    if kind == "value_error":
        return problem(path, _without(given if _is_secret(path) else None, str(context["error"])))
    if path[-1:] in (("people",), ("secret_from",), ("seen_by",)) and len(path) > 1 and isinstance(given, str):
        # With who was written, not with the example: more people may stand in that.
        example = f", such as '{path[-1]}: [{given}]'"
    if context.get("class_name") in RHYTHMS:
        example = " or a rhythm, such as 'weekly'"
    if given is None:
        leave = "" if field is not None and field.is_required() else ", or take the line away"
        return problem(path, f"holds nothing; write its value{example}{leave}")
    value = "this" if _is_secret(path) else shown(given)
    if kind == "literal_error":
        options = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        if len(options) == 1:
            return problem(path, f"can only be '{options[0]}' as yet, not {value}")
        near = did_you_mean(given, options) if isinstance(given, str) else ""
        return problem(path, f"{value} is none of {', '.join(options)}{near if 'mean' in near else ''}")
    if kind in ("string_too_short", "too_short"):
        return problem(path, f"must not be empty; write its value{example}")
    return problem(path, _plain(kind, context, given, value, example))


def _is_secret(path: KeyPath) -> bool:
    return any(isinstance(part, str) and SECRET_WORDS.search(part) for part in path)


def _unknown(key: str, given: Any, known: list[str]) -> str:
    """What to do about a key that no model knows."""
    if not key:
        return "holds a key without a name; write one before the ':', or take the line away"
    if key == "<<":
        return "is not known here; write the keys out that it would bring along"
    if not key.isprintable():
        return "is not known here: it holds a character that nobody sees; type the whole line anew"
    if given is None and key.isdecimal():
        return "is what stands after a comma; write a number without one, such as 1000 or 52.5"
    longer = [option for option in known if len(key) > 2 and option.startswith(key)]
    hint = f"; did you mean '{longer[0]}'?" if len(longer) == 1 else did_you_mean(key, known)
    return f"{UNKNOWN}{hint}"


def _without(secret: Any, text: str) -> str:
    """The words of a parser, which may quote what was given or a word of it, without it."""
    for word in (secret, *secret.split(), *secret.lower().split()) if isinstance(secret, str) else ():
        text = text.replace(f"'{word}'", "this")
    return text


def _plain(kind: str, context: Mapping[str, Any], given: Any, value: str, example: str) -> str:
    if kind in WANTED:
        hint = ""
        if isinstance(given, (bool, int, float)) and kind == "string_type":
            hint = "; put it in quotes"
        elif isinstance(given, str) and kind in ("int_type", "float_type"):
            hint = "; take the quotes away" if NUMBER.fullmatch(given) else ""
            hint = f"; write {given.lstrip('0')}" if NUMBER.fullmatch(given.lstrip("0")) and given[0] == "0" else hint
        elif isinstance(given, dict) and kind == "list_type":
            hint = "; begin each entry with '- '"
        elif isinstance(given, str) and kind in COLLECTIONS and ":" in given:  # it may be a password that lacks a blank
            value, hint = "text", "; write a blank after each ':'"
        if kind not in COLLECTIONS and not isinstance(given, (dict, list)):
            example = ""
        return f"needs {WANTED[kind]}{example}, not {value}{hint}"
    for key, word in LIMITS.items():
        if key in context:
            limit = context[key]
            return f"must be {word} {f'{limit:g}' if isinstance(limit, (int, float)) else limit}, not {value}"
    if kind == "too_long":
        return f"holds more than {context['max_length']} entries; that is more than fondly can keep"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} letters; shorten it"
    # Of a plugin's own model. pydantic's words may hold the value.
    return f"is not as it has to be ({str(kind).replace('_', ' ')}){example}"


def _example(path: KeyPath, model: type[BaseModel], at: KeyPath) -> str:
    """How the key, or the entry of a list, is written, as its model shows it."""
    entry = len(path) > len(at) + 1 and isinstance(path[-1], int)
    key = path[-2] if entry else path[-1] if path else ""
    field: FieldInfo | None = keys_at(model, path[len(at) : -2 if entry else -1]).get(str(key))
    if field is None or not field.examples:
        return ""
    value = field.examples[0]
    if path == ("id",):  # nobody is to share one with the example
        import uuid

        value = str(uuid.uuid4())
    if entry:
        value = value[0] if isinstance(value, list) and value else ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False).replace('"', "")
    return f", such as '{text}'" if entry and text else "" if entry else f", such as '{key}: {text}'"
