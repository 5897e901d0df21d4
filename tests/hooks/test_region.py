"""A managed region in somebody's file: what is outside it keeps every byte, and what is doubtful is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly_hooks.notes.region import RegionError, checksum, find_region, with_region
from support import Note, entry

BODY = ["", "- [ ] One", "  and more", "- Two", ""]
TITLE = "Tue 24 Nov, 19:30: Take turns to let off steam"


@pytest.fixture
def note(tmp_path: Path) -> Note:
    """A note that does not exist yet."""
    return Note(tmp_path / "Us.md")


def block(body: list[str] = BODY, id: str = "agenda", newline: str = "\n") -> str:
    """A whole region, as fondly writes it."""
    return newline.join(
        [f"<!-- fondly:begin id={id} sum={checksum(body)} -->", *body, f"<!-- fondly:end id={id} -->", ""]
    )


def test_a_new_file_holds_the_region_only(note: Note) -> None:
    """A file that was not there is made, with the two markers alone on their lines."""
    report = note.sync(entry())
    assert (report.created, report.error) == (1, None)
    begin, *_, end = note.text.splitlines()
    assert begin.startswith("<!-- fondly:begin id=agenda sum=")
    assert end == "<!-- fondly:end id=agenda -->"
    assert note.text.endswith("-->\n")
    assert note.items == [f"- [ ] {TITLE}"]


OUTSIDE = {
    "plain": "# Us\n\nOur plans.\n",
    "no last line end": "# Us\n\nOur plans.",
    "CRLF": "# Us\r\n\r\nOur plans.\r\n",
    "CRLF without a last line end": "# Us\r\nOur plans.",
    "BOM": "\ufeff# Us\n",
    "BOM and CRLF": "\ufeff# Us\r\n",
    "a BOM alone": "\ufeff",
    "frontmatter": "---\ntags: [us]\n---\n# Us\n",
    "frontmatter after a BOM": "\ufeff---\ntags: [us]\n...\n# Us\n",
    "a line across the page at the top": "---\n# Us\n",
    "an open fence": "# Us\n```\nnot closed\n",
    "code in one line": "```one line of code``` and text\n",
    "empty lines": "\n\n\n",
    "trailing spaces": "# Us  \n\t\n  ",
    "other separators": "one\u2028two\x0bthree\x85four\x0cfive\n",
    "a lone carriage return": "one\rtwo\n",
    "another region": block(["theirs"], "other"),
    "a similar marker": "<!-- fondly:begin id=agenda2 sum=00 -->\n<!-- fondly:end id=agenda2 -->\n",
    "a marker in a sentence": "The line <!-- fondly:end id=agenda --> ends it.\n",
}


@pytest.mark.parametrize("name", [name for name in OUTSIDE if name != "an open fence"])
def test_bytes_outside_stay(note: Note, name: str) -> None:
    """The text before the region keeps every byte, at the first sync, when something changes, and when nothing does."""
    before = OUTSIDE[name]
    note.path.write_bytes(before.encode())
    assert note.sync(entry()).error is None
    first = note.text
    assert first.startswith(before)
    assert note.sync(entry()).unchanged == 1
    assert note.text == first
    assert note.sync(entry(title="Something else")).updated == 1
    assert note.text.startswith(before)
    assert note.items == ["- [ ] Tue 24 Nov, 19:30: Something else"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_bytes_below_stay(note: Note, name: str, newline: str) -> None:
    """The text below the region keeps every byte too, whatever it is."""
    above, below = f"# Us{newline}", OUTSIDE[name].removeprefix("\ufeff")
    note.path.write_bytes((above + block(newline=newline) + below).encode())
    assert note.sync(entry()).error is None
    assert note.text.startswith(above + "<!-- fondly:begin")
    assert note.text.endswith(f"<!-- fondly:end id=agenda -->{newline}{below}")


def test_a_last_line_end_that_is_missing_stays_missing(note: Note) -> None:
    """Where the region is the last thing in the file and the file has no last line end, none is added."""
    note.path.write_bytes(block().rstrip("\n").encode())
    note.sync(entry())
    assert note.text.endswith("<!-- fondly:end id=agenda -->")
    assert note.items == [f"- [ ] {TITLE}"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_region_has_the_files_line_ends(note: Note, newline: str) -> None:
    """In a file with CRLF the region has CRLF as well, and in no file are they mixed."""
    note.path.write_bytes(f"# Us{newline}".encode())
    note.sync(entry(description="One thing.\n\nAnother thing."))
    assert note.text.replace(newline, "").count("\r") == note.text.replace(newline, "").count("\n") == 0


def test_a_byte_order_mark_before_the_marker(note: Note) -> None:
    """An editor that puts a BOM at the start of the file, before the marker, does not hide the region."""
    note.sync(entry())
    note.path.write_bytes(b"\xef\xbb\xbf" + note.path.read_bytes())
    assert note.sync(entry(title="Other")).updated == 1
    assert note.text.startswith("\ufeff<!-- fondly:begin id=agenda")
    assert note.text.count("fondly:begin") == 1


FENCED = {
    "backticks": "```\n{}```\n",
    "tildes": "~~~ markdown\n{}~~~\n",
    "a longer fence": "````md\n```\n{}````\n",
    "an indented fence": "   ```\n{}   ```\n",
    "frontmatter": "---\nnote: |\n{}---\n",
    "a fence closed by a longer one": "```\n{}`````\n",
}


@pytest.mark.parametrize("name", FENCED)
def test_markers_in_code_are_text(note: Note, name: str) -> None:
    """Markers in a fenced block or in the frontmatter are somebody's example and stay; the region is elsewhere."""
    example = FENCED[name].format(block())
    note.path.write_bytes(example.encode())
    assert note.sync(entry()).created == 1
    assert note.text.startswith(example)
    assert note.text.count(TITLE) == 1
    assert note.sync(entry()).unchanged == 1


BROKEN = {
    "two begins": f"{block()}{block()}",
    "two begins, one end": f"{block().splitlines()[0]}\n{block()}",
    "begin only": block().splitlines()[0] + "\n",
    "end only": "<!-- fondly:end id=agenda -->\n",
    "swapped": "<!-- fondly:end id=agenda -->\ntext\n" + block().splitlines()[0] + "\n",
    "a sum that was edited": block().replace("sum=", "sum=x"),
    "an end inside a fence": block().replace("<!-- fondly:end", "```\n<!-- fondly:end"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_anything_but_one_ordered_pair_is_left_alone(note: Note, name: str) -> None:
    """Where the markers are not exactly one ordered pair nothing is written, and the person is told what to mend."""
    note.path.write_bytes(BROKEN[name].encode())
    report = note.sync(entry())
    assert note.text == BROKEN[name]
    assert report.error is not None
    assert str(note.path) in report.error
    assert "exactly one" in report.error
    assert report.created == 0


EDITS = {
    "a word": ("Take turns", "Take long turns"),
    "a line more": ("- [ ]", "- [ ] Buy milk\n- [ ]"),
    "a line less": (f"- [ ] {TITLE}\n", ""),
    "another status": ("- [ ]", "- [-]"),
    "a note below": (TITLE, f"{TITLE}\n  We did this twice!"),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_inside_is_kept(note: Note, name: str) -> None:
    """What a person wrote into the region is never thrown away: nothing is written, and they are told what to do."""
    note.sync(entry())
    note.change(*EDITS[name])
    before = note.text
    report = note.sync(entry(title="Other"))
    assert note.text == before
    assert report.error is not None
    assert "somebody edited" in report.error
    assert str(note.path) in report.error


def test_the_way_out_of_an_edit_works(note: Note) -> None:
    """Who does what the message says, moving the text outside, has a region that works again and has lost nothing."""
    note.sync(entry())
    note.change(f"- [ ] {TITLE}", "- [ ] Buy milk")
    assert "leave nothing between the markers" in str(note.sync(entry()).error)
    begin, *_, end = note.text.splitlines()
    note.path.write_text(f"- [ ] Buy milk\n{begin}\n{end}\n", encoding="utf-8")
    assert note.sync(entry()).error is None
    assert note.items == ["- [ ] Buy milk", f"- [ ] {TITLE}"]
    assert note.sync(entry()).unchanged == 1


def test_markers_that_are_gone_are_not_made_again(note: Note) -> None:
    """Who takes the region out of a file does not find a second one at its end; they are told how to go on."""
    note.sync(entry())
    note.path.write_text("# Just this\n", encoding="utf-8")
    report = note.sync(entry())
    assert note.text == "# Just this\n"
    assert report.error is not None
    assert "are gone from" in report.error


def test_a_deleted_file_is_made_again(note: Note) -> None:
    """A file that is gone altogether is made anew, with everything in it."""
    note.sync(entry())
    note.path.unlink()
    assert note.sync(entry()).created == 1
    assert note.items == [f"- [ ] {TITLE}"]


PHYSICAL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="`~"), max_size=30)
TEXTS = st.lists(st.tuples(PHYSICAL, st.sampled_from(["\n", "\r\n"])), max_size=6).map(
    lambda lines: "".join(line + end for line, end in lines)
)
BODIES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30), max_size=6)


@given(TEXTS, TEXTS, BODIES, BODIES)
def test_any_text_around_it_stays(before: str, after: str, first: list[str], second: list[str]) -> None:
    """Whatever is around the region, and whatever is written into it, comes out byte for byte, however often."""
    text = f"top\n{before}{block(first)}{after}"
    region = find_region(text, "agenda")
    assert region.intact
    assert region.body == tuple(first)
    again = find_region(with_region(region, "agenda", second), "agenda")
    assert (again.before, again.after) == (f"top\n{before}", "\n" + after)
    assert again.intact
    assert again.body == tuple(second)


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("- [x] One", True),
        ("- [X] One", True),
        ("- [x] One ✅ 2026-11-24", True),
        ("- [ ] One  ", True),
        ("- [-] One", False),
        ("- [x] One ✅ soon", False),
        ("-[x] One", False),
        ("- One", False),
    ],
)
def test_ticks_leave_the_sum_alone(line: str, same: bool) -> None:
    """A tick, with or without the date that an editor adds, is no edit; everything else is."""
    assert (checksum(["", line, ""]) == checksum(["", "- [ ] One", ""])) is same


def test_an_odd_id_is_taken_literally() -> None:
    """An output's name is no pattern."""
    with pytest.raises(RegionError, match="exactly one"):
        find_region(block(id="a.c") + block(id="a.c"), "a.c")
    assert find_region(block(id="abc"), "a.c").body is None
