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
Loader.yaml_implicit_resolvers[""] = [("tag:yaml.org,2002:null", re.compile(r"\Z"))]


def load_yaml(data: bytes | str) -> Any:
    """The one document in ``data`` as plain Python; raises ``ValueError`` where it is no YAML.

    An unquoted ``yes`` or ``no`` is True or False here: the catalogues are written by hand and mean nothing else by it.
    """
    try:
        return _plain(yaml.compose(data, Loader))
    except yaml.YAMLError as problem:
        raise ValueError(f"is no YAML: {problem}") from problem


def _plain(node: yaml.Node | None) -> Any:
    """What a node says. PyYAML's own way of building it, made for every tag there is, takes twice as long."""
    if isinstance(node, yaml.ScalarNode):
        return scalar(node) if node.style or node.value not in TRUTHS else TRUTHS[node.value]
    if isinstance(node, yaml.MappingNode):
        return {_plain(key): _plain(value) for key, value in node.value}
    return None if node is None else [_plain(item) for item in node.value]


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
