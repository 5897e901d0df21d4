"""Busy times: when somebody's calendar says that they are taken."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fondly_calendar.busy import busy_times
from fondly_hooks.errors import SourceError
from fondly_hooks.types.entries import Busy
from fondly_hooks.types.times import Span
from support import BERLIN, entry, identity, rendered

SHARED = Path(__file__).parents[3] / "shared" / "data" / "calendars"
REAL = sorted(SHARED.glob("*.ics")) or [
    pytest.param(SHARED, marks=pytest.mark.skip(reason="shared/data is not beside this checkout"))
]
NEW_YORK = ZoneInfo("America/New_York")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


def utc(*parts: int) -> dt.datetime:
    """A moment in UTC."""
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[misc,arg-type]


YEAR = Span(utc(2026, 1, 1), utc(2027, 1, 1))


def calendar(*events: str) -> bytes:
    """A calendar of events, each the lines between its BEGIN and END."""
    parts = [f"BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT\n" for event in events]
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{''.join(parts)}END:VCALENDAR\n".encode()


def busy(data: bytes, window: Span = YEAR, zone: ZoneInfo = BERLIN) -> list[Busy]:
    """The busy times, which are always ordered here."""
    return sorted(busy_times(data, "ana", window, zone), key=lambda found: found.start)


def busy_or_nothing(data: bytes, window: Span, zone: ZoneInfo = BERLIN) -> list[Busy]:
    """The busy times, or none where the source says that it is broken; any other error is one of fondly's."""
    try:
        return busy(data, window, zone)
    except SourceError:
        return []


def spans(*events: str, window: Span = YEAR, zone: ZoneInfo = BERLIN) -> list[str]:
    """The busy times of these events as text, in UTC."""
    return [f"{b.start:%m-%d %H:%M}/{b.end:%m-%d %H:%M}" for b in busy(calendar(*events), window, zone)]


def test_one_event() -> None:
    """An event takes its time, and says whose it is."""
    found = busy(calendar("UID:a\nDTSTART:20261124T183000Z\nDTEND:20261124T193000Z"))
    assert found == [Busy("ana", utc(2026, 11, 24, 18, 30), utc(2026, 11, 24, 19, 30), "a", None)]


def test_our_own_entry_can_be_known() -> None:
    """An entry that fondly made carries its UID and mark, so that the planner does not plan around itself."""
    (found,) = busy(rendered(entry(busy=True)).encode())
    assert found.uid == identity().uid
    assert found.ref is not None
    assert found.ref.startswith("1-0-")


def test_spring_forward() -> None:
    """A weekly event stays at its hour on the clock when clocks are set forward."""
    event = "UID:a\nDTSTART;TZID=Europe/Berlin:20260322T090000\nDTEND;TZID=Europe/Berlin:20260322T100000\n"
    assert spans(event + "RRULE:FREQ=WEEKLY;COUNT=3") == [
        "03-22 08:00/03-22 09:00",
        "03-29 07:00/03-29 08:00",
        "04-05 07:00/04-05 08:00",
    ]


def test_fall_back() -> None:
    """A weekly event stays at its hour on the clock when clocks are set back, in that zone and on that day."""
    event = "UID:a\nDTSTART;TZID=America/New_York:20261025T090000\nDTEND;TZID=America/New_York:20261025T100000\n"
    assert spans(event + "RRULE:FREQ=WEEKLY;COUNT=3") == [
        "10-25 13:00/10-25 14:00",
        "11-01 14:00/11-01 15:00",
        "11-08 14:00/11-08 15:00",
    ]


def test_exceptions_and_overrides() -> None:
    """A day left out is free, a moved one is taken where it was moved to, a cancelled one is free."""
    event = "UID:a\nDTSTART:20261102T090000Z\nDTEND:20261102T100000Z\n"
    own = event + "RRULE:FREQ=DAILY;COUNT=4\nEXDATE:20261103T090000Z"
    moved = "UID:a\nRECURRENCE-ID:20261104T090000Z\nDTSTART:20261104T150000Z\nDTEND:20261104T153000Z"
    cancelled = "UID:a\nRECURRENCE-ID:20261105T090000Z\nDTSTART:20261105T090000Z\nDTEND:20261105T100000Z"
    cancelled += "\nSTATUS:CANCELLED"
    assert spans(own, moved, cancelled) == ["11-02 09:00/11-02 10:00", "11-04 15:00/11-04 15:30"]


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "TRANSP:transparent", "STATUS:CANCELLED", "STATUS:Cancelled"])
def test_what_takes_no_time(line: str) -> None:
    """What is marked as free, or cancelled, takes none."""
    event = "UID:a\nDTSTART:20261124T183000Z\nDTEND:20261124T193000Z\n"
    assert spans(event + line) == []
    assert spans(event + "TRANSP:OPAQUE\nSTATUS:TENTATIVE") == ["11-24 18:30/11-24 19:30"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (BERLIN, "05-09 22:00/05-10 22:00"),
        (NEW_YORK, "05-10 04:00/05-11 04:00"),
        (KIRITIMATI, "05-09 10:00/05-10 10:00"),
    ],
)
def test_a_day_is_the_persons_own(zone: ZoneInfo, expected: str) -> None:
    """A whole day runs from midnight to midnight on the clock of the person, with or without an end."""
    assert spans("UID:a\nDTSTART;VALUE=DATE:20260510\nDTEND;VALUE=DATE:20260511", zone=zone) == [expected]
    assert spans("UID:a\nDTSTART;VALUE=DATE:20260510", zone=zone) == [expected]


def test_a_day_on_which_clocks_change() -> None:
    """The day on which clocks are set forward has 23 hours."""
    (found,) = busy(calendar("UID:a\nDTSTART;VALUE=DATE:20260329"))
    assert found.end - found.start == dt.timedelta(hours=23)


def test_a_floating_time_is_on_the_persons_clock() -> None:
    """A time without a zone means the clock of the person."""
    event = "UID:a\nDTSTART:20260510T080000\nDURATION:PT30M"
    assert spans(event) == ["05-10 06:00/05-10 06:30"]
    assert spans(event, zone=NEW_YORK) == ["05-10 12:00/05-10 12:30"]


@pytest.mark.parametrize("event", ["DTSTART:20260510T080000\nDURATION:PT30M", "DTSTART;VALUE=DATE:20260510"])
def test_the_window_is_the_persons_too(event: str) -> None:
    """Far from Greenwich a floating time or a day is found by when it is for the person, not by what it reads like."""
    eight = utc(2026, 5, 9, 18)  # on the clock of Kiritimati it is eight on the tenth of May
    window = Span(eight, eight + dt.timedelta(hours=1))
    assert len(spans("UID:a\n" + event, window=window, zone=KIRITIMATI)) == 1
    assert spans("UID:a\n" + event, window=window, zone=NEW_YORK) == []


def test_a_zone_that_has_to_be_guessed(recwarn: pytest.WarningsRecorder) -> None:
    """A client's own spelling of a time zone is understood, without a warning to a person who did not write it."""
    event = "UID:a\nDTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20261124T193000\nDURATION:PT1H"
    assert spans(event) == ["11-24 18:30/11-24 19:30"]
    assert [str(warning.message) for warning in recwarn] == []


def test_only_the_window() -> None:
    """Of an event that never ends only what touches the window is told."""
    window = Span(utc(2026, 11, 24), utc(2026, 11, 26))
    event = "UID:a\nDTSTART:19700101T090000Z\nDTEND:19700101T100000Z\nRRULE:FREQ=DAILY"
    assert spans(event, window=window) == ["11-24 09:00/11-24 10:00", "11-25 09:00/11-25 10:00"]
    across = "UID:b\nDTSTART:20261123T230000Z\nDTEND:20261124T010000Z"
    assert spans(across, window=window) == ["11-23 23:00/11-24 01:00"]


@pytest.mark.parametrize("event", ["DTSTART:20261124T183000Z", "DTSTART:20261124T183000Z\nDTEND:20261124T183000Z"])
def test_a_moment_takes_no_time(event: str) -> None:
    """An event without a length takes none."""
    assert spans("UID:a\n" + event) == []


def test_an_event_without_a_uid_counts() -> None:
    """A missing UID makes nobody free."""
    (found,) = busy(calendar("DTSTART:20261124T183000Z\nDTEND:20261124T193000Z"))
    assert (found.uid, found.ref) == (None, None)


GOOD = "UID:b\nDTSTART:20261124T183000Z\nDTEND:20261124T193000Z"


@pytest.mark.parametrize(
    "bad",
    [
        "DTEND:20260123T193000Z",
        "RRULE:FREQ=SOMETIMES",
        "RRULE:FREQ=WEEKLY;BYDAY=XX",
        "RRULE:FREQ=DAILY;UNTIL=x",
        "RRULE:FREQ=DAILY;INTERVAL=-1",
        "EXDATE:x",
        "nonsense",
    ],
)
def test_one_bad_event_spoils_no_other(bad: str) -> None:
    """Of a calendar with one event that makes no sense the others are used."""
    assert "11-24 18:30/11-24 19:30" in spans(f"UID:a\nDTSTART:20260124T183000Z\n{bad}", GOOD)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;INTERVAL=0", "FREQ=MINUTELY", "FREQ=SECONDLY"])
def test_an_endless_event_does_not_hang(rule: str, tmp_path: Path) -> None:
    """A rule that never comes to an end takes no time and spoils no other; it would hold the whole run for ever."""
    path = tmp_path / "endless.ics"
    path.write_bytes(calendar(f"UID:a\nDTSTART:19700101T000000Z\nDURATION:PT1S\nRRULE:{rule}", GOOD))
    code = (
        "import sys, datetime as dt; from pathlib import Path; from zoneinfo import ZoneInfo\n"
        "from fondly_calendar.busy import busy_times; from fondly_hooks.types.times import Span\n"
        "year = Span(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC))\n"
        "found = busy_times(Path(sys.argv[1]).read_bytes(), 'ana', year, ZoneInfo('UTC'))\n"
        "print([f'{one.uid} {one.start:%m-%d %H:%M}' for one in found])"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "['b 11-24 18:30']"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff\xfe\x00",
        b"<html><body>Please log in</body></html>",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nCALSCALE:HEBREW\r\nEND:VCALENDAR\r\n",
    ],
)
def test_a_broken_file_says_so(data: bytes) -> None:
    """A file that is no calendar is told in one line, as a failure of this source alone."""
    with pytest.raises(SourceError, match="no calendar that can be read") as caught:
        busy(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_files(path: Path, recwarn: pytest.WarningsRecorder) -> None:
    """Files from real programs give a list of busy times or say that they are broken; nothing else, no warning."""
    for window in (Span(utc(year, 1, 1), utc(year + 2, 1, 1)) for year in (2002, 2008, 2013, 2019, 2025)):
        found = busy_or_nothing(path.read_bytes(), window)
        assert all(isinstance(one, Busy) and one.person == "ana" and one.start < one.end for one in found)
    assert [str(warning.message) for warning in recwarn] == []


PIECES = st.sampled_from(
    [
        "BEGIN:VEVENT",
        "END:VEVENT",
        "UID:a",
        "DTSTART:20261124T183000Z",
        "DTSTART;VALUE=DATE:20261124",
        "DTSTART;TZID=Mars/Olympus:20261124T183000",
        "DTSTART:00010101T000000",
        "DTSTART;TZID=Europe/Berlin:00010101T000000",
        "DTSTART:99991231T235959Z",
        "DTEND:20261124T193000",
        "DTEND;VALUE=DATE:99991231",
        "DTEND;TZID=Europe/Berlin:20261124T193000",
        "DURATION:P99999999D",
        "DURATION:-PT1H",
        "RRULE:FREQ=YEARLY",
        "RRULE:FREQ=SOMETIMES",
        "RRULE:FREQ=WEEKLY;BYDAY=XX;COUNT=-1",
        "EXDATE:",
        "EXDATE;VALUE=DATE:20261124",
        "RDATE;VALUE=PERIOD:20261124T000000Z/PT1H",
        "RECURRENCE-ID:20261124T183000Z",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261124T183000",
        "STATUS:CANCELLED",
        "TRANSP:",
        "nonsense",
    ]
)


@given(st.lists(st.lists(PIECES, max_size=6), max_size=4), st.sampled_from([BERLIN, KIRITIMATI]))
@example([["DTSTART:00010101T000000", "DTEND:20261124T193000", "RECURRENCE-ID:20261124T183000Z"]], BERLIN)
def test_any_calendar_gives_times_or_says_no(events: list[list[str]], zone: ZoneInfo) -> None:
    """Whatever events a calendar is made of, there are busy times or a failure of this source, never a crash."""
    found = busy_or_nothing(calendar(*("\n".join(lines) for lines in events)), YEAR, zone)
    assert all(one.start < one.end for one in found)
