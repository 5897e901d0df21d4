"""What a server's refusal means, in one plain line without an address or a secret in it, and what may be done then."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from email.utils import parsedate_to_datetime

from fondly_calendar.connection import Answer
from fondly_calendar.davxml import C, D
from fondly_hooks.errors import LaterError, OutputError

UNTOLD_WAIT = 60  # seconds, where a server is busy and does not say for how long
LONGEST_WAIT = 86_400  # seconds; nobody comes back later than tomorrow


class PreconditionFailedError(OutputError):
    """Somebody else was faster: the object is not what we read, or stands there already."""


class RefusedError(OutputError):
    """The server refuses this one object; it may well take the others."""


class WrongSortError(RefusedError):
    """The calendar takes no such components, whatever it said of itself before."""


class UnsureError(OutputError):
    """Nobody knows whether it was done: the connection broke, or the answer is none. Look before it is tried again."""


class BusyError(OutputError):
    """The server takes one write at a time, and did not do this one."""


# Preconditions (RFC 4791 §5.3.2.1, RFC 4918 §16) that speak of one object, and what is wrong with it.
_OF_ONE_OBJECT = {
    f"{C}no-uid-conflict": "stands elsewhere in your calendars under the same identity",
    f"{C}supported-calendar-component": "is of a sort that this calendar does not take",
    f"{C}supported-calendar-data": "is not taken in this form",
    f"{C}valid-calendar-data": "is not taken in this form",
    f"{C}valid-calendar-object-resource": "is not taken in this form",
    f"{C}max-resource-size": "is too long for this calendar",
    f"{C}min-date-time": "lies too far back for this calendar",
    f"{C}max-date-time": "lies too far ahead for this calendar",
    f"{C}max-instances": "is not taken in this form",
}


def refusal(answer: Answer, where: str, what: str) -> OutputError:
    """The error that a status stands for. ``where`` names the server, ``what`` was tried, as "to …"."""
    status = answer.status
    conditions = conditions_in(answer.body)
    for condition in conditions:
        if condition in _OF_ONE_OBJECT:
            kind = WrongSortError if condition == f"{C}supported-calendar-component" else RefusedError
            return kind(f"{where} says that it {_OF_ONE_OBJECT[condition]} ({status})")
    if status == 412:
        return PreconditionFailedError(f"{where}: somebody else changed an entry meanwhile")
    if status == 401:
        return OutputError(
            f"{where} does not accept the username and password; look at them (many providers want a password made "
            "for one app)"
        )
    if status == 403:
        return OutputError(
            f"{where} does not allow {what} (403); ask its owner for the right to write there, or name another calendar"
        )
    if status in (404, 410):
        return OutputError(
            f"{where} has no calendar at that address ({status}); look at its url, or let fondly make one: "
            "'calendar: NAME' and 'create: yes'"
        )
    if 300 <= status < 400:
        return OutputError(f"{where} says that the calendar is elsewhere ({status}); put that address into the config")
    if status in (429, 503):
        return later(answer, where)
    if status == 423:
        return BusyError(f"{where} is busy with another write (423); the next sync tries again")
    if status == 507:
        return OutputError(f"{where} has no room left (507); make some there")
    if status >= 500 or status < 300:
        return UnsureError(f"{where} failed {what} ({status}); the next sync tries again")
    return RefusedError(f"{where} refused {what} ({status})")


def later(answer: Answer, where: str) -> LaterError:
    """That server is busy, and says until when."""
    seconds = retry_after(answer)
    wait = f", in {_length(seconds)}" if seconds is not None else ""
    problem = f"{where} asks to come back later ({answer.status}{wait}); fondly goes on then"
    return LaterError(problem, seconds=UNTOLD_WAIT if seconds is None else seconds)


def retry_after(answer: Answer) -> int | None:
    """The seconds that ``Retry-After`` tells, as a number or as a date (RFC 9110 §10.2.3); ``None`` without it."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal() and len(text) < 10:
        return min(int(text), LONGEST_WAIT)
    with suppress(ValueError, TypeError):
        moment = parsedate_to_datetime(text)
        left = (moment - dt.datetime.now(moment.tzinfo or dt.UTC)).total_seconds()
        return min(max(0, int(left)), LONGEST_WAIT)
    return None


def conditions_in(body: bytes) -> list[str]:
    """The preconditions that an error's body names."""
    if b"error" not in body[:2000]:
        return []
    from lxml import etree

    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return []
    return [str(one.tag) for one in root] if root.tag == f"{D}error" else []


def unreachable(problem: Exception) -> str:
    """Why there was no answer, without an address, which may hold a secret."""
    text = f"{type(problem).__name__} {problem}".lower()
    for signs, words in (
        (("timeout", "timed out"), "no answer came in time; it may be slow or down"),
        (("certificate",), "its certificate is not trusted; 'ca_file' names the authority of a private one"),
        (("ssl",), "no safe connection (TLS) could be made; look at the address and its port"),
        (
            ("name or service", "getaddrinfo", "resol", "no address associated"),
            "its name is not known; look at the spelling, and whether this machine is online",
        ),
        (("refused",), "the connection was refused; look at the address and its port"),
    ):
        if any(sign in text for sign in signs):
            return words
    return "the connection broke"


def _length(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 120 else f"{round(seconds / 60)} minutes"
