"""The list in a Markdown file: what it shows, what a tick does, and that nobody's words are lost."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from fondly.journal import Journal
from fondly_hooks.files import replace_atomically
from fondly_hooks.notes.region import find_region
from support import BERLIN, Note, entry

TITLE = "Tue 24 Nov, 19:30: Take turns to let off steam"
WEDDING = entry(
    id="anniversary/wedding/yearly/2026",
    kind="anniversary",
    title="Wedding: 11 years",
    start=dt.date(2026, 12, 1),
    description="The day itself: 1 December 2015.",
)
NIGHT = entry(
    id="date/2026-W48",
    kind="date",
    title="Date night",
    start=dt.datetime(2026, 11, 27, 19, tzinfo=BERLIN),
    description="Familiar: the old café.\n\nNew: dance eight beats.\n\nEffortless: soup\nin bed.",
)


@pytest.fixture
def note(tmp_path: Path) -> Note:
    """A note that does not exist yet."""
    return Note(tmp_path / "Us.md")


def test_what_it_looks_like(note: Note) -> None:
    """A practice has a box, a date and an anniversary have none, and each text stands below its line."""
    assert note.sync(entry(description="Ten minutes each."), NIGHT, WEDDING).created == 3
    assert note.text.splitlines()[1:-1] == [
        "",
        f"- [ ] {TITLE}",
        "  Ten minutes each.",
        "- Fri 27 Nov, 19:00: Date night",
        "  - Familiar: the old café.",
        "  - New: dance eight beats.",
        "  - Effortless: soup in bed.",
        "- Tue 1 Dec: Wedding: 11 years",
        "  The day itself: 1 December 2015.",
        "",
    ]


def test_an_empty_plan_says_so(note: Note) -> None:
    """A list without entries is told as such, and stays as it is."""
    note.sync()
    assert "Nothing planned." in note.text
    before = note.text
    note.sync()
    assert note.text == before


def test_only_the_days_that_it_shows(note: Note) -> None:
    """The list begins today and goes as many days ahead as its owner asked for."""
    note.days = 3
    days = [
        entry(id=f"practice/x/{number}/1", title=str(number), start=dt.date(2026, 11, 21) + dt.timedelta(days=number))
        for number in range(6)
    ]
    note.sync(*days)
    assert note.items == ["- [ ] Sun 22 Nov: 1", "- [ ] Mon 23 Nov: 2", "- [ ] Tue 24 Nov: 3"]
    note.now += dt.timedelta(days=2)
    assert note.sync(*days).deleted == 2
    assert note.items == ["- [ ] Tue 24 Nov: 3", "- [ ] Wed 25 Nov: 4", "- [ ] Thu 26 Nov: 5"]


def test_what_is_dropped_goes(note: Note) -> None:
    """An entry that is no longer planned leaves the list."""
    note.sync(entry(), WEDDING)
    assert note.sync(WEDDING).deleted == 1
    assert note.items == ["- Tue 1 Dec: Wedding: 11 years"]
    assert note.sync(entry(), WEDDING).created == 1
    assert len(note.items) == 2


@pytest.mark.parametrize("tick", ["- [x] ", "- [X] "])
def test_a_ticked_box_is_a_completion(note: Note, tick: str) -> None:
    """A tick is recorded once, and stays through the changes of others."""
    note.sync(entry(), WEDDING)
    note.change("- [ ] ", tick)
    assert note.sync(entry(), WEDDING).completed == 1
    assert note.sync(entry(), NIGHT).completed == 0
    assert note.items == [f"{tick}{TITLE}", "- Fri 27 Nov, 19:00: Date night"]


def test_the_date_of_a_tick_stays(note: Note) -> None:
    """The date that Obsidian's Tasks adds to a tick is no edit, and is not taken away."""
    note.sync(entry())
    done = f"- [x] {TITLE} ✅ 2026-11-24"
    note.change(f"- [ ] {TITLE}", done)
    report = note.sync(entry(), WEDDING)
    assert (report.completed, report.error) == (1, None)
    assert note.items == [done, "- Tue 1 Dec: Wedding: 11 years"]


def test_what_is_done_stays_as_it_was(note: Note) -> None:
    """A ticked line does not change its words or lose its tick when the plan changes afterwards."""
    note.sync(entry())
    note.change("- [ ] ", "- [x] ")
    for _ in range(3):
        report = note.sync(entry(title="Something else"), WEDDING)
        assert (report.kept, report.error) == (0, None)
        assert note.items == [f"- [x] {TITLE}", "- Tue 1 Dec: Wedding: 11 years"]


def test_a_tick_that_is_taken_back(note: Note) -> None:
    """An entry that was ticked by mistake is open again and follows the plan."""
    note.sync(entry())
    note.change("- [ ] ", "- [x] ")
    note.sync(entry())
    note.change("- [x] ", "- [ ] ")
    assert note.sync(entry(title="Other")).updated == 1
    assert note.items == ["- [ ] Tue 24 Nov, 19:30: Other"]


def test_entries_that_read_alike(note: Note) -> None:
    """Two birthdays on one day, or two neutral titles, are two lines, now and after each further sync."""
    twins = [entry(id=f"anniversary/birthday-{x}/yearly/2026", title="Birthday", kind="anniversary") for x in "ab"]
    assert note.sync(*twins).created == 2
    for _ in range(2):
        assert note.sync(*twins).unchanged == 2
        assert len(note.items) == 2


def test_one_of_two_that_read_alike_is_ticked(note: Note) -> None:
    """A tick on one of two equal lines leaves the other one open."""
    two = [entry(id=f"practice/x/{number}/1", title="Busy") for number in (1, 2)]
    note.sync(*two)
    note.path.write_text(note.text.replace("[ ]", "[x]", 1), encoding="utf-8")
    assert note.sync(*two, WEDDING).completed == 1
    assert [item[:5] for item in note.items] == ["- [x]", "- [ ]", "- Tue"]


INJECTIONS = [
    "<!-- fondly:end id=agenda -->",
    "<!-- fondly:begin id=agenda sum=0123456789ab -->",
    "One\n<!-- fondly:end id=agenda -->\nTwo",
    "One\r\n\r\n<!-- fondly:end id=agenda -->",
    "One\n\n<!-- fondly:end id=agenda -->\n\n```",
    "```\ncode",
    "~~~",
    "- [x] already done",
    "[x] done",
    "Foo ✅ 2026-01-01",
    "---",
    "===",
    "# Heading",
    "1. first",
    "+ plus",
    "> quote",
    "[[link]] and [text](https://x.example) and ![image](x.png)",
    "<https://x.example> <b>bold</b> <script>",
    "*a* _b_ `c` ~~d~~ | e | \\",
    "&lt;b&gt; &amp; Tea & cake",
    "a\u2028b\x85c\x0bd\x1ee",
    "\x00\x1b[31mred\x7f",
    "half " + chr(0xD83D),
    "",
    "   ",
]


def shown(text: str) -> str:
    """The text as one line, as a person would expect to read it in a list."""
    plain = "".join(c for c in text if c.isspace() or (c >= " " and c != "\x7f"))
    return " ".join(plain.encode("utf-8", "replace").decode().split())


def lists(note: Note) -> list[str]:
    """What another program shows for each paragraph in the list, markup taken away."""
    tokens = MarkdownIt("commonmark").parse(note.text)
    assert {token.type for token in tokens} <= {
        *("html_block", "paragraph_open", "paragraph_close", "inline", "bullet_list_open", "bullet_list_close"),
        *("list_item_open", "list_item_close"),
    }
    return ["".join(plain(child) for child in token.children or ()) for token in tokens if token.type == "inline"]


def plain(token: Token) -> str:
    """The text of a piece of a line; what is no text must not be there."""
    assert token.type in ("text", "text_special", "softbreak"), token
    return "\n" if token.type == "softbreak" else token.content


def check_stable(note: Note, title: str, description: str) -> None:
    """The title and text are shown as they are, and the region holds however often it is synced."""
    evil = entry(title=title, description=description, kind="anniversary")
    assert note.sync(evil).error is None
    first = note.text
    report = note.sync(evil)
    assert (report.unchanged, report.kept, report.error) == (1, 0, None)
    assert note.text == first
    assert find_region(first, "agenda").intact
    paragraphs = [part for part in map(shown, description.split("\n\n")) if part]
    line = f"Tue 24 Nov, 19:30: {shown(title)}".rstrip()
    if len(paragraphs) > 1:
        assert lists(note) == [line, *paragraphs]
    else:
        assert lists(note) == ["\n".join([line, *paragraphs])]


@pytest.mark.parametrize("text", INJECTIONS, ids=ascii)
def test_no_text_is_markup(note: Note, text: str) -> None:
    """Whatever a title or a text holds is shown as it is: no marker, no heading, no link, no code comes of it."""
    check_stable(note, text, text)
    check_stable(note, "Plain", f"{text}\n\n{text}")


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    "`~*_-+=#<>![]()&;1. \n\r\t\\:x|", max_size=30
)


@given(ANY, ANY)
def test_any_text_is_shown_as_it_is(tmp_path_factory: pytest.TempPathFactory, title: str, description: str) -> None:
    """Any title and any text survive as what a person reads."""
    note = Note(tmp_path_factory.mktemp("note") / "Us.md")
    check_stable(note, title, description)
    note.journal.close()


def test_a_link_stays_a_link(note: Note, tmp_path: Path) -> None:
    """A note that is a symbolic link stays one, and the file that it leads to is written."""
    real = tmp_path / "vault" / "Real.md"
    real.parent.mkdir()
    real.write_text("# Us\n", encoding="utf-8")
    note.path.symlink_to(real)
    assert note.sync(entry()).error is None
    assert note.path.is_symlink()
    assert TITLE in real.read_text(encoding="utf-8")
    assert [path.name for path in real.parent.iterdir()] == ["Real.md"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_the_mode_stays(note: Note, mode: int) -> None:
    """Who may read and write the note is as before."""
    note.path.write_text("# Us\n", encoding="utf-8")
    note.path.chmod(mode)
    note.sync(entry())
    assert stat.S_IMODE(note.path.stat().st_mode) == mode
    assert TITLE in note.text


def test_nothing_else_is_left_in_the_folder(note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write leaves no temporary file, not even one that fails; then the old file stands."""
    note.sync(entry())
    before = note.text

    def no_room(source: str, target: str) -> None:
        assert os.path.basename(source).startswith(".")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fondly_hooks.files.os.replace", no_room)
    report = note.sync(entry(title="Other"))
    assert report.error is not None
    assert "No space left on device" in report.error
    assert note.text == before
    assert sorted(path.name for path in note.path.parent.glob("*") if path.is_file()) == ["Us.md"]


def test_a_persons_edit_in_the_meantime_wins(note: Note) -> None:
    """Somebody who writes while the sync runs loses nothing; the next sync goes on."""
    note.path.write_text("# Us\n", encoding="utf-8")
    report = note.sync(entry(), meanwhile=lambda: note.path.write_text("# Us\nJust now.\n", encoding="utf-8"))
    assert note.text == "# Us\nJust now.\n"
    assert report.error is not None
    assert "changed by somebody else meanwhile" in report.error
    assert note.sync(entry()).error is None
    assert note.text.startswith("# Us\nJust now.\n")
    assert note.items == [f"- [ ] {TITLE}"]


@pytest.mark.parametrize("name", ["Us.md", "Us [2026].md", "Us*.md"])
def test_a_sync_conflict_is_noted_and_left_alone(note: Note, name: str) -> None:
    """A copy that Syncthing put beside the note is named to the person, and neither read nor written."""
    note.path = note.path.with_name(name)
    note.path.write_text("# Us\n", encoding="utf-8")
    copy = note.path.with_name(f"{note.path.stem}.sync-conflict-20261122-080000-ABCDEFG.md")
    copy.write_text("# Theirs\n", encoding="utf-8")
    report = note.sync(entry())
    assert report.error is None
    assert [text for text in report.notes if copy.name in text]
    assert copy.read_text(encoding="utf-8") == "# Theirs\n"
    copy.unlink()
    assert note.sync(entry()).notes == ()


def test_a_file_that_is_no_utf_8_is_left_alone(note: Note) -> None:
    """A file in another encoding is refused with what to do, and keeps its bytes."""
    note.path.write_bytes("# Küche\n".encode("latin-1"))
    report = note.sync(entry())
    assert report.error is not None
    assert "is not UTF-8; save it as UTF-8" in report.error
    assert note.path.read_bytes() == "# Küche\n".encode("latin-1")


def test_a_folder_in_its_place_is_told(note: Note) -> None:
    """A path that is a folder fails with its name, as this output's failure alone."""
    note.path.mkdir()
    report = note.sync(entry())
    assert report.error is not None
    assert f"{note.path} cannot be read" in report.error


def test_a_missing_folder_is_made(note: Note) -> None:
    """A note in a folder that is not there yet is made with it."""
    note.path = note.path.parent / "vault" / "notes" / "Us.md"
    assert note.sync(entry()).error is None
    assert note.items == [f"- [ ] {TITLE}"]


def killed(*_: object) -> None:
    """The end of the process, at that very place."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("after", ["create", "update", "delete"])
def test_killed_after_writing(note: Note, monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    """A run killed between writing and remembering leaves nothing doubled and nothing that counts as deleted."""
    goal = (entry(title="Other"),) if after == "update" else () if after == "delete" else (entry(),)
    if after != "create":
        note.sync(entry())
    with monkeypatch.context() as patch:
        patch.setattr(note.journal, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            note.sync(*goal)
    written = note.text
    for _ in range(2):
        report = note.sync(*goal)
        assert (report.kept, report.created, report.unchanged, report.error) == (0, 0, len(goal), None)
        assert note.text == written


def test_killed_before_writing(note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is killed between announcing and writing is simply done again."""
    note.sync(entry())
    with monkeypatch.context() as patch:
        patch.setattr("fondly_hooks.notes.markdown.replace_atomically", killed)
        with pytest.raises(KeyboardInterrupt):
            note.sync(entry(title="Other"), WEDDING)
    assert note.items == [f"- [ ] {TITLE}"]
    report = note.sync(entry(title="Other"), WEDDING)
    assert (report.kept, report.error) == (0, None)
    assert note.items == ["- [ ] Tue 24 Nov, 19:30: Other", "- Tue 1 Dec: Wedding: 11 years"]


def test_a_lost_journal_doubles_nothing(note: Note) -> None:
    """Without its journal fondly finds its own region again, ticks and all."""
    note.sync(entry(), WEDDING)
    note.change("- [ ] ", "- [x] ")
    before = note.text
    note.journal = Journal(None)
    assert note.sync(entry(), WEDDING).error is None
    assert note.text == before
    assert note.sync(entry(), WEDDING).completed == 1
    assert note.text == before


def test_a_journal_that_was_rolled_back_loses_nothing(note: Note, tmp_path: Path) -> None:
    """With an older journal no line counts as deleted by the person."""
    folder = tmp_path / "state"
    note.journal = Journal(folder / "journal.db")
    note.sync(entry())
    note.journal.backup()
    note.sync(entry(title="Other"), WEDDING)
    note.journal.close()
    replace_atomically(folder / "older.db", (folder / "journal.backup.db").read_bytes())
    note.journal = Journal(folder / "older.db")
    for _ in range(2):
        report = note.sync(entry(title="Other"), WEDDING)
        assert (report.kept, report.error) == (0, None)
        assert note.items == ["- [ ] Tue 24 Nov, 19:30: Other", "- Tue 1 Dec: Wedding: 11 years"]
    assert note.sync(entry(title="Other"), WEDDING).unchanged == 2


def test_weekdays_and_months_are_english_everywhere(note: Note, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's language does not change the bytes."""
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    note.sync(entry(start=dt.datetime(2026, 12, 6, 9, 5, tzinfo=BERLIN)))
    assert note.items == ["- [ ] Sun 6 Dec, 09:05: Take turns to let off steam"]
