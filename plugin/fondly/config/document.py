"""A YAML file as plain Python, with the line and column of every key and value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fondly_hooks.errors import ConfigError
from fondly_hooks.yamlfile import Loader, scalar

MOST_BYTES = 1_000_000
MOST_NODES = 100_000  # an alias of aliases grows without end otherwise
MOST_LEVELS = 30
TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null"))

Place = tuple[int, int]
KeyPath = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """``data`` as the person typed it; ``keys`` and ``values`` hold line and column, counted from 1."""

    name: str
    data: dict[str, Any] = field(default_factory=dict)
    keys: dict[KeyPath, Place] = field(default_factory=dict)
    values: dict[KeyPath, Place] = field(default_factory=dict)

    def where(self, path: KeyPath, *, key: bool = False) -> Place:
        """The place of that key or value, or of the nearest thing around it that stands in the file."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        while path:
            if path in first or path in second:
                return first.get(path) or second[path]
            path = path[:-1]
        return (1, 1)

    def problem(self, path: KeyPath, what: str, *, key: bool = False) -> Problem:
        """One line for one problem, sortable by its place."""
        line, column = self.where(path, key=key)
        text = f"{self.name}:{line}:{column}: {dotted(path)}{': ' if path else ''}{what}"
        return Problem(line, column, " ".join(text.split()))  # a name or a value in it may hold line breaks


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing wrong in the file."""

    line: int
    column: int
    text: str


def dotted(path: KeyPath) -> str:
    """``("people", 0, "name")`` as ``people[0].name``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def refuse(problems: list[Problem]) -> ConfigError:
    """One error that tells all of them, in the order of the file."""
    return ConfigError("\n".join(dict.fromkeys(problem.text for problem in sorted(problems))))


def read_document(path: Path) -> Document:
    """Read the file; raises `ConfigError` with the place of the first thing that is no YAML as fondly reads it."""
    name = path.name
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {problem.strerror or problem}") from problem
    if len(raw) > MOST_BYTES:
        raise ConfigError(f"{name}: is larger than 1 MB; a config file has a few kilobytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise ConfigError(f"{name}:{line}:1: is not UTF-8; save the file as UTF-8") from problem
    document = Document(name)
    try:
        _refuse_depths(text, name)
        node = yaml.compose(text, Loader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        spot = f"{mark.line + 1}:{mark.column + 1}: " if mark else ""
        raise ConfigError(f"{name}:{spot}is no YAML here: {problem.problem or problem.context}") from problem
    except yaml.reader.ReaderError as problem:  # its position is a byte's with the C loader
        line = text.encode().count(b"\n", 0, problem.position) + 1
        raise ConfigError(f"{name}:{line}:1: holds a character that no YAML may have; remove it") from problem
    except yaml.YAMLError as problem:
        raise ConfigError(f"{name}: is no YAML: {' '.join(str(problem).split())}") from problem
    if node is None:
        raise ConfigError(f"{name}:1:1: is empty; it needs at least id, timezone, people and me")
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{name}:1:1: must be a mapping of keys such as 'people:' at the top")
    problems: list[Problem] = []
    document.data = _Builder(document, problems).value(node, ())
    if problems:
        raise refuse(problems)
    return document


def _refuse_depths(text: str, name: str) -> None:
    """Refuse what is nested too deep before it is composed: the C composer calls itself for each level, and crashes."""
    depth = 0
    for event in yaml.parse(text, Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_LEVELS:
            mark = event.start_mark
            place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
            raise ConfigError(f"{name}{place}: is nested more than {MOST_LEVELS} levels deep")


class _Builder:
    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self.document, self.problems, self.nodes = document, problems, 0

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise ConfigError(
                f"{self.document.name}: holds more than {MOST_NODES} values once its aliases are followed"
            )
        if len(path) > MOST_LEVELS:
            raise ConfigError(f"{self.document.name}: is nested more than {MOST_LEVELS} levels deep")
        self.document.values[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode) or key in result:
                what = "stands here twice; keep one of them" if key in result else "a key must be plain text"
                text = f"{self.document.name}:{place[0]}:{place[1]}: {dotted((*path, key))}: {what}"
                self.problems.append(Problem(*place, " ".join(text.split())))
                continue
            self.document.keys[(*path, key)] = place
            result[key] = self.value(value_node, (*path, key))
        return result

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        # What is wrong is told without the text itself, which may be a password that begins with '!'.
        what = "begins with '!', which YAML takes for a tag; put it in quotes"
        if node.tag in TAGS:
            try:
                return scalar(node)  # type: ignore[arg-type]  # TAGS are those of scalars
            except (yaml.YAMLError, ValueError, LookupError):
                what = "cannot be read as its kind of value; put it in quotes"
        self.problems.append(self.document.problem(path, what))
        return None
