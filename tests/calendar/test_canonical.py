"""What is an edit of a person's, and what is only a server's or client's way of writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fondly_calendar.canonical import end_of, fields_of, is_done, length_of
from fondly_calendar.contentlines import Component, Line, parse
from fondly_calendar.standing import thing_of
from fondly_hooks.types.delivery import Thing
from fondly_hooks.types.entries import Entry
from support import BERLIN, KEY, component_of, entry, identity, rendered

TIMED = entry(
    title="Tea, cake; and \\ talk",
    description="One line\nand, perhaps; another. " + "x" * 80,
    location="The kitchen",
    url="https://example.org/a?b=c",
    categories=("Date", "Tea, green"),
    color="crimson",
    alarms=("-PT15M",),
    busy=True,
)
DAY = entry(start=dt.date(2026, 11, 24), alarms=("PT9H",))
TODO = entry(component="VTODO", alarms=("-PT15M",))
NIGHT = entry(  # over the hour that clocks are set back
    start=dt.datetime(2026, 10, 24, 23, tzinfo=BERLIN), end=dt.datetime(2026, 10, 25, 5, tzinfo=BERLIN)
)


def thing(text: str) -> Thing:
    """What fondly takes the calendar object for."""
    items = [inner for inner in parse(text).inner if inner.name in ("VEVENT", "VTODO")]
    return thing_of(items, KEY, "us")


def changed_fields(one: Entry, change: Callable[[str], str]) -> set[str]:
    """The fields that the change touches. It must touch the text, or the test would show nothing."""
    text = rendered(one).replace("\r\n ", "")
    after = change(text)
    assert after != text
    before, now = fields_of(component_of(text)), fields_of(component_of(after))
    found = {name for name in before if before[name] != now[name]}
    assert thing(after).theirs == found
    return found


def swap(old: str, new: str) -> Callable[[str], str]:
    """One text in the place of another that stands there."""

    def change(text: str) -> str:
        assert old in text, text
        return text.replace(old, new)

    return change


def after(line: str, *more: str) -> Callable[[str], str]:
    """More lines after each line that begins so."""
    return lambda text: "\r\n".join(
        part for old in text.split("\r\n") for part in ([old, *more] if old.startswith(line) else [old])
    )


def without(*starts: str) -> Callable[[str], str]:
    """No line that begins so."""
    return lambda text: "\r\n".join(line for line in text.split("\r\n") if not line.startswith(starts))


def fold_at_20(text: str) -> str:
    """Folds at other places, with tabs and bare line feeds."""
    lines = text.split("\r\n")
    return "\n".join("\n\t".join(line[i : i + 20] for i in range(0, len(line), 20)) for line in lines)


def upside_down(text: str) -> str:
    """All properties of the event and of its alarm in the opposite order."""
    lines = text.split("\r\n")
    result: list[str] = []
    block: list[str] = []
    for line in lines:
        if line.startswith(("BEGIN:", "END:")):
            result += [*reversed(block), line]
            block = []
        else:
            block.append(line)
    return "\r\n".join(result + block)


SNOOZE = (
    "BEGIN:VALARM",
    "UID:6B5A3F52-0000-4000-8000-0123456789AB",
    "RELATED-TO;RELTYPE=SNOOZE:6B5A3F52-0000-4000-8000-0123456789AC",
    "TRIGGER;VALUE=DATE-TIME:20261124T183500Z",
    "ACTION:DISPLAY",
    "DESCRIPTION:Tea",
    "END:VALARM",
)

REWRITES = {
    "folded elsewhere": (TIMED, fold_at_20),
    "bare line feeds": (TIMED, swap("\r\n", "\n")),
    "another order": (TIMED, upside_down),
    "less escaping": (TIMED, swap("One line\\nand\\, perhaps\\; another", "One line\\Nand, perhaps; another")),
    "more escaping": (TIMED, swap("The kitchen", "The \\kitchen")),
    "names in small letters": (TIMED, swap("SUMMARY:", "summary:")),
    "languages": (TIMED, swap("SUMMARY:", "SUMMARY;LANGUAGE=en:")),
    "UTC": (TIMED, swap("DTSTART;TZID=Europe/Berlin:20261124T193000", "DTSTART:20261124T183000Z")),
    "another zone": (TIMED, swap("DTEND;TZID=Europe/Berlin:20261124T1950", "DTEND;TZID=Asia/Tokyo:20261125T0350")),
    "a quoted zone": (TIMED, swap("TZID=Europe/Berlin", 'TZID="Europe/Berlin"')),
    "libical's zone": (TIMED, swap("TZID=Europe/", "TZID=/freeassociation.sourceforge.net/Europe/")),
    "Mozilla's zone": (TIMED, swap("TZID=Europe/", "TZID=/mozilla.org/20070129_1/Europe/")),
    "Windows' zone": (TIMED, swap("TZID=Europe/Berlin", "TZID=W. Europe Standard Time")),
    "a value type": (TIMED, swap("DTSTART;", "DTSTART;VALUE=DATE-TIME;")),
    "a duration": (TIMED, swap("DTEND;TZID=Europe/Berlin:20261124T195000", "DURATION:PT20M")),
    "a todo's duration": (TODO, swap("DUE;TZID=Europe/Berlin:20261124T195000", "DURATION:PT1200S")),
    "a night's duration": (NIGHT, swap("DTEND;TZID=Europe/Berlin:20261025T050000", "DURATION:PT7H")),
    "a day's duration": (DAY, swap("DTEND;VALUE=DATE:20261125", "DURATION:P1D")),
    "a day without an end": (DAY, without("DTEND")),
    "categories apart": (TIMED, swap("CATEGORIES:Date,Tea\\, green", "CATEGORIES:Tea\\, green\r\nCATEGORIES:Date")),
    "colour in capitals": (TIMED, swap("COLOR:crimson", "COLOR:CRIMSON")),
    "defaults left out": (TIMED, without("STATUS", "TRANSP")),
    "a todo's defaults left out": (TODO, without("STATUS")),
    "defaults added": (TIMED, after("UID:", "CLASS:PUBLIC", "PRIORITY:0")),
    "a blank more": (TIMED, swap("LOCATION:The kitchen", "LOCATION:The kitchen ")),
    "stamps": (TIMED, after("UID:", "LAST-MODIFIED:20270101T000000Z")),
    "another stamp": (TIMED, swap("DTSTAMP:2026", "DTSTAMP:2027")),
    "a higher sequence": (TIMED, swap("SEQUENCE:0", "SEQUENCE:7")),
    "a server's property": (TIMED, after("UID:", "X-RADICALE-NAME:x", "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC")),
    "another spelling of the alarm": (TIMED, swap("TRIGGER:-PT15M", "TRIGGER;VALUE=DURATION:-P0DT0H15M0S")),
    "the alarm's text": (TIMED, swap("ACTION:DISPLAY\r\nDESCRIPTION:Tea", "ACTION:DISPLAY\r\nDESCRIPTION:Reminder")),
    "the alarm's own UID": (TIMED, after("BEGIN:VALARM", "UID:6B5A", "X-WR-ALARMUID:6B5A")),
    "the alarm acknowledged": (TIMED, after("BEGIN:VALARM", "ACKNOWLEDGED:20261124T181502Z")),
    "the alarm closed in Thunderbird": (TIMED, after("UID:", "X-MOZ-LASTACK:20261124T181502Z")),
    "the alarm snoozed in Thunderbird": (TIMED, after("UID:", "X-MOZ-SNOOZE-TIME:20261124T182002Z")),
    "the alarm snoozed": (TIMED, after("END:VALARM", *SNOOZE)),
    "a todo's alarm acknowledged": (TODO, after("BEGIN:VALARM", "ACKNOWLEDGED:20261124T181502Z")),
}

EDITS = {
    "title": (TIMED, swap("SUMMARY:Tea", "SUMMARY:Coffee"), {"su"}),
    "title in capitals": (TIMED, swap("SUMMARY:Tea", "SUMMARY:TEA"), {"su"}),
    "no title": (TIMED, without("SUMMARY"), {"su"}),
    "description": (TIMED, swap("DESCRIPTION:One", "DESCRIPTION:Two"), {"de"}),
    "a line break more": (TIMED, swap("One line\\nand", "One line\\n\\nand"), {"de"}),
    "start": (TIMED, swap("20261124T193000", "20261124T194000"), {"ti"}),
    "end": (TIMED, swap("20261124T195000", "20261124T200000"), {"ti"}),
    "the same clock elsewhere": (TIMED, swap("TZID=Europe/Berlin", "TZID=Europe/London"), {"ti"}),
    "an unknown zone": (TIMED, swap("TZID=Europe/Berlin", "TZID=Mars/Olympus"), {"ti"}),
    "no zone": (TIMED, swap(";TZID=Europe/Berlin", ""), {"ti"}),
    "no end": (TIMED, without("DTEND"), {"ti"}),
    "longer": (TIMED, swap("DTEND;TZID=Europe/Berlin:20261124T195000", "DURATION:PT25M"), {"ti"}),
    "another day": (DAY, swap("VALUE=DATE:20261124", "VALUE=DATE:20261123"), {"ti"}),
    "two days": (DAY, swap("DTEND;VALUE=DATE:20261125", "DURATION:P2D"), {"ti"}),
    "an end that cannot be read": (DAY, swap("DTEND;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261331"), {"ti"}),
    "due": (TODO, swap("DUE;TZID=Europe/Berlin:20261124T195000", "DUE;TZID=Europe/Berlin:20261125T195000"), {"ti"}),
    "earlier alarm": (TIMED, swap("TRIGGER:-PT15M", "TRIGGER:-PT30M"), {"al"}),
    "alarm after": (TIMED, swap("TRIGGER:-PT15M", "TRIGGER:PT15M"), {"al"}),
    "alarm from the end": (TIMED, swap("TRIGGER:-PT15M", "TRIGGER;RELATED=END:-PT15M"), {"al"}),
    "alarm at a time": (TIMED, swap("TRIGGER:-PT15M", "TRIGGER;VALUE=DATE-TIME:20261124T170000Z"), {"al"}),
    "alarm of another kind": (TIMED, swap("ACTION:DISPLAY", "ACTION:AUDIO"), {"al"}),
    "one more alarm": (
        TIMED,
        after("END:VALARM", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-P1D", "END:VALARM"),
        {"al"},
    ),
    "no alarm": (TIMED, without("BEGIN:VALARM", "END:VALARM", "ACTION", "TRIGGER", "DESCRIPTION:Tea"), {"al"}),
    "status": (TIMED, swap("STATUS:CONFIRMED", "STATUS:CANCELLED"), {"st"}),
    "done": (TODO, swap("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"), {"st"}),
    "free": (TIMED, swap("TRANSP:OPAQUE", "TRANSP:TRANSPARENT"), {"tr"}),
    "private": (TIMED, after("UID:", "CLASS:PRIVATE"), {"cl"}),
    "place": (TIMED, swap("The kitchen", "The garden"), {"lo"}),
    "address": (TIMED, swap("a?b=c", "a?b=d"), {"ur"}),
    "colour": (TIMED, swap("COLOR:crimson", "COLOR:teal"), {"co"}),
    "a category more": (TIMED, swap("CATEGORIES:Date", "CATEGORIES:Date,Cake"), {"ca"}),
    "a category less": (TIMED, swap("CATEGORIES:Date,", "CATEGORIES:"), {"ca"}),
    "another time and title": (TIMED, lambda text: text.replace("T195000", "T201500").replace("Tea", "Mate"), None),
}


@pytest.mark.parametrize("name", REWRITES)
def test_a_rewriting_is_no_edit(name: str) -> None:
    """What servers and clients do to an object without anybody's will changes no field."""
    assert changed_fields(*REWRITES[name]) == set()


@pytest.mark.parametrize("name", EDITS)
def test_a_persons_edit_is_seen(name: str) -> None:
    """What a person changes is seen, in the field that it belongs to and in no other."""
    one, change, fields = EDITS[name]
    assert changed_fields(one, change) == (fields or {"su", "ti", "ca"})


@pytest.mark.parametrize(
    "lines",
    [
        ("RRULE:FREQ=WEEKLY",),
        ("EXDATE;TZID=Europe/Berlin:20261124T193000",),
        ("RDATE;TZID=Europe/Berlin:20261125T193000",),
        ("ATTACH:https://example.org/menu.pdf",),
        ("ATTENDEE:mailto:carl@example.com",),
        ("COMMENT:Bring the cups",),
    ],
    ids=lambda lines: lines[0].partition(":")[0].partition(";")[0],
)
def test_what_fondly_never_writes_is_a_persons(lines: tuple[str, ...]) -> None:
    """A rule, an exception, an attachment, a guest: fondly could not put it back, so the entry is the person's too."""
    found = thing(after("UID:", *lines)(rendered(TIMED)))
    assert (found.mine, found.touched) == (True, True)


def test_an_override_is_a_persons() -> None:
    """One occurrence that somebody changed makes the entry theirs, wherever in the object it stands."""
    text = rendered(TIMED)
    own = text[text.index("BEGIN:VEVENT") : text.index("END:VCALENDAR")]
    override = own.replace("SEQUENCE:0", "RECURRENCE-ID;TZID=Europe/Berlin:20261124T193000")
    assert override != own
    assert thing(text.replace(own, own + override)).touched is True
    assert thing(text.replace(own, override + own)).touched is True


def test_where_the_marks_were_dropped_the_journal_decides() -> None:
    """An object that lost its X- properties cannot say whose it is, nor whether it was edited."""
    found = thing(without("X-REF", "X-BASE", " ")(rendered(TIMED).replace("\r\n ", "")))
    assert (found.mine, found.theirs) == (None, None)
    assert dict(found.fields) == dict(thing(rendered(TIMED)).fields)


def test_a_thing_says_what_the_run_needs() -> None:
    """UID, sequence, end and tick of what stands there."""
    found = thing_of([component_of(rendered(TODO))], KEY, "us", place="/a.ics", version='"1"', body="…")
    assert found.uid == identity().uid
    assert (found.place, found.version, found.body) == ("/a.ics", '"1"', "…")
    assert (found.sequence, found.done) == (0, False)
    assert found.ends == TODO.end
    assert thing(swap("SEQUENCE:0", "SEQUENCE:41")(rendered(TODO))).sequence == 41


@pytest.mark.parametrize("sequence", ["", "x", "-1", "1.5", "9" * 40, "²"])
def test_a_broken_sequence_counts_as_none(sequence: str) -> None:
    """A SEQUENCE that is no number does not end the run."""
    assert thing(swap("SEQUENCE:0", f"SEQUENCE:{sequence}")(rendered(TODO))).sequence == 0


@pytest.mark.parametrize(
    ("lines", "done"),
    [
        (["STATUS:COMPLETED"], True),
        (["status:completed "], True),
        (["STATUS:COMPLETED", "COMPLETED:20261124T190000Z", "PERCENT-COMPLETE:100"], True),
        (["STATUS:NEEDS-ACTION", "COMPLETED:20261124T190000Z", "PERCENT-COMPLETE:100"], False),
        (["COMPLETED:20261124T190000Z", "PERCENT-COMPLETE:100"], False),
        (["STATUS:IN-PROCESS"], False),
        (["STATUS:CANCELLED"], False),
        ([], False),
    ],
)
def test_status_alone_tells_a_tick(lines: list[str], done: bool) -> None:
    """A to-do is done when its STATUS says so, whatever else a client writes or leaves out."""
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VTODO", *lines, "END:VTODO", "END:VCALENDAR"])
    assert is_done(component_of(text)) is done


def test_an_event_is_never_done() -> None:
    """Only a to-do can be ticked."""
    assert not is_done(Component("VEVENT", [Line("STATUS", {}, "COMPLETED")]))


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (["DTSTART:20261124T183000Z", "DTEND:20261124T185000Z"], dt.datetime(2026, 11, 24, 18, 50, tzinfo=dt.UTC)),
        (["DTSTART:20261124T183000Z", "DURATION:PT1H"], dt.datetime(2026, 11, 24, 19, 30, tzinfo=dt.UTC)),
        (["DTSTART:20261124T183000Z"], dt.datetime(2026, 11, 24, 18, 30, tzinfo=dt.UTC)),
        (["DUE;TZID=Europe/Berlin:20261124T183000"], dt.datetime(2026, 11, 24, 17, 30, tzinfo=dt.UTC)),
        (["DTSTART;VALUE=DATE:20261124"], dt.date(2026, 11, 25)),
        (["DTSTART;VALUE=DATE:20261124", "DURATION:P2D"], dt.date(2026, 11, 26)),
        (["DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261127"], dt.date(2026, 11, 27)),
        (["SUMMARY:some day"], None),
        (["DTSTART:soon"], None),
    ],
)
def test_when_something_is_over(lines: list[str], end: dt.date | None) -> None:
    """The end of an entry is known however it is written, so that nothing is tidied away on its own day."""
    text = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VTODO", *lines, "END:VTODO", "END:VCALENDAR"])
    assert end_of(component_of(text)) == end


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("-PT15M", dt.timedelta(minutes=-15)),
        ("+P1W", dt.timedelta(weeks=1)),
        ("P1DT2H3M4S", dt.timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("PT0S", dt.timedelta()),
        ("P", None),
        ("PT", None),
        ("1H", None),
        ("P1Y", None),
        ("P99999999999D", None),
    ],
)
def test_lengths(text: str, length: dt.timedelta | None) -> None:
    """A duration is read as RFC 5545 has it; what is none, or is endless, is told as such."""
    assert length_of(text) == length


ODD = st.sampled_from(
    "00010101 00010101T000000 99991231 99991231T235959Z 20261332 20260230T250000Z P9999W -P9999W P99999D "
    "PT999999H Europe/Berlin Pacific/Kiritimati Etc/GMT+12 / // /x . .. ../etc/passwd Europe".split()
)


@example([("DTSTART", "TZID", "Europe/Berlin", "00010101T000000")], "P99999999999D")
@example([("DTSTART", "VALUE", "DATE", "99991231"), ("DURATION", "VALUE", "", "P9999W")], "P9999W")
@example([("DUE", "VALUE", "", "99991231T235959"), ("DTSTART", "TZID", "Etc/GMT+12", "99991231T235959")], "")
@given(
    st.lists(
        st.tuples(
            st.sampled_from("DTSTART DTEND DUE DURATION STATUS SEQUENCE X-REF X-BASE CATEGORIES URL".split()),
            st.sampled_from(["TZID", "VALUE"]),
            ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
            ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        ),
        max_size=8,
    ),
    ODD | st.text(max_size=12),
)
def test_any_object_can_be_read(lines: list[tuple[str, str, str, str]], trigger: str) -> None:
    """Whatever somebody's object holds, it is read: one bad entry among many ends no run."""
    alarm = Component("VALARM", [Line("TRIGGER", {"RELATED": trigger}, trigger)])
    item = Component("VTODO", [Line(name, {param: text}, value) for name, param, text, value in lines], [alarm])
    found = thing_of([item], KEY, "us")
    assert found.fields.keys() == fields_of(component_of(rendered(TODO))).keys()
    assert not found.mine
