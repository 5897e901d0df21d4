"""Each hook has an example that works: in Python and, where scripts may answer, as what a script prints."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from fondly.deciding import deciders_of
from fondly.observing import tell_done
from fondly.planner import Past
from fondly.preparing import Prepared, delivery_horizons, gather_all, local_now
from fondly.run import sync
from fondly.service.scaffold import example_of
from fondly.testing import MakeWorld, World, world  # noqa: F401  # a fixture
from fondly_hooks.specs import HOOKS
from fondly_hooks.types.content import DateIdea
from fondly_hooks.types.ideas import Forecast, IdeaHistory, IdeaWish

ROOT = Path(__file__).parents[2]
FILE = "{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"
SCRIPTED = [hook for hook, facts in HOOKS.items() if facts.scripts]


def gathered(here: World) -> tuple[Prepared, dt.datetime, list[str]]:
    """The plugins after they were asked for all that a plan needs, the clock, and what they gave by its name."""
    prepared = here.prepare()
    now = local_now(prepared.relationship, here.now)
    found = gather_all(prepared, Past(), delivery_horizons(prepared.relationship, now), now)
    assert prepared.plugins.failures == []
    names = [one.slug for one in (*found.practices, *found.ideas)] + [one.id for one in found.anniversaries]
    return prepared, now, [*names, *(f"taken {start.astimezone(dt.UTC):%d %H}" for start, _ in found.busy["ana"])]


def practices(here: World) -> None:
    """Tea is among the practices, and planned."""
    assert "tea" in gathered(here)[2]
    assert any(entry.practice == "tea" for entry in here.plan())


def date_ideas(here: World) -> None:
    """The kite is among the ideas."""
    assert "kites" in gathered(here)[2]


def anniversaries(here: World) -> None:
    """The day on which the dog moved in is planned, with its count."""
    assert "dog" in gathered(here)[2]
    assert any("The dog moved in" in entry.title for entry in here.plan())


def entries(here: World) -> None:
    """Ben is not told of the bins."""
    found = [entry for entry in here.plan() if entry.source == "bins"]
    assert found
    assert {entry.secret_from for entry in found} == {("ben",)}
    assert all(entry.id.startswith("custom/bins/") for entry in found)


def busy(here: World) -> None:
    """Ana is taken on the evening of 1 December, from 18:00 UTC on."""
    assert "taken 01 18" in gathered(here)[2]


def weather(here: World) -> None:
    """The 27th is not dry, so nothing that needs dry weather is offered then."""
    prepared, now, _ = gathered(here)
    found = deciders_of(prepared.plugins, prepared.relationship, now).forecast(dt.date(2026, 11, 27))
    assert isinstance(found, Forecast)
    assert found.dry is False
    assert prepared.plugins.failures == []


def rank(here: World) -> None:
    """The plugin's order counts, and not the built-in one's."""
    prepared, now, _ = gathered(here)
    ideas = tuple(
        idea
        for _, idea in prepared.plugins.gather(
            "fondly_date_ideas", DateIdea, relationship=prepared.relationship, window=None
        )
    )
    wish = IdeaWish(start=now, minutes=180, seed="x")
    found = deciders_of(prepared.plugins, prepared.relationship, now).rank(ideas, wish, IdeaHistory())
    assert found[0].why in (("It costs the least.",), ("The sky will be clear.",))
    assert prepared.plugins.failures == []


def adjust(here: World) -> None:
    """Nothing is left on Mondays, or something is dropped and something else has another place."""
    before = replace_hooks(here).plan()
    after = here.plan()
    assert here.failures() == []
    ids = {entry.id for entry in after}
    dropped = [entry for entry in before if entry.id not in ids]
    assert dropped
    mondays = [entry for entry in after if entry.first_day.weekday() == 0]
    assert not mondays or any(entry.location == "The kitchen" for entry in after)


def output_kinds(here: World) -> None:
    """What is new stands there in capitals, once."""
    text = here.config.read_text(encoding="utf-8")
    here.now += dt.timedelta(days=1)  # a day on which something is planned: the place shows today alone
    here.config.write_text(text + "outputs:\n  - {name: loud, kind: shout, path: out.txt, seen_by: [ana]}\n", "utf-8")
    run = here.sync()
    assert run.exit_code == 0
    shouted = (here.folder / "out.txt").read_text(encoding="utf-8")
    assert shouted == shouted.upper() != ""
    here.sync()
    assert (here.folder / "out.txt").read_text(encoding="utf-8") == shouted


def commands(here: World) -> None:
    """The command is added."""
    group, plugins = click.Group("fondly"), here.prepare().plugins
    for _ in plugins.call_each("fondly_commands", cli=group):
        pass
    assert list(group.commands) == ["hello"]
    assert plugins.failures == []


def entry_done(here: World) -> None:
    """What was done is heard of."""
    prepared = here.prepare()
    tell_done(prepared.plugins, [next(entry for entry in here.plan() if not entry.secret_from)])
    assert prepared.plugins.failures == []
    said = [message.text for message in prepared.plugins.messages]
    jars = list((here.folder / "state").rglob("jar.txt"))
    assert said == ["One more for the jar."] or jars[0].read_text(encoding="utf-8").strip()


def run_finished(here: World) -> None:
    """A run says something at its end."""
    text = here.config.read_text(encoding="utf-8")
    here.config.write_text(f"{text}outputs:\n  - {FILE}\n", "utf-8")
    prepared = here.prepare()
    run = sync(prepared, here.folder / "state" / "run", local_now(prepared.relationship, here.now))
    assert run.failures == ()
    (said,) = prepared.plugins.messages
    assert re.fullmatch(r"\d+ new entries in what all of us see|All is where it belongs\.", said.text)


CHECKS: dict[str, Callable[[World], None]] = {
    "fondly_practices": practices,
    "fondly_date_ideas": date_ideas,
    "fondly_anniversaries": anniversaries,
    "fondly_entries": entries,
    "fondly_busy": busy,
    "fondly_weather": weather,
    "fondly_rank_date_ideas": rank,
    "fondly_adjust_entries": adjust,
    "fondly_output_kinds": output_kinds,
    "fondly_commands": commands,
    "fondly_entry_done": entry_done,
    "fondly_run_finished": run_finished,
}


def replace_hooks(here: World) -> World:
    """The same world without its hooks."""
    folder = here.folder / "without"
    folder.mkdir(exist_ok=True)
    text = re.sub(r"hooks:\n  folder: .*\n", "", here.config.read_text(encoding="utf-8"))
    (folder / "fondly.yaml").write_text(text, encoding="utf-8")
    (folder / "fondly.yaml").chmod(0o600)
    return World(folder, here.now)


def test_each_hook_has_its_check() -> None:
    """No hook is without an example whose effect is looked at."""
    assert CHECKS.keys() == HOOKS.keys()
    for hook in HOOKS:
        assert example_of(hook).startswith("# hooks/"), hook
        assert bool(example_of(hook, "Script")) == (hook in SCRIPTED), hook


@pytest.mark.parametrize("hook", HOOKS)
def test_the_example_in_python_works(world: MakeWorld, tmp_path: Path, hook: str) -> None:  # noqa: F811
    """The file that the specification shows, under the name that it says, does what it says."""
    text = example_of(hook)
    path = tmp_path / text.partition("\n")[0].removeprefix("# hooks/").strip()
    path.write_text(text, encoding="utf-8")
    here = world(hooks=[path])
    CHECKS[hook](here)
    assert here.failures() == []


@pytest.mark.parametrize("hook", SCRIPTED)
def test_the_answer_of_a_script_works(world: MakeWorld, tmp_path: Path, hook: str) -> None:  # noqa: F811
    """A script that prints what the specification shows has the same effect."""
    answer = example_of(hook, "Script")
    name = example_of(hook).partition("\n")[0].removeprefix("# hooks/").removesuffix(".py").strip()
    folder = tmp_path / f"{hook}.d"
    folder.mkdir()
    path = folder / f"{name}.sh"
    path.write_text(f"#!/bin/sh\ncat >/dev/null\ncat <<'END'\n{answer}END\n", encoding="utf-8")
    path.chmod(0o755)
    CHECKS[hook](world(hooks=[path]))


def test_the_reference_is_current() -> None:
    """docs/hooks.md says what the specifications say today."""
    code = "import sys; sys.path.insert(0, 'docs'); import hooks; print(hooks.page(), end='')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ROOT / "docs/hooks.md").read_text(encoding="utf-8") == done.stdout, "run: python docs/hooks.py"
