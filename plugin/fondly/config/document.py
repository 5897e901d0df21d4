"""A YAML file as plain Python, with the line and column of every key and value."""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fondly.config.problems import KeyPath, Place, Places, Problem, WrongConfigError, dotted
from fondly_hooks.errors import ConfigError
from fondly_hooks.yamlfile import Loader, scalar

MOST_BYTES = 1_000_000
# In the file, and once more with its aliases followed: an alias of aliases grows without end, and so do many aliases of
# one long text. Each value takes up to four kilobytes where it is wrong; the largest config that makes sense has some
# ten thousand of them.
MOST_NODES = 30_000
MOST_LETTERS = MOST_BYTES
MOST_LEVELS = 30
TOO_DEEP = "maximum nesting depth"  # libyaml 0.2.6 looks a thousand brackets ahead, and then gives up by itself
LONGEST_NAME = 100  # of a key, which each error below it carries
MOST_TAG_LINES = 20  # libyaml compares each with all before it
BREAKS, ALL_BREAKS, OTHER_BREAKS = map(re.compile, ("\r\n|[\n\r]", "\r\n|[\n\r\x85\u2028\u2029]", "[\x85\u2028\u2029]"))
QUOTES = "„“”»«‚‘"  # as text processors put them
TAGGED = "begins with '!', which means something else in YAML; put it in quotes"
COLLECTION_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null"))


@dataclass(frozen=True, slots=True)
class Document:
    """``data`` as the person typed it, the ``places`` of its parts, and the ``problems`` that YAML leaves in it.

    What stands at a problem's place is ``None`` in the data, and its key path in ``spoilt``. ``empty`` has the paths
    at which nothing stands.
    """

    data: dict[str, Any]
    places: Places
    problems: tuple[Problem, ...] = ()
    spoilt: frozenset[KeyPath] = frozenset()
    empty: tuple[KeyPath, ...] = ()

    def guards_password(self, path: KeyPath) -> bool:
        """Whether a password stands in the mapping at that path: what follows a comma in it looks like a key."""
        value: Any = self.data
        for part in path:
            value = value[part]
        return isinstance(value, dict) and isinstance(value.get("password"), str)


def read_document(path: Path) -> Document:
    """Read the file; raises `ConfigError` with the place of the first thing that is no YAML as fondly reads it."""
    text = _read_text(path)
    builder = _Builder(path.name, _place_in(text))
    try:
        builder.look_through(text, Loader)
        node = yaml.compose(text, Loader)
    except yaml.MarkedYAMLError as problem:
        if TOO_DEEP in (problem.problem or ""):
            builder.look_through(text, yaml.SafeLoader)  # which reads on, to where it became too deep for us
        from fondly.config.syntax import syntax_problem  # a good file does not need it

        line, column, what = syntax_problem(problem, OTHER_BREAKS.sub("\n", text))
        raise builder.refusal(*builder.place(line - 1, column - 1), what) from None
    except yaml.reader.ReaderError as problem:  # its position is a byte's with the C loader
        before = text.encode()[: problem.position].decode("utf-8", "ignore")
        what = "holds a character that no text has; remove it, or save the file as UTF-8"
        raise builder.refusal(*_end_of(before), what) from None
    except yaml.YAMLError:
        raise builder.refusal(1, 1, "cannot be read as YAML") from None
    # A line '---' alone begins a document in which nothing stands, at a line that is not there.
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value and not node.style):
        raise builder.refusal(1, 1, "is empty; it needs at least id, timezone, people and me ('fondly init' makes one)")
    if not isinstance(node, yaml.MappingNode):
        place = builder.place(node.start_mark.line, node.start_mark.column)
        raise builder.refusal(*place, "must be keys with values at the top, such as 'timezone: Europe/Berlin'")
    data = builder.value(node, ())
    if data is None:  # it begins with a tag
        raise WrongConfigError(builder.problems)
    places = Places(path.name, builder.keys, builder.values)
    return Document(data, places, tuple(builder.problems), frozenset(builder.spoilt), tuple(builder.empty))


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
        line, column = _end_of(problem.object[: problem.start].decode())  # which has no byte order mark any more
        what = "is not UTF-8 here; save the file with the encoding UTF-8"
        raise WrongConfigError([Problem(line, column, "", what, path.name)]) from None


def _end_of(text: str) -> Place:
    """Line and column of what comes after that text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1


def _place_in(text: str) -> Callable[[int, int], Place]:
    """From libyaml's lines and columns, counted from 0, to those of an editor: libyaml knows more ends of lines."""
    if not OTHER_BREAKS.search(text):
        return lambda line, column: (line + 1, column + 1)
    theirs, ours = ([0, *(end.end() for end in ends.finditer(text))] for ends in (ALL_BREAKS, BREAKS))

    def place(line: int, column: int) -> Place:
        at = theirs[min(line, len(theirs) - 1)] + column
        row = bisect(ours, at)
        return row, at - ours[row - 1] + 1

    return place


@dataclass(slots=True)
class _Builder:
    name: str
    place: Callable[[int, int], Place]
    keys: dict[KeyPath, Place] = field(default_factory=dict)
    values: dict[KeyPath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    spoilt: set[KeyPath] = field(default_factory=set)
    empty: list[KeyPath] = field(default_factory=list)
    nodes: int = 0
    letters: int = 0

    def refusal(self, line: int, column: int, what: str) -> WrongConfigError:
        return WrongConfigError([Problem(line, column, "", what, self.name)])

    def look_through(self, text: str, loader: Any) -> None:
        """Refuse what is too deep or too much before it is composed: the C composer calls itself for each level."""
        if text.count("%TAG") > MOST_TAG_LINES:
            place = _end_of(text[: text.index("%TAG")])
            raise self.refusal(*place, "lines that begin with '%TAG' have no place in a config file; take them away")
        depth = 0
        for count, event in enumerate(yaml.parse(text, loader)):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            mark = event.start_mark
            if mark and (depth > MOST_LEVELS or count > 2 * MOST_NODES):
                self._refuse_size(self.place(mark.line, mark.column), depth)
            if mark and isinstance(event, yaml.ScalarEvent):
                # YAML takes such a beginning for something else, and leaves nothing of it in the value.
                if event.tag == "!":
                    raise self.refusal(*self.place(mark.line, mark.column), TAGGED)
                if event.anchor and not event.value and event.implicit[0]:
                    what = "begins with '&', which means something else in YAML; put it in quotes"
                    raise self.refusal(*self.place(mark.line, mark.column), what)

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        place = self.place(node.start_mark.line, node.start_mark.column)
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
        most = "1 MB of text" if self.letters > MOST_LETTERS else f"{MOST_NODES} values"
        what = f"holds more than {most}, what is behind '*' counted each time; take the '*' away, and write less"
        if depth > MOST_LEVELS:
            what = f"is nested more than {MOST_LEVELS} levels deep, or never ends because of a '*'; six are enough"
        raise self.refusal(*place, what)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            place = self.place(key_node.start_mark.line, key_node.start_mark.column)
            here = (*path, key)
            if not isinstance(key_node, yaml.ScalarNode):
                self._tell(here, place, "a key must be plain text; brackets begin a value")
            elif key_node.tag not in TAGS:
                self._tell(here, place, TAGGED)
            elif len(key) > LONGEST_NAME:
                self._tell(here, place, f"a key has at most {LONGEST_NAME} letters; shorten it")
            elif key in result:
                first = self.keys[here][0]
                self._tell(here, place, f"stands here twice, first on line {first}; keep one of them")
            else:
                self.keys[here] = place
                result[key] = self.value(value_node, here)
        return result

    def _scalar(self, node: yaml.Node, path: KeyPath) -> Any:
        # What is wrong is told without the text itself, which may be a password that begins with '!'.
        what = TAGGED
        if isinstance(node, yaml.ScalarNode) and not node.style and node.value and node.value[0] in QUOTES:
            what = "begins with a quote that YAML does not know; type plain quotes, or none"
            self.spoilt.add(path)
            self._tell(path, self.values[path], what)
            return None
        if node.tag in TAGS:
            try:
                value = scalar(node)  # type: ignore[arg-type]  # TAGS are those of scalars
                if isinstance(value, float) and not math.isfinite(value):
                    raise ValueError
                if value is None:
                    self.empty.append(path)
                return value
            except (yaml.YAMLError, ValueError, LookupError):
                what = "cannot be read as its kind of value; put it in quotes"
        self.spoilt.add(path)
        self._tell(path, self.values[path], what)
        return None

    def _tell(self, path: KeyPath, place: Place, what: str) -> None:
        self.problems.append(Problem(*place, dotted(path), what, self.name))
