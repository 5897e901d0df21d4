"""One JSON Schema (2020-12) for all that scripts get and give."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from fondly.scripting.forms import form_type
from fondly_hooks import specs
from fondly_hooks.types import content, context, entries, ideas, people, reports, times
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MESSAGE = {"type": "string", "description": "One line for the person."}


def hooks_schema() -> dict[str, Any]:
    """The schema. Its ``$defs`` have for each hook that scripts answer ``HOOK.input`` and ``HOOK.output``."""
    scripted = [hook for hook, facts in specs.HOOKS.items() if facts.scripts]
    builder = _Builder()
    sides = {}
    for hook in scripted:
        sides[f"{hook}.input"] = _input(hook, builder)
        sides[f"{hook}.output"] = _output(hook, builder)
    return {
        "$schema": DIALECT,
        "title": "Script hooks of fondly",
        "description": "What a script finds on its standard input, and what it may print on its standard output.",
        "anyOf": [{"$ref": f"#/$defs/{side}"} for side in sides],
        "$defs": sides | dict(sorted(builder.defs.items())),
    }


class _Builder:
    """Collects the definitions that the schemas of types refer to."""

    def __init__(self) -> None:
        self.defs: dict[str, Any] = {}

    def of(self, kind: Any, *, given: bool) -> dict[str, Any]:
        """The schema of a type of a record's field, or of a hook's argument."""
        # In a list, since the schema of a model alone would stand there itself and not among the definitions.
        listed = TypeAdapter(list[form_type(kind, given=given)]).json_schema()  # type: ignore[misc,arg-type]
        self.defs |= {name: _tidy(part, given=given) for name, part in listed.get("$defs", {}).items()}
        found: dict[str, Any] = listed["items"]
        return found


def _input(hook: str, builder: _Builder) -> dict[str, Any]:
    spec = getattr(specs, hook)
    hints = get_type_hints(spec, localns=_NAMES)
    names = [name for name in inspect.signature(spec).parameters if name not in ("relationship", "context")]
    data = {name: builder.of(hints[name], given=False) for name in names}
    return _object(
        f"What a script of {hook} gets.",
        {
            "fondly_hook": {"const": 1},
            "hook": {"const": hook},
            "relationship": builder.of(Relationship, given=False),
            "data": _object("The hook's arguments.", data),
            "settings": {"type": "object", "description": "What the config says under hooks.settings.NAME."},
            "dry_run": {"type": "boolean", "description": "Whether nothing may be sent or written."},
            "now": {"type": "string", "format": "date-time", "description": "The clock on the wall of me."},
        },
    )


def _output(hook: str, builder: _Builder) -> dict[str, Any]:
    facts = specs.HOOKS[hook]
    keys: dict[str, Any] = {}
    if facts.kind == "provider":
        keys["add"] = {"type": "array", "items": builder.of(facts.gives, given=True)}
    elif facts.kind == "decider":
        result = builder.of(facts.gives, given=True)
        if hook != "fondly_weather":
            result = {"type": "array", "items": result}
        keys["result"] = {"anyOf": [result, {"type": "null"}]}
    elif facts.kind == "adjuster":
        entry = builder.of(Entry, given=True)
        keys["add"] = {"type": "array", "items": entry}
        keys["change"] = {"type": "array", "items": _changed(builder)}
        keys["drop"] = {"type": "array", "items": {"type": "string"}, "description": "Ids."}
    keys |= {"message": MESSAGE, "hook": {"const": hook}}
    return _object(f"What a script of {hook} may print.", keys, required=())


def _tidy(part: dict[str, Any], *, given: bool) -> dict[str, Any]:
    """The schema of a record without what pydantic makes up; what a script may leave out may be null as well."""
    needed = part.get("required", ())
    keys = {}
    for name, key in part.get("properties", {}).items():
        own = {word: value for word, value in key.items() if word not in ("title", "default")}
        keys[name] = {"anyOf": [own, {"type": "null"}]} if given and name not in needed and own else own
    return {**part, "properties": keys}


def _changed(builder: _Builder) -> dict[str, Any]:
    """An entry of which only the id has to be there."""
    schema = {**builder.defs["Entry"], "required": ["id"]}
    builder.defs["EntryChange"] = schema | {"title": "EntryChange", "description": "The id, and what is to differ."}
    return {"$ref": "#/$defs/EntryChange"}


def _object(description: str, keys: Mapping[str, Any], required: Sequence[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "properties": dict(keys),
        "required": list(keys if required is None else required),
        "additionalProperties": False,
    }


# The names in the annotations of the specifications, which are imported there for type checkers alone.
_NAMES = {
    name: value
    for module in (content, context, entries, ideas, people, reports, times)
    for name, value in vars(module).items()
    if isinstance(value, type)
}
