"""Reading YAML as people mean it.

PyYAML follows YAML 1.1, where ``off`` is False, ``18:30`` is 1110, ``010`` is 8 and ``1990-02-29`` a crash. Here, as in
YAML 1.2's core schema, plain words become ``True``/``False`` only as ``true``/``false``, numbers are decimal, and the
rest stays the text that the person typed. ``yes`` and ``no`` are left to those who expect a truth value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

import yaml

SCALAR, MAPPING, SEQUENCE = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
MAPPING_END, SEQUENCE_END = yaml.MappingEndEvent, yaml.SequenceEndEvent
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Base):  # type: ignore[misc]  # PyYAML's C loader has no type
    """The C loader, its resolver narrowed."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


def _resolve(tag: str, pattern: str, first: str) -> None:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})\\Z"), list(first))


_resolve("bool", "true|True|TRUE|false|False|FALSE", "tTfF")
_resolve("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789")
_resolve("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+0123456789.")
_resolve("null", "null|Null|NULL|~|", "~nN\0")
RESOLVERS = Loader.yaml_implicit_resolvers
RESOLVERS[""] = [("tag:yaml.org,2002:null", re.compile(r"\Z"))]


def load_yaml(data: bytes | str) -> Any:
    """The one document in ``data`` as plain Python; raises ``ValueError`` where it is no YAML.

    An unquoted ``yes`` or ``no`` is True or False here: the catalogues are written by hand and mean nothing else by it.
    """
    try:
        return _Reader(data).document()
    except yaml.YAMLError as problem:
        raise ValueError(f"is no YAML: {problem}") from problem


class _Reader:
    """Builds plain Python from libyaml's events. By way of its nodes, as PyYAML does, it takes half as long again."""

    def __init__(self, data: bytes | str) -> None:
        loader = Loader(data)
        self.next: Callable[[], Any] = loader.get_event

    def document(self) -> Any:
        """The first document, of which nothing may follow."""
        self.next()  # the stream begins
        if isinstance(self.next(), yaml.StreamEndEvent):
            return None
        found = self.value(self.next())
        self.next()  # the document ends
        last = self.next()
        if not isinstance(last, yaml.StreamEndEvent):
            raise yaml.MarkedYAMLError(None, None, "another document follows", last.start_mark)
        return found

    def value(self, event: Any) -> Any:
        """What begins with this event."""
        kind, following = type(event), self.next
        if kind is SCALAR:
            return _plain(event)
        if kind is MAPPING:
            mapping = {}
            while (kind := type(key := following())) is not MAPPING_END:
                name = _plain(key) if kind is SCALAR else self.value(key)
                inner = following()
                mapping[name] = _plain(inner) if type(inner) is SCALAR else self.value(inner)
            return mapping
        if kind is SEQUENCE:
            sequence = []
            while (kind := type(item := following())) is not SEQUENCE_END:
                sequence.append(_plain(item) if kind is SCALAR else self.value(item))
            return sequence
        raise yaml.MarkedYAMLError(None, None, "what is marked with & and * is not known here", event.start_mark)


def _plain(event: yaml.ScalarEvent) -> Any:
    """What a scalar says: text where it is quoted, or where it looks like nothing else."""
    text: str = event.value
    if event.tag is None and event.implicit[0]:
        if text in TRUTHS:
            return TRUTHS[text]
        for tag, pattern in RESOLVERS.get(text[:1], ()):
            if pattern.match(text):
                return _SCALARS[tag](text)
        return text
    return text if event.tag is None else scalar(yaml.ScalarNode(event.tag, text))


def scalar(node: yaml.ScalarNode) -> Any:
    """What a scalar node says: text, a number, a truth value, or nothing."""
    read = _SCALARS.get(node.tag)
    if read is None:
        raise yaml.MarkedYAMLError(None, None, f"the tag {node.tag} is not known here", node.start_mark)
    return read(node.value)


TRUTHS = {"yes": True, "no": False}
_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:null": lambda text: None,
}
