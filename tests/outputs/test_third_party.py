"""What a kind of output of anybody's gets from the host, by the commands as a person types them."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fondly.testing import MakeWorld, World, world  # noqa: F401  # a fixture

KIND = Path(__file__).parent / "list_kind.py"
BOTH = "{name: both, kind: list, path: both.json, seen_by: [ana, ben]}"
MINE = "{name: mine, kind: list, path: mine.json, seen_by: [ana], titles: neutral}"
PARTY = """\
anniversaries:
  dates:
    - {id: party, name: Surprise party, date: 2020-12-04, kind: custom, people: [ben], secret_from: [ben]}
"""


@pytest.fixture
def here(world: MakeWorld) -> World:  # noqa: F811
    """Two places of the kind, and a secret."""
    return world(hooks=[KIND], outputs=[BOTH, MINE], config=PARTY)


def fondly(here: World, *arguments: str, code: int = 0) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "fondly", "--config", str(here.config), "--now", here.now.isoformat(), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def titles(here: World, name: str) -> list[str]:
    """What stands in a place."""
    path = here.folder / f"{name}.json"
    lines = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return sorted(line["text"] for line in lines.values())


def test_its_options_are_judged(here: World) -> None:
    """A mistake in them has its line and column; `check` says what the place is, and the schema knows it."""
    text = here.config.read_text(encoding="utf-8")
    here.config.write_text(text.replace("path: both.json", "pth: both.json"), encoding="utf-8")
    assert "outputs[0].pth: is not known here; did you mean 'path'?" in fondly(here, "check", code=2)
    here.config.write_text(text, encoding="utf-8")
    assert "both" in fondly(here, "check")
    schema = json.loads(fondly(here, "config", "schema"))
    assert "list-output" in schema["$defs"]


def test_gate_dry_run_and_journal(here: World) -> None:
    """Secrets stay away, titles are what the place wants, a dry run writes nothing, a second sync neither."""
    assert "would be" in fondly(here, "sync", "--dry-run")
    assert titles(here, "both") == titles(here, "mine") == []
    fondly(here, "sync")
    assert len(titles(here, "both")) > 5
    assert not any("party" in title.lower() for title in titles(here, "both"))
    assert len(titles(here, "mine")) > len(titles(here, "both"))
    assert not set(titles(here, "mine")) & {title for title in titles(here, "both") if "Date night" not in title}
    before = (here.folder / "both.json").read_bytes()
    assert "new" not in fondly(here, "sync")
    assert (here.folder / "both.json").read_bytes() == before


def test_what_a_person_changed_stays(here: World) -> None:
    """The journal tells: an edit is kept, also when all is taken back, and what was deleted does not come again."""
    fondly(here, "sync")
    path = here.folder / "both.json"
    lines = json.loads(path.read_text(encoding="utf-8"))
    edited, deleted = list(lines)[:2]
    lines[edited]["text"] = "Ours, and moved"
    del lines[deleted]
    path.write_text(json.dumps(lines), encoding="utf-8")
    for _ in range(3):
        fondly(here, "sync")
        assert "Ours, and moved" in titles(here, "both")
    assert deleted not in json.loads(path.read_text(encoding="utf-8"))
    assert "1 kept as you left them" in fondly(here, "take-back", "--yes")
    assert titles(here, "both") == ["Ours, and moved"]
    assert titles(here, "mine") == []
    fondly(here, "sync")
    assert len(titles(here, "both")) == len(lines)


def test_its_plugin_away_nothing_is_lost(here: World) -> None:
    """Without the plugin the places are named, and what stands there stays; with it again all goes on."""
    fondly(here, "sync")
    before = titles(here, "both")
    kind = here.folder / "hooks/list_kind.py"
    source = kind.read_text(encoding="utf-8")
    kind.write_text("import no_such_thing\n", encoding="utf-8")
    shown = fondly(here, "sync", code=1)
    assert "both  failed: the plugin that gives the kind 'list' could not be loaded" in shown
    assert titles(here, "both") == before
    kind.write_text(source, encoding="utf-8")
    assert "new" not in fondly(here, "sync")


WEEKLY = """\
import datetime as dt
from fondly import Entry, hookimpl

@hookimpl
def fondly_entries(window):
    for day in window.days():
        if day.weekday() == 5:
            yield Entry(id=f"custom/weekly/{day}", kind="custom", title=f"Tea on {day}", neutral_title="Tea",
                        start=day, end=day + dt.timedelta(days=1))
"""


def test_what_has_passed_is_not_brought_and_stays_where_it_was(here: World) -> None:
    """Nobody is served by a reminder of last week, and nobody is robbed of what stood there in time."""
    plugin = here.folder / "hooks/weekly.py"
    plugin.write_text(WEEKLY, encoding="utf-8")
    plugin.chmod(0o644)

    def teas() -> list[str]:
        return [title for title in titles(here, "both") if title.startswith("Tea on")]

    fondly(here, "sync")
    assert teas() == [f"Tea on {day}" for day in ("2026-11-28", "2026-12-05", "2026-12-12", "2026-12-19")]
    here.now += dt.timedelta(days=8)
    fondly(here, "sync")
    assert teas()[0] == "Tea on 2026-11-28"
    assert len(teas()) == 5
