"""The main job into an .ics file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from world import MOVE, NOW, WEDDING, World, counts, error

FILE = "{name: ours, kind: ics, path: us.ics, seen_by: [ana, ben]}"
THEIRS = (
    "BEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261204\r\n"
    "SUMMARY:Dentist\\, with a fold that no program of ours would make\r\n  here\r\nX-ODD;A=b:c\r\nEND:VEVENT\r\n"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A couple with one file."""
    return World(tmp_path, [FILE])


def text(world: World) -> str:
    """The file as it stands."""
    return (world.folder / "us.ics").read_bytes().decode()


def rewrite(world: World, old: str, new: str) -> str:
    """A person's editor: replace some text; gives what stands then."""
    before = text(world)
    assert before.count(old) == 1
    (world.folder / "us.ics").write_bytes(before.replace(old, new).encode())
    return text(world)


def test_second_run_does_not_touch_the_file(world: World) -> None:
    """Nothing new means nothing written: even the time of the file stays."""
    assert counts(world.sync())["created"] > 10
    stat = (world.folder / "us.ics").stat()
    assert counts(world.sync()) == {}
    again = (world.folder / "us.ics").stat()
    assert (stat.st_mtime_ns, stat.st_ino) == (again.st_mtime_ns, again.st_ino)


def test_a_strangers_file_is_refused(world: World) -> None:
    """A calendar that fondly did not make is not overwritten, and said so; the exit code is 1."""
    path = world.folder / "us.ics"
    path.write_bytes(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{THEIRS}END:VCALENDAR\r\n".encode())
    before = path.read_bytes()
    run = world.sync()
    assert run.exit_code == 1
    assert "was not made by this output" in error(run)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"Dear diary", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"])
def test_what_is_no_calendar_is_refused(world: World, content: bytes) -> None:
    """Any other file is left as it is."""
    (world.folder / "us.ics").write_bytes(content)
    assert error(world.sync())
    assert (world.folder / "us.ics").read_bytes() == content


def test_somebody_elses_event_in_our_file_keeps_every_byte(world: World) -> None:
    """Who adds an event of their own to the file finds it there after every change of ours."""
    world.sync()
    rewrite(world, "END:VCALENDAR", f"{THEIRS}END:VCALENDAR")
    assert counts(world.sync()) == {}
    world.dates = [WEDDING.replace("name: Wedding", "name: Our wedding")]
    assert counts(world.sync()) == {"updated": 2, "deleted": 2}
    assert THEIRS in text(world)
    assert text(world).count("BEGIN:VTIMEZONE") == 1


def test_a_changed_title_stays_and_the_day_follows(world: World) -> None:
    """What a person changed is theirs, what they added stays to the byte; the rest of it follows the plan."""
    world.sync()
    rewrite(world, "SUMMARY:Wedding: 12 years", "SUMMARY:Dinner at Nona's")
    rewrite(world, "SUMMARY:Dinner", "COMMENT:Bring  the\r\n  cups\r\nSUMMARY:Dinner")
    world.dates = [WEDDING.replace("2015-06-20", "2015-06-21"), MOVE]
    assert counts(world.sync()) == {"updated": 2, "kept": 1}
    lines = text(world)
    block = lines[lines.rindex("BEGIN:VEVENT", 0, lines.index("SUMMARY:Dinner")) :].partition("END:VEVENT")[0]
    assert "DTSTART;VALUE=DATE:20270621\r\n" in block
    assert "COMMENT:Bring  the\r\n  cups\r\nSUMMARY:Dinner at Nona's\r\n" in block
    assert counts(world.sync()) == {"kept": 1}


def test_a_deleted_event_stays_deleted_and_a_deleted_file_comes_back(world: World) -> None:
    """One event that a person took out is theirs to take; a file that is gone is made anew without it."""
    world.sync()
    lines = text(world)
    begin = lines.rindex("BEGIN:VEVENT", 0, lines.index("SUMMARY:Wedding: 12 years"))
    end = lines.index("END:VEVENT\r\n", begin) + len("END:VEVENT\r\n")
    (world.folder / "us.ics").write_bytes((lines[:begin] + lines[end:]).encode())
    assert counts(world.sync()) == {"kept": 1}
    (world.folder / "us.ics").unlink()
    result = counts(world.sync())
    assert result["kept"] == 1
    assert result["created"] > 10
    assert "Wedding: 12 years" not in text(world)


def test_a_lost_journal_changes_nothing(world: World) -> None:
    """The file itself says what is fondly's and in which version."""
    world.sync()
    world.dates = [WEDDING.replace("name: Wedding", "name: Our wedding"), MOVE]
    world.sync()
    before = text(world)
    world.state = "another-machine"
    assert counts(world.sync()) == {}
    assert text(world) == before


def test_sequence_rises_with_each_change(world: World) -> None:
    """Google and Apple take an edit only where SEQUENCE and LAST-MODIFIED say so."""
    world.sync()
    seen = []
    for number in range(3):
        world.dates = [WEDDING.replace("name: Wedding", f"name: Wedding no {number}")]
        world.now += dt.timedelta(minutes=1)
        world.sync()
        event = text(world)[: text(world).index(f"SUMMARY:Wedding no {number}: 12 years")].rpartition("BEGIN:VEVENT")[2]
        seen.append(int(event.partition("SEQUENCE:")[2].partition("\r\n")[0]))
    assert seen == sorted(set(seen))
    assert seen[0] >= int((NOW - dt.datetime(2026, 1, 1, tzinfo=dt.UTC)).total_seconds() // 60)


def test_a_link_stays_a_link(world: World) -> None:
    """A file that is a symbolic link is written where it leads to, and keeps its mode."""
    target = world.folder / "elsewhere.ics"
    target.touch(mode=0o640)
    (world.folder / "us.ics").symlink_to(target)
    world.sync()
    assert (world.folder / "us.ics").is_symlink()
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert target.stat().st_mode & 0o777 == 0o640


def test_neutral_and_busy_files_do_not_name_the_program(tmp_path: Path) -> None:
    """What may be seen at work says neither what it is nor what made it."""
    titles = {"neutral": ["Us-time", "A day to remember"], "busy": ["Busy"]}
    for word, expected in titles.items():
        world = World(tmp_path / word, [FILE.replace("seen_by", f"titles: {word}, seen_by")])
        world.folder.mkdir()
        world.sync()
        content = text(world)
        assert "fondly" not in content.lower()
        assert all(f"SUMMARY:{title}\r\n" in content for title in expected)
        assert "CATEGORIES" not in content
        if word == "busy":
            assert "Wedding" not in content
            assert "DESCRIPTION" not in content


def test_nobody_sees_means_nothing_goes_there(tmp_path: Path) -> None:
    """An output without `seen_by` gets nothing."""
    world = World(tmp_path, ["{name: ours, kind: ics, path: us.ics}"])
    run = world.sync()
    assert counts(run) == {}
    assert "seen_by" in run.deliveries[0].report.notes[0]
    assert "BEGIN:VEVENT" not in text(world)


def test_what_one_does_alone_bears_a_name_where_others_read_it(tmp_path: Path) -> None:
    """In a shared calendar Ben can tell what is Ana's to do; in Ana's own there is no need to say so."""
    shared = World(tmp_path / "shared", [FILE])
    own = World(tmp_path / "own", [FILE.replace("[ana, ben]", "[ana]")])
    for world in (shared, own):
        world.folder.mkdir()
        world.sync()
    lone = [line for line in text(shared).splitlines() if line.startswith("SUMMARY:Ana: ")]
    assert len(lone) > 3
    assert "SUMMARY:Ana: " not in text(own)
    assert lone[0].replace("Ana: ", "") in text(own)


@pytest.mark.parametrize(
    "theirs",
    [
        "BEGIN:VJOURNAL\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Diary\r\nEND:VJOURNAL\r\n",
        "BEGIN:VTIMEZONE\r\nTZID:Their/Zone\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\n"
        "TZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n",
    ],
)
def test_what_only_resembles_ours_keeps_every_byte(world: World, theirs: str) -> None:
    """A journal entry with the UID of an event of ours, or a time zone that nothing uses, is not ours to drop."""
    world.sync()
    uid = text(world).partition("BEGIN:VEVENT\r\nUID:")[2].partition("\r\n")[0]
    added = theirs.format(uid=uid)
    rewrite(world, "END:VCALENDAR", f"{added}END:VCALENDAR")
    world.dates = [WEDDING.replace("name: Wedding", "name: Our wedding")]
    assert counts(world.sync()) == {"updated": 2, "deleted": 2}
    assert added in text(world)


def test_a_component_that_cannot_be_read_is_told(world: World) -> None:
    """A file that was damaged so far that a component has no name is left alone, in one line."""
    world.sync()
    damaged = rewrite(world, "END:VCALENDAR", "BEGIN:\u00a0VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR").replace(
        "BEGIN:\u00a0", "\u00a0BEGIN:"
    )
    (world.folder / "us.ics").write_bytes(damaged.encode())
    assert "cannot be read" in error(world.sync())
    assert text(world) == damaged
