"""The commands as a person types them: processes of their own, real files, wrong input of every kind."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream

from servers import Calendar
from world import CONFIG

ROOT = Path(__file__).parents[2]
NOW = "2026-11-22T09:00:00+01:00"
FILE = "outputs:\n  - {name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}\n"


def fondly(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "fondly", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


@pytest.fixture
def example(tmp_path: Path) -> str:
    """The contract's example config, in a folder of its own."""
    for name in ("fondly.yaml", "ana-work.ics"):
        (tmp_path / name).write_bytes((ROOT / "examples" / name).read_bytes())
    return str(tmp_path / "fondly.yaml")


@pytest.fixture
def minimal(tmp_path: Path) -> Path:
    """The smallest config with one file as an output."""
    path = tmp_path / "fondly.yaml"
    path.write_text(CONFIG + FILE, encoding="utf-8")
    return path


ENTRY_KEYS = (
    "id kind component title neutral_title description start end due all_day location url people secret_from "
    "categories alarms busy status minutes practice suggestion anniversary idea source why"
).split()


def test_plan_document(example: str) -> None:
    """`plan --json` is the document of DESIGN §5, its keys in that order, its times with their offset."""
    done = fondly("--config", example, "--now", NOW, "--json", "plan", "--days", "28")
    assert done.returncode == 0
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert list(document) == ["fondly", "window", "entries", "left_out", "failures"]
    assert document["fondly"] == 1
    assert document["window"] == {"start": "2026-11-22", "end": "2026-12-20"}
    assert document["failures"] == []
    assert {entry["kind"] for entry in document["entries"]} == {"practice", "date", "anniversary"}
    for entry in document["entries"]:
        assert list(entry) == ENTRY_KEYS
        assert entry["why"]
        if entry["all_day"]:
            assert dt.date.fromisoformat(entry["start"]) < dt.date.fromisoformat(entry["end"])
        else:
            start = dt.datetime.fromisoformat(entry["start"])
            assert start.utcoffset() == dt.timedelta(hours=1)
            assert "2026-11-22" <= entry["start"][:10] < "2026-12-20"
    for item in document["left_out"]:
        assert list(item) == ["id", "why"]
        assert item["why"].endswith(".")


@pytest.mark.parametrize(("seed", "zone"), [("0", "UTC"), ("1", "Asia/Kolkata"), ("2", "America/Los_Angeles")])
def test_plan_and_export_are_the_same_everywhere(example: str, seed: str, zone: str) -> None:
    """Neither the hash seed nor the shell's time zone nor the hour of the run changes a byte."""
    for command in (["--json", "plan", "--days", "28"], ["export"]):
        one = fondly("--config", example, "--now", NOW, *command)
        other = fondly("--config", example, "--now", NOW, *command, PYTHONHASHSEED=seed, TZ=zone, LANG="C")
        assert one.returncode == other.returncode == 0
        assert one.stdout == other.stdout


def test_plan_as_text(example: str) -> None:
    """People read weeks, days, hours, titles and whose it is; with --why a reason for each and for what is left out."""
    text = fondly("--config", example, "--now", NOW, "plan").stdout
    assert "Next week" in text
    assert "Remembering Grandma Ilse (7 years)" in text
    assert "Surprise party: 10 years" in text
    assert "together" in text
    assert not any(line.endswith(" ") for line in text.splitlines())
    why = fondly("--config", example, "--now", NOW, "plan", "--why").stdout
    assert "Left out" in why
    assert "practice/support: Support each other is switched off." in why
    assert "comes on request only" in why
    assert "chinese calendar" in why


def test_plan_for_somebody_else_knows_no_secret(example: str) -> None:
    """What is secret from Ben is not in what Ben may see, not as an entry, not as a count, not as a reason."""
    whole = fondly("--config", example, "--now", NOW, "--json", "plan", "--days", "60").stdout
    bens = fondly("--config", example, "--now", NOW, "--json", "plan", "--days", "60", "--for", "ben").stdout
    assert "party" in whole
    assert "party" not in bens
    assert "professional-help" not in bens
    without = Path(example)
    lines = without.read_text(encoding="utf-8").splitlines(keepends=True)
    without.write_text("".join(line for line in lines if "id: party" not in line), encoding="utf-8")
    again = fondly("--config", example, "--now", NOW, "--json", "plan", "--days", "60", "--for", "ben").stdout
    assert again == bens


def test_export_is_read_by_everybody(example: str) -> None:
    """icalendar, ical (Home Assistant) and recurring-ical-events read it, and each line is as RFC 5545 wants."""
    done = subprocess.run(
        [sys.executable, "-m", "fondly", "--config", example, "--now", NOW, "export"], capture_output=True, check=True
    )
    raw = done.stdout
    assert raw.endswith(b"\r\n")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        assert b"\r" not in line
    calendar = icalendar.Calendar.from_ical(raw)
    events = calendar.walk("VEVENT")
    assert len(events) > 20
    assert not calendar.errors
    for event in events:
        assert not event.errors
        assert all(event.get(name) is not None for name in ("UID", "DTSTAMP", "DTSTART", "DTEND"))
    assert len({str(event["UID"]) for event in events}) == len(events)
    stream = IcsCalendarStream.calendar_from_ics(raw.decode())
    assert {event.summary for event in stream.events} == {str(event["SUMMARY"]) for event in events}
    spread = recurring_ical_events.of(calendar).between(dt.date(2026, 11, 22), dt.date(2029, 1, 1))
    assert len(spread) == len(events)


def test_export_refuses_a_file_that_is_not_its_own(minimal: Path, tmp_path: Path) -> None:
    """A calendar that somebody else wrote is never overwritten; an export of fondly's own is."""
    theirs = tmp_path / "theirs.ics"
    theirs.write_bytes(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")
    before = theirs.read_bytes()
    done = fondly("--config", str(minimal), "--now", NOW, "export", "-o", str(theirs))
    assert done.returncode == 2
    assert "choose another file" in done.stderr
    assert theirs.read_bytes() == before
    ours = tmp_path / "ours.ics"
    for _ in range(2):
        assert fondly("--config", str(minimal), "--now", NOW, "export", "-o", str(ours)).returncode == 0
    assert ours.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_sync_document_and_text(minimal: Path, tmp_path: Path) -> None:
    """`sync --json` is the document of DESIGN §5; the second run changes nothing; text is one line for each output."""
    done = fondly("--config", str(minimal), "--now", NOW, "--json", "sync")
    document = json.loads(done.stdout)
    assert list(document) == ["fondly", "outputs", "failures"]
    (report,) = document["outputs"]
    keys = "name kind created updated deleted unchanged kept completed requests error".split()
    assert list(report) == keys
    assert report["created"] > 10
    written = (tmp_path / "us.ics").read_bytes()
    again = fondly("--config", str(minimal), "--now", NOW, "sync")
    assert again.stdout == f"file  {report['created']} as they were\n"
    assert (tmp_path / "us.ics").read_bytes() == written


def test_dry_run_names_each_write(minimal: Path, tmp_path: Path) -> None:
    """A dry run says what it would do, and leaves nothing behind."""
    done = fondly("--config", str(minimal), "--now", NOW, "sync", "--dry-run")
    assert done.returncode == 0
    assert "file  add 2027-03-01" not in done.stdout
    assert "file  add 2027-02-28 Ana turns 35" in done.stdout
    assert "would be:" in done.stdout
    assert not (tmp_path / "us.ics").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pln"], "did you mean 'plan'?"),
        (["plan", "--days", "0"], "0 is not in the range"),
        (["plan", "--days", "many"], "many"),
        (["plan", "--from", "yesterday"], "YYYY-MM-DD"),
        (["plan", "--for", "cleo"], "there is no person 'cleo'"),
        (["plan", "--from", "9999-12-20"], "YYYY-MM-DD"),
        (["--now", "9999-12-31T00:00:00", "plan"], "is no date and time"),
        (["--now", "soon", "plan"], "write 2026-11-22T09:00:00+01:00"),
        (["sync", "--only", "fil"], "there is no output 'fil'"),
        (["--json", "export"], "-o FILE"),
        (["--colour", "plan"], "No such option"),
    ],
)
def test_wrong_usage(minimal: Path, tmp_path: Path, arguments: list[str], words: str) -> None:
    """Wrong usage ends with 2, says what would be right, shows no traceback and touches nothing."""
    done = fondly("--config", str(minimal), *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fondly.yaml"]


def test_no_config(tmp_path: Path) -> None:
    """Without a config file every command says where it looked."""
    done = fondly("plan")
    assert done.returncode == 2
    assert "there is no config file at" in done.stderr
    named = fondly("--config", str(tmp_path / "nowhere.yaml"), "sync")
    assert named.returncode == 2
    assert "nowhere.yaml" in named.stderr


def test_wrong_config_tells_everything_at_once(tmp_path: Path) -> None:
    """Every problem of the file comes with its line and column, and nothing is written."""
    path = tmp_path / "fondly.yaml"
    path.write_text(CONFIG.replace("Berlin", "Berln") + "rythm: {}\n" + FILE.replace("ics,", "isc,"), encoding="utf-8")
    done = fondly("--config", str(path), "sync")
    assert done.returncode == 2
    assert "fondly.yaml:2:11: timezone: 'Europe/Berln' is no time zone" in done.stderr
    assert "fondly.yaml:7:1: rythm: is not known here; did you mean 'rhythm'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_busy_calendar_spoils_nothing_else(example: str, tmp_path: Path) -> None:
    """A source that cannot be read is named with its file; the plan is made, and the exit code says so."""
    (tmp_path / "ana-work.ics").write_text("BEGIN:VCALENDAR\nnonsense", encoding="utf-8")
    done = fondly("--config", example, "--now", NOW, "--json", "plan")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert len(document["entries"]) > 10
    (failure,) = document["failures"]
    assert failure["hook"] == "fondly_busy"
    assert "ana-work.ics" in failure["source"]


def test_a_reader_that_has_seen_enough(example: str) -> None:
    """`fondly plan | head` ends quietly."""
    command = f'"{sys.executable}" -m fondly --config "{example}" --now {NOW} plan --days 1800 --why | head -1'
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stderr == ""


def test_two_syncs_at_once(minimal: Path, own_state: Path) -> None:
    """One sync at a time: the second is told so. A lock whose holder is gone holds nobody up."""
    from fondly.state import one_at_a_time, state_folder

    with one_at_a_time(state_folder("7c9e6679-7425-40de-944b-e07fc1f90ae7")):
        done = fondly("--config", str(minimal), "--now", NOW, "sync")
        assert done.returncode == 1
        assert "another sync" in done.stderr
    assert fondly("--config", str(minimal), "--now", NOW, "sync").returncode == 0


def test_demo(tmp_path: Path) -> None:
    """The demo shows an agenda, what arrived, and that the second run wrote nothing; --keep leaves it all behind."""
    folder = tmp_path / "demo"
    done = fondly("--now", NOW, "demo", "--keep", str(folder))
    assert done.returncode == 0, done.stderr
    assert "Surprise party for Ben" in done.stdout
    assert "A second sync wrote nothing" in done.stdout
    assert "fondly sync" in done.stdout
    assert (folder / "us.ics").exists()
    assert "- [ ] " in (folder / "vault/us.md").read_text(encoding="utf-8")
    assert "Surprise party" in (folder / "vault/us.md").read_text(encoding="utf-8")
    assert "surprise party" not in (folder / "us.ics").read_text(encoding="utf-8").lower()
    again = fondly("--now", NOW, "demo", "--keep", str(folder))
    assert again.returncode == 2
    assert "is not empty" in again.stderr


def test_an_export_of_fondlys_own_is_never_busy(minimal: Path, tmp_path: Path) -> None:
    """Who keeps a copy of the plan among the calendars that tell when they are taken moves nothing by it."""
    copy = tmp_path / "copy.ics"
    before = fondly("--config", str(minimal), "--now", NOW, "--json", "plan", "--days", "60").stdout
    assert fondly("--config", str(minimal), "--now", NOW, "export", "-o", str(copy)).returncode == 0
    busy = "busy:\n  - {person: ana, kind: ics, url: copy.ics}\n  - {person: ben, kind: ics, url: copy.ics}\n"
    minimal.write_text(CONFIG + busy + FILE, encoding="utf-8")
    assert fondly("--config", str(minimal), "--now", NOW, "--json", "plan", "--days", "60").stdout == before
    # A program that drops X- properties and writes every event as taken time.
    kept = [line for line in copy.read_text(encoding="utf-8").split("\n") if not line.startswith("X-")]
    copy.write_text("\n".join(kept).replace("TRANSP:TRANSPARENT", "TRANSP:OPAQUE"), encoding="utf-8", newline="")
    assert "X-REF" not in copy.read_text(encoding="utf-8")
    assert fondly("--config", str(minimal), "--now", NOW, "--json", "plan", "--days", "60").stdout == before


def test_the_clock_is_the_viewers(example: str) -> None:
    """Ben, in London, reads his own hours: one less than Berlin's."""
    anas = fondly("--config", example, "--now", NOW, "plan").stdout
    bens = fondly("--config", example, "--now", NOW, "plan", "--for", "ben").stdout
    line = next(line for line in anas.splitlines() if "Date night" in line)
    hour = int(line.split()[3][:2])
    theirs = next(line for line in bens.splitlines() if "Date night" in line)
    assert theirs.split()[:3] == line.split()[:3]
    assert int(theirs.split()[3][:2]) == hour - 1


def test_demo_serves_until_it_is_ended(tmp_path: Path) -> None:
    """`demo --serve` prints where to look, answers there, and tidies up when a signal ends it."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "fondly", "demo", "--serve"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert process.stdout is not None
    words: dict[str, str] = {}
    for line in process.stdout:
        parts = line.split()
        if parts and parts[0] in ("address", "user", "password"):
            words[parts[0]] = parts[1]
        if "Ctrl-C" in line:
            break
    server = Calendar(f"{words['address']}{words['user']}/ours/", words["user"], words["password"])
    assert len(server.hrefs()) > 10
    assert len(list(temporary.iterdir())) == 1
    process.terminate()
    process.communicate(timeout=60)
    assert list(temporary.iterdir()) == []
