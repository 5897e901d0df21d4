"""An entry as VEVENT or VTODO: to the letter, to the byte, and as other programs read it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import example, given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from fondly_calendar.canonical import fields_of
from fondly_calendar.contentlines import clean_text, parse, write
from fondly_calendar.icsfile import write_ics
from fondly_calendar.render import (
    EPOCH,
    Revision,
    calendar_object,
    component,
    header,
    managed_fields,
    next_sequence,
    zones_of,
)
from fondly_hooks.types.entries import Entry
from support import BERLIN, component_of, entry, identity, rendered

GOLDEN = Path(__file__).parent.parent / "golden" / "entries.ics"
CHANGED = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)


def golden_entries() -> list[Entry]:
    """One entry of each sort that the golden file shows."""
    return [
        entry(),
        entry(
            id="anniversary/wedding/yearly/2027",
            kind="anniversary",
            title="Wedding: 12 years",
            start=dt.date(2027, 6, 20),
            categories=("Anniversary", "Family, both sides"),
            color="crimson",
            alarms=("-P6DT15H", "PT9H"),
        ),
        entry(
            id="practice/gratitude/2026-W48/1",
            component="VTODO",
            title="One thank-you",
            status="NEEDS-ACTION",
            alarms=("-PT15M",),
        ),
        entry(
            id="date/2026-W49",
            kind="date",
            title="🥾 " * 12 + "A walk to the tower with 🧀, 🍞 and a flask of tea for everybody who comes 👩‍👩‍👧",
            description='Wear good shoes; bring a cup, or two.\nBackslash: \\ and quote: "\nLast line: ✓',
            location="Grunewald; the tower, north side",
            url="https://example.org/tower?a=1&b=2;c",
            start=dt.datetime(2026, 12, 5, 11, tzinfo=BERLIN),
            end=dt.datetime(2026, 12, 5, 13, 30, tzinfo=BERLIN),
            busy=True,
        ),
        entry(
            id="custom/calls/1",
            kind="custom",
            title="Call from Lord Howe",
            start=dt.datetime(2027, 4, 4, 8, tzinfo=ZoneInfo("Australia/Lord_Howe")),
            status="TENTATIVE",
        ),
    ]


def golden_text() -> str:
    """The golden entries as one file; the last of them has been changed since it was first written."""
    entries = golden_entries()
    parts = []
    for number, each in enumerate(entries):
        changed = number == len(entries) - 1
        revision = Revision(next_sequence(0, CHANGED), CHANGED) if changed else Revision()
        parts.append(write(component(each, identity(id=each.id), revision)))
    return write_ics(header("Ana & Ben; us, both", "Europe/Berlin"), zones_of(entries), parts)


def test_golden_file() -> None:
    """The file is, to the byte, the one that was looked at and found right."""
    assert golden_text().encode() == GOLDEN.read_bytes()


def test_golden_file_is_read_by_others() -> None:
    """The golden file means to other programs what it is to mean."""
    text = GOLDEN.read_bytes().decode()
    events = [item for item in icalendar.Calendar.from_ical(text).walk() if item.name in ("VEVENT", "VTODO")]
    assert [str(event["SUMMARY"]) for event in events] == [each.title for each in golden_entries()]
    strict = IcsCalendarStream.calendar_from_ics(text)
    assert [event.summary for event in strict.events] == [e.title for e in golden_entries() if e.component == "VEVENT"]
    assert [todo.summary for todo in strict.todos] == ["One thank-you"]


def test_every_line_is_to_the_letter() -> None:
    """Lines of at most 75 octets, each ended by CRLF, without a control character."""
    octets = golden_text().encode()
    lines = octets.split(b"\r\n")
    assert lines.pop() == b""
    assert max(len(line) for line in lines) == 75
    assert not any(byte < 0x20 or byte == 0x7F for line in lines for byte in line)


@pytest.mark.parametrize("start", [dt.date(2026, 11, 24), dt.datetime(2026, 11, 24, 19, 30, tzinfo=BERLIN)])
def test_an_event_has_what_it_needs(start: dt.date) -> None:
    """A VEVENT has UID, DTSTAMP, DTSTART and DTEND, each once, the last two of one type and in one zone."""
    item = component_of(rendered(entry(start=start)))
    names = [line.name for line in item.lines]
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "SEQUENCE"):
        assert names.count(name) == 1
    assert "DUE" not in names
    assert item.get("DTSTART").params == item.get("DTEND").params  # type: ignore[union-attr]


@pytest.mark.parametrize("start", [dt.date(2026, 11, 24), dt.datetime(2026, 11, 24, 19, 30, tzinfo=BERLIN)])
def test_a_todo_is_due_when_it_ends(start: dt.date) -> None:
    """A VTODO has a DUE of DTSTART's value type, and neither DTEND nor TRANSP, which are an event's."""
    item = component_of(rendered(entry(start=start, component="VTODO", busy=True)))
    names = [line.name for line in item.lines]
    assert names.count("DUE") == names.count("DTSTART") == 1
    assert not {"DTEND", "TRANSP"} & set(names)
    assert item.get("DTSTART").params == item.get("DUE").params  # type: ignore[union-attr]
    assert item.text("STATUS") == "NEEDS-ACTION"


def test_a_day_takes_no_time_and_a_date_night_does() -> None:
    """What is busy is OPAQUE, all else leaves the person free."""
    assert component_of(rendered(entry(busy=True))).text("TRANSP") == "OPAQUE"
    assert component_of(rendered(entry(start=dt.date(2026, 11, 24)))).text("TRANSP") == "TRANSPARENT"


def test_an_alarm_has_what_it_needs() -> None:
    """A VALARM has ACTION, DESCRIPTION and TRIGGER: a reader may refuse the whole calendar without them."""
    item = component_of(rendered(entry(alarms=("-PT15M", "-P6DT15H"))))
    assert [alarm.name for alarm in item.inner] == ["VALARM", "VALARM"]
    for alarm in item.inner:
        assert [line.name for line in alarm.lines] == ["ACTION", "DESCRIPTION", "TRIGGER"]
        assert alarm.text("DESCRIPTION") == "Take turns to let off steam"
    assert [alarm.text("TRIGGER") for alarm in item.inner] == ["-PT15M", "-P6DT15H"]


@pytest.mark.parametrize("trigger", ["", "soon", "15 minutes", "P", "-PT", "PT15X", "-PT15M;X=1"])
def test_an_alarm_that_is_none_is_left_out(trigger: str) -> None:
    """A duration that no reader understands spoils neither the entry nor its other alarms."""
    item = component_of(rendered(entry(alarms=(trigger, "-PT15M"))))
    assert [alarm.text("TRIGGER") for alarm in item.inner] == ["-PT15M"]


@pytest.mark.parametrize("component", ["VEVENT", "VTODO"])
@pytest.mark.parametrize("status", "CONFIRMED TENTATIVE CANCELLED NEEDS-ACTION IN-PROCESS COMPLETED".split())
def test_a_status_is_one_that_the_component_may_have(component: str, status: str) -> None:
    """An event is never COMPLETED and a to-do never TENTATIVE, which strict readers refuse."""
    allowed = {
        "VEVENT": {"CONFIRMED", "TENTATIVE", "CANCELLED"},
        "VTODO": {"NEEDS-ACTION", "IN-PROCESS", "COMPLETED", "CANCELLED"},
    }[component]
    written = component_of(rendered(entry(component=component, status=status))).text("STATUS")
    assert written in allowed
    assert written == status or status not in allowed


def test_nobody_is_invited() -> None:
    """Neither ORGANIZER nor ATTENDEE is ever written: servers send mail for them."""
    text = golden_text()
    assert "ORGANIZER" not in text
    assert "ATTENDEE" not in text


def test_first_version_is_the_same_everywhere() -> None:
    """The first version bears fixed stamps, so that it has the same bytes on each machine and day."""
    item = component_of(rendered(entry()))
    assert item.text("DTSTAMP") == item.text("CREATED") == "20260101T000000Z"
    assert item.text("SEQUENCE") == "0"
    assert item.get("LAST-MODIFIED") is None
    assert rendered(entry()) == rendered(entry())


def test_a_change_is_seen_as_one() -> None:
    """A changed entry has the time of its change and a higher SEQUENCE, and keeps when it was made."""
    item = component_of(rendered(entry(title="Other"), Revision(next_sequence(0, CHANGED), CHANGED)))
    assert item.text("DTSTAMP") == item.text("LAST-MODIFIED") == "20261122T080000Z"
    assert item.text("CREATED") == "20260101T000000Z"
    assert int(item.text("SEQUENCE")) == (CHANGED - EPOCH) / dt.timedelta(minutes=1)


@given(st.integers(0, 10**7), st.integers(-(10**4), 10**7))
def test_sequence_always_rises(previous: int, minutes: int) -> None:
    """SEQUENCE rises with each change, also where the clock went back, and with time even from a lost journal."""
    now = EPOCH + dt.timedelta(minutes=minutes)
    assert next_sequence(previous, now) > previous
    assert next_sequence(0, now) >= minutes


def test_neutral_calendars_do_not_name_the_program() -> None:
    """Nothing in a neutral calendar says which program wrote it."""
    text = calendar_object(entry(), identity(), neutral=True) + write(header("Us", "Europe/Berlin", neutral=True))
    assert "fondly" not in text.lower()
    assert "fondly" in calendar_object(entry(), identity())


def test_categories_have_one_order() -> None:
    """The order in which somebody names categories decides nothing."""
    assert rendered(entry(categories=("b", "a"))) == rendered(entry(categories=("a", "b")))


FOLD = dt.datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
AT_FOLD = entry(start=FOLD, end=FOLD.replace(minute=50))
ACROSS_FOLD = entry(start=FOLD.replace(fold=0), end=FOLD.replace(minute=10))


def test_the_second_of_two_equal_hours_is_not_the_first() -> None:
    """In the hour that comes twice when clocks are set back, an entry stays at its own time and length."""
    event = icalendar.Calendar.from_ical(rendered(AT_FOLD)).events[0]
    assert event.start.astimezone(dt.UTC) == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)
    assert event.end.astimezone(dt.UTC) == dt.datetime(2026, 10, 25, 1, 50, tzinfo=dt.UTC)


def test_an_end_elsewhere_is_told_on_the_clock_of_the_start() -> None:
    """One entry needs one time zone, even if its end was reckoned on another clock."""
    tokyo = dt.datetime(2026, 11, 25, 4, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    item = component_of(rendered(entry(end=tokyo)))
    assert item.get("DTEND").params == {"TZID": "Europe/Berlin"}  # type: ignore[union-attr]
    assert item.text("DTEND") == "20261124T200000"


def test_an_address_is_no_text() -> None:
    """A URL keeps its commas and semicolons unescaped, and loses what could end its line."""
    item = component_of(rendered(entry(url="https://x.example/a;b,c?d=\r\n e\tf")))
    assert item.get("URL").value == "https://x.example/a;b,c?d=ef"  # type: ignore[union-attr]


def test_a_broken_address_does_not_end_the_run() -> None:
    """An address that no file can hold (half a surrogate pair) is written without the half."""
    assert "URL:https://x.example/?\r\n" in rendered(entry(url="https://x.example/" + chr(0xD83D)))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120) | st.text(
    'aä😀,;\\\n\r\t \u2028\x85:"', max_size=90
)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"])
LENGTHS = st.sampled_from(["-PT15M", "PT0S", "PT9H", "-P6DT15H", "-P1W", "P1DT2H3M4S"])


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Any entry that keeps the contract of its fields."""
    if draw(st.booleans()):
        start: dt.date = draw(st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)))
        end: dt.date = start + dt.timedelta(days=draw(st.integers(1, 40)))
    else:
        naive = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 12, 31))  # noqa: DTZ001
        moment = draw(naive).replace(microsecond=0, fold=draw(st.integers(0, 1)), tzinfo=ZoneInfo(draw(ZONES)))
        length = dt.timedelta(seconds=draw(st.integers(1, 4 * 86400)))
        start, end = moment, (moment.astimezone(dt.UTC) + length).astimezone(ZoneInfo(draw(ZONES)))
    return entry(
        start=start,
        end=end,
        component=draw(st.sampled_from(["VEVENT", "VTODO"])),
        title=draw(TEXTS),
        description=draw(st.none() | TEXTS),
        location=draw(st.none() | TEXTS),
        url=draw(st.sampled_from([None, "https://example.org/a?b=c;d,e#f", "https://exämple.org/ü x"])),
        categories=tuple(draw(st.lists(TEXTS, max_size=3))),
        color=draw(st.sampled_from([None, "crimson", "steelblue"])),
        alarms=tuple(draw(st.lists(LENGTHS, max_size=2))),
        busy=draw(st.booleans()),
        status=draw(st.sampled_from(["CONFIRMED", "TENTATIVE", "CANCELLED", "NEEDS-ACTION", "COMPLETED"])),
    )


def shown_title(one: Entry) -> str:
    """The title that stands there: an event that is done bears its tick."""
    return f"✓ {one.title}" if one.status == "COMPLETED" and one.component == "VEVENT" else one.title


def instant(moment: Any) -> Any:
    """A time as one in UTC, a day as it is."""
    return moment.astimezone(dt.UTC) if isinstance(moment, dt.datetime) else moment


@given(entries())
@example(AT_FOLD)
@example(ACROSS_FOLD)
@example(entry(start=dt.datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN)))
def test_icalendar_reads_the_same(any_entry: Entry) -> None:
    """The library that Nextcloud's and many other tools' Python uses reads the same title, text and times."""
    calendar = icalendar.Calendar.from_ical(rendered(any_entry))
    (item,) = [inner for inner in calendar.subcomponents if inner.name == any_entry.component]
    assert not item.errors
    assert str(item["SUMMARY"]) == clean_text(shown_title(any_entry))
    assert str(item.get("DESCRIPTION", "")) == clean_text(any_entry.description or "")
    end = item["DTEND" if any_entry.component == "VEVENT" else "DUE"]
    assert (instant(item["DTSTART"].dt), instant(end.dt)) == (instant(any_entry.start), instant(any_entry.end))


@given(entries())
@example(AT_FOLD)
@example(ACROSS_FOLD)
@example(entry(title="\x85BEGIN:VEVENT\u2028END:VEVENT"))
def test_the_strict_reader_takes_it(any_entry: Entry) -> None:
    """Home Assistant's library, which refuses a whole feed for one bad item, refuses nothing and reads the same."""
    calendar = IcsCalendarStream.calendar_from_ics(rendered(any_entry))
    (item,) = [*calendar.events, *calendar.todos]
    assert (item.summary or "") == clean_text(shown_title(any_entry))
    end = item.dtend if any_entry.component == "VEVENT" else item.due
    assert (instant(item.dtstart), instant(end)) == (instant(any_entry.start), instant(any_entry.end))
    if any_entry.component == "VEVENT":
        assert len(item.alarm) == len(any_entry.alarms)


@given(entries())
@example(AT_FOLD)
@example(ACROSS_FOLD)
def test_recurrence_reader_finds_it_once(any_entry: Entry) -> None:
    """The library that spreads recurring events finds the entry once, at its time."""
    calendar = icalendar.Calendar.from_ical(rendered(any_entry))
    query = recurring_ical_events.of(calendar, components=["VEVENT", "VTODO"])
    day = dt.timedelta(days=2)
    (found,) = query.between(any_entry.start - day, any_entry.end + day)
    assert (instant(found.start), instant(found.end)) == (instant(any_entry.start), instant(any_entry.end))


@given(entries())
def test_lines_of_any_entry_are_to_the_letter(any_entry: Entry) -> None:
    """Whatever an entry holds, its lines are short, ended by CRLF and free of control characters."""
    lines = rendered(any_entry).encode().split(b"\r\n")
    assert lines.pop() == b""
    assert max(len(line) for line in lines) <= 75
    assert not any((byte < 0x20 and byte != 0x09) or byte == 0x7F for line in lines for byte in line)


@given(entries())
@example(AT_FOLD)
@example(ACROSS_FOLD)
def test_what_is_written_is_what_is_wanted(any_entry: Entry) -> None:
    """What stands right after writing is no edit: its fields are the wanted ones."""
    assert managed_fields(any_entry) == fields_of(component_of(rendered(any_entry)))


def test_a_calendars_head_says_how_to_read_it() -> None:
    """A calendar of many entries has a name, a refresh interval with its value type, and no method of its own."""
    calendar = parse(write([*header("Ana; Ben, us", "Europe/Berlin"), "END:VCALENDAR"]))
    assert calendar.text("NAME") == calendar.text("X-WR-CALNAME") == "Ana; Ben, us"
    assert calendar.get("REFRESH-INTERVAL").params == {"VALUE": "DURATION"}  # type: ignore[union-attr]
    assert calendar.get("METHOD") is None
    assert calendar.get("UID") is None
