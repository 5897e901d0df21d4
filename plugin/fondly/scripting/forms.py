"""The forms that records have in JSON, as pydantic models made from the records themselves.

Times and rhythms are written as in the config file: ``weekly``, ``evening``, ``2015-06-20``, ``7 days``.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, WithJsonSchema, create_model

from fondly.config.fields import Days, Every, Partial, Window, shown
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Length, TimeWindow, parse_length

TEXT = {"type": "string"}
AWARE = "write it with its offset, such as 2026-11-30T18:00:00+01:00"
# What a script may leave out of an entry, and what it may send back of one that it was given, to no effect.
NEUTRAL = "Reminder"
IGNORED = ("all_day", "due", "source")


def _moment(value: Any, info: ValidationInfo) -> dt.date:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value) if len(value) == 10 else _aware(value, info)
        except ValueError:
            pass
    raise ValueError(f"needs a day such as 2026-11-30, or a time; {AWARE}; not {shown(value)}")


def _time(value: Any, info: ValidationInfo) -> dt.datetime:
    if isinstance(value, str):
        try:
            return _aware(value, info)
        except ValueError:
            pass
    raise ValueError(f"needs a time, not {shown(value)}; {AWARE}")


def _aware(text: str, info: ValidationInfo) -> dt.datetime:
    """The time in the zone of the people. Raises ``ValueError`` where it has no offset, or is out of range."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError
    try:
        return found.astimezone(info.context["zone"]) if info.context else found
    except OverflowError:
        raise ValueError from None


def _day(value: Any) -> dt.date:
    if isinstance(value, str) and len(value) == 10:
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError(f"needs a day such as 2026-11-30, not {shown(value)}")


def _delay(value: Any) -> dt.timedelta:
    if isinstance(value, str):
        return dt.timedelta(days=parse_length(value).days)
    raise ValueError(f"needs a length such as '7 days', not {shown(value)}")


DATE = {"type": "string", "format": "date"}
TIME = {"type": "string", "format": "date-time"}
_FORMS: dict[Any, Any] = {
    Cadence: Every,
    TimeWindow: Window,
    PartialDate: Partial,
    Length: Days,
    dt.timedelta: Annotated[dt.timedelta, PlainValidator(_delay), WithJsonSchema(TEXT)],
    dt.datetime: Annotated[dt.datetime, PlainValidator(_time), WithJsonSchema(TIME)],
    dt.date: Annotated[dt.date, PlainValidator(_day), WithJsonSchema(DATE)],
    dt.datetime | dt.date: Annotated[dt.date, PlainValidator(_moment), WithJsonSchema({"anyOf": [TIME, DATE]})],
}


class Form(BaseModel):
    """A record in JSON; ``record`` is the class that it stands for."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    record: ClassVar[type[Any]]


@cache
def form_of(record: type[Any], *, given: bool) -> type[Form]:
    """The model of a record: as a script gives it, where what has a default may be left out, or as it gets it."""
    made: dict[str, Any] = {}
    hints = get_type_hints(record)
    for field in fields(record):
        if record is Relationship and field.name == "id":
            continue  # every identity derives from it
        optional = field.default is not MISSING or field.default_factory is not MISSING
        default = None if given and optional else ...
        made[field.name] = (form_type(hints[field.name], given=given), default)
    if record is Entry:
        made |= _of_entries(made, given=given)
    form = create_model(
        record.__name__ if given else f"{record.__name__}Told",
        __base__=Form,
        __doc__=(record.__doc__ or "").strip().partition("\n")[0],
        **made,
    )
    form.record = record
    return form


def _of_entries(made: Mapping[str, Any], *, given: bool) -> dict[str, Any]:
    """What entries have in JSON beside their fields, and what of them a script may leave out."""
    ends = Annotated[str | None, Field(description="The end of a to-do.")]
    days = Annotated[bool, Field(description="Whether it has days instead of hours.")]
    if not given:
        return {"due": (ends, ...), "all_day": (days, ...)}
    nothing = Annotated[Any, Field(description="Taken back as it was given, to no effect.")]
    short = {name: (made[name][0], None) for name in ("kind", "neutral_title", "end")}
    return {**short, **dict.fromkeys(IGNORED, (nothing, None))}


def form_type(kind: Any, *, given: bool) -> Any:
    """The type that stands in a model for a type of a record's field."""
    if kind in _FORMS:
        return _FORMS[kind]
    if is_dataclass(kind):
        return form_of(kind, given=given)  # type: ignore[arg-type]
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        parts = [form_type(part, given=given) for part in inner if part is not type(None)]
        # What a script gives was cleaned of nulls before, so that an error names the field alone.
        return parts[0] if given and len(parts) == 1 else Union[*parts, None]
    if origin in (tuple, frozenset, list, Sequence):
        return list[form_type(inner[0], given=given)]  # type: ignore[misc]
    if origin is Mapping:
        return dict[str, form_type(inner[1], given=given)]  # type: ignore[misc]
    return kind if origin is Literal or kind in (str, int, float, bool) else Any
