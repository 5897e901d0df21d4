"""`fondly check` on files that are right: what it says of each part, what it notes, and that it touches nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fondly.checkup import Checkup, examine
from fondly.cli import main
from support import RELATIONSHIP, config_text, write_config

NOW = dt.datetime.fromisoformat("2026-11-22T09:00:00+01:00")
OWN_ID = "0f3e1c52-1f0c-4a35-9a4e-5c1b6f0d7a11"  # of nobody else
EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "hunter2-is-my-dog"
ICS = "\n  - {name: us, kind: ics, path: us.ics, seen_by: [ana]}"
CALDAV = "\n  - {name: us, kind: caldav, url: 'https://x.org/dav/', seen_by: [ana], password: %s}"
HEADS = ["People", "Rhythm", "Practices", "Date nights", "Anniversaries", "Busy times", "Places"]


def checkup(folder: Path, mode: int = 0o600, **keys: str | None) -> Checkup:
    """What a checkup of the smallest config finds, its top keys changed."""
    return examine(write_config(folder, config_text(**{"id": OWN_ID, **keys}), mode), NOW)


def lines(found: Checkup, head: str) -> tuple[str, ...]:
    """What is said of one part."""
    return dict(found.parts)[head]


def notes(found: Checkup) -> list[str]:
    """The notes of a file that has no problems."""
    assert found.problems == ()
    return [f"{note.line}:{note.column} {note.key}: {note.what}" for note in found.notes]


def command(monkeypatch: pytest.MonkeyPatch, path: Path, *arguments: str) -> int:
    """The exit code of the real command line, in this process."""
    monkeypatch.setattr(sys, "argv", ["fondly", "--config", str(path), "--now", NOW.isoformat(), *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    assert isinstance(left.value.code, int)
    return left.value.code


def plugin(folder: Path, name: str, body: str) -> None:
    """A plugin of the person's own in the hooks folder."""
    hooks = folder / "hooks"
    hooks.mkdir(mode=0o755, exist_ok=True)
    (hooks / f"{name}.py").write_text(f"from fondly import OutputKind, hookimpl\n{body}", encoding="utf-8")


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkup:
    """The checkup of the file that uses every part, with all that it names in its place."""
    for file in (EXAMPLES / "fondly.yaml", EXAMPLES / "ana-work.ics"):
        shutil.copy(file, tmp_path)
    monkeypatch.setenv("FONDLY_TEST_PASSWORD", PASSWORD)
    return examine(tmp_path / "fondly.yaml", NOW)


# What each part does


def test_a_good_file_is_told_to_be_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who mended everything reads that the file is fine, then what each of its parts does, and nothing on errors."""
    path = write_config(tmp_path, config_text(id=OWN_ID, outputs=ICS))
    assert command(monkeypatch, path, "check") == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert "is fine. This is what it does:" in " ".join(told.out.split())
    assert [line.split("  ")[0] for line in told.out.splitlines() if line[:1].isupper()] == HEADS
    assert "Good to know" not in told.out


def test_quiet_says_nothing_of_a_good_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With -q a good file is silent, and a contradiction is still told."""
    assert command(monkeypatch, write_config(tmp_path, config_text()), "-q", "check") == 0
    assert capsys.readouterr() == ("", "")
    assert command(monkeypatch, write_config(tmp_path, config_text(hooks="{disable: [x]}")), "-q", "check") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("fondly.yaml:7:19: ")


def test_a_good_file_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program gets the same in one document: no problems, the notes with their places, each part with its lines."""
    path = write_config(tmp_path, config_text(id=OWN_ID, dates="{turns: yes}"))
    assert command(monkeypatch, path, "--json", "check") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["fondly"], document["config"]) == (1, str(path))
    assert (document["problems"], document["failures"]) == ([], [])
    (note,) = document["notes"]
    assert (note["line"], note["column"], note["key"]) == (7, 16, "dates.turns")
    assert [part["part"] for part in document["parts"]] == HEADS
    assert all(part["lines"] for part in document["parts"])


def test_parts_of_the_full_example(example: Checkup) -> None:
    """Whoever reads the parts finds what the file says, in words."""
    assert (example.problems, example.failures, example.serious) == ((), (), False)
    assert [head for head, _ in example.parts] == HEADS
    assert lines(example, "People") == (
        "Ana (you), Europe/Berlin",
        "Ben, Europe/London, Europe/Berlin 3 May 2027 to 17 May 2027",
    )
    assert lines(example, "Rhythm")[0] == "at most 5 a week and 1 a day, never 22:00-07:30"
    assert "each gets its share of 5" in lines(example, "Rhythm")[1]
    assert lines(example, "Rhythm")[2] == "rests 21 Dec 2026 to 3 Jan 2027"
    assert "2 per week: gratitude" in lines(example, "Practices")
    assert "quarterly: boundaries, empathy" in lines(example, "Practices")
    assert lines(example, "Practices")[-1] == "not by themselves: forgiveness, support"
    assert lines(example, "Date nights") == (
        "every 2 weeks, 150 minutes, fri 18:00-23:00, sat 11:00-23:00, up to 60 EUR",
    )
    (days,) = lines(example, "Anniversaries")
    assert days.startswith("Ana (birthday), Ben (birthday), First date")
    assert days.endswith("Surprise party, Wedding (7)")
    assert lines(example, "Busy times") == ("Ana: ana-work.ics",)
    places = lines(example, "Places")
    assert places[0] == "ours (caldav), seen by Ana and Ben: practices, dates, anniversaries"
    assert places[1] == "mine (caldav), seen by Ana: everything, practices as to-dos, with alarms"
    assert places[2] == "work (feed), seen by Ana: everything, busy titles, with alarms"
    assert len(places) == 7


def test_parts_of_the_smallest_file(tmp_path: Path) -> None:
    """What is left out is told too, so that nobody wonders why nothing comes."""
    found = checkup(tmp_path, people="\n  - {id: ana, name: Ana}", dates="off")
    assert lines(found, "People") == ("Ana (you), Europe/Berlin",)
    assert lines(found, "Date nights") == ("none are planned",)
    assert lines(found, "Anniversaries") == ("none yet",)
    assert lines(found, "Busy times") == ("none are read",)
    assert lines(found, "Places") == ("none yet, so nothing is delivered; add one under 'outputs:'",)


def test_a_week_without_room_is_told(tmp_path: Path) -> None:
    """Who allows nothing in a week reads that nothing comes, rather than waiting for it."""
    assert "none of them comes" in lines(checkup(tmp_path, rhythm="{most_per_week: 0}"), "Rhythm")[1]


def test_what_is_secret_from_me_is_no_part(tmp_path: Path) -> None:
    """The party that Ben hides from Ana is not listed for her, nor counted."""
    party = "\n  dates:\n    - {id: party, name: Surprise party, date: 2016-12-09, secret_from: [ana]}"
    assert lines(checkup(tmp_path, anniversaries=party), "Anniversaries") == ("Ana (birthday), Ben (birthday) (2)",)
    assert "Surprise party" in lines(checkup(tmp_path, anniversaries=party, me="ben"), "Anniversaries")[0]


# What does nothing yet

LATER = [
    ("dates.sitter", "finding somebody to look after children"),
    ("dates.turns", "taking turns in choosing"),
    ("anniversaries.dates[0].gifts", "gift themes"),
    ("anniversaries.dates[1].repeat", "remembering each month"),
    ("anniversaries.dates[1].milestones", "milestones"),
    ("anniversaries.dates[3].date", "days of other calendars"),
    ("outputs[5].kind", "this kind of output (obsidian)"),
]


def test_each_later_key_is_told_once(example: Checkup) -> None:
    """Each key of the contract's example that this version does not serve is told in one line, at its place."""
    text = (EXAMPLES / "fondly.yaml").read_text(encoding="utf-8").splitlines()
    told = [note for note in example.notes if "does nothing yet" in note.what]
    assert [(note.key, note.what) for note in told] == [
        (key, f"does nothing yet; a later version brings {purpose}") for key, purpose in LATER
    ]
    for note in told:
        key = note.key.rpartition(".")[2]
        before = text[note.line - 1][: note.column - 1]
        assert before.endswith(f"{key}: ") or before.strip() == f"{key}:", before


def test_what_reaches_nobody(tmp_path: Path) -> None:
    """A surprise without a place that hides it, and forgiveness by the clock, are told; so is the id of the example."""
    party = "\n  dates:\n    - {id: party, name: Party, date: 2016-12-09, secret_from: [ben]}"
    (note,) = notes(checkup(tmp_path, anniversaries=party, outputs=ICS.replace("[ana]", "[ana, ben]")))
    assert note.startswith("9:63 anniversaries.dates[0].secret_from: no place is seen by [ana] alone")
    assert notes(checkup(tmp_path, anniversaries=party, outputs=ICS)) == []
    (note,) = notes(checkup(tmp_path, practices="{forgiveness: weekly}", outputs=ICS))
    assert "practices.forgiveness: forgiveness comes on request only" in note
    (note,) = notes(checkup(tmp_path, id=RELATIONSHIP))
    assert "id: is the id of the example" in note
    (note,) = notes(checkup(tmp_path, hooks="{folder: nowhere}"))
    assert "hooks.folder: there is no folder" in note


def test_later_keys_that_the_example_lacks(tmp_path: Path) -> None:
    """So are the other kinds of outputs; what is served already is not."""
    outputs = (
        "\n  - {name: a, kind: org, path: a.org, seen_by: [ana]}\n  - {name: b, kind: logseq, path: b, seen_by: [ana]}"
    )
    found = notes(checkup(tmp_path, practices="{romance: {energy: low}, support: {energy: high}}", outputs=outputs))
    assert found == [
        "9:21 outputs[0].kind: does nothing yet; a later version brings this kind of output (org)",
        "10:21 outputs[1].kind: does nothing yet; a later version brings this kind of output (logseq)",
    ]
    day = "\n  dates:\n    - {id: met, name: Met, date: 2020-01-01, repeat: [year], remind: [7 days]}"
    assert notes(checkup(tmp_path, anniversaries=day, outputs=ICS)) == []


def test_a_later_kind_that_a_plugin_serves(tmp_path: Path) -> None:
    """Whoever has a plugin for Org files is not told that they come later."""
    plugin(
        tmp_path,
        "org",
        "from pydantic import BaseModel\n\n\nclass Options(BaseModel):\n    path: str\n\n\n"
        "@hookimpl\ndef fondly_output_kinds():\n"
        "    yield OutputKind(name='org', options=Options, open=lambda options, context: None)\n",
    )
    assert notes(checkup(tmp_path, outputs="\n  - {name: a, kind: org, path: a.org, seen_by: [ana]}")) == []


# Couples apart


def apart(folder: Path, zone: str, **keys: str) -> list[str]:
    """The notes for Ana in Berlin and Ben there."""
    people = f"\n  - {{id: ana, name: Ana}}\n  - {{id: ben, name: Ben, timezone: {zone}}}"
    return notes(checkup(folder, people=people, **keys))


@pytest.mark.parametrize(
    ("zone", "window", "often"),
    [
        ("Australia/Sydney", "evening", "never"),
        ("Pacific/Auckland", "evening", "never"),
        ("Pacific/Auckland", "fri 18:00-23:00, sat 11:00-23:00", "never"),
        ("Australia/Sydney", "fri 18:00-23:00, sat 11:00-23:00", "in 27 weeks of the coming year not"),
        ("Australia/Sydney", "morning, evening", "in 25 weeks of the coming year not"),
    ],
)
def test_couples_apart_are_told(tmp_path: Path, zone: str, window: str, often: str) -> None:
    """A couple whose hours never meet reads which, how often, and what serves; at the key that makes it so."""
    found = [note for note in apart(tmp_path, zone) if f"'{window}'" in note]
    assert len(found) == 1
    assert found[0].startswith(f"5:36 people[1].timezone: '{window}' is {often} the time of day for all of you; ")
    assert "daily 07:30-22:00 on all your clocks serves (" in found[0]


def test_couples_apart_with_windows_of_their_own(tmp_path: Path) -> None:
    """Where the windows stand in the file, the note stands at them, and names the practice alone that has them."""
    found = apart(tmp_path, "Pacific/Auckland", practices="{romance: {at: [evening]}}", dates="{at: [evening]}")
    assert [note.partition(": ")[0] for note in found if not note.startswith("5:36 ")] == [
        "7:27 practices.romance.at",
        "8:13 dates.at",
    ]
    assert [note for note in found if note.startswith("7:27 ") and note.endswith("serves (romance)")]
    assert [note for note in found if note.startswith("8:13 ") and note.endswith("serves (date nights)")]


@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Berlin", "Europe/Athens"])
def test_couples_near_each_other_are_left_alone(tmp_path: Path, zone: str) -> None:
    """An hour between two clocks keeps nobody from meeting, and is no news."""
    assert apart(tmp_path, zone) == []


# What is there on this machine


def secret_note(folder: Path, secret: str) -> list[str]:
    """The notes for one calendar with that secret."""
    return notes(checkup(folder, outputs=CALDAV % secret))


def test_variable_that_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is missing is named, with where to set it; one that is there is fine."""
    monkeypatch.delenv("FONDLY_TEST_PASSWORD", raising=False)
    (note,) = secret_note(tmp_path, "{env: FONDLY_TEST_PASSWORD}")
    assert note.startswith(
        "8:83 outputs[0].password: the environment variable FONDLY_TEST_PASSWORD is not set here; set"
    )
    monkeypatch.setenv("FONDLY_TEST_PASSWORD", PASSWORD)
    assert secret_note(tmp_path, "{env: FONDLY_TEST_PASSWORD}") == []


def test_secret_file(tmp_path: Path) -> None:
    """A password file that is missing, or that others can read, is told with what to do; a good one is fine."""
    path = tmp_path / "us.password"
    (note,) = secret_note(tmp_path, "{file: us.password}")
    assert note.startswith(f"8:83 outputs[0].password: there is no file {path};")
    path.write_text(f"{PASSWORD}\n", encoding="utf-8")
    path.chmod(0o644)
    (note,) = secret_note(tmp_path, "{file: us.password}")
    assert note == f"8:83 outputs[0].password: others can read {path}; run: chmod 600 {path}"
    path.chmod(0o600)
    assert secret_note(tmp_path, "{file: us.password}") == []


def test_secret_file_at_nobodys_home(tmp_path: Path) -> None:
    """A password file at a home that this machine does not know is told, not stumbled over."""
    (note,) = secret_note(tmp_path, "{file: ~no-such-person/us.password}")
    assert note.startswith("8:83 outputs[0].password: '~no-such-person/us.password' begins at a home that this machine")


def test_secret_program(tmp_path: Path) -> None:
    """A password program that is not installed is named; one that is there is fine."""
    (note,) = secret_note(tmp_path, "{command: [no-such-program, show]}")
    assert note == "8:83 outputs[0].password: there is no program 'no-such-program' here; write its full path"
    assert secret_note(tmp_path, f"{{command: ['{sys.executable}', -c, pass]}}") == []


def test_busy_file(tmp_path: Path) -> None:
    """A calendar of busy times that is not there is told; one that is there is not."""
    busy = "[{person: ana, kind: ics, url: ana.ics}]"
    (note,) = notes(checkup(tmp_path, busy=busy))
    assert note == f"7:38 busy[0].url: there is no file {tmp_path / 'ana.ics'}, so nobody knows yet when ana is taken"
    shutil.copy(EXAMPLES / "ana-work.ics", tmp_path / "ana.ics")
    assert notes(checkup(tmp_path, busy=busy)) == []


def test_output_path_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that is a folder, lies below a file, or where nobody may write is told; a new folder is fine."""
    (tmp_path / "notes").mkdir()

    def note_for(path: str) -> list[str]:
        return notes(checkup(tmp_path, outputs=ICS.replace("us.ics", path)))

    assert note_for("notes") == [
        f"8:33 outputs[0].path: {tmp_path / 'notes'} is a folder; write the path of a file in it"
    ]
    (below,) = note_for("fondly.yaml/us.ics")
    assert below.startswith(f"8:33 outputs[0].path: {tmp_path / 'fondly.yaml'} is a file, so there can be no folder")
    assert note_for("new/folder/us.ics") == []
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
    (locked,) = note_for("us.ics")
    assert locked == (
        f"8:33 outputs[0].path: {tmp_path} cannot be written to by you; write another path, "
        "or change who may write there"
    )


@pytest.mark.parametrize(
    "keys",
    [
        {"outputs": ICS.replace("us.ics", "x" * 300)},
        {"busy": f"[{{person: ana, kind: ics, url: {'x' * 300}}}]"},
        {"outputs": CALDAV % f"{{file: {'x' * 300}}}"},
    ],
    ids=["output", "busy times", "password"],
)
def test_name_that_no_disk_takes(tmp_path: Path, keys: dict[str, str]) -> None:
    """A file name that is too long for any disk is noted, and the rest of the file is still told."""
    found = checkup(tmp_path, **keys)
    assert len(notes(found)) == 1
    assert [head for head, _ in found.parts] == HEADS


# What contradicts itself, and what does not


@pytest.mark.parametrize(
    "keys",
    [
        {"dates": "{at: [fri 20:00-23:30], minutes: 60}"},
        {"dates": "{at: [evening], minutes: 180}"},
        {"dates": "{every: off, at: [fri 23:00-23:30]}"},
        {"practices": "{romance: {every: off, at: [daily 23:00-23:30]}}"},
        {"practices": "{forgiveness: {every: on request, at: [daily 23:00-23:30]}}"},
        {"practices": "{romance: {minutes: 5, at: [sun 10:00-10:10]}}"},
        {"rhythm": "{quiet: 00:00-00:00}"},
        {"anniversaries": "\n  dates:\n    - {id: met, name: Met, date: 2020-01-01, secret_from: [ben]}"},
        {"anniversaries": "\n  dates:\n    - {id: met, name: Met, date: 2027-01-01}"},
        {"people": "\n  - {id: ana, name: Ana, birthday: 2026-11-22}"},
        {
            "people": "\n  - {id: ana, name: Ana, visits: [{from: 2026-01-01, to: 2026-01-31, timezone: UTC}, "
            "{from: 2026-02-01, to: 2026-02-02, timezone: UTC}]}"
        },
        {"hooks": "{disable: [notes]}"},
        {"hooks": "{optional: [anniversaries]}"},
        {"outputs": "\n  - {name: a, kind: caldav, url: http://127.0.0.1:5232/a/, seen_by: [ana]}"},
        {"outputs": "\n  - {name: a, kind: caldav, url: http://x.org/a/, insecure: yes, seen_by: [ana]}"},
        {"outputs": "\n  - {name: a, kind: markdown, path: a.md, seen_by: [ana]}\n"
                    "  - {name: b, kind: markdown, path: a.md, seen_by: [ben]}"},
    ],
)  # fmt: skip
def test_what_can_happen_is_no_contradiction(tmp_path: Path, keys: dict[str, str]) -> None:
    """A file whose parts go together is fine, however unusual it is: nobody is warned in vain."""
    found = checkup(tmp_path, **keys)
    assert [str(problem) for problem in found.problems] == []
    assert found.parts


def test_plugins_of_the_folder_are_known(tmp_path: Path) -> None:
    """A plugin in the hooks folder may be named, also where it is switched off by that."""
    plugin(tmp_path, "wall", "")
    for hooks in ("{disable: [wall]}", "{optional: [wall]}"):
        assert checkup(tmp_path, hooks=hooks).problems == ()
    (problem,) = checkup(tmp_path, hooks="{disable: [wal]}").problems
    assert (problem.key, problem.what) == ("hooks.disable[0]", "there is no plugin 'wal'; did you mean 'wall'?")


def test_clock_of_me_decides_what_is_the_future(tmp_path: Path) -> None:
    """Who is born today in Auckland is not told to be born tomorrow, whatever day it is in Berlin."""
    text = config_text(people="\n  - {id: ana, name: Ana, birthday: 2026-11-23}", timezone="Pacific/Auckland")
    path = write_config(tmp_path, text)
    assert examine(path, dt.datetime.fromisoformat("2026-11-22T12:00:00+01:00")).problems == ()
    assert len(examine(path, dt.datetime.fromisoformat("2026-11-22T11:00:00+01:00")).problems) == 1


def test_contradictions_and_notes_at_once(tmp_path: Path) -> None:
    """What has to be mended and what is good to know are kept apart, each in the order of the file."""
    found = checkup(
        tmp_path, dates="{turns: yes, at: [fri 22:00-23:00]}", outputs="\n  - {name: a, kind: org, path: a.org}"
    )
    assert [problem.key for problem in found.problems] == ["dates.at[0]", "outputs[0].seen_by"]
    assert [note.key for note in found.notes] == ["dates.turns", "outputs[0].kind"]


def test_a_flood_of_mistakes_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody is shown a thousand lines: the first hundred, and that there are more."""
    path = write_config(tmp_path, config_text() + "dates: off\n" * 1000)
    assert command(monkeypatch, path, "check") == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 101
    assert "more" in told[-1]


# Plugins that fail

BROKEN = "@hookimpl\ndef fondly_practices(relationship):\n    raise ZeroDivisionError('oops')\n"


def test_a_failing_plugin_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plugin that breaks is named on standard error and gives 1; the rest is told as ever."""
    plugin(tmp_path, "broken", BROKEN)
    path = write_config(tmp_path, config_text())
    assert command(monkeypatch, path, "check") == 1
    told = capsys.readouterr()
    assert told.err.startswith("fondly: plugin 'broken' failed in fondly_practices (")
    assert told.err.endswith("ZeroDivisionError: oops\n")
    assert "Practices" in told.out
    assert command(monkeypatch, path, "--json", "check") == 1
    (failure,) = json.loads(capsys.readouterr().out)["failures"]
    assert (failure["plugin"], failure["hook"]) == ("broken", "fondly_practices")


def test_a_failing_plugin_that_is_optional(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that the config calls optional is named too, and leaves the exit code at 0."""
    plugin(tmp_path, "broken", BROKEN)
    assert command(monkeypatch, write_config(tmp_path, config_text(hooks="{optional: [broken]}")), "check") == 0
    assert "plugin 'broken' failed" in capsys.readouterr().err


def test_a_contradiction_counts_more_than_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the file has to be mended, 2 says so, and both are told."""
    plugin(tmp_path, "broken", BROKEN)
    outputs = "\n  - {name: a, kind: ics, path: a.ics}"
    assert command(monkeypatch, write_config(tmp_path, config_text(outputs=outputs)), "check") == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("fondly.yaml:8:5: outputs[0].seen_by: ")
    assert told[1].startswith("fondly: plugin 'broken' failed")


def test_a_kind_of_a_plugin_that_cannot_load(tmp_path: Path) -> None:
    """Where a plugin failed to load, the kind that it may have brought is not called a mistake of the file."""
    plugin(tmp_path, "printing", "raise ImportError('no printer')\n")
    found = checkup(tmp_path, outputs="\n  - {name: a, kind: printer, seen_by: [ana]}")
    assert found.problems == ()
    assert [failure.plugin for failure in found.failures] == ["printing"]
    assert found.serious


# Nothing is touched


def everything_in(folder: Path) -> dict[str, tuple[bytes | None, int, int]]:
    """Every file and folder there: its bytes, its mode, when it was changed."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.stat()
        content = path.read_bytes() if path.is_file() else None
        found[str(path.relative_to(folder))] = (content, status.st_mode, status.st_mtime_ns)
    return found


def test_check_touches_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    own_state: Path,
) -> None:
    """Whoever only asks finds every file as it was: no state, no calendar, no request, no password fetched."""
    home = tmp_path / "home"
    home.mkdir()
    for file in (EXAMPLES / "fondly.yaml", EXAMPLES / "ana-work.ics"):
        shutil.copy(file, home)
    plugin(home, "mine", "")
    trace = tmp_path / "fetched"
    spy = f"{{command: ['{sys.executable}', -c, \"open('{trace}', 'w')\"]}}"
    text = (home / "fondly.yaml").read_text(encoding="utf-8").replace("{env: FONDLY_TEST_PASSWORD}", spy)
    path = write_config(home, text)
    before = everything_in(home)

    def refuse(*arguments: object, **keywords: object) -> None:
        raise AssertionError("something was asked for, or run")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert command(monkeypatch, path, "check") == 0
    assert "mine (caldav)" in capsys.readouterr().out
    assert everything_in(home) == before
    assert not own_state.exists()
    assert not trace.exists()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["home"]


def test_check_leaves_no_trace_in_the_hooks_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of one's own plugins, kept in version control perhaps, holds after a check what it held before."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)  # as where nobody set PYTHONDONTWRITEBYTECODE
    plugin(tmp_path, "mine", "")
    assert checkup(tmp_path).problems == ()
    assert [path.name for path in (tmp_path / "hooks").iterdir()] == ["mine.py"]


def test_no_output_of_check_holds_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A password that stands in a private file is used later, and told by nothing here."""
    path = write_config(tmp_path, config_text(outputs=CALDAV % f"'{PASSWORD}'"))
    for arguments in (["check"], ["--json", "check"], ["-v", "check"]):
        assert command(monkeypatch, path, *arguments) == 0
        told = capsys.readouterr()
        assert "us" in told.out
        assert PASSWORD not in told.out + told.err
