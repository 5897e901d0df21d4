"""Plugins in Python that break in uncommon ways: named, and without any effect on the others (more in test_plugins)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fondly.testing import MakeWorld, World, world  # noqa: F401  # a fixture

FILE = "{name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}"
HEAD = """\
import datetime as dt
from dataclasses import replace
from fondly import Busy, Change, DateIdea, Entry, Forecast, OutputKind, RankedIdea, hookimpl

def entry(id, **changes):
    day = dt.date(2026, 12, 3)
    values = dict(id=id, kind="custom", title="Bad", neutral_title="Bad", start=day, end=day + dt.timedelta(days=1))
    return Entry(**(values | changes))

"""
ENTRIES = "@hookimpl\ndef fondly_entries(relationship, window):\n"
ADJUST = "@hookimpl\ndef fondly_adjust_entries(entries, relationship):\n"
GOOD = HEAD + ENTRIES + "    yield entry('custom/zgood/x', title='Good')\n"

# What a file does wrong: its source, the hook that is named, words of the error.
BAD: dict[str, tuple[str, str, str]] = {
    "gives a million records": (
        ENTRIES + "    return (entry(f'custom/bad/{n}') for n in range(1_000_000))\n",
        "fondly_entries",
        "gave more than 20000 records, which is more than anybody can use",
    ),
    "gives without an end": (
        "import itertools\n" + ENTRIES + "    return itertools.repeat(entry('custom/bad/x'))\n",
        "fondly_entries",
        "gave more than 20000 records",
    ),
    "changes the people": (
        ENTRIES + "    object.__setattr__(relationship.people[0], 'name', 'Zoe')\n    return []\n",
        "fondly_entries",
        "changed what it was given, which reaches nobody",
    ),
    "takes the people away": (
        ENTRIES + "    object.__setattr__(relationship, 'people', ())\n    return []\n",
        "fondly_entries",
        "changed what it was given",
    ),
    "changes the plan in its hands": (
        ADJUST + "    for one in entries:\n        object.__setattr__(one, 'secret_from', ())\n"
        "        object.__setattr__(one, 'title', 'Mine')\n",
        "fondly_adjust_entries",
        "changed what it was given",
    ),
    "falls into itself": (
        ENTRIES + "    return fondly_entries(relationship, window)\n",
        "fondly_entries",
        "RecursionError",
    ),
    "wants too much memory": (ENTRIES + "    raise MemoryError\n", "fondly_entries", "MemoryError"),
    "leaves a generator": (
        ENTRIES + "    yield entry('custom/bad/x')\n    raise GeneratorExit\n",
        "fondly_entries",
        "GeneratorExit",
    ),
    "has words that fail": (
        "class Odd(Exception):\n    def __str__(self):\n        raise ValueError\n" + ENTRIES + "    raise Odd\n",
        "fondly_entries",
        "Odd: its words cannot be had",
    ),
    "has endless words": (
        ENTRIES + "    raise ValueError('word ' * 100_000)\n",
        "fondly_entries",
        "ValueError: word word",
    ),
    "gives a mapping": (ENTRIES + "    return {'id': 'x'}\n", "fondly_entries", "gave a dict where a Entry belongs"),
    "gives half a letter": (
        ENTRIES + "    yield entry('custom/bad/x', title='\\ud83d')\n",
        "fondly_entries",
        "title holds half a character",
    ),
    "gives nothing for a text": (
        ENTRIES + "    yield entry('custom/bad/x', title=None)\n",
        "fondly_entries",
        "title must be text",
    ),
    "gives lists for tuples": (
        ENTRIES + "    yield entry('custom/bad/x', people=['ana'])\n",
        "fondly_entries",
        "people must be a tuple",
    ),
    "gives a class": (ENTRIES + "    return [Entry]\n", "fondly_entries", "gave a type where a Entry belongs"),
    "decides for another day": (
        "@hookimpl\ndef fondly_weather(day):\n    return Forecast(day=day + dt.timedelta(days=1))\n",
        "fondly_weather",
        "gave the weather of 2026-11-29, and was asked for that of 2026-11-28",
    ),
    "decides with a word": (
        "@hookimpl\ndef fondly_weather(day):\n    return 'sunny'\n",
        "fondly_weather",
        "gave a str",
    ),
    "ranks a stranger": (
        "@hookimpl\ndef fondly_rank_date_ideas(ideas):\n    return [RankedIdea(slug='nowhere')]\n",
        "fondly_rank_date_ideas",
        "puts 'nowhere' in order, which is not among the ideas",
    ),
    "ranks ideas as they are": (
        "@hookimpl\ndef fondly_rank_date_ideas(ideas):\n    return ideas\n",
        "fondly_rank_date_ideas",
        "gave a DateIdea where a RankedIdea belongs",
    ),
    "lacks the mark": (
        "def fondly_entries(relationship):\n    return []\n",
        "fondly_entries",
        "is not called, since it lacks @hookimpl",
    ),
    "is a wrapper": (
        "@hookimpl(wrapper=True)\ndef fondly_entries(relationship):\n    return (yield)\n",
        "fondly_entries",
        "is a wrapper, which is not called",
    ),
    "has an argument too many": (
        "@hookimpl\ndef fondly_entries(relationship, window, weather):\n    return []\n",
        "",
        "weather",
    ),
    "misses an import": (
        "import nothing_of_that_name\n",
        "",
        "ModuleNotFoundError: No module named 'nothing_of_that_name'",
    ),
    "is not UTF-8": ("x = '\udcff'\n", "", "SyntaxError"),
    "interrupts nobody": ("class Stop(BaseException): pass\nraise Stop('now')\n", "", "Stop: now"),
    "has settings of no model": ("fondly_settings = dict\n", "", "fondly_settings is no pydantic model"),
    "needs settings that are not there": (
        "from pydantic import BaseModel\nclass Settings(BaseModel):\n    page: str\nfondly_settings = Settings\n"
        "@hookimpl\ndef fondly_entries(context):\n    return [context.settings.page]\n",
        "fondly_entries",
        "hooks.settings.bad.page is missing, or not as the plugin needs it",
    ),
    "observes badly": (
        "@hookimpl\ndef fondly_run_finished(report):\n    raise OSError('no bell')\n",
        "fondly_run_finished",
        "no bell",
    ),
    "takes the name of a kind": (
        "from fondly.outputs import kinds\n@hookimpl\ndef fondly_output_kinds():\n"
        "    yield OutputKind(name='ics', options=kinds.IcsOptions, open=print)\n",
        "fondly_output_kinds",
        "the kind 'ics' is given already; this one is left aside",
    ),
}


def make(world: MakeWorld, bad: str | None = None) -> World:  # noqa: F811
    """A world with a plugin that works, and perhaps a bad one."""
    here = world(outputs=[FILE])
    write(here.folder / "hooks/zgood.py", GOOD)
    if bad is not None:
        write(here.folder / "hooks/bad.py", HEAD + bad)
    return here


def write(path: Path, text: str) -> None:
    """A file of a plugin."""
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    path.chmod(0o644)


@pytest.mark.parametrize("name", BAD)
def test_it_is_named_and_all_else_stands(
    world: MakeWorld,  # noqa: F811
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One failure with plugin, hook and file; what a sync writes has the same bytes, and nothing is printed."""
    source, hook, words = BAD[name]
    good = make(world)
    assert good.sync().exit_code == 0
    expected = (good.folder / "ours.ics").read_bytes()
    assert b"SUMMARY:Good" in expected
    (good.folder / "ours.ics").unlink()
    shutil.rmtree(good.folder / "state")  # what was delivered is not decided again
    here = make(world, source)
    run = here.sync()
    (failure,) = run.failures
    assert (failure.plugin, failure.hook, failure.source) == ("bad", hook, str(here.folder / "hooks/bad.py"))
    assert words in failure.error
    assert len(failure.error) <= 1000
    assert "\n" not in failure.error
    assert run.exit_code == 1
    assert (here.folder / "ours.ics").read_bytes() == expected
    assert capsys.readouterr().out == ""


LOUD = {
    "at import": "print('hark hark')\n" + ENTRIES + "    return []\n",
    "in a hook": ENTRIES + "    print('hark', 'hark')\n    return []\n",
    "to the stream itself": "import sys\n" + ENTRIES + "    sys.stdout.write('hark hark')\n    return []\n",
    "in a generator": ENTRIES + "    print('hark hark')\n    yield entry('custom/bad/x')\n",
    "and closes the stream": "import sys\n"
    + ENTRIES
    + "    print('hark hark')\n    sys.stdout.close()\n    return []\n",
    "and keeps the stream": "import sys\n" + ENTRIES + "    print('hark hark')\n    sys.stdout = None\n    return []\n",
}


@pytest.mark.parametrize("name", LOUD)
def test_what_is_printed_is_a_message(world: MakeWorld, name: str) -> None:  # noqa: F811
    """Standard output is fondly's own: what a plugin prints is told on standard error, with the plugin's name."""
    here = make(world, LOUD[name])
    command = [sys.executable, "-m", "fondly", "--config", str(here.config), "--now", here.now.isoformat()]
    done = subprocess.run(
        [*command, "--json", "plan"], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('{"fondly": 1')
    assert "hark" not in done.stdout
    assert "bad: printed: hark hark" in done.stderr


def test_a_flood_of_prints_is_cut(world: MakeWorld) -> None:  # noqa: F811
    """Twenty lines are enough to know what a plugin wants to say."""
    here = make(world, ENTRIES + "    for n in range(100_000):\n        print('line', n)\n    return []\n")
    prepared = here.prepare()
    list(prepared.plugins.call_each("fondly_entries", relationship=prepared.relationship, window=None))
    assert [message.text for message in prepared.plugins.messages] == [f"printed: line {n}" for n in range(20)]


def test_ctrl_c_ends_the_run(world: MakeWorld) -> None:  # noqa: F811
    """The one exception that is the person's."""
    here = make(world, ENTRIES + "    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        here.plan()
