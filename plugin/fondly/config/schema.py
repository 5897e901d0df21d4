"""The JSON Schema of the config file (draft 2020-12), for editors, for the reference in ``docs/`` and for tests."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from fondly.config import patterns
from fondly.config.keys import keys_of, models_in
from fondly.config.models import ConfigModel
from fondly_hooks.types.times import hours_text

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
# Parts of the grammar that many keys share.
SHARED: dict[str, Schema] = {
    "rhythm-text": patterns.EVERY_SCHEMA,
    "window": patterns.text(patterns.WINDOW),
    "time-zone": patterns.ZONE_SCHEMA,
    "yes-or-no": patterns.TRUTH_SCHEMA,
    "length": patterns.text(patterns.LENGTH),
    "short-name": patterns.text(patterns.SLUG),
    "secret": patterns.SECRET_SCHEMA,
}


def config_schema(options: Mapping[str, type[BaseModel]], practices: Iterable[str], zones: Iterable[str]) -> Schema:
    """The schema of the whole file, as plain data.

    ``options`` are the models of the options of outputs, by kind; ``practices`` the slugs and ``zones`` the time zones
    that the file may name. What lies between keys (people who do not exist, names that are taken) no schema can tell.
    """
    whole = _schema_of(ConfigModel, "")
    definitions: dict[str, Schema] = whole.pop("$defs")
    whole["properties"]["practices"]["propertyNames"] = {"enum": sorted(set(practices))}
    common = definitions.pop("output")
    for kind, model in sorted(options.items()):
        with contextlib.suppress(Exception):  # of a plugin's model anything may be; the others are told all the same
            own = _schema_of(model, f"{kind}.")
            definitions |= own.pop("$defs", {})
            definitions[f"{kind}-output"] = _output(kind, common, own)
    told = [kind for kind in sorted(options) if f"{kind}-output" in definitions]
    common["properties"]["kind"]["enum"] = sorted(options)
    whole["properties"]["outputs"]["items"] = {
        "type": "object",
        "required": common["required"],
        "properties": common["properties"],
        "allOf": [_where_kind_is(kind, {"$ref": f"#/$defs/{kind}-output"}) for kind in told],
    }
    whole = dict(_shared({"$schema": DRAFT, "title": "fondly.yaml", **whole}))
    whole["$defs"] = {
        **SHARED,
        "time-zone": {"type": "string", "enum": sorted(zones)},
        **{name: _shared(schema) for name, schema in sorted(definitions.items())},
    }
    return whole


def written(value: Any) -> Any:
    """A default as it would be written in the file."""
    if isinstance(value, BaseModel):
        return {}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value):
        return hours_text((value[0], value[1]))
    if isinstance(value, (list, tuple)):
        return [written(item) for item in value]
    return value if isinstance(value, (int, float, dict, type(None))) else str(value)


def definition_name(model: type[BaseModel]) -> str:
    """``CalendarDateModel`` as ``calendar-date``."""
    words = re.findall("[A-Z][a-z0-9]*", model.__name__.removesuffix("Model"))
    return "-".join(word.lower() for word in words)


class _Unsorted(GenerateJsonSchema):
    """Keys in the order of the models, which is that of the file."""

    def sort(self, value: Any, parent_key: str | None = None) -> Any:
        """As it is."""
        return value


def _schema_of(model: type[BaseModel], prefix: str) -> Schema:
    """The schema that pydantic makes of a model, with our names, and defaults as they are written."""
    schema = model.model_json_schema(
        by_alias=True, ref_template=f"#/$defs/{prefix}{{model}}", schema_generator=_Unsorted
    )
    known = {one.__name__: one for one in _all_models(model)}
    names = {name: definition_name(one) for name, one in known.items()}
    definitions = {}
    for name, inner in schema.pop("$defs", {}).items():
        if name in known:
            _describe(inner, known[name])
        definitions[f"{prefix}{names.get(name, name)}"] = inner
    _describe(schema, model)
    new_names = {f"{prefix}{name}": f"{prefix}{ours}" for name, ours in names.items()}
    return dict(_renamed({**schema, "$defs": definitions}, new_names))


def _all_models(model: type[BaseModel]) -> list[type[BaseModel]]:
    found = [model]
    for one in found:  # it grows meanwhile
        for field in one.model_fields.values():
            found += [inner for inner in models_in(field) if inner not in found]
    return found


def _describe(schema: Schema, model: type[BaseModel]) -> None:
    mapping = schema["anyOf"][-1] if "anyOf" in schema else schema
    mapping.pop("title", None)
    for key, field in keys_of(model).items():
        part = mapping["properties"][key]
        part.pop("title", None)
        if "anyOf" in part:  # a key without a value is refused, and so is one in the place of nothing
            part["anyOf"] = [one for one in part["anyOf"] if one != {"type": "null"}]
            if len(part["anyOf"]) == 1:
                part |= part.pop("anyOf")[0]
        if field.description:  # pydantic leaves out one that the inner model has too
            part["description"] = field.description
        if not field.is_required():
            part["default"] = written(field.get_default(call_default_factory=True))


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        if set(value) >= {"$ref"}:
            name = str(value["$ref"]).rpartition("/")[2]
            return {**value, "$ref": f"#/$defs/{names.get(name, name)}"}
        return {key: _renamed(item, names) for key, item in value.items()}
    return [_renamed(item, names) for item in value] if isinstance(value, list) else value


def _shared(value: Any) -> Any:
    """The same schema, with a reference in the place of each shared part of the grammar."""
    if isinstance(value, dict):
        for name, schema in SHARED.items():
            if value.items() >= schema.items():
                rest = {key: item for key, item in value.items() if key not in schema}
                return {"$ref": f"#/$defs/{name}", **rest}
        return {key: _shared(item) if key not in ("default", "examples") else item for key, item in value.items()}
    return [_shared(item) for item in value] if isinstance(value, list) else value


def _output(kind: str, common: Schema, own: Schema) -> Schema:
    """All keys of an output of that kind, so that what belongs to another kind is told."""
    properties = {**common["properties"], **own["properties"]}
    return {
        "type": "object",
        "description": own.get("description", ""),
        "properties": {**properties, "kind": {**properties["kind"], "const": kind, "examples": [kind]}},
        "required": [*common["required"], *own.get("required", [])],
        **({"oneOf": own["oneOf"]} if "oneOf" in own else {}),
        "additionalProperties": False,
    }


def _where_kind_is(kind: str, then: Schema) -> Schema:
    return {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": then}
