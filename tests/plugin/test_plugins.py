"""Plugins: the failure of one is its own, and named; adjusters may do much, but show nobody a secret."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fondly.config import load_config
from fondly.planner import Horizons, Past, Plan
from fondly.plugins import load_plugins
from fondly.preparing import Prepared, make_plan, prepare
from fondly.run import Run, sync
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.reports import Failure
from fondly_hooks.types.times import Span
from support import config_text, write_config

NOW = dt.datetime.fromisoformat("2026-11-22T09:00:00+01:00")
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
OUTPUTS = "\n  - {name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}"
HEAD = """\
import datetime as dt
from dataclasses import replace
from fondly import (Anniversary, Busy, Change, DateIdea, Entry, PartialDate, Practice, hookimpl, parse_cadence,
                    parse_time_window)
from zoneinfo import ZoneInfo

DAY = dt.date(2026, 12, 1)
TIME = dt.datetime(2026, 12, 1, 15, tzinfo=ZoneInfo("Europe/Berlin"))

def entry(id, **changes):
    values = dict(id=id, kind="custom", title="Bins out", neutral_title="Bins", start=DAY,
                  end=DAY + dt.timedelta(days=1))
    return Entry(**(values | changes))

"""


def write_hooks(folder: Path, **files: str) -> Path:
    """A config in that folder, and a hooks folder with these Python files."""
    hooks = folder / "hooks"
    hooks.mkdir(mode=0o755, exist_ok=True)
    for name, source in files.items():
        path = hooks / f"{name}.py"
        path.write_text(HEAD + source, encoding="utf-8")
        path.chmod(0o644)
    return folder / "fondly.yaml"


def world(folder: Path, hooks: str | None = None, **files: str) -> Prepared:
    """What is prepared from a config with these files in its hooks folder."""
    write_hooks(folder, **files)
    return prepare(load_config(write_config(folder, config_text(outputs=OUTPUTS, hooks=hooks))))


def planned(prepared: Prepared, days: int = 28) -> Plan:
    """The plan that everybody's hooks make together."""
    window = Span(NOW.date(), NOW.date() + days * DAY)
    return make_plan(prepared, Past(), Horizons.all_in(window), NOW)[1]


def found(prepared: Prepared, id: str) -> Entry | None:
    """The entry of that id in the plan."""
    return next((entry for entry in planned(prepared).entries if entry.id == id), None)


def lines(failures: Sequence[Failure]) -> list[str]:
    """The failures as a person reads them."""
    return [f"{failure.plugin} {failure.hook}: {failure.error}" for failure in failures]


GOOD = """
@hookimpl
def fondly_entries(relationship, window):
    yield entry("custom/good/bins", secret_from=("ben",))

@hookimpl
def fondly_date_ideas(relationship, window):
    yield DateIdea(slug="kites", title="Fly a kite", text="Where the wind is.", minutes=60, cost=0, setting="out")
"""

# What a file does wrong: its source, the hook that is named, words of the error.
FAULTS: dict[str, tuple[str, str, str]] = {
    "raises": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    raise RuntimeError('the sea\\nis rough')",
        "fondly_entries",
        "RuntimeError: the sea is rough",
    ),
    "raises without words": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    raise KeyError",
        "fondly_entries",
        "KeyError",
    ),
    "raises half way": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    yield entry('custom/bad/half')\n    1 / 0",
        "fondly_entries",
        "ZeroDivisionError",
    ),
    "raises at import": ("raise ImportError('no such\\nmodule')", "", "ImportError: no such module"),
    "leaves at import": ("raise SystemExit(3)", "", "SystemExit"),
    "leaves in a hook": (
        "import sys\n@hookimpl\ndef fondly_practices(relationship):\n    sys.exit('bye')",
        "fondly_practices",
        "SystemExit: bye",
    ),
    "syntax": ("def (:", "", "SyntaxError: invalid syntax (line 15)"),
    "wrong type": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    yield 'bins'",
        "fondly_entries",
        "gave a str where a Entry belongs",
    ),
    "wrong type among right ones": (
        "@hookimpl\ndef fondly_date_ideas(relationship, window):\n    return [entry('custom/bad/1')]",
        "fondly_date_ideas",
        "gave a Entry where a DateIdea belongs",
    ),
    "a number": ("@hookimpl\ndef fondly_busy(person, window):\n    return 7", "fondly_busy", "gave a int"),
    "misspelt": (
        "@hookimpl\ndef fondly_entrys(relationship, window):\n    return []",
        "fondly_entrys",
        "did you mean 'fondly_entries'?",
    ),
    "wrong argument": (
        "@hookimpl\ndef fondly_entries(relationshp):\n    return []",
        "",
        "relationshp",
    ),
    "wrong argument after a right hook": (
        "@hookimpl\ndef fondly_date_ideas(relationship, window):\n"
        "    yield DateIdea(slug='stolen', title='S', text='S', minutes=60, cost=0, setting='out')\n"
        "@hookimpl\ndef fondly_entries(relationshp):\n    return []",
        "",
        "relationshp",
    ),
    "foreign id": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    yield entry('custom/good/other')",
        "fondly_entries",
        "must begin with 'custom/bad/'",
    ),
    "bare id": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    yield entry('practice/gratitude/2026-W48/1')",
        "fondly_entries",
        "must begin with 'custom/bad/'",
    ),
    "time without a zone": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n"
        "    naive = dt.datetime(2026, 12, 1, 15)\n    yield entry('custom/bad/x', start=naive, end=naive)",
        "fondly_entries",
        "zone",
    ),
    "text for a day": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    yield entry('custom/bad/x', start='2026-12-01')",
        "fondly_entries",
        "custom/bad/x",
    ),
    "end before start": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n"
        "    yield entry('custom/bad/x', start=TIME, end=TIME - dt.timedelta(hours=1))",
        "fondly_entries",
        "custom/bad/x",
    ),
    "stranger": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    yield entry('custom/bad/x', people=('zoe',))",
        "fondly_entries",
        "people",
    ),
    "secret from nobody's id": (
        "@hookimpl\ndef fondly_entries(relationship, window):\n    yield entry('custom/bad/x', secret_from='ben')",
        "fondly_entries",
        "secret_from",
    ),
    "busy without a zone": (
        "@hookimpl\ndef fondly_busy(person, window):\n"
        "    if person == 'ana':\n        yield Busy('ana', dt.datetime(2026, 12, 1), dt.datetime(2026, 12, 2))",
        "fondly_busy",
        "zone",
    ),
    "practice of texts": (
        "@hookimpl\ndef fondly_practices(relationship):\n"
        "    yield Practice(slug='tea', name='Tea', neutral_title='Tea', about='', every='weekly', at=('evening',),\n"
        "                   minutes=30, together=True, suggestions=())",
        "fondly_practices",
        "tea",
    ),
    "anniversary on no day": (
        "@hookimpl\ndef fondly_anniversaries(relationship):\n"
        "    yield Anniversary(id='x', name='X', origin='2015-06-20', kind='custom')",
        "fondly_anniversaries",
        "origin",
    ),
    "adjuster raises": (
        "@hookimpl\ndef fondly_adjust_entries(entries, relationship):\n    raise RuntimeError('no')",
        "fondly_adjust_entries",
        "RuntimeError: no",
    ),
    "adjuster of a wrong type": (
        "@hookimpl\ndef fondly_adjust_entries(entries, relationship):\n    return list(entries)",
        "fondly_adjust_entries",
        "where a Change belongs",
    ),
    "adjuster adds words": (
        "@hookimpl\ndef fondly_adjust_entries(entries, relationship):\n    return Change(add=('bins',))",
        "fondly_adjust_entries",
        "add must be",
    ),
    "adjuster drops nothing": (
        "@hookimpl\ndef fondly_adjust_entries(entries, relationship):\n    return Change(drop=None)",
        "fondly_adjust_entries",
        "drop must be",
    ),
    "adjuster adds a strange kind": (
        "@hookimpl\ndef fondly_adjust_entries(entries, relationship):\n"
        "    return Change(add=(entry('custom/bad/x', kind='party'),))",
        "fondly_adjust_entries",
        "kind",
    ),
    "adjuster changes what is not there": (
        "@hookimpl\ndef fondly_adjust_entries(entries, relationship):\n    return Change(change=(entry('nowhere'),))",
        "fondly_adjust_entries",
        "'nowhere', which is not planned",
    ),
    "taken slug": (
        "@hookimpl\ndef fondly_date_ideas(relationship, window):\n"
        "    yield DateIdea(slug='kites', title='X', text='X', minutes=60, cost=0, setting='out')",
        "fondly_date_ideas",
        "'kites' is given by 'good' already",
    ),
}
ORDER = {"taken slug": "zbad"}  # files load by name, and the first to give a slug keeps it


@pytest.mark.parametrize("fault", FAULTS)
def test_failure_is_named_and_its_own(tmp_path: Path, fault: str) -> None:
    """A broken file is named once, with its source and its hook, and all else stands exactly as without it."""
    source, hook, words = FAULTS[fault]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    name = ORDER.get(fault, "bad")
    broken, whole = world(tmp_path / "a", good=GOOD, **{name: source}), world(tmp_path / "b", good=GOOD)
    assert planned(broken) == planned(whole)
    assert whole.plugins.failures == []
    failures = broken.plugins.failures
    assert len(failures) == 1, lines(failures)
    failure = failures[0]
    assert (failure.plugin, failure.hook) == (name, hook)
    assert failure.source == str(tmp_path / "a" / "hooks" / f"{name}.py")
    assert words in failure.error
    assert "\n" not in failure.error
    assert broken.serious


def test_failure_in_each_run_is_told_to_the_others_too(tmp_path: Path) -> None:
    """An observer that raises is named, and the run stands: what was to be written is written."""
    source = "@hookimpl\ndef fondly_run_finished(report):\n    raise ValueError(len(report.outputs))"
    run = sync(world(tmp_path, bad=source), tmp_path / "state", NOW)
    assert lines(run.failures) == ["bad fondly_run_finished: ValueError: 1"]
    assert run.exit_code == 1
    assert "BEGIN:VEVENT" in (tmp_path / "ours.ics").read_text()


def test_output_kind_that_raises(tmp_path: Path) -> None:
    """A plugin whose output kinds cannot be had does not keep the built-in ones from working."""
    source = "@hookimpl\ndef fondly_output_kinds():\n    raise ValueError('no paper')"
    run = sync(world(tmp_path, bad=source), tmp_path / "state", NOW)
    assert lines(run.failures) == ["bad fondly_output_kinds: ValueError: no paper"]
    assert run.deliveries[0].report.created > 5


@pytest.mark.parametrize("mode", [0o666, 0o664, 0o646])
def test_file_that_others_can_write_is_not_run(tmp_path: Path, mode: int) -> None:
    """A file that group or others can write is refused before a line of it runs."""
    write_hooks(tmp_path, bad="open('/nowhere/at/all')")
    (tmp_path / "hooks" / "bad.py").chmod(mode)
    plugins = world(tmp_path).plugins
    assert [(failure.plugin, failure.source) for failure in plugins.failures] == [
        ("bad", str(tmp_path / "hooks" / "bad.py"))
    ]
    assert "chmod go-w" in plugins.failures[0].error


def test_folder_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    """In a folder that others can write, no file is run."""
    write_hooks(tmp_path, good=GOOD)
    (tmp_path / "hooks").chmod(0o777)
    prepared = world(tmp_path)
    assert [failure.plugin for failure in prepared.plugins.failures] == ["good"]
    assert found(prepared, "custom/good/bins") is None


def test_link_to_nowhere(tmp_path: Path) -> None:
    """A link whose file is gone is named like any other broken file."""
    write_hooks(tmp_path, good=GOOD)
    (tmp_path / "hooks" / "bad.py").symlink_to(tmp_path / "gone.py")
    prepared = world(tmp_path)
    assert [failure.plugin for failure in prepared.plugins.failures] == ["bad"]
    assert found(prepared, "custom/good/bins")


def test_name_of_a_built_in_is_taken(tmp_path: Path) -> None:
    """A file cannot take the place of a built-in by bearing its name."""
    prepared = world(tmp_path, practices="@hookimpl\ndef fondly_practices(relationship):\n    return []")
    assert lines(prepared.plugins.failures) == ["practices : the name 'practices' is taken by fondly"]
    assert planned(prepared).entries


def test_files_that_are_no_plugins_are_left_alone(tmp_path: Path) -> None:
    """Files that begin with an underscore or a dot, and other files, are not run."""
    write_hooks(tmp_path, _helper="1 / 0", good=GOOD)
    (tmp_path / "hooks" / ".hidden.py").write_text("1 / 0")
    (tmp_path / "hooks" / "notes.txt").write_text("1 / 0")
    assert world(tmp_path).plugins.failures == []


def test_no_hooks_folder_is_fine(tmp_path: Path) -> None:
    """Where there is no hooks folder there is nothing to load and nothing to report."""
    prepared = prepare(load_config(write_config(tmp_path, config_text())))
    assert prepared.plugins.failures == []


# The command


def fondly(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own."""
    command = [sys.executable, "-m", "fondly", "--config", str(path), "--now", NOW.isoformat(), *arguments]
    return subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)


BAD = "@hookimpl\ndef fondly_entries(relationship, window):\n    raise RuntimeError('the sea is rough')"


def test_command_names_the_failure(tmp_path: Path) -> None:
    """The command ends with 1, says on standard error what failed where, and still prints the plan."""
    path = write_hooks(tmp_path, bad=BAD)
    write_config(tmp_path, config_text(outputs=OUTPUTS))
    done = fondly(path, "--json", "plan")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    source = str(tmp_path / "hooks" / "bad.py")
    error = "RuntimeError: the sea is rough"
    assert document["failures"] == [{"plugin": "bad", "hook": "fondly_entries", "source": source, "error": error}]
    assert len(document["entries"]) > 5
    assert f"plugin 'bad' failed in fondly_entries ({source}): {error}" in done.stderr
    assert "Traceback" not in done.stderr
    assert fondly(path, "sync").returncode == 1
    assert "BEGIN:VEVENT" in (tmp_path / "ours.ics").read_text()


def test_optional_plugin_leaves_the_exit_code(tmp_path: Path) -> None:
    """The failure of a plugin that the config calls optional is told, and the command ends with 0."""
    path = write_hooks(tmp_path, bad=BAD)
    write_config(tmp_path, config_text(outputs=OUTPUTS, hooks="{optional: [bad]}"))
    done = fondly(path, "plan")
    assert done.returncode == 0
    assert "the sea is rough" in done.stderr
    write_hooks(tmp_path, worse=BAD)
    assert fondly(path, "plan").returncode == 1


def test_disabled_plugins_are_not_loaded(tmp_path: Path) -> None:
    """A plugin that the config disables does not even run."""
    prepared = world(tmp_path, hooks="{disable: [bad]}", bad="1 / 0", good=GOOD)
    assert prepared.plugins.failures == []
    assert found(prepared, "custom/good/bins")


@pytest.mark.parametrize(
    ("name", "gone"),
    [("practices", "practice"), ("anniversaries", "anniversary")],
)
def test_built_ins_can_be_disabled(tmp_path: Path, name: str, gone: str) -> None:
    """A built-in is blocked by its name as any other plugin, and the rest goes on."""
    prepared = world(tmp_path, hooks=f"{{disable: [{name}]}}")
    kinds = {entry.kind for entry in planned(prepared, 400).entries}
    assert gone not in kinds
    assert len(kinds) == 2
    assert not prepared.serious


def test_disabled_ideas_leave_the_evening_free(tmp_path: Path) -> None:
    """Without the built-in ideas date nights still come, and offer nothing."""
    dates = [entry for entry in planned(world(tmp_path, hooks="{disable: [dates]}")).entries if entry.kind == "date"]
    assert dates
    assert all(entry.offers == () for entry in dates)


# Duplicates


def test_duplicates_are_reported_and_the_first_stays(tmp_path: Path) -> None:
    """Of two records with one name the first by the order of loading stays; the other is reported with both names."""
    twice = """
@hookimpl
def fondly_practices(relationship):
    yield Practice(slug="gratitude", name="X", neutral_title="X", about="", every=parse_cadence("daily"),
                   at=(parse_time_window("evening"),), minutes=5, together=False, suggestions=())

@hookimpl
def fondly_anniversaries(relationship):
    yield Anniversary(id="birthday-ana", name="X", origin=PartialDate(1, 1), kind="custom")

@hookimpl
def fondly_date_ideas(relationship, window):
    for title in ("One", "Two"):
        yield DateIdea(slug="kites", title=title, text="X", minutes=60, cost=0, setting="out")

@hookimpl
def fondly_entries(relationship, window):
    yield entry("custom/twice/bins", title="First")
    yield entry("custom/twice/bins", title="Second")
"""
    prepared = world(tmp_path, twice=twice)
    entry = found(prepared, "custom/twice/bins")
    assert entry
    assert entry.title == "First"
    assert all("X" not in (entry.title, entry.neutral_title) for entry in planned(prepared, 400).entries)
    told = set(lines(prepared.plugins.failures))
    assert told == {
        "twice fondly_practices: 'gratitude' is given by 'practices' already; this one is left aside",
        "twice fondly_anniversaries: 'birthday-ana' is given by 'anniversaries' already; this one is left aside",
        "twice fondly_date_ideas: 'kites' is given by 'twice' already; this one is left aside",
        "twice fondly_entries: 'custom/twice/bins' is given by 'twice' already; this one is left aside",
    }


def test_custom_entries_say_where_they_come_from(tmp_path: Path) -> None:
    """An entry of a plugin is a custom one and bears the plugin's name, whatever it says itself."""
    source = (
        "@hookimpl\ndef fondly_entries(relationship, window):\n"
        "    yield entry('custom/mine/x', kind='date', source='fondly')"
    )
    entry = found(world(tmp_path, mine=source), "custom/mine/x")
    assert entry
    assert (entry.kind, entry.source) == ("custom", "mine")


# Adjusters


def adjuster(body: str) -> str:
    """The source of an adjuster."""
    return f"@hookimpl\ndef fondly_adjust_entries(entries, relationship):\n    {body}\n"


def test_adjuster_adds_changes_and_drops(tmp_path: Path) -> None:
    """An adjuster can add an entry, change one and drop one; all others stay as they were."""
    (tmp_path / "plain").mkdir()
    before = planned(world(tmp_path / "plain")).entries
    first, second = before[0], before[1]
    body = (
        f"by_id = {{e.id: e for e in entries}}\n"
        f"    other = replace(by_id[{first.id!r}], title='Another', description=None)\n"
        f"    return Change(add=(entry('custom/mine/new'),), change=(other,), drop=({second.id!r}, 'nowhere'))"
    )
    prepared = world(tmp_path, mine=adjuster(body))
    after = {entry.id: entry for entry in planned(prepared).entries}
    assert prepared.plugins.failures == []
    assert after[first.id] == replace(first, title="Another", description=None)
    assert after["custom/mine/new"].title == "Bins out"
    assert second.id not in after
    same = {entry.id: entry for entry in before if entry.id not in (first.id, second.id)}
    assert {id: entry for id, entry in after.items() if id in same} == same
    assert len(after) == len(before)


def test_adjuster_that_gives_nothing(tmp_path: Path) -> None:
    """An adjuster that returns nothing changes nothing."""
    (tmp_path / "plain").mkdir()
    prepared = world(tmp_path, mine=adjuster("pass"))
    assert planned(prepared) == planned(world(tmp_path / "plain"))
    assert prepared.plugins.failures == []


def test_each_adjuster_gets_what_the_one_before_it_left(tmp_path: Path) -> None:
    """Two adjusters that change the same entries do not undo each other's work."""
    first = adjuster("return Change(change=tuple(replace(e, title=e.title + '!') for e in entries))")
    second = adjuster("return Change(change=tuple(replace(e, title=e.title + '?') for e in entries))")
    prepared = world(tmp_path, a_first=first, b_second=second)
    assert planned(prepared).entries
    assert all(entry.title.endswith("!?") for entry in planned(prepared).entries)


SECRET = """
@hookimpl
def fondly_entries(relationship, window):
    yield entry("custom/secret/x", secret_from=("ben",))
"""


@pytest.mark.parametrize(
    "body",
    [
        "return Change(change=tuple(replace(e, secret_from=()) for e in entries))",
        "return Change(change=tuple(replace(e, secret_from=('ana',)) for e in entries))",
        "mine = tuple(replace(e, secret_from=()) for e in entries)\n"
        "    return Change(drop=tuple(e.id for e in entries), add=mine)",
        "return Change(add=tuple(replace(e, secret_from=()) for e in entries))",
    ],
    ids=["changes", "changes to another", "drops and adds", "adds over"],
)
def test_no_adjuster_narrows_a_secret(tmp_path: Path, body: str) -> None:
    """However an adjuster puts it, what was secret from somebody stays secret from them."""
    prepared = world(tmp_path, secret=SECRET, unveil=adjuster(body))
    entry = found(prepared, "custom/secret/x")
    assert entry
    assert "ben" in entry.secret_from
    assert [e.id for e in planned(prepared).entries if e.practice == "professional-help" and not e.secret_from] == []
    sync(prepared, tmp_path / "state", NOW)
    assert "Bins out" not in (tmp_path / "ours.ics").read_text()


def test_an_entry_that_one_drops_and_another_adds_stays_secret(tmp_path: Path) -> None:
    """What one adjuster drops does not become known when the next one adds it again."""
    prepared = world(
        tmp_path,
        secret=SECRET,
        unveil_a=adjuster("return Change(drop=('custom/secret/x',))"),
        unveil_b=adjuster("return Change(add=(entry('custom/secret/x'),))"),
    )
    entry = found(prepared, "custom/secret/x")
    assert entry is None or entry.secret_from == ("ben",)


def test_adjuster_can_widen_a_secret(tmp_path: Path) -> None:
    """An adjuster can keep an entry from more people."""
    body = "return Change(change=tuple(replace(e, secret_from=('ben',)) for e in entries))"
    prepared = world(tmp_path, veil=adjuster(body))
    assert all(entry.secret_from == ("ben",) for entry in planned(prepared).entries)
    sync(prepared, tmp_path / "state", NOW)
    assert "BEGIN:VEVENT" not in (tmp_path / "ours.ics").read_text()


def starts(folder: Path) -> dict[str, str]:
    """When each practice in the written calendar begins, by UID."""
    text = (folder / "ours.ics").read_text().replace("\r\n ", "")
    events = re.findall(r"BEGIN:VEVENT.*?END:VEVENT", text, re.DOTALL)
    found = {}
    for event in events:
        uid, start = re.search(r"UID:(\S+)", event), re.search(r"DTSTART;TZID\S*?:(\S+)", event)
        if uid and start:
            found[uid[1]] = start[1]
    return found


def test_a_shift_does_not_drift(tmp_path: Path) -> None:
    """An adjuster that moves everything by an hour moves it by one hour, however often fondly runs."""
    body = (
        "h = dt.timedelta(hours=1)\n"
        "    timed = [e for e in entries if not e.all_day]\n"
        "    return Change(change=tuple(replace(e, start=e.start + h, end=e.end + h) for e in timed))"
    )
    (tmp_path / "plain").mkdir()
    plain: dict[str, str] = {}
    shifted: dict[str, str] = {}
    for number in range(5):
        now = NOW + number * DAY
        for folder, seen, source in ((tmp_path / "plain", plain, "pass"), (tmp_path, shifted, body)):
            run: Run = sync(world(folder, shift=adjuster(source)), folder / "state", now)
            assert run.exit_code == 0
            new = starts(folder)
            assert all(seen.get(uid, start) == start for uid, start in new.items())
            seen.update(new)
            assert not number or run.deliveries[0].report.updated == 0
    assert plain.keys() == shifted.keys()
    assert len(plain) > 8
    for uid, start in plain.items():
        moved = dt.datetime.fromisoformat(shifted[uid]) - dt.datetime.fromisoformat(start)
        assert moved == HOUR


def test_gathered_records_take_part(tmp_path: Path) -> None:
    """What a file gives comes into the plan: an entry, an idea, a practice, a day, a time that is taken."""
    source = """
@hookimpl
def fondly_practices(relationship):
    from fondly import Suggestion
    sip = Suggestion(slug="sip", title="Sip", text="Sip.", minutes=5, together=True)
    yield Practice(slug="tea", name="Tea", neutral_title="Tea", about="", every=parse_cadence("weekly"),
                   at=(parse_time_window("afternoon"),), minutes=30, together=True, suggestions=(sip,))

@hookimpl
def fondly_anniversaries(relationship):
    yield Anniversary(id="dog", name="Dog", origin=PartialDate(12, 4, 2019), kind="custom")

@hookimpl
def fondly_busy(person, window):
    if person == "ben":
        yield Busy("ben", TIME - dt.timedelta(days=2), TIME + dt.timedelta(days=5))
"""
    prepared = world(tmp_path, mine=source, good=GOOD)
    entries = planned(prepared).entries
    assert prepared.plugins.failures == []
    assert "Sip" in [entry.title for entry in entries if entry.practice == "tea"]
    assert "Dog: 7 years" in [entry.title for entry in entries]
    busy = [entry for entry in entries if "ben" in entry.people and not entry.all_day]
    begin = dt.datetime(2026, 11, 29, 15, tzinfo=dt.timezone(HOUR))
    assert all(entry.end <= begin or entry.start >= begin + 7 * DAY for entry in busy)  # type: ignore[operator]


def test_plugins_are_called_with_the_people_alone(tmp_path: Path) -> None:
    """What a hook is told about the people holds no outputs and no passwords."""
    password = "hunter2-is-my-dog"
    seen: list[Any] = []

    class Curious:
        """Keeps what it is told."""

    from fondly_hooks.markers import hookimpl

    def look(self: Curious, relationship: Any, window: Any) -> list[Any]:
        seen.append(relationship)
        return []

    Curious.fondly_date_ideas = hookimpl(look)  # type: ignore[attr-defined]
    secret = f'\n  - {{name: us, kind: caldav, url: "https://x.org/", password: "{password}", seen_by: [ana]}}'
    config = load_config(write_config(tmp_path, config_text(outputs=secret)))
    plugins = load_plugins(config.hooks, [("curious", Curious(), "a test")])
    plugins.call_one("curious", "fondly_date_ideas", relationship=config.relationship, window=None)
    assert len(seen) == 1
    assert password not in repr(seen)
    assert "x.org" not in repr(seen)
