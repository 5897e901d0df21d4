"""What keys a part of the config has, as its models tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a model as they are written in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> dict[str, FieldInfo]:
    """The keys that are known at ``path`` below ``model``."""
    for part in path:
        if isinstance(part, int):
            continue
        found = keys_of(model).get(part)
        # A key of a mapping, such as a practice's slug, has no field of its own: the model stays.
        model = next(models_in(found), model) if found else model
    return keys_of(model)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field or a type speaks of."""
    if isinstance(annotation, FieldInfo):
        yield from models_in(annotation.annotation)
        for extra in annotation.metadata:
            yield from models_in(getattr(extra, "json_schema_input_type", None))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for part in get_args(annotation):
            yield from models_in(part)
