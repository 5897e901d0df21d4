"""Field types of the config file: each reads what a person types, says what would be right, and writes it back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from fondly.config import patterns
from fondly.config.suggest import nearest
from fondly_hooks.types.cadence import Cadence, parse_cadence
from fondly_hooks.types.dates import PartialDate, check_day, parse_partial_date
from fondly_hooks.types.times import (
    Length,
    TimeWindow,
    hours_text,
    parse_hours,
    parse_length,
    parse_time_window,
)

TRUTHS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def shown(value: Any) -> str:
    """A wrong value as an error may show it: never what is inside a mapping or a list, where a password may stand."""
    if value is None:
        return "nothing"
    if isinstance(value, (dict, list)):
        return "keys with values" if isinstance(value, dict) else "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}'" if len(text) < 60 else "this"


def _from_text(parse: Callable[[str], Any], what: str) -> PlainValidator:
    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            quotes = "; put it in quotes" if isinstance(value, (int, float)) and parse is _slug else ""
            raise ValueError(f"needs {what}, not {shown(value)}{quotes}")
        return parse(value)

    return PlainValidator(validate)


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in TRUTHS:
        return TRUTHS[value.lower()]
    raise ValueError(f"needs 'yes' or 'no', not {shown(value)}")


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _date(text: str) -> dt.date:
    if not re.fullmatch(patterns.DAY, text):
        raise ValueError(f"'{text}' is no day; write YYYY-MM-DD")
    year, month, day = (int(part) for part in text.split("-"))
    check_day(year, month, day, text)
    return dt.date(year, month, day)


def _zone(text: str) -> str:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # What it may have meant is looked for where it is told: that takes a while, and a file may hold thousands.
        raise PydanticCustomError("time_zone", "is no time zone") from None
    return text


def zone_hint(text: str, known: Iterable[str]) -> str:
    """What a mistyped time zone may have meant, the town alone included, as the end of a sentence.

    Only zones of towns are named: who wrote CEST would be led astray by EST.
    """
    named = [zone for zone in sorted(known, reverse=True) if "/" in zone and not zone.startswith("Etc/")]
    towns = {zone.rpartition("/")[2]: zone for zone in named}
    near = nearest(text, sorted(named)) or towns.get(nearest(text, towns) or "")
    return f"; did you mean '{near}'?" if near else "; write a name such as Europe/Berlin"


def _slug(text: str) -> str:
    if not re.fullmatch(patterns.SLUG, text):
        rule = "is longer than 64 letters" if len(text) > 64 else "cannot be a name here"
        raise ValueError(f"{shown(text)} {rule}; use small letters, digits and hyphens, such as 'first-date'")
    return text


def _uuid(value: Any) -> str:
    import uuid

    if isinstance(value, str) and re.fullmatch(patterns.UUID, value):
        return str(uuid.UUID(value))
    raise ValueError(f"is no UUID; put back the one that stood here. This is a new one, for a new file: {uuid.uuid4()}")


def _currency(text: str) -> str:
    if not re.fullmatch(patterns.CURRENCY, text):
        raise ValueError(f"{shown(text)} is no currency; write three capital letters such as EUR")
    return text


def _every(value: Any) -> Cadence:
    if value is False:  # a person who writes `every: false` means off
        return Cadence("off")
    if not isinstance(value, str):
        raise ValueError(f"needs a rhythm such as 'weekly', not {shown(value)}")
    return parse_cadence(value)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _secret(value: Any, info: ValidationInfo) -> Any:
    """``info.context`` says under ``private`` whether the file is its owner's alone to read."""
    if isinstance(value, str) and value:
        if info.context is not None and not info.context["private"]:
            raise ValueError(
                "stands in a file that others can read; run chmod 600 on it, or write {env: NAME}, "
                "{command: [PROGRAM, ARGUMENT]}, {keyring: SERVICE} or {file: PATH}"
            )
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((kind, source),) = value.items()
        if kind in ("env", "keyring", "file") and isinstance(source, str) and source:
            return value
        words = source if isinstance(source, list) else []
        if kind == "command" and words and words[0] and all(isinstance(word, str) for word in words):
            return value
    raise ValueError("write one of {env: NAME}, {command: [PROGRAM, ARGUMENT]}, {keyring: SERVICE}, {file: PATH}")


def hide_secret(value: Any) -> Any:
    """A secret as it may be shown: where it comes from, but never one that stands there itself."""
    return HIDDEN if isinstance(value, str) else value


HIDDEN = "(hidden)"
# What a plugin keeps under names like these is taken for a secret.
SECRET_WORDS = re.compile("pass|pw|secret|token|key|bearer|credential|cookie|pin$", re.IGNORECASE)

Truth = Annotated[bool, PlainValidator(_truth), PlainSerializer(_yes_or_no), WithJsonSchema(patterns.TRUTH_SCHEMA)]
Day = Annotated[
    dt.date,
    _from_text(_date, "a day such as 2026-12-21"),
    PlainSerializer(dt.date.isoformat),
    WithJsonSchema(patterns.text(patterns.DAY)),
]
Zone = Annotated[str, _from_text(_zone, "a time zone such as Europe/Berlin"), WithJsonSchema(patterns.ZONE_SCHEMA)]
Slug = Annotated[str, _from_text(_slug, "a name in small letters"), WithJsonSchema(patterns.text(patterns.SLUG))]
Identity = Annotated[str, PlainValidator(_uuid), WithJsonSchema(patterns.text(patterns.UUID))]
Currency = Annotated[
    str, _from_text(_currency, "a currency such as EUR"), WithJsonSchema(patterns.text(patterns.CURRENCY))
]
Every = Annotated[Cadence, PlainValidator(_every), PlainSerializer(str), WithJsonSchema(patterns.EVERY_SCHEMA)]
Window = Annotated[
    TimeWindow,
    _from_text(parse_time_window, "a window such as 'evening'"),
    PlainSerializer(str),
    WithJsonSchema(patterns.text(patterns.WINDOW)),
]
_Listed = Annotated[list[Window], Field(min_length=1)]
Windows = Annotated[_Listed, BeforeValidator(_as_list, json_schema_input_type=Window | _Listed)]
Partial = Annotated[
    PartialDate,
    _from_text(parse_partial_date, "a date such as 2015-06-20"),
    PlainSerializer(str),
    WithJsonSchema(patterns.text(patterns.PARTIAL)),
]
Hours = Annotated[
    tuple[int, int],
    _from_text(parse_hours, "a span such as 22:00-07:30"),
    PlainSerializer(hours_text),
    WithJsonSchema(patterns.text(patterns.HOURS)),
]
Days = Annotated[
    Length,
    _from_text(parse_length, "a length such as '14 days'"),
    PlainSerializer(str),
    WithJsonSchema(patterns.text(patterns.LENGTH)),
]
Secret = Annotated[Any, PlainValidator(_secret), PlainSerializer(hide_secret), WithJsonSchema(patterns.SECRET_SCHEMA)]
