"""Objects of every odd kind that fondly did not make keep every byte, whatever fondly does beside them."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import icalendar
import pytest

from fondly.config import load_config
from fondly.outputs.guarding import Consent
from fondly.preparing import local_now, prepare
from fondly.takeback import take_back
from fondly_calendar.identity import ref_for, uid_for
from servers import Calendar
from support import KEY, RELATIONSHIP
from world import MOVE, WEDDING, World, caldav_output, counts

NAMES_OF_OURS = str(uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/somebody"))
OURS = uid_for(RELATIONSHIP, "ours", "anniversary/wedding/yearly/2027", 0)
SHARED = Path(__file__).parents[3] / "shared" / "data" / "calendars"
LIBRARY = Path(icalendar.__file__).parent / "tests" / "calendars"


def event(*lines: str, uid: str, kind: str = "VEVENT", start: str = "DTSTART;VALUE=DATE:20261205") -> str:
    """A calendar object of somebody's."""
    own = [
        f"BEGIN:{kind}",
        f"UID:{uid}",
        "DTSTAMP:20260101T000000Z",
        *([start] if start else []),
        *lines,
        f"END:{kind}",
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//Else//EN", *own, "END:VCALENDAR", ""])


TODO = "DUE;VALUE=DATE:20261206"
AT_NINE = "DTSTART:20261201T090000Z"
ALARM = "BEGIN:VALARM ACTION:DISPLAY DESCRIPTION:Now TRIGGER:-PT5M ACKNOWLEDGED:20261204T090000Z END:VALARM".split()
RULE = "RRULE:FREQ=WEEKLY;COUNT=5"
OVERRIDE = "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20261208T090000Z\r\n"
OVERRIDE += "DTSTART:20261208T100000Z\r\nSUMMARY:Later"
ODD: dict[str, Callable[[str], str]] = {
    "plain": lambda uid: event("SUMMARY:Dentist", uid=uid),
    "no title": lambda uid: event(uid=uid),
    "empty title": lambda uid: event("SUMMARY:", uid=uid),
    "journal": lambda uid: event("SUMMARY:Dear diary", uid=uid, kind="VJOURNAL"),
    "to-do": lambda uid: event("SUMMARY:Milk", "STATUS:NEEDS-ACTION", uid=uid, kind="VTODO", start=""),
    "done to-do": lambda uid: event("SUMMARY:Milk", "STATUS:COMPLETED", uid=uid, kind="VTODO", start=""),
    "repeating to-do": lambda uid: event("SUMMARY:Bins", "RRULE:FREQ=WEEKLY", TODO, uid=uid, kind="VTODO"),
    "ticked": lambda uid: event("SUMMARY:✓ Dentist", uid=uid),
    "meeting": lambda uid: event("ORGANIZER:mailto:a@example.com", "ATTENDEE;RSVP=TRUE:mailto:b@example.com", uid=uid),
    "attachment": lambda uid: event("ATTACH;ENCODING=BASE64;VALUE=BINARY:" + "QUJD" * 300, uid=uid),
    "long": lambda uid: event("DESCRIPTION:" + "word " * 20_000, uid=uid),
    "emoji": lambda uid: event("SUMMARY:👩‍❤️‍👨 für Ömer\\, 今日", uid=uid),
    "escapes": lambda uid: event("SUMMARY:a\\,b\\;c\\\\d\\ne", "COMMENT:x\\Ny", uid=uid),
    "long line": lambda uid: event("X-LONG:" + "x" * 900, uid=uid),
    "odd parameters": lambda uid: event('X-ODD;X-A="a;b:c,d";X-B=1:kept\\, as it is', uid=uid),
    "small letters": lambda uid: event("summary:quiet", uid=uid),
    "floating": lambda uid: event("SUMMARY:Local", uid=uid, start="DTSTART:20261205T090000"),
    "duration": lambda uid: event("DURATION:P1DT2H", uid=uid, start="DTSTART:20261205T090000Z"),
    "long ago": lambda uid: event("SUMMARY:Old", uid=uid, start="DTSTART;VALUE=DATE:17891207"),
    "far ahead": lambda uid: event("SUMMARY:New", uid=uid, start="DTSTART;VALUE=DATE:29991207"),
    "repeating": lambda uid: event(RULE, "EXDATE:20261212T090000Z", uid=uid, start="DTSTART:20261205T090000Z"),
    "override": lambda uid: event(RULE, "SUMMARY:Yoga", OVERRIDE.format(uid=uid), uid=uid, start=AT_NINE),
    "alarms": lambda uid: event(*ALARM, uid=uid),
    "related to ours": lambda uid: event(f"RELATED-TO:{OURS}", uid=uid),
    "our mark": lambda uid: event(f"X-REF:{ref_for(KEY, 'ours', OURS, 0)}", "X-BASE:su-aaaaaaaa", uid=uid),
    "a mark that is none": lambda uid: event("X-REF:1-0-abc", "X-REF:1-1-def", uid=uid),
    "a base that is none": lambda uid: event("X-BASE:..-.-", uid=uid),
    "a name like ours": lambda uid: event("SUMMARY:Coincidence", uid=NAMES_OF_OURS),
    "like ours": lambda uid: event("SUMMARY:Wedding: 12 years", uid=uid, start="DTSTART;VALUE=DATE:20270620"),
    "category and colour": lambda uid: event("CATEGORIES:Anniversary", "COLOR:crimson", "CLASS:PRIVATE", uid=uid),
    "image and place": lambda uid: event("GEO:52.5;13.4", "LOCATION:Home", "URL:https://example.org/?a=b;c,d", uid=uid),
    "unknown zone": lambda uid: event("SUMMARY:Mars", uid=uid, start="DTSTART;TZID=Mars/Base:20261205T090000"),
    "method": lambda uid: event("SUMMARY:Sent", uid=uid).replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH"),
}  # fmt: skip
HREFS = ["a space.ics", "ümläut 100%.ics", "no-ending", f"{NAMES_OF_OURS}.ics", "dots..ics", "plus+and&.ics"]


def real_ones() -> Iterator[tuple[str, bytes]]:
    """Calendars that real programs wrote: those of the icalendar library, and the ones beside this project."""
    for folder in (LIBRARY, SHARED):
        for path in sorted(folder.glob("*.ics")) if folder.exists() else ():
            yield path.name, path.read_bytes()


def put(calendar: Calendar, name: str, data: bytes) -> bool:
    """Put it there as somebody would; whether the server takes it."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    status, _, _ = calendar.request(
        "PUT", calendar.url + quote(name), text, Content_Type="text/calendar; charset=utf-8"
    )
    return status in (200, 201, 204)


def everything(calendar: Calendar) -> dict[str, tuple[int, str | None, bytes]]:
    """Status, version and bytes of all objects, whatever they are called, by href."""
    body = '<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
    _, _, answer = calendar.request("PROPFIND", calendar.url, body, Depth="1", Content_Type="application/xml")
    hrefs = re.findall(r"<(?:\w+:)?href>([^<]+)</(?:\w+:)?href>", answer.decode())
    found = {}
    for href in {href.replace("&amp;", "&") for href in hrefs if not href.endswith("/")}:
        status, headers, data = calendar.request("GET", href)
        found[href] = (status, headers.get("etag"), data)
    return found


def test_foreign_objects_keep_every_byte(
    calendar: Calendar, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Through creating, changing, removing, a lost journal, refilling and taking back; not even a version changes."""
    taken = [
        name
        for number, (name, make) in enumerate(ODD.items())
        if put(calendar, f"odd-{number}.ics", make(f"odd-{number}").encode())
    ]
    assert len(taken) >= 30, sorted(ODD.keys() - set(taken))
    for number, href in enumerate(HREFS):
        put(calendar, href, event("SUMMARY:Somewhere", uid=f"href-{number}").encode())
    accepted = [name for name, data in real_ones() if put(calendar, f"real-{name}", data)]
    assert len(accepted) > 20
    before = everything(calendar)
    assert sum(status == 200 for status, _, _ in before.values()) > 60
    record_property("foreign objects that kept every byte", len(before))

    world = World(tmp_path, [caldav_output(calendar)])
    steps: list[tuple[list[str], int, str]] = [
        ([WEDDING, MOVE], 0, "state"),
        ([WEDDING.replace("name: Wedding", "name: Our wedding"), MOVE], 2, "state"),
        ([WEDDING], 30, "state"),
        ([WEDDING, MOVE], 60, "another-machine"),
        ([], 24 * 40, "state"),
    ]
    for world.dates, hours, world.state in steps:
        world.now += dt.timedelta(hours=hours)
        run = world.sync(consent=Consent(yes=True, force=True))
        assert run.deliveries[0].report.error is None, run.deliveries[0].report.error
        now = everything(calendar)
        assert {href: now.get(href) for href in before} == before
    prepared = prepare(load_config(world.config))
    taken_back = take_back(prepared, world.folder / world.state, local_now(prepared.relationship, world.now))
    assert counts(taken_back)["deleted"] > 0
    assert everything(calendar) == before


@pytest.mark.skipif(
    not SHARED.exists(), reason="the calendars of real programs are not beside this checkout (../shared)"
)
def test_the_calendars_beside_this_project_are_among_them() -> None:
    """What real programs wrote is tried too."""
    names = {name for name, _ in real_ones()}
    assert {path.name for path in SHARED.glob("*.ics")} <= names
