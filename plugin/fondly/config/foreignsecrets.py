"""Secrets in parts of the config that a plugin's model judges: wherever the model has a ``SecretStr``, however deep.

There may stand where the secret comes from, such as ``{env: NAME}``, or in a file of the owner alone the secret itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr

from fondly.config.document import Document
from fondly.config.fields import HIDDEN
from fondly.config.keys import keys_of
from fondly.config.problems import KeyPath, Problem

SOURCES = ("env", "command", "keyring", "file")
STAND_IN = "a secret"  # what stands for one while the rest is judged: nothing is fetched for that
LITERAL = (
    "stands in a file that others can read; run chmod 600 on it, or write {env: NAME}, "
    "{command: [PROGRAM, ARGUMENT]}, {keyring: SERVICE} or {file: PATH}"
)
Fetch = Callable[[Mapping[str, Any], KeyPath], str]


def is_source(value: object) -> bool:
    """Whether it says where a secret comes from: a mapping with one of these keys and nothing else."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    ((kind, where),) = value.items()
    if kind == "command":
        return isinstance(where, list) and bool(where) and all(isinstance(word, str) for word in where)
    return kind in SOURCES and isinstance(where, str) and bool(where)


def secrets_of(kind: Any, value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """What stands in the place of each secret, with its path; ``kind`` is the type, or the model, of the value."""
    if isinstance(kind, type) and get_origin(kind) is None:
        if issubclass(kind, SecretStr):
            yield path, value
        elif issubclass(kind, BaseModel) and isinstance(value, Mapping):
            for key, field in keys_of(kind).items():
                if key in value:
                    yield from secrets_of(field.annotation, value[key], (*path, key))
        return
    inner = get_args(kind)
    if isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping) and len(inner) == 2:
        for key, item in value.items() if isinstance(value, Mapping) else ():
            yield from secrets_of(inner[1], item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for part in inner:
                yield from secrets_of(part, item, (*path, index))
    else:
        for part in inner:  # of a union, or of what carries notes
            yield from secrets_of(part, value, path)


def literals(document: Document, path: KeyPath, model: type[BaseModel], given: Any, private: bool) -> list[Problem]:
    """A problem for each secret that stands itself in a file that others can read."""
    found = () if private else secrets_of(model, given)
    return [document.places.problem((*path, *where), LITERAL) for where, value in found if isinstance(value, str)]


def with_secrets(model: type[BaseModel], given: Any, fetch: Fetch) -> Any:
    """The same, each secret in the place of where it comes from; ``fetch`` gets that, and the path."""
    for path, value in list(secrets_of(model, given)):
        if is_source(value):
            given = put(given, path, fetch(value, path))
    return given


def without_secrets(model: type[BaseModel], given: Any) -> Any:
    """The same as it may be shown: where a secret comes from stays, one that stands there itself does not."""
    for path, value in list(secrets_of(model, given)):
        if value is not None and not is_source(value):
            given = put(given, path, HIDDEN)
    return given


def put(whole: Any, path: KeyPath, value: Any) -> Any:
    """A copy with another value at that path."""
    if not path:
        return value
    copy = dict(whole) if isinstance(whole, Mapping) else list(whole)
    copy[path[0]] = put(copy[path[0]], path[1:], value)  # type: ignore[index]
    return copy
