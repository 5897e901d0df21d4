"""What a plugin is handed: copies of its own, so that whatever it does to them reaches nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any

from fondly_hooks.types.context import HookContext


def handed(value: Any) -> Any:
    """A copy of a record, or of a tuple or a mapping of them, as deep as records go.

    Records are frozen, which keeps from accidents; ``object.__setattr__`` goes through that.
    """
    if isinstance(value, HookContext):
        return value
    if isinstance(value, tuple):
        return tuple(handed(item) for item in value)
    if isinstance(value, Mapping):
        return MappingProxyType({key: handed(item) for key, item in value.items()})
    if not is_dataclass(value) or isinstance(value, type):
        return value
    copy = object.__new__(type(value))
    for field in fields(value):
        object.__setattr__(copy, field.name, handed(getattr(value, field.name)))
    return copy
