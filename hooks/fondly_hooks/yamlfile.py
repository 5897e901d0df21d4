"""Reading YAML as people mean it.

PyYAML follows YAML 1.1, where ``off`` is False, ``18:30`` is 1110, ``010`` is 8 and ``1990-02-29`` a crash. Here, as in
YAML 1.2's core schema, plain words become ``True``/``False`` only as ``true``/``false``, numbers are decimal, and the
rest stays the text that the person typed. ``yes`` and ``no`` are left to those who expect a truth value.
"""

from __future__ import annotations

import re
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

    ``yes`` and ``no`` become True and False here: the catalogues are written by hand and hold no other meaning of them.
    """
    try:
        return _truths(yaml.load(data, Loader))  # noqa: S506  # a subclass of the safe loader
    except yaml.YAMLError as problem:
        raise ValueError(f"is no YAML: {problem}") from problem


def _truths(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _truths(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_truths(item) for item in value]
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value
