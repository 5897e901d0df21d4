"""A YAML file as plain Python, with the line and column of every key and value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fondly.config.problems import KeyPath, Place, Places, Problem, WrongConfigError, dotted
from fondly_hooks.errors import ConfigError
from fondly_hooks.yamlfile import Loader, scalar

MOST_BYTES = 1_000_000
# In the file, and once more with its aliases followed: an alias of aliases grows without end, and so do many of one long
# text. Each value takes some two kilobytes while the file is read and much is wrong with it; the largest config that
# makes sense has some ten thousand of them.
MOST_NODES = 30_000
MOST_LETTERS = MOST_BYTES
MOST_LEVELS = 30
LONGEST_NAME = 100  # of a key, which each error below it carries
MOST_TAG_LINES = 20  # libyaml compares each with all before it
TAGGED = "begins with '!', which means something else in YAML; put it in quotes"
COLLECTION_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null"))


@dataclass(frozen=True, slots=True)
class Document:
    """``data`` as the person typed it, the ``places`` of its parts, and the ``problems`` that YAML leaves in it.

    What stands at a problem's place is ``None`` in the data, and its key path in ``spoilt``.
    """

    data: dict[str, Any]
    places: Places
    problems: tuple[Problem, ...] = ()
    spoilt: frozenset[KeyPath] = frozenset()


def read_document(path: Path) -> Document:
    """Read the file; raises `ConfigError` with the place of the first thing that is no YAML as fondly reads it."""
    text = _read_text(path)
    builder = _Builder(path.name)
    try:
        builder.look_through(text)
        node = yaml.compose(text, Loader)
    except yaml.MarkedYAMLError as problem:
        from fondly.config.syntax import syntax_problem  # a good file does not need it

        raise builder.refusal(*syntax_problem(problem, text)) from None
    except yaml.reader.ReaderError as problem:  # its position is a byte's with the C loader
        before = text.encode()[: problem.position].decode("utf-8", "ignore")
        raise builder.refusal(*_end_of(before), "holds a character that no text has; remove it") from None
    except yaml.YAMLError:
        raise builder.refusal(1, 1, "cannot be read as YAML") from None
    if node is None:
        raise builder.refusal(1, 1, "is empty; it needs at least id, timezone, people and me ('fondly init' makes one)")
    if not isinstance(node, yaml.MappingNode):
        raise builder.refusal(1, 1, "must be keys with values at the top, such as 'timezone: Europe/Berlin'")
    data = builder.value(node, ())
    places = Places(path.name, builder.keys, builder.values)
    return Document(data, places, tuple(builder.problems), frozenset(builder.spoilt))


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as problem:
        raise ConfigError(f"{path}: cannot be read: {problem.strerror or problem}") from problem
    if len(raw) > MOST_BYTES:
        raise WrongConfigError([Problem(1, 1, "", "is larger than 1 MB; a config file has a few kilobytes", path.name)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line, column = _end_of(raw[: problem.start].decode("utf-8-sig"))
        what = "is not UTF-8 here; save the file with the encoding UTF-8"
        raise WrongConfigError([Problem(line, column, "", what, path.name)]) from None


def _end_of(text: str) -> Place:
    """Line and column of what comes after that text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


@dataclass(slots=True)
class _Builder:
    name: str
    keys: dict[KeyPath, Place] = field(default_factory=dict)
    values: dict[KeyPath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    spoilt: set[KeyPath] = field(default_factory=set)
    nodes: int = 0
    letters: int = 0

    def refusal(self, line: int, column: int, what: str) -> WrongConfigError:
        return WrongConfigError([Problem(line, column, "", what, self.name)])

    def look_through(self, text: str) -> None:
        """Refuse what is too deep or too much before it is composed: the C composer calls itself for each level."""
        if text.count("%TAG") > MOST_TAG_LINES:
            place = _end_of(text[: text.index("%TAG")])
            raise self.refusal(*place, "lines that begin with '%TAG' have no place in a config file; take them away")
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_LEVELS or count > 2 * MOST_NODES:
                mark = event.start_mark
                self._refuse_size((mark.line + 1, mark.column + 1) if mark else (1, 1), depth)

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        self.nodes += 1
        if isinstance(node, yaml.ScalarNode):
            self.letters += len(node.value)
        if self.nodes > MOST_NODES or self.letters > MOST_LETTERS or len(path) > MOST_LEVELS:
            self._refuse_size(place, len(path))
        self.values[path] = place
        if isinstance(node, yaml.CollectionNode) and node.tag not in COLLECTION_TAGS:
            self.spoilt.add(path)
            self._tell(path, place, TAGGED)
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _refuse_size(self, place: Place, depth: int) -> None:
        if depth > MOST_LEVELS:
            raise self.refusal(*place, f"is nested more than {MOST_LEVELS} levels deep; a config file has five or six")
        most = "1 MB of text" if self.letters > MOST_LETTERS else f"{MOST_NODES} values"
        raise self.refusal(*place, f"holds more than {most}, what is behind '*' counted each time")

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            here = (*path, key)
            if not isinstance(key_node, yaml.ScalarNode):
                self._tell(here, (line, column), "a key must be plain text; brackets begin a value")
            elif len(key) > LONGEST_NAME:
                self._tell(here, (line, column), f"a key has at most {LONGEST_NAME} letters; shorten it")
            elif key in result:
                first = self.keys[here][0]
                self._tell(here, (line, column), f"stands here twice, first on line {first}; keep one of them")
            else:
                self.keys[here] = (line, column)
                result[key] = self.value(value_node, here)
        return result

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        # What is wrong is told without the text itself, which may be a password that begins with '!'.
        what = TAGGED
        if node.tag in TAGS:
            try:
                return scalar(node)  # type: ignore[arg-type]  # TAGS are those of scalars
            except (yaml.YAMLError, ValueError, LookupError):
                what = "cannot be read as its kind of value; put it in quotes"
        self.spoilt.add(path)
        self._tell(path, self.values[path], what)
        return None

    def _tell(self, path: KeyPath, place: Place, what: str) -> None:
        self.problems.append(Problem(*place, dotted(path), what, self.name))
