"""Records to JSON, and JSON to records: what scripts get and give."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from fondly.config.explain import LIMITS, WANTED
from fondly.config.fields import shown
from fondly.config.suggest import did_you_mean
from fondly.scripting.forms import IGNORED, NEUTRAL, Form, form_of
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Relationship
from fondly_hooks.types.times import Length, TimeWindow

MOST = 20_000
DAY = dt.timedelta(days=1)
MINUTES = 30  # of an entry that does not say how long it is
Record = TypeVar("Record")
DEFAULTS = {field.name: field.default for field in fields(Entry) if field.default is not MISSING}


def to_wire(value: Any) -> Any:
    """A record, or a collection of them, as plain JSON values. The people come without their private id."""
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no word for it
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, Entry):
        return value.as_json() | {"color": value.color, "offers": list(value.offers)}
    if isinstance(value, (Cadence, TimeWindow, PartialDate, Length)):
        return str(value)
    if isinstance(value, dt.timedelta):
        return str(Length(value.days, "day"))
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_wire(item) for key, item in value.items()}
    if isinstance(value, Set):
        return sorted(to_wire(item) for item in value)
    if isinstance(value, Sequence):
        return [to_wire(item) for item in value]
    if is_dataclass(value):
        names = (field.name for field in fields(value) if not (isinstance(value, Relationship) and field.name == "id"))
        return {name: to_wire(getattr(value, name)) for name in names}
    raise TypeError(f"a {type(value).__name__} has no form in JSON")


def read_records(
    record: type[Record],
    items: Any,
    *,
    plugin: str,
    zone: ZoneInfo,
    at: str = "add",
    faults: list[str] | None = None,
) -> list[Record]:
    """The records that a script gave in a list, which stands ``at`` a key of its answer.

    Times get the named zone ``zone``. Of an entry it may leave out the prefix of the id, the kind, the neutral title,
    and the end: an entry of a day is over on the next, one with an hour after its ``minutes``, else half an hour.

    Raises ``ValueError`` with the first thing that is wrong: where, what, and what would be right. Where ``faults`` are
    collected, a record that is wrong is told there instead, and the others are read.
    """
    if not isinstance(items, list):
        raise ValueError(f"'{at}' needs a list, not {shown(items)}")
    if len(items) > MOST:
        raise ValueError(f"'{at}' holds more than {MOST} records, which is more than anybody can use")
    found = []
    for index, item in enumerate(items):
        try:
            found.append(read_record(record, item, plugin=plugin, zone=zone, at=f"{at}[{index}]"))
        except ValueError as problem:
            if faults is None:
                raise
            faults.append(str(problem))
    return found


def read_record(record: type[Record], item: Any, *, plugin: str, zone: ZoneInfo, at: str) -> Record:
    """One record; see `read_records`."""
    values = _values(record, item, zone, at)
    if record is not Entry:
        return record(**values)
    values = {name: value for name, value in values.items() if name not in IGNORED}
    if "/" not in values["id"]:
        values["id"] = f"custom/{plugin}/{values['id']}"
    if "end" not in values:
        values["end"] = _end(values["start"], values.get("minutes"))
    return record(**({"kind": "custom", "neutral_title": NEUTRAL} | values))


def changed_entries(items: Any, entries: Mapping[str, Entry], *, zone: ZoneInfo) -> list[Entry]:
    """The entries that a script wants changed: of each its id and what is to differ. ``entries`` are those planned.

    The id and the kind stay, ``secret_from`` only grows, and what begins at another time is as long as it was. Raises
    ``ValueError`` as `read_records` does.
    """
    if not isinstance(items, list):
        raise ValueError(f"'change' needs a list, not {shown(items)}")
    return [_changed(item, entries, zone, f"change[{index}]") for index, item in enumerate(items)]


def _changed(item: Any, entries: Mapping[str, Entry], zone: ZoneInfo, at: str) -> Entry:
    if not isinstance(item, dict):
        raise ValueError(f"{at}: needs keys with values, not {shown(item)}")
    id = item.get("id")
    if not isinstance(id, str):
        raise ValueError(f"{at}.id: {'is missing; add it' if id is None else f'needs text, not {shown(id)}'}")
    before = entries.get(id)
    if before is None:
        raise ValueError(f"{at}.id: no entry '{id[:100]}' is planned{did_you_mean(id, entries)}")
    now: dict[str, Any] = {**to_wire(before), **item}
    values = _values(Entry, now, zone, at)
    wanted: dict[str, Any] = {
        key: values.get(key, DEFAULTS.get(key)) for key in item if key not in (*IGNORED, "id", "kind")
    }
    if wanted.get("end") is None:
        wanted.pop("end", None)
    if "start" in wanted and "end" not in wanted:
        wanted["end"] = _same_length(before, wanted["start"])
    if "secret_from" in wanted:
        wanted["secret_from"] = tuple(sorted({*before.secret_from, *wanted["secret_from"]}))
    return replace(before, **wanted)


def _same_length(before: Entry, start: dt.date) -> dt.date:
    if isinstance(start, dt.datetime) != isinstance(before.start, dt.datetime):
        return _end(start, before.minutes)
    if isinstance(start, dt.datetime):  # the clock may be set in between, so the length is counted in UTC
        length = before.end - before.start  # type: ignore[operator]
        return (start.astimezone(dt.UTC) + length).astimezone(start.tzinfo)
    return start + (before.end - before.start)  # type: ignore[operator]


def _end(start: dt.date, minutes: int | None) -> dt.date:
    if not isinstance(start, dt.datetime):
        return start + DAY
    length = dt.timedelta(minutes=MINUTES if minutes is None else minutes)
    return (start.astimezone(dt.UTC) + length).astimezone(start.tzinfo)


def _values(record: type[Any], item: Any, zone: ZoneInfo, at: str) -> dict[str, Any]:
    """The fields of a record that the item has, each as the record holds it."""
    form: type[Form] = form_of(record, given=True)  # type: ignore[arg-type]  # classes are hashable
    try:
        read = form.model_validate(_without_nulls(item), context={"zone": zone})
    except ValidationError as error:
        raise ValueError(_words(error, form, at)) from None
    return {name: _held(getattr(read, name)) for name in read.model_fields_set}


def _held(value: Any) -> Any:
    """A value of a form as its record holds it: records in the place of forms, tuples in that of lists."""
    if isinstance(value, list):
        return tuple(_held(item) for item in value)
    if isinstance(value, Form):
        return value.record(**{name: _held(getattr(value, name)) for name in value.model_fields_set})
    return value


def _without_nulls(value: Any) -> Any:
    """What null stands for is what is not said."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _words(error: ValidationError, form: type[Form], at: str) -> str:
    """The first thing that is wrong, in one line."""
    found = error.errors(include_url=False)
    # A misspelt key is the reason where one is missing.
    item = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    kind, given, context = item["type"], item["input"], item.get("ctx", {})
    place = at + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in item["loc"])
    if kind == "extra_forbidden":
        inside, known = place.rpartition(".")[0], _keys(form, item["loc"][:-1])
        return f"{inside}: '{str(item['loc'][-1])[:60]}' is not known here{did_you_mean(str(item['loc'][-1]), known)}"
    return f"{place}: {_what(kind, given, context)}"


def _what(kind: str, given: Any, context: Mapping[str, Any]) -> str:
    if kind == "missing":
        return "is missing; add it"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"{shown(given)} is none of {str(context['expected']).replace(' or ', ', ').replace(chr(39), '')}"
    if kind in WANTED:
        return f"needs {WANTED[kind]}, not {shown(given)}"
    limit = next((f"{word} {context[key]}" for key, word in LIMITS.items() if key in context), None)
    return f"must be {limit}, not {shown(given)}" if limit else f"is not as it has to be ({kind.replace('_', ' ')})"


def _keys(form: type[Form], path: Sequence[str | int]) -> list[str]:
    """The keys that are known at a place inside a form."""
    for name in (part for part in path if isinstance(part, str)):
        annotation = form.model_fields[name].annotation
        inner = next((one for one in (annotation, *get_args(annotation)) if _is_form(one)), None)
        if inner is None:
            return []
        form = inner
    return [name for name in form.model_fields if name not in IGNORED]


def _is_form(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Form)
