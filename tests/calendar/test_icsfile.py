"""A file of many components: what is somebody else's keeps every byte."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly_calendar.contentlines import write
from fondly_calendar.icsfile import IcsFile, read_ics, write_ics
from fondly_calendar.render import component, header, zones_of
from support import entry, identity

HEAD = header("Ana & Ben", "Europe/Berlin")
OURS = write(component(entry(), identity()))

FOREIGN = {
    "an event": "BEGIN:VEVENT\r\nUID:theirs\r\nDTSTART:20261124T183000Z\r\nSUMMARY:Theirs\r\nEND:VEVENT\r\n",
    "bare line feeds": "BEGIN:VEVENT\nUID:theirs\nSUMMARY:Theirs\nEND:VEVENT\n",
    "mixed line ends": "BEGIN:VEVENT\r\nUID:theirs\nSUMMARY:Theirs\r\nEND:VEVENT\n",
    "odd folding": "BEGIN:VEVENT\r\nUID:the\r\n irs\r\nSUMMARY:Th\r\n\te\n irs\r\n \r\nEND:VEVENT\r\n",
    "a torn character": "BEGIN:VEVENT\r\nUID:theirs\r\nSUMMARY:a\u0308\r\n \u0308o\r\nEND:VEVENT\r\n",
    "small letters": "begin:vevent\r\nuid:theirs\r\nsummary:Theirs\r\nend:vevent\r\n",
    "a journal": "BEGIN:VJOURNAL\r\nUID:theirs\r\nDESCRIPTION:Dear diary\\, …\r\nEND:VJOURNAL\r\n",
    "an unknown component": 'BEGIN:X-NOTE\r\nUID:theirs\r\nX-A;X-B="c:d":e\r\nEND:X-NOTE\r\n',
    "alarms inside": "BEGIN:VTODO\r\nUID:theirs\r\nBEGIN:VALARM\r\nTRIGGER:PT0S\r\nEND:VALARM\r\nEND:VTODO\r\n",
    "junk inside": "BEGIN:VEVENT\r\nUID:theirs\r\nwhat is this\r\n\r\n=\r\nEND:VEVENT\r\n",
    "odd spaces": "BEGIN:VEVENT \r\nUID:theirs\r\nSUMMARY:  Theirs  \r\nEND:VEVENT\t\r\n",
    "long lines": "BEGIN:VEVENT\r\nUID:theirs\r\nSUMMARY:" + "ä" * 500 + "\r\nEND:VEVENT\r\n",
}
ZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nX-LIC-LOCATION:Europe/Berlin\r\nBEGIN:STANDARD\r\n"
    "DTSTART:16010101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)


def file_with(*parts: str, head: str = "VERSION:2.0\r\nPRODID:-//x//y//EN\r\n") -> str:
    """A calendar with these parts."""
    return f"BEGIN:VCALENDAR\r\n{head}{''.join(parts)}END:VCALENDAR\r\n"


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_component_keeps_every_byte(name: str) -> None:
    """What somebody else wrote stands in our file as it stood before, beside what is ours."""
    raw = FOREIGN[name]
    keep = read_ics(file_with(raw))
    assert [block.raw for block in keep.blocks] == [raw]
    assert keep.blocks[0].uid == "theirs"
    text = write_ics(HEAD, zones_of([entry()]), [OURS], IcsFile((), keep.blocks))
    assert text.count(raw) == text.count(OURS) == 1
    again = read_ics(text)
    assert [block.raw for block in again.blocks if block.uid == "theirs"] == [raw]


@pytest.mark.parametrize("name", FOREIGN)
def test_writing_twice_changes_nothing(name: str) -> None:
    """A file that is read and written again is the same to the byte."""
    head = tuple(line + "\r\n" for line in HEAD[1:])
    first = write_ics(HEAD, [], [OURS], IcsFile((), read_ics(file_with(FOREIGN[name])).blocks))
    found = read_ics(first)
    assert found.head == head
    assert write_ics(HEAD, [], [], IcsFile((), found.blocks)) == first


def test_a_time_zone_that_stands_there_is_not_written_twice() -> None:
    """Somebody's VTIMEZONE of the same name stays, verbatim, and ours is left out: a name has one meaning in a file."""
    keep = read_ics(file_with(ZONE, FOREIGN["an event"]))
    london = entry(start=dt.datetime(2026, 11, 24, 19, tzinfo=ZoneInfo("Europe/London")))
    text = write_ics(HEAD, zones_of([entry(), london]), [OURS], IcsFile((), keep.blocks))
    assert text.count("TZID:Europe/Berlin\r\n") == 1
    assert ZONE in text
    assert text.count("TZID:Europe/London\r\n") == 1
    assert [block.name for block in read_ics(text).blocks] == ["VTIMEZONE", "VTIMEZONE", "VEVENT", "VEVENT"]


def test_lines_of_the_calendar_itself_are_kept() -> None:
    """What somebody wrote into the calendar's head stays, to the byte."""
    extra = "X-WR-CALDESC;LANGUAGE=en:Our\r\n  days\r\nMETHOD:PUBLISH\nx-mine:1\r\n"
    keep = read_ics(file_with(head=extra))
    assert "".join(keep.head) == extra
    text = write_ics(HEAD, [], [OURS], keep)
    assert extra in text
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


def test_the_value_of_a_head_line() -> None:
    """A line of the head is found whatever its case and folding; one that is not there is empty."""
    found = read_ics(file_with(head="version:2.0\r\nX-REF:1-0-ab\r\n cd\r\n"))
    assert found.head_value("X-REF") == "1-0-abcd"
    assert found.head_value("VERSION") == "2.0"
    assert found.head_value("NAME") == ""


def test_a_byte_order_mark_is_no_junk() -> None:
    """An editor's BOM at the start does not make the file a stranger."""
    text = file_with(FOREIGN["an event"])
    assert read_ics("\ufeff" + text) == read_ics(text)


def test_no_last_line_end_is_fine() -> None:
    """A file whose last line end is missing is whole."""
    text = file_with(FOREIGN["an event"])
    assert read_ics(text.rstrip("\r\n")) == read_ics(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\r\n",
        "hello",
        "<!DOCTYPE html><html></html>",
        "BEGIN:VCARD\r\nFN:Ana\r\nEND:VCARD\r\n",
        "BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n",
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nEND:VCALENDAR\r\n",
        file_with() + file_with(),
        file_with() + "more\r\n",
        "more\r\n" + file_with(),
        file_with(FOREIGN["an event"])[:-40],
    ],
)
def test_a_broken_file_is_refused(text: str) -> None:
    """What is not one whole calendar is refused, so that it is never written over by halves."""
    with pytest.raises(ValueError, match="calendar"):
        read_ics(text)


NAMES = st.sampled_from(["VEVENT", "VTODO", "VJOURNAL", "X-THING"])
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=90)
ENDS = st.sampled_from(["\r\n", "\n"])


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """Any component, with any folding and line ends."""
    name, end = draw(NAMES), draw(ENDS)
    lines = ["UID:" + draw(st.uuids(version=4).map(str))]
    for value in draw(st.lists(VALUES, max_size=4)):
        cut = draw(st.integers(0, len(value)))
        lines.append("X-A:" + value[:cut] + draw(ENDS) + draw(st.sampled_from(" \t")) + value[cut:])
    if draw(st.booleans()):
        lines += ["BEGIN:VALARM", "TRIGGER:PT0S", "END:VALARM"]
    return "".join(line + end for line in [f"BEGIN:{name}", *lines, f"END:{name}"])


@given(st.lists(blocks(), max_size=5), st.lists(VALUES.map(lambda value: f"X-B:{value}\r\n"), max_size=3))
def test_any_file_survives(parts: list[str], head: list[str]) -> None:
    """Whatever foreign components a file has, they come out of it as they went in, in their order."""
    head = ["VERSION:2.0\r\n", *head]
    found = read_ics(file_with(*parts, head="".join(head)))
    assert [block.raw for block in found.blocks] == parts
    assert list(found.head) == head
    text = write_ics(HEAD, zones_of([entry()]), [OURS], found)
    again = read_ics(text)
    assert [block.raw for block in again.blocks if block.name != "VTIMEZONE"] == [OURS, *parts]
    assert all(line in again.head for line in head)
