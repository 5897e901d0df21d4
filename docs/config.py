"""Writes docs/config.md, the reference of the config file, from its schema: ``python docs/config.py``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fondly.checkup.later import NOT_YET
from fondly.config import HooksConfig
from fondly.config.fields import TRUTHS
from fondly.config.models import PRACTICES
from fondly.config.schema import config_schema
from fondly.config.shown import config_yaml
from fondly.outputs.judging import option_models, output_kinds
from fondly.outputs.later import LATER
from fondly.plugins import load_plugins

HERE = Path(__file__).parent
LONGEST = 60  # letters of an example in a table
LATER_NOTE = "*Nothing goes there yet.*"
HEAD = """\
# The config file

`fondly init` writes one; `fondly config path` says where it is. `fondly check` says what is wrong in it, each mistake
with its line and column, and what each part does. `fondly config show` prints it with every default filled in.
`fondly config schema` prints its JSON Schema: an editor that is given it completes keys and marks mistakes. For the
YAML extension of VS Code: `fondly config schema > fondly.schema.json`, and as the first line of the config file
`# yaml-language-server: $schema=fondly.schema.json`.

It is YAML 1.2, UTF-8, at most 1 MB. Words stay as you type them: `off` is a word, `18:30` a time, `2015-06-20` a day,
all without quotes. `yes`, `no`, `on`, `off`, `true` and `false` answer a question. A key that fondly does not know is
told, not passed over. Relative paths start at the file's folder.

This page is made from the schema by `python docs/config.py`.
"""


def page() -> str:
    """The whole page."""
    models = option_models(output_kinds(load_plugins(HooksConfig(None))))
    schema = config_schema(models, PRACTICES, ["Europe/Berlin"])
    plain = {key: part for key, part in schema["properties"].items() if _inner(part, schema) is None}
    lines = [HEAD, "## At the top", "", *_table(plain, schema["required"], "")]
    for key, part in schema["properties"].items():
        if key not in plain and key != "outputs":
            lines += _section("##", key, key, part, schema)
    lines += _outputs(schema)
    return "\n".join(lines).rstrip() + "\n"


def _section(level: str, name: str, path: str, part: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """One part of the file: what it is, an example, its keys, and the parts within it. ``path`` is as in `NOT_YET`."""
    inner = _inner(part, schema) or {}
    lines = ["", f"{level} {name}", "", part["description"], "", *_example(name.rpartition(".")[2].rstrip("[]"), part)]
    if "propertyNames" in part:
        lines += [f"The practices: {', '.join(f'`{slug}`' for slug in part['propertyNames']['enum'])}.", ""]
    path += ".*" if "items" in part or "additionalProperties" in part else ""
    lines += _table(inner["properties"], inner.get("required", ()), f"{path}.")
    for key, own in inner["properties"].items():
        if _inner(own, schema):
            many = "[]" if "items" in own else ""
            lines += _section("###", f"{name}.{key}{many}", f"{path}.{key}", own, schema)
    return lines


def _outputs(schema: dict[str, Any]) -> list[str]:
    part = schema["properties"]["outputs"]
    common = part["items"]["properties"]
    lines = ["", "## outputs", "", part["description"], "", *_example("outputs", part)]
    lines += ["Every output has these keys:", "", *_table(common, part["items"]["required"], "")]
    for kind in common["kind"]["enum"]:
        own = schema["$defs"][f"{kind}-output"]
        keys = {key: value for key, value in own["properties"].items() if key not in common}
        lines += ["", f"### kind: {kind}", "", own["description"] + (f" {LATER_NOTE}" if kind in LATER else "")]
        lines += ["", *_table(keys, own["required"], "")] if keys else []
    return lines


def _table(keys: dict[str, Any], required: Any, path: str) -> list[str]:
    """The keys of a mapping; ``path`` is what stands before them in `NOT_YET`."""
    lines = ["| key | what it is | left out | for example |", "| --- | --- | --- | --- |"]
    for key, part in keys.items():
        default = "**needed**" if key in required else _default(part["default"])
        examples = "<br>".join(f"`{_inline(example)}`" for example in part["examples"] if not _is_long(example))
        words = [part["description"], _limits(part), _not_yet(f"{path}{key}")]
        lines.append(f"| `{key}` | {_cell(' '.join(filter(None, words)))} | {default} | {_cell(examples)} |")
    return lines


def _limits(part: dict[str, Any]) -> str:
    """What a value has to be among or between, where the description does not say it already."""
    for one in (part, part.get("items", {}), *part.get("anyOf", ())):
        words = [f"`{word}`" for word in one.get("enum", ()) if isinstance(word, str) and word not in TRUTHS]
        if not all(word in part["description"] for word in words):
            return f"One of {', '.join(words)}."
        if "minimum" in one and "maximum" in one:
            return f"From {one['minimum']:g} to {one['maximum']:g}."
    return ""


def _not_yet(path: str) -> str:
    for pattern, purpose, wanted in NOT_YET:
        if pattern == path:
            return "*This does nothing yet.*" if wanted is None else f"*Not yet: {purpose}.*"
    return ""


def _example(name: str, part: dict[str, Any]) -> list[str]:
    longest = max(part["examples"], key=lambda example: len(json.dumps(example)))
    return ["```yaml", config_yaml({name: longest}).rstrip(), "```", ""]


def _default(value: Any) -> str:
    if value in (None, "", {}):
        return ""
    return "none" if value == [] else f"`{_cell(_inline(value))}`"


def _inline(value: Any) -> str:
    """A value on one line, as it may be written in the file."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_inline(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return str(value)


def _is_long(value: Any) -> bool:
    return len(_inline(value)) > LONGEST


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _inner(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any] | None:
    """The mapping that a key speaks of, itself or in a list."""
    for one in (part, part.get("items", {}), part.get("additionalProperties", {}), *part.get("anyOf", ())):
        if isinstance(one, dict):
            found = schema["$defs"][one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            for mapping in (found, *found.get("anyOf", ())):
                if "properties" in mapping:
                    return dict(mapping)
    return None


if __name__ == "__main__":
    (HERE / "config.md").write_text(page(), encoding="utf-8")
