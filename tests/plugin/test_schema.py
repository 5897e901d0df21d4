"""The JSON Schema for editors: complete, true to its own examples, and never at odds with what fondly itself says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from wrong_files import WRONG, Wrong

from fondly.config import WrongConfigError, read_config
from fondly.config.document import read_document
from fondly.config.problems import dotted
from fondly.config.shown import config_yaml
from fondly.preparing import open_config
from support import config_text, write_config

EXAMPLE = Path(__file__).parents[2] / "examples/fondly.yaml"
SHARED = Path(__file__).parents[3] / "shared/data/fondly.yaml"
DATA = ("default", "examples", "const", "enum")  # where no schemas stand, whatever the keys are called
PRINTER = """\
from pydantic import BaseModel, Field
from fondly import OutputKind, hookimpl


class Options(BaseModel):
    tray: int = Field(default=1, ge=1, description="Which tray the paper comes from.", examples=[2])
    model_config = {"extra": "forbid"}


@hookimpl
def fondly_output_kinds():
    yield OutputKind(name="printer", options=Options, open=lambda options, context: None)
"""

Schema = dict[str, Any]
Put = Callable[[Any], Schema]


def printed(config: Path | None = None) -> Schema:
    """The schema as the command prints it."""
    command = [Path(sys.executable).with_name("fondly"), *(["--config", config] if config else []), "config", "schema"]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")
    assert done.stderr == ""
    return dict(json.loads(done.stdout))


@cache
def schema() -> Schema:
    """The schema without anybody's plugins."""
    return printed()


def resolved(part: Schema) -> Schema:
    """What a reference refers to; what stands beside it counts more."""
    if "$ref" not in part:
        return part
    return {**resolved(schema()["$defs"][part["$ref"].removeprefix("#/$defs/")]), **part}


def complaints(part: Schema, value: Any) -> list[str]:
    """What a part of the schema says against a value."""
    inner = Draft202012Validator({**part, "$defs": schema()["$defs"]})
    return [f"{dotted(tuple(error.absolute_path))}: {error.message}" for error in inner.iter_errors(value)]


def properties(part: Any, where: str = "") -> Iterator[tuple[str, Schema, bool]]:
    """Every property in the schema, with whether it is required. A condition (`if`) is no property of a file."""
    if isinstance(part, dict):
        for key, inner in part.items():
            if key == "properties":
                for name, own in inner.items():
                    yield f"{where}.{name}", own, name in part.get("required", [])
                    yield from properties(own, f"{where}.{name}")
            elif key not in (*DATA, "if"):
                yield from properties(inner, f"{where}.{key}".removeprefix(".").removeprefix("$defs."))
    elif isinstance(part, list):
        for inner in part:
            yield from properties(inner, where)


def needed(part: Schema, beside: str = "") -> Schema:
    """The smallest mapping of that kind: what it requires ``beside`` a key, as its examples show it."""
    found = {}
    ways = [way["required"] for way in part.get("oneOf", [])]  # of which exactly one has to be there
    way = next((one for one in ways if beside in one), ways[0] if ways else [])
    for name in [*part.get("required", []), *way]:
        own = resolved(part["properties"][name])
        found[name] = own["const"] if "const" in own else own["examples"][0]
    return found


def spots(part: Schema, where: str, put: Put) -> Iterator[tuple[str, Schema, Put]]:
    """Every property that a file may hold: its path, its schema, and a way to put a value there into a valid config.

    Those that all outputs have stand in the schema of each kind once more. Only there can they stand in a valid file,
    since the kind decides what else an output needs; so the example of `kind` itself, above all kinds, is left out.
    """
    part = resolved(part)
    for name, own in part.get("properties", {}).items():

        def here(value: Any, name: str = name) -> Schema:
            return put({**needed(part, name), name: value})

        yield f"{where}.{name}", own, here
        yield from spots(own, f"{where}.{name}", here)
    for branch in part.get("anyOf", []):
        yield from spots(branch, where, put)
    if isinstance(part.get("additionalProperties"), dict):
        yield from spots(part["additionalProperties"], f"{where}.romance", lambda value: put({"romance": value}))
    if where == ".outputs":
        for name in schema()["$defs"]:
            if name.endswith("-output"):
                yield from spots({"$ref": f"#/$defs/{name}"}, f".{name}", lambda value: put([value]))
    elif isinstance(part.get("items"), dict):
        yield from spots(part["items"], f"{where}[0]", lambda value: put([value]))


def test_it_is_a_valid_schema() -> None:
    """An editor that knows JSON Schema of 2020 can read it."""
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_property_is_explained() -> None:
    """Whoever hovers over a key sees what it means, how it is written, and what it is where it is left out."""
    found = list(properties(schema()))
    assert len(found) > 100
    assert [where for where, own, _ in found if not own.get("description")] == []
    assert [where for where, own, _ in found if not own.get("examples")] == []
    assert [where for where, own, required in found if required == ("default" in own)] == []


def test_every_example_and_default_fits_its_own_property() -> None:
    """No example and no default of the schema would be underlined by the very editor that shows it.

    A default of nothing is no value that could be written: who wants it leaves the key out.
    """
    values = [(where, own, value) for where, own, _ in properties(schema()) for value in own["examples"]]
    values += [(where, own, own["default"]) for where, own, _ in properties(schema()) if own.get("default") is not None]
    assert [f"{where}: {value}: {told}" for where, own, value in values for told in complaints(own, value)] == []


def test_every_example_loads_at_its_place(tmp_path: Path) -> None:
    """Whoever copies any example to its place gets a file that fondly takes, and that the schema takes as a whole."""
    loaded, wrong = 0, []
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs/ours.yaml").write_text("slug: gratitude\n")  # the example of a pack, which has to be there
    for where, own, put in spots(schema(), "", lambda value: {**needed(schema()), **value}):
        for example in own["examples"] if "const" not in own else [own["const"]]:
            text = config_yaml(put(example))
            path = write_config(tmp_path, text)
            try:
                open_config(path)
            except WrongConfigError as problem:
                wrong.append(f"{where}: {problem}\n{text}")
            wrong += [f"{where}: {told}" for told in complaints(schema(), read_document(path).data)]
            loaded += 1
    assert wrong == []
    assert loaded > 120


def test_the_full_example_validates() -> None:
    """The example that uses every part is right in the eyes of an editor too; it is the one of the contract."""
    assert complaints(schema(), read_document(EXAMPLE).data) == []
    assert not read_config(EXAMPLE).problems
    if SHARED.is_file():
        assert EXAMPLE.read_bytes() == SHARED.read_bytes()


def near(error: str, key: str) -> bool:
    """Whether the schema complains at the key, above it or below it."""
    upper, lower = sorted((error, key), key=len)
    return not upper or f"{lower}.".startswith((f"{upper}.", f"{upper}["))


@pytest.mark.parametrize("wrong", [pytest.param(wrong, id=wrong.id) for wrong in WRONG])
def test_schema_and_loader_agree(tmp_path: Path, wrong: Wrong) -> None:
    """Where the schema can see a mistake it does, at its place; and it complains of nothing that fondly takes."""
    path = write_config(tmp_path, wrong.content, wrong.mode)
    try:
        document = read_document(path)
    except WrongConfigError:
        assert not wrong.schema, "no YAML, so that no schema is asked"
        return
    paths = {tuple(error.absolute_path) for error in Draft202012Validator(schema()).iter_errors(document.data)}
    # fondly tells a mistake behind a `*` once, the schema wherever it is used.
    errors = [
        dotted(path) for path in {document.places.where(path): path for path in sorted(paths, reverse=True)}.values()
    ]
    assert bool(errors) == wrong.schema
    try:
        open_config(path)
        keys = []
    except WrongConfigError as problem:
        keys = [one.key for one in problem.problems]
    assert bool(keys) != wrong.conflict
    assert [error for error in errors if not any(near(error, key) for key in keys)] == []
    at_or_above = [error for error in errors for key in keys if near(error, key) and len(error) <= len(key)]
    assert bool(at_or_above) == wrong.schema


WORDS = (
    "weekly|ON REQUEST|off|2 per week|70 per week|71 per week|0 per week|every 2 weeks|every week|2 weeks|evening|"
    "fri 18:00-23:00|fri-sun evening|mon,thu Morning|weekdays 9:00-10:00|daily 22:00-24:00|22:00-07:30|9:00-17:00|"
    "24:00-07:00|22:00-24:00|14 days|1 day|2 years|0 days|101 years|1992-02-29|1990-02-29|--02-29|--07-04|2026-12-21|"
    "yes|No|TRUE|1|3|-1|2.5|1e3|true|false|~|ana|ben|EUR|eur|Europe/Berlin|UTC|solo|a-b|[]|{}|[evening]|[ana]|"
    "[14 days]|{env: X}|{env: X, file: y}|{command: [a]}|{command: [1]}|7C9E6679-7425-40DE-944B-E07FC1F90AE7"
).split("|")
BLANKS = st.sampled_from(["", " ", "  ", "\t", "\u00a0", "\u3000", "\x85", "\n"])
TEXTS = st.tuples(BLANKS, st.sampled_from(WORDS), BLANKS, st.sampled_from([str, str.upper, str.title, "0".__add__]))


@settings(max_examples=400, derandomize=True)
@given(data=st.data())
def test_the_schema_is_never_stricter(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever stands at whatever place: what fondly takes, no editor underlines."""
    found = list(all_spots())
    where, put = data.draw(st.sampled_from(found))
    before, word, behind, change = data.draw(TEXTS)
    value: Any = before + change(word).replace(" ", data.draw(st.sampled_from([" ", "  ", "\u00a0"]))) + behind
    if data.draw(st.booleans()):  # as it would be typed: a number, a truth value, a list, nothing
        value = read_document(write_config(tmp_path_factory.getbasetemp(), f"x: {word}\n")).data["x"]
    text = config_yaml(put(value))
    path = write_config(tmp_path_factory.getbasetemp(), text)
    try:
        open_config(path)
    except WrongConfigError:
        return
    assert complaints(schema(), read_document(path).data) == [], f"{where}\n{text}"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (".rhythm.quiet", "22:00-07:30\t"),
        (".rhythm.horizon", "\t14\u00a0days"),
        (".people[0].birthday", "1992-02-29\t"),
        (".anniversaries.dates[0].date", "\u00a01992-02-29"),
        (".dates.at", "\u00a0fri\t18:00-23:00"),
        (".dates.every", "\tevery\u00a02 weeks\n"),
    ],
)
def test_blanks_around_a_value(tmp_path: Path, where: str, value: str) -> None:
    """Blanks that fondly overlooks are overlooked by the editor too."""
    path = write_config(tmp_path, config_yaml(dict(all_spots())[where](value)))
    open_config(path)
    assert complaints(schema(), read_document(path).data) == []


@cache
def all_spots() -> list[tuple[str, Put]]:
    """The path of every property, and a way to put a value there."""
    return [(where, put) for where, _, put in spots(schema(), "", lambda value: {**needed(schema()), **value})]


def test_kinds_of_plugins_are_in_it(tmp_path: Path) -> None:
    """Whoever has a plugin with an output kind gets its keys explained, and a wrong one underlined."""
    (tmp_path / "hooks").mkdir(mode=0o755)
    (tmp_path / "hooks/printing.py").write_text(PRINTER, encoding="utf-8")
    output = "[{name: paper, kind: printer, tray: %s, seen_by: [ana]}]"
    path = write_config(tmp_path, config_text(outputs=output % 2))
    own = printed(path)
    Draft202012Validator.check_schema(own)
    assert "printer" in own["properties"]["outputs"]["items"]["properties"]["kind"]["enum"]
    tray = own["$defs"]["printer-output"]["properties"]["tray"]
    assert (tray["description"], tray["default"], tray["examples"]) == ("Which tray the paper comes from.", 1, [2])
    assert list(Draft202012Validator(own).iter_errors(read_document(path).data)) == []
    for wrong in ("0", "two", "1, drawer: 3"):
        document = read_document(write_config(tmp_path, config_text(outputs=output % wrong)))
        errors = list(Draft202012Validator(own).iter_errors(document.data))
        assert {error.absolute_path[0] for error in errors} == {"outputs"}
        with pytest.raises(WrongConfigError):
            open_config(path)
    assert "printer" not in json.dumps(schema())
