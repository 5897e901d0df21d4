"""What the journal keeps in a row, as records and back."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from fondly_hooks.types.delivery import Remembered
from fondly_hooks.types.entries import ENTRY_FIELDS, Entry


def remembered_of(row: tuple[Any, ...]) -> Remembered:
    """What a row of `things` says, its columns in the order of the journal's COLUMNS."""
    id, uid, generation, place, version, fields, sequence, edited, done, ends, gone, pending, pending_fields, theirs = (
        row
    )
    return Remembered(
        entry_id=id,
        uid=uid,
        generation=generation,
        place=place,
        version=version,
        fields=json.loads(fields),
        sequence=sequence,
        edited=bool(edited),
        theirs=frozenset(theirs.split()),
        done=bool(done),
        ends=_moment(ends),
        gone=gone,
        pending=pending,
        pending_fields=json.loads(pending_fields),
    )


def _moment(text: str | None) -> dt.datetime | dt.date | None:
    if text is None:
        return None
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


def text_of(entry: Entry) -> str:
    """An entry as JSON, its times with the name of their zone, which an offset alone would lose."""
    values = {name: getattr(entry, name) for name in ENTRY_FIELDS}
    for name in ("start", "end"):
        moment = values[name]
        zone = moment.tzinfo if isinstance(moment, dt.datetime) else None
        values[name] = [moment.isoformat(), zone.key if isinstance(zone, ZoneInfo) else None]
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def entry_of(text: str) -> Entry:
    """The entry that `text_of` wrote."""
    values = json.loads(text)
    for name in ("start", "end"):
        text, zone = values[name]
        moment = _moment(text)
        values[name] = moment.astimezone(ZoneInfo(zone)) if zone and isinstance(moment, dt.datetime) else moment
    known: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items() if key in ENTRY_FIELDS
    }
    return Entry(**known)
