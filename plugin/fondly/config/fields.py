"""Field types of the config file: each reads what a person types and says what would be right."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator

from fondly.config.suggest import did_you_mean
from fondly_hooks.types.cadence import Cadence, parse_cadence
from fondly_hooks.types.times import (
    PartialDate,
    TimeWindow,
    parse_days,
    parse_hours,
    parse_partial_date,
    parse_time_window,
)

T = TypeVar("T")


def _from_text(parse: Callable[[str], T], type_: type[T], what: str) -> BeforeValidator:
    def validate(value: Any) -> T:
        if isinstance(value, type_) and not isinstance(value, str):
            return value
        if not isinstance(value, str):
            raise ValueError(f"needs {what}, as text")
        return parse(value)

    return BeforeValidator(validate)


class _Never(int):
    """A type of nothing that YAML gives: a length of time is always written as text."""


def _truth(value: Any) -> bool:
    words = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueError("needs 'yes' or 'no'")


def _date(text: str) -> dt.date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no day of the calendar: write YYYY-MM-DD") from None


def _zone(text: str) -> str:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(text, zoneinfo.available_timezones()) or "; write a name such as Europe/Berlin"
        raise ValueError(f"'{text}' is no time zone that this machine knows{hint}") from None
    return text


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", text):
        raise ValueError(f"'{text}' cannot be a name here: use small letters, digits and hyphens, such as 'first-date'")
    return text


def _uuid(text: str) -> str:
    import uuid

    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise ValueError(f"is no UUID. This is a new one: {uuid.uuid4()}") from None


def _cadence(value: Any) -> Any:
    return "off" if value is False else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _secret(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((kind, source),) = value.items()
        if kind in ("env", "keyring", "file") and isinstance(source, str) and source:
            return value
        if kind == "command" and isinstance(source, list) and source and all(isinstance(x, str) for x in source):
            return value
    raise ValueError("write one of {env: NAME}, {command: [PROGRAM, ARGUMENT]}, {keyring: SERVICE}, {file: PATH}")


Truth = Annotated[bool, BeforeValidator(_truth)]
Day = Annotated[dt.date, _from_text(_date, dt.date, "a day such as 2026-12-21")]
Zone = Annotated[str, _from_text(_zone, str, "a time zone such as Europe/Berlin")]
Slug = Annotated[str, _from_text(_slug, str, "a name in small letters")]
Identity = Annotated[str, _from_text(_uuid, str, "a UUID")]
# The last of these validators looks first.
Every = Annotated[Cadence, _from_text(parse_cadence, Cadence, "a rhythm such as 'weekly'"), BeforeValidator(_cadence)]
Window = Annotated[TimeWindow, _from_text(parse_time_window, TimeWindow, "a window such as 'evening'")]
Windows = Annotated[list[Window], BeforeValidator(_as_list)]
Partial = Annotated[PartialDate, _from_text(parse_partial_date, PartialDate, "a date such as 2015-06-20")]
Hours = Annotated[tuple[int, int], _from_text(parse_hours, tuple, "a span such as 22:00-07:30")]
Days = Annotated[int, _from_text(parse_days, _Never, "a length such as '14 days'")]
Secret = Annotated[Any, BeforeValidator(_secret)]
