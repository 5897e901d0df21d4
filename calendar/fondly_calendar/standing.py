"""What stands in a calendar, as things of the batch contract."""

from __future__ import annotations

from collections.abc import Sequence

from fondly_calendar.canonical import end_of, fields_of, is_done
from fondly_calendar.contentlines import Component, parse
from fondly_calendar.identity import differing, is_ref
from fondly_hooks.types.delivery import Thing

# What fondly writes itself, and what servers and clients add without a person's will.
_KNOWN = frozenset(
    (
        "UID DTSTAMP DTSTART DTEND DUE DURATION SUMMARY DESCRIPTION LOCATION URL CATEGORIES COLOR STATUS TRANSP CLASS "
        "CREATED LAST-MODIFIED SEQUENCE COMPLETED PERCENT-COMPLETE PRIORITY"
    ).split()
)


def thing_of(
    items: Sequence[Component], key: bytes, output: str, *, place: str = "", version: str | None = None, body: str = ""
) -> Thing:
    """The thing that these components of one UID are: the entry, and perhaps a person's overrides of it.

    ``mine`` is ``None`` where X-REF was dropped, ``theirs`` where X-BASE was: then the journal decides. ``touched``
    tells that it has something that fondly did not write and could not put back: an attachment, an override.
    """
    item = items[0]
    uid = item.text("UID").strip()
    fields = fields_of(item)
    ref, base = item.get("X-REF"), item.get("X-BASE")
    return Thing(
        uid=uid,
        fields=fields,
        place=place,
        version=version,
        mine=is_ref(key, [output], uid, ref.value.strip()) if ref else None,
        theirs=differing(key, uid, fields, base.value) if base else None,
        touched=len(items) > 1
        or any(line.name not in _KNOWN and not line.name.startswith("X-") for line in item.lines),
        done=is_done(item),
        form=item.name,
        sequence=_number(item.text("SEQUENCE")),
        ends=end_of(item),
        body=body,
    )


def thing_in(data: str, key: bytes, output: str, *, place: str, version: str | None) -> Thing | None:
    """The thing that a whole VCALENDAR of one UID is; ``None`` for what is neither an event nor a to-do."""
    try:
        items = [item for item in parse(data).inner if item.name in ("VEVENT", "VTODO")]
    except ValueError:
        return None  # somebody else's, and not for us to judge
    items.sort(key=lambda item: item.get("RECURRENCE-ID") is not None)
    return thing_of(items, key, output, place=place, version=version, body=data) if items else None


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 12 else 0
