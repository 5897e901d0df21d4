"""Content lines: written to the letter of RFC 5545, read with patience."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly_calendar.contentlines import LIMIT, clean_text, escape, fold, parse, split_list, unescape, unfold, write
from support import component_of, entry, rendered

ONE_LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))
CLEAN = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"))
WIDE = st.text("aä€😀é ;,\\\t\u2028\u0085", max_size=300)
CONTROLS = [chr(code) for code in (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F)]


@given(ONE_LINE | WIDE)
def test_unfolding_undoes_folding(text: str) -> None:
    """What is folded reads back as it was, whatever its characters."""
    line = f"SUMMARY:{text}"
    assert list(unfold(fold(line))) == [line]


@given(ONE_LINE | WIDE)
def test_folded_lines_are_short_and_whole(text: str) -> None:
    """No physical line is longer than 75 octets, each ends in CRLF, and none begins or ends inside a character."""
    octets = fold(f"SUMMARY:{text}").encode()
    assert octets.endswith(b"\r\n")
    physical = octets.removesuffix(b"\r\n").split(b"\r\n")
    assert max(len(line) for line in physical) <= LIMIT
    assert all(line.decode("utf-8") for line in physical)
    assert all(line.startswith(b" ") for line in physical[1:])


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_fold_uses_the_room_up_to_the_limit(width: int) -> None:
    """A fold comes as late as the next character allows, for characters of each width in UTF-8."""
    character = {1: "a", 2: "é", 3: "€", 4: "😀"}[width]
    first, second, *_ = fold("X:" + character * 300).encode().split(b"\r\n")
    assert LIMIT - width < len(first) <= LIMIT
    assert LIMIT - width < len(second) <= LIMIT


def test_a_line_of_exactly_the_limit_is_not_folded() -> None:
    """75 octets fit, 76 do not."""
    assert fold("X" * LIMIT) == "X" * LIMIT + "\r\n"
    assert fold("X" * (LIMIT + 1)) == "X" * LIMIT + "\r\n X\r\n"


@given(CLEAN)
def test_unescape_undoes_escape(text: str) -> None:
    """A text survives being written as a value, down to each backslash."""
    assert unescape(escape(text)) == text


@given(st.text())
def test_an_escaped_text_is_one_value(text: str) -> None:
    """No line end, no control character and no bare separator is left in a value."""
    value = escape(text)
    assert not set(value) & {*CONTROLS, "\r", "\n"}
    bare = value.replace("\\\\", "").replace("\\;", "").replace("\\,", "").replace("\\n", "")
    assert not set(bare) & {"\\", ";", ","}


@pytest.mark.parametrize("character", CONTROLS, ids=ascii)
def test_control_characters_are_gone(character: str) -> None:
    """What RFC 5545 forbids in a text never gets into one."""
    assert clean_text(f"a{character}b") == "ab"
    assert unescape(escape(f"a{character}b")) == "ab"


def test_tabs_and_line_ends_stay() -> None:
    """A tab stays a tab, and each kind of line end becomes one line feed."""
    assert clean_text("a\tb\r\nc\rd\ne") == "a\tb\nc\nd\ne"


def test_a_lone_surrogate_can_be_written() -> None:
    """Half of a surrogate pair, which no file can hold, is replaced instead of ending the run."""
    assert fold(f"SUMMARY:{escape('a' + chr(0xD83D))}").encode() == b"SUMMARY:a?\r\n"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b", "\x0c", "\x1e"], ids=ascii)
@pytest.mark.parametrize("field", "title description location url color categories alarms status".split())
def test_no_line_can_be_smuggled_in(field: str, end: str) -> None:
    """Whatever a field holds, no property and no component comes of it that fondly did not write itself."""
    evil = f"https://x.example{end}ATTENDEE:mailto:eve@example.com{end}END:VEVENT{end}BEGIN:VTODO"
    text = rendered(entry(**{"alarms": ("-PT15M",), field: (evil,) if field in ("categories", "alarms") else evil}))
    lines = text.replace("\r\n ", "").split("\r\n")
    assert "ATTENDEE" not in {line.partition(":")[0] for line in lines}
    assert "BEGIN:VTODO" not in lines
    assert lines.count("END:VEVENT") == 1
    assert text.count("\n") == text.count("\r") == text.count("\r\n")
    assert component_of(text).name == "VEVENT"


def test_a_title_with_a_line_in_it_stays_one_property() -> None:
    """A title that tries to invite somebody is just an odd title."""
    title = "Tea\r\nATTENDEE:mailto:eve@example.com"
    item = component_of(rendered(entry(title=title)))
    assert item.text("SUMMARY") == "Tea\nATTENDEE:mailto:eve@example.com"
    assert [line.name for line in item.lines].count("SUMMARY") == 1
    assert item.get("ATTENDEE") is None


def test_parse_tolerates_line_feeds_and_a_byte_order_mark() -> None:
    """A file with bare line feeds and a BOM reads as the one with CRLF does."""
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:One", " and two", "END:VEVENT", "END:VCALENDAR", ""]
    expected = parse("\r\n".join(lines))
    assert parse("\ufeff" + "\n".join(lines)) == expected
    assert expected.inner[0].text("SUMMARY") == "Oneand two"


@pytest.mark.parametrize(
    "junk", ["", "no colon here", "=:", "A B:c", "X;=y:z", 'X;Y="open:z', ":", "\u00c4:x", "SUMMARY;X", "END"]
)
def test_a_junk_line_does_not_spoil_the_rest(junk: str) -> None:
    """A line that is none is passed over, and its neighbours are read."""
    text = write(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", junk, "SUMMARY:Tea", "END:VEVENT", "END:VCALENDAR"])
    event = parse(text).inner[0]
    assert [(line.name, line.value) for line in event.lines] == [("UID", "1"), ("SUMMARY", "Tea")]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_parse_gives_a_calendar_or_says_no(text: str) -> None:
    """Any text is read or refused with ``ValueError``, never anything else."""
    try:
        answer = parse(text).name
    except ValueError as refused:
        answer = str(refused)
    assert "VCALENDAR" in answer
    inside = parse(f"BEGIN:VCALENDAR\r\nX-A:1\r\n{text}\r\nEND:VCALENDAR\r\n")
    assert inside.lines[0].name == "X-A"


def test_parameters_are_read() -> None:
    """Names in capitals, quotes taken off, and a colon or semicolon in quotes is no end."""
    text = 'begin:vcalendar\ndtstart;tzid="A:B;C";Value=date-time:20260101T000000\nend:vcalendar\n'
    (line,) = parse(text).lines
    assert (line.name, line.params, line.value) == (
        "DTSTART",
        {"TZID": "A:B;C", "VALUE": "date-time"},
        "20260101T000000",
    )


def test_nothing_is_read_after_the_calendar_is_refused() -> None:
    """A text without a calendar is told as such."""
    with pytest.raises(ValueError, match="holds no VCALENDAR"):
        parse("BEGIN:VCARD\r\nFN:Ana\r\nEND:VCARD\r\n")


@given(st.lists(st.text(st.sampled_from("ab,;\\\n n"), min_size=1)))
def test_a_list_survives(items: list[str]) -> None:
    """Items with commas and backslashes come back as they were."""
    assert split_list(",".join(escape(item) for item in items)) == items


def test_empty_items_of_a_list_are_left_out() -> None:
    """A list with nothing between its commas has no empty items."""
    assert split_list("a,,b,") == ["a", "b"]
    assert split_list("") == []
