"""The values of the fields that fondly manages, in a form that no server's or client's rewriting changes.

Line order, folding, escaping, the spelling of a time zone, a duration in the place of an end, an alarm that was
acknowledged or snoozed: none of that is a person's edit (DESIGN §9).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fondly_calendar.contentlines import Component, Line, split_list, unescape

# What is longer or farther away than these is no time that can be computed with, and is compared as it is written.
YEARS = range(1000, 9000)
TICKS = ("\u2713", "\u2714")  # what a person writes before the title of an event that is done
_REPEATS = (
    "RRULE",
    "RDATE",
    "EXDATE",
    "EXRULE",
)  # fondly writes none: who makes an entry repeat has its time from then on
APPLES_OWN = ("X-APPLE-DEFAULT-ALARM", "X-APPLE-LOCAL-DEFAULT-ALARM")
_DURATION = re.compile(
    r"([+-]?)P(?=.)(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?"
)


def fields_of(item: Component) -> dict[str, str]:
    """The canonical value of each managed field of a VEVENT or VTODO, by its short name."""
    todo = item.name == "VTODO"
    return {
        "su": _text(item, "SUMMARY"),
        "de": _text(item, "DESCRIPTION"),
        "ti": _times(item),
        "al": "\n".join(sorted(_alarm(alarm) for alarm in item.inner if _is_alarm(alarm))),
        "ca": "\n".join(sorted(c for line in item.lines if line.name == "CATEGORIES" for c in split_list(line.value))),
        "lo": _text(item, "LOCATION"),
        "st": _text(item, "STATUS").upper() or ("NEEDS-ACTION" if todo else "CONFIRMED"),
        "tr": "" if todo else _text(item, "TRANSP").upper() or "OPAQUE",
        "cl": _text(item, "CLASS").upper() or "PUBLIC",
        "co": _text(item, "COLOR").lower(),
        "ur": (item.get("URL") or Line("URL", {}, "")).value.strip(),
    }


def is_done(item: Component) -> bool:
    """Whether it is ticked: a to-do by its STATUS, since some clients write nothing else; an event by its title."""
    if item.name == "VTODO":
        return _text(item, "STATUS").upper() == "COMPLETED"
    return _text(item, "SUMMARY").startswith(TICKS)


def span_of(times: str) -> tuple[dt.datetime, dt.datetime] | None:
    """The two instants of a canonical time field; ``None`` where it holds days, local times or a repetition."""
    first, _, last = times.partition("/")
    begin, finish = (_read(part, None) if part.endswith("Z") else None for part in (first, last))
    if not isinstance(begin, dt.datetime) or not isinstance(finish, dt.datetime):
        return None
    return begin, finish


def days_of(times: str) -> tuple[dt.date, dt.date] | None:
    """The two days (the last not included) of a canonical time field; ``None`` where it holds times or a repetition."""
    first, _, last = times.partition("/")
    begin, finish = (_read(part, None) if len(part) == 8 else None for part in (first, last))
    return None if begin is None or finish is None else (begin, finish)


def end_of(item: Component) -> dt.datetime | dt.date | None:
    """When it is over, as an aware datetime or a date (exclusive); ``None`` where it does not say."""
    begin, finish = _span(item)
    return begin if finish is None else finish


def _text(item: Component, name: str) -> str:
    line = item.get(name)
    return unescape(line.value).replace("\r", "").strip() if line else ""


def _times(item: Component) -> str:
    begin, finish = _span(item)
    span = f"{_instant(begin, item.get('DTSTART'))}/{_instant(finish, item.get('DUE') or item.get('DTEND'))}"
    return " ".join((span, *sorted(f"{line.name}:{line.value}" for line in item.lines if line.name in _REPEATS)))


def _span(item: Component) -> tuple[dt.datetime | dt.date | None, dt.datetime | dt.date | None]:
    start, end, duration = item.get("DTSTART"), item.get("DUE") or item.get("DTEND"), item.get("DURATION")
    begin = _moment(start) if start else None
    if end is not None or begin is None:
        return begin, _moment(end) if end else None
    if duration is not None:
        length = length_of(duration.value)
        if length is None or not isinstance(begin, dt.datetime) or "T" not in duration.value:
            return begin, None if length is None else begin + length
        return begin, (begin.astimezone(dt.UTC) if begin.tzinfo else begin) + length  # hours are exact, days nominal
    # RFC 5545 §3.6.1: a date without an end is one day.
    return begin, None if isinstance(begin, dt.datetime) else begin + dt.timedelta(days=1)


def _instant(moment: dt.datetime | dt.date | None, line: Line | None) -> str:
    if isinstance(moment, dt.datetime):
        return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" if moment.tzinfo else f"{moment:%Y%m%dT%H%M%S}"
    if moment is not None:
        return f"{moment:%Y%m%d}"
    return line.value.strip() if line else ""


def _moment(line: Line) -> dt.datetime | dt.date | None:
    moment = _read(line.value.strip(), line.params.get("TZID"))
    return moment if moment is not None and moment.year in YEARS else None


def _read(value: str, zone: str | None) -> dt.datetime | dt.date | None:
    try:
        if len(value) == 8:
            return dt.datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007  # a date has no zone
        if value.endswith("Z"):
            return dt.datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        moment = dt.datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007  # its zone follows
        return moment.replace(tzinfo=_zone(zone)) if zone else moment
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None


def _zone(name: str) -> ZoneInfo:
    """The zone of a TZID: an IANA name, one with a path of some client's own before it, or one of Windows'."""
    for parts in (3, 2, 1) if name.startswith("/") else ():
        with contextlib.suppress(ValueError, ZoneInfoNotFoundError, OSError):
            return ZoneInfo("/".join(name.split("/")[-parts:]))
    if name.endswith("Standard Time"):
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

        name = WINDOWS_TO_OLSON.get(name, name)
    return ZoneInfo(name)


def length_of(value: str) -> dt.timedelta | None:
    """The length of time that a DURATION (RFC 5545 §3.3.6) says; ``None`` where it is none."""
    match = _DURATION.fullmatch(value.strip())
    if not match:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = dt.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -length if match[1] == "-" else length


def _is_alarm(item: Component) -> bool:
    """An alarm of the entry's own: a snooze is one that relates to another alarm (RFC 9074 §7.1), and Apple's programs
    put a silent one, or their own default, into whatever they touch."""
    if item.name != "VALARM" or item.get("RELATED-TO") is not None:
        return False
    by_default = any(_text(item, name).upper() == "TRUE" for name in APPLES_OWN)
    return not by_default and _text(item, "ACTION").upper() != "NONE"


def _alarm(item: Component) -> str:
    trigger = item.get("TRIGGER")
    value = trigger.value.strip() if trigger else ""
    length = length_of(value)
    text = f"{_text(item, 'ACTION').upper()} {value if length is None else int(length.total_seconds())}"
    return text + (" END" if trigger and trigger.params.get("RELATED", "").upper() == "END" else "")
