"""All that fondly made can be taken back; what a person touched, and what is theirs, stays."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fondly.config import load_config
from fondly.journal import Journal
from fondly.preparing import local_now, prepare
from fondly.run import Run
from fondly.takeback import take_back
from servers import Calendar
from world import World, caldav_output, counts

FILE = "{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"
NOTE = "{name: note, kind: markdown, path: us.md, seen_by: [ana, ben]}"
THEIRS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody//EN\r\nBEGIN:VEVENT\r\nUID:dentist\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART:20261201T090000Z\r\nDTEND:20261201T093000Z\r\nSUMMARY:Dentist\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def back(world: World, now: dt.datetime | None = None, **options: object) -> Run:
    """Take back, as the command does."""
    prepared = prepare(load_config(world.config))
    folder = world.folder / world.state
    return take_back(prepared, folder, local_now(prepared.relationship, now or world.now), **options)  # type: ignore[arg-type]


def test_a_calendar_is_as_it_was_before(calendar: Calendar, tmp_path: Path) -> None:
    """On a real server nothing is left but what somebody else made, to the byte; a sync makes all of it again, once."""
    calendar.put(f"{calendar.url}dentist.ics", THEIRS)
    before = calendar.objects()
    world = World(tmp_path, [caldav_output(calendar)])
    made = counts(world.sync())["created"]
    assert len(calendar.hrefs()) == made + 1
    assert counts(back(world)) == {"deleted": made}
    assert calendar.objects() == before
    assert counts(back(world)) == {}
    assert counts(world.sync()) == {"created": made}
    assert counts(world.sync()) == {}
    assert len(calendar.hrefs()) == made + 1


def test_what_a_person_changed_stays_and_is_counted(calendar: Calendar, tmp_path: Path) -> None:
    """An entry with a title of theirs is kept, in its place and with its words."""
    world = World(tmp_path, [caldav_output(calendar)])
    made = counts(world.sync())["created"]
    href = calendar.hrefs()[0]
    text = calendar.get(href)
    start = text.index("SUMMARY:")
    end = text.index("\r\n", start)
    calendar.put(href, text[:start] + "SUMMARY:Ours\\, and moved" + text[end:])
    assert counts(back(world)) == {"deleted": made - 1, "kept": 1}
    assert calendar.hrefs() == [href]
    assert "SUMMARY:Ours\\, and moved" in calendar.get(href)


def test_without_a_journal_the_calendar_tells_what_is_ours(calendar: Calendar, tmp_path: Path) -> None:
    """A machine that was set up anew takes back too, by the marks that the entries bear."""
    calendar.put(f"{calendar.url}dentist.ics", THEIRS)
    world = World(tmp_path, [caldav_output(calendar)])
    made = counts(world.sync())["created"]
    world.state = "another-machine"
    assert counts(back(world)) == {"deleted": made}
    assert [calendar.get(href) for href in calendar.hrefs()] == [calendar.get(f"{calendar.url}dentist.ics")]


def test_what_is_over_goes_too(tmp_path: Path) -> None:
    """Weeks later the dates that have passed are taken back as well."""
    world = World(tmp_path, [FILE])
    made = counts(world.sync(), "file")["created"]
    later = world.now + dt.timedelta(days=60)
    assert counts(back(world, later), "file") == {"deleted": made}
    assert b"BEGIN:VEVENT" not in (tmp_path / "us.ics").read_bytes()


def test_the_rest_of_a_note_stays(tmp_path: Path) -> None:
    """A person's own words around the list are theirs."""
    (tmp_path / "us.md").write_text("# Us\n\nMine before.\n", encoding="utf-8")
    world = World(tmp_path, [NOTE])
    world.sync()
    assert "- [ ]" in (tmp_path / "us.md").read_text(encoding="utf-8")
    back(world)
    text = (tmp_path / "us.md").read_text(encoding="utf-8")
    assert text.startswith("# Us\n\nMine before.\n")
    assert "- [ ]" not in text


def test_a_dry_run_takes_nothing(tmp_path: Path) -> None:
    """It counts what would go, and no byte changes."""
    world = World(tmp_path, [FILE])
    made = counts(world.sync(), "file")["created"]
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert counts(back(world, dry_run=True), "file") == {"deleted": made}
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files


def test_one_output_alone(tmp_path: Path) -> None:
    """The others keep theirs, and what stands there stays a commitment."""
    world = World(tmp_path, [FILE, FILE.replace("file", "other").replace("us.ics", "other.ics")])
    world.sync()
    other = (tmp_path / "other.ics").read_bytes()
    journal = Journal(tmp_path / "state" / "journal.db")
    committed = journal.commitments()
    journal.close()
    run = back(world, only=["file"])
    assert [delivery.report.name for delivery in run.deliveries] == ["file"]
    assert (tmp_path / "other.ics").read_bytes() == other
    journal = Journal(tmp_path / "state" / "journal.db")
    assert journal.commitments() == committed != {}
    journal.close()
    back(world)
    journal = Journal(tmp_path / "state" / "journal.db")
    assert journal.commitments() == {}
    journal.close()


def test_one_that_fails_keeps_none_from_being_taken_back(tmp_path: Path) -> None:
    """A server that does not answer is named, and the file is emptied."""
    world = World(tmp_path, [FILE])
    made = counts(world.sync(), "file")["created"]
    world.outputs = ['{name: gone, kind: caldav, url: "http://127.0.0.1:9/", seen_by: [ana]}', FILE]
    world.write()
    run = back(world)
    assert run.exit_code == 1
    assert run.deliveries[0].report.error
    assert counts(run, "file") == {"deleted": made}


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["--dry-run"], 0), (["--yes"], 0)])
def test_nobody_takes_back_by_mistake(tmp_path: Path, arguments: list[str], code: int) -> None:
    """Where nobody can be asked, the command wants --yes."""
    world = World(tmp_path, [FILE])
    world.write()
    run = [sys.executable, "-m", "fondly", "--config", str(world.config), "--now", world.now.isoformat()]
    subprocess.run([*run, "-q", "sync"], check=True, env=dict(os.environ))
    before = (tmp_path / "us.ics").read_bytes()
    done = subprocess.run(
        [*run, "take-back", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == code, done.stderr
    assert ("say --yes" in done.stderr) == (code == 2)
    assert ((tmp_path / "us.ics").read_bytes() != before) == (arguments == ["--yes"])


def test_a_place_that_the_config_names_no_longer_is_told(tmp_path: Path) -> None:
    """Nobody knows how to get there, so it is named instead of forgotten; once it is named again it is taken back."""
    other = FILE.replace("file", "other").replace("us.ics", "other.ics")
    world = World(tmp_path, [FILE, other])
    world.sync()
    world.outputs = [FILE]
    world.write()
    assert back(world).unserved == ("other",)
    world.outputs = [FILE, other]
    world.write()
    assert back(world).unserved == ()
    assert b"BEGIN:VEVENT" not in (tmp_path / "other.ics").read_bytes()
