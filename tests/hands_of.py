"""A person's hands, and what they leave behind."""

from __future__ import annotations

from collections.abc import Mapping

from faults import Proxy
from servers import Calendar
from world import WEDDING, World

RENAMED = WEDDING.replace("name: Wedding", "name: Our wedding")
LATER = WEDDING.replace("2015-06-20", "2015-06-21")
TITLE = "Wedding: 12 years"

FOREIGN = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody//Else//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20261205\r
DTEND;VALUE=DATE:20261206\r
SUMMARY:{title}\r
X-SOMETHING;X-ODD=yes:kept\\, as it is\r
END:VEVENT\r
END:VCALENDAR\r
"""


def lines(text: str) -> list[str]:
    """The logical lines of an object."""
    return text.replace("\r\n ", "").replace("\r\n", "\n").splitlines()


def line(text: str, name: str) -> str:
    """The one line of that name in the event or to-do itself."""
    inner = text[min(i for i in (text.find("BEGIN:VEVENT"), text.find("BEGIN:VTODO")) if i >= 0) :]
    found = [one for one in lines(inner) if one.startswith((f"{name}:", f"{name};"))]
    assert found, (name, text)
    return found[0]


def edit(calendar: Calendar, title: str, *pairs: tuple[str, str]) -> str:
    """Change an object as another program would; its href."""
    href = calendar.find(title)
    data = "\r\n".join(lines(calendar.get(href))) + "\r\n"
    for old, new in pairs:
        assert old in data, (old, data)
        data = data.replace(old, new)
    calendar.put(href, data)
    return href


def managed(calendar: Calendar) -> dict[str, list[str]]:
    """What fondly manages of each object: all its lines but the stamps, by href."""
    stamps = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "PRODID", "CREATED")
    return {
        href: sorted(one for one in lines(data) if not one.startswith(stamps))
        for href, data in calendar.objects().items()
    }


def doubles(objects: Mapping[str, str]) -> list[str]:
    """The titles and days that stand there twice."""
    seen: list[str] = []
    for data in objects.values():
        if "X-REF" in data:
            seen.append(f"{line(data, 'SUMMARY')} {line(data, 'DTSTART')}")
    return sorted({one for one in seen if seen.count(one) > 1})


def conditional(proxy: Proxy) -> bool:
    """Whether every write so far had a precondition that names a version, or that nothing stands there."""
    for request in proxy.seen:
        if request.method in ("PUT", "DELETE"):
            headers = {name.lower(): value for name, value in request.headers.items()}
            if headers.get("if-none-match") != "*" and headers.get("if-match", "*") == "*":
                return False
    return True


def quiet(world: World) -> bool:
    """Whether a further run writes nothing."""
    report = world.sync().deliveries[0].report
    assert report.error is None, report.error
    return not (report.created or report.updated or report.deleted)
