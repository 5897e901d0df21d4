"""What is secret from somebody reaches no script and no observer that did not declare that it sees secrets."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fondly.config import HooksConfig
from fondly.gather import adjust
from fondly.plugins import load_plugins
from fondly.testing import MakeWorld, World, world  # noqa: F401  # a fixture
from fondly_hooks.markers import hookimpl
from fondly_hooks.specs import HOOKS
from fondly_hooks.types.entries import Change, Entry
from support import entry, relationship

SCRIPTED = [hook for hook, facts in HOOKS.items() if facts.scripts]
SECRETS = """\
practices:
  forgiveness: {every: on request, minutes: 37}
  professional-help: monthly
  gratitude: weekly
anniversaries:
  dates:
    - {id: hush-party, name: Whispered party, date: 2020-12-04, kind: custom, people: [ben], secret_from: [ben]}
    - {id: wedding, name: Wedding, date: 2015-12-05, kind: wedding}
"""
OUTPUTS = [
    "{name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}",
    "{name: whisper-mine, kind: ics, path: mine.ics, seen_by: [ana]}",
]
KEEP = f"""\
#!{sys.executable}
# MARK
import os, sys
with open(os.path.join(os.environ["FONDLY_CACHE"], os.environ["FONDLY_HOOK"] + ".json"), "ab") as file:
    file.write(sys.stdin.buffer.read() + b"\\n")
"""
OBSERVER = """\
import json
from fondly import hookimpl

@hookimpl
def fondly_entry_done(entry, context):
    (context.cache / f"done-{len(list(context.cache.iterdir()))}").write_text(repr(entry))

@hookimpl
def fondly_run_finished(report, context):
    (context.cache / "report").write_text(repr(report))
"""
HUSHED = ("hush", "Whisper", "whisper", "00000000-0000-4000-8000-000000000000", "forgiveness", "professional-help")


def told_world(world: MakeWorld, mark: str = "", observer: str = OBSERVER) -> World:  # noqa: F811
    """A world with secrets, a script for each hook, an observer, and a plugin that gives a secret entry and fails."""
    here = world(config=SECRETS, outputs=OUTPUTS, settings="{other: {pin: hush-hush}}")
    for hook in SCRIPTED:
        folder = here.folder / "hooks" / f"{hook}.d"
        folder.mkdir(mode=0o755)
        path = folder / f"keep-{hook}.py"
        path.write_text(KEEP.replace("MARK", mark), encoding="utf-8")
        path.chmod(0o755)
    for name, text in (("watch", observer), ("other", GIVER)):
        path = here.folder / "hooks" / f"{name}.py"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
    return here


GIVER = """\
import datetime as dt
from fondly import Entry, hookimpl

@hookimpl
def fondly_entries():
    day = dt.date(2026, 12, 3)
    yield Entry(id="custom/other/hush", kind="custom", title="Whispered gift", neutral_title="Hushed", start=day,
                end=day + dt.timedelta(days=1), people=("ana",), secret_from=("ben",))

@hookimpl
def fondly_busy(person):
    raise ValueError("hush: the whispered gift")
"""


def told(here: World) -> dict[str, str]:
    """What each script and the observer was told, by file."""
    caches = here.folder / "state"
    return {path.name: path.read_text(encoding="utf-8") for path in caches.rglob("cache/*/*") if path.is_file()}


def tick_all(here: World) -> None:
    """Say of a secret entry and of another one that they were done, and run."""
    from fondly.observing import tell_done

    here.sync()
    prepared = here.prepare()
    entries = here.plan()
    tell_done(prepared.plugins, [one for one in entries if one.id == "custom/other/hush"])
    tell_done(prepared.plugins, [one for one in entries if "Wedding" in one.title or "Married" in one.title][:1])


def test_no_script_and_no_observer_is_told(world: MakeWorld) -> None:  # noqa: F811
    """In all that the scripts of every hook and an observer were told there is not a word of a secret."""
    here = told_world(world)
    tick_all(here)
    found = told(here)
    assert {f"{hook}.json" for hook in SCRIPTED} <= set(found)
    assert {"report", "done-1"} <= {name.replace("done-0", "done-1") for name in found}
    for name, text in found.items():
        for word in HUSHED:
            assert word not in text, (name, word, text[max(0, text.index(word) - 200) :][:400])


def test_who_sees_secrets_is_told(world: MakeWorld) -> None:  # noqa: F811
    """With the declaration they are told of entries, days and outputs; never of the id that all derives from."""
    here = told_world(world, "fondly: sees_secrets", OBSERVER + "\nfondly_sees_secrets = True\n")
    tick_all(here)
    found = told(here)
    assert "custom/other/hush" in found["fondly_adjust_entries.json"]
    assert "hush-party" in found["fondly_practices.json"]
    assert "whisper-mine" in found["fondly_run_finished.json"]
    assert "custom/other/hush" in found["fondly_entry_done.json"]
    assert "whisper-mine" in found["report"]
    assert "the whispered gift" in found["report"]
    for text in found.values():
        assert "00000000-0000-4000-8000-000000000000" not in text
    scripts = "".join(text for name, text in found.items() if name.endswith(".json"))
    assert "hush-hush" not in scripts, "the settings of another plugin"


@pytest.mark.parametrize(
    "mark", ["sees_secrets", "fondly sees_secrets", "fondly:sees_secret", "xfondly: sees_secrets x"]
)
def test_a_mark_is_exact(world: MakeWorld, mark: str) -> None:  # noqa: F811
    """What only looks like the declaration is none."""
    here = told_world(world, mark)
    here.plan()
    assert "hush" not in told(here)["fondly_adjust_entries.json"]


def test_a_script_cannot_change_what_it_may_not_know(world: MakeWorld) -> None:  # noqa: F811
    """It may guess the id of a secret entry: nothing comes of dropping it, and changing it is refused."""
    here = told_world(world)
    path = here.folder / "hooks/fondly_adjust_entries.d/guess.sh"
    for answer in ('{"drop": ["custom/other/hush"]}', '{"change": [{"id": "custom/other/hush", "secret_from": []}]}'):
        path.write_text(f"#!/bin/sh\ncat >/dev/null\necho '{answer}'\n", encoding="utf-8")
        path.chmod(0o755)
        (found,) = [one for one in here.plan() if one.id == "custom/other/hush"]
        assert (found.title, found.secret_from) == ("Whispered gift", ("ben",))


PEOPLE = ("ana", "ben")
ENTRIES = tuple(
    entry(id=f"custom/x/{number}", kind="custom", secret_from=secret)
    for number, secret in enumerate([(), ("ben",), ("ana",), ("ana", "ben")])
)
froms = st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple)
ids = st.sampled_from([one.id for one in ENTRIES] + ["custom/x/new"])
made = st.builds(lambda id, secret: replace(ENTRIES[0], id=id, secret_from=secret), ids, froms)
changes = st.builds(
    Change, add=st.lists(made).map(tuple), change=st.lists(made).map(tuple), drop=st.lists(ids).map(tuple)
)


@settings(max_examples=150)
@given(st.lists(changes, min_size=1, max_size=3))
def test_no_adjuster_narrows_a_secret(answers: list[Change]) -> None:
    """Whatever adjusters answer, one after the other, no entry is shown to somebody from whom it was secret."""
    extra = [(f"x{number}", _Adjuster(answer), "a test") for number, answer in enumerate(answers)]
    plugins = load_plugins(HooksConfig(None), extra)
    known: dict[str, set[str]] = {one.id: set(one.secret_from) for one in ENTRIES}
    after = adjust(plugins, relationship(), ENTRIES)
    for one in after:
        assert known.get(one.id, set()) <= set(one.secret_from)


class _Adjuster:
    """A plugin that always gives the same answer."""

    def __init__(self, answer: Change) -> None:
        self.answer = answer

    @hookimpl
    def fondly_adjust_entries(self, entries: tuple[Entry, ...]) -> Change:
        """The answer."""
        return self.answer


def test_what_a_shared_place_shows_is_as_without_the_secret(world: MakeWorld, tmp_path: Path) -> None:  # noqa: F811
    """An adjuster that says nobody is to be kept from anything changes no byte of what Ben sees."""
    adjuster = """\
from dataclasses import replace
from fondly import Change, hookimpl

@hookimpl
def fondly_adjust_entries(entries):
    open_ones = tuple(replace(entry, secret_from=()) for entry in entries if entry.secret_from)
    return Change(drop=tuple(one.id for one in open_ones), add=open_ones)
"""
    shown: list[Any] = []
    for text in (GIVER, GIVER.replace("def fondly_entries", "def not_asked").replace("@hookimpl\ndef not", "def not")):
        here = world(outputs=OUTPUTS)
        for name, source in (("other", text), ("open", adjuster)):
            path = here.folder / "hooks" / f"{name}.py"
            path.write_text(source, encoding="utf-8")
            path.chmod(0o644)
        (here.folder / "ours.ics").unlink(missing_ok=True)
        here.sync()
        shown.append((here.folder / "ours.ics").read_bytes())
    assert shown[0] == shown[1]
    assert b"Whispered" not in shown[0]
    assert json.dumps("Whispered") not in shown[0].decode()
