"""What stands in a calendar, as things of the batch contract."""

from __future__ import annotations

from collections.abc import Sequence

from fondly_calendar.canonical import end_of, fields_of, is_done
from fondly_calendar.contentlines import Component
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

    ``mine`` is ``None`` where X-REF was dropped, ``edited`` where X-BASE was: then the journal decides. What fondly did
    not write and cannot put back (an RRULE, an EXDATE, an attachment, an override) makes it a person's too.
    """
    item = items[0]
    uid = item.text("UID").strip()
    fields = fields_of(item)
    ref, base = item.get("X-REF"), item.get("X-BASE")
    changed = differing(key, uid, fields, base.value) if base else None
    edited = None if changed is None else bool(changed)
    if len(items) > 1 or any(line.name not in _KNOWN and not line.name.startswith("X-") for line in item.lines):
        edited = True
    return Thing(
        uid=uid,
        fields=fields,
        place=place,
        version=version,
        mine=is_ref(key, [output], uid, ref.value.strip()) if ref else None,
        edited=edited,
        done=is_done(item),
        sequence=_number(item.text("SEQUENCE")),
        ends=end_of(item),
        body=body,
    )


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 12 else 0
