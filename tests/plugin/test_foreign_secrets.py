"""Secrets of plugins, in their settings and in the options of their outputs, however deep a model has them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fondly.testing import MakeWorld, World, world  # noqa: F401  # a fixture

KIND = (Path(__file__).parents[1] / "outputs/list_kind.py").read_text(encoding="utf-8")
PLUGIN = (
    KIND.replace("from pydantic import BaseModel", "from pydantic import BaseModel, SecretStr").replace(
        'path: str = "list.json"',
        'path: str = "list.json"\n    token: SecretStr | None = None\n    keys: dict[str, list[SecretStr]] = {}',
    )
    + '''


class Inner(BaseModel):
    """One of many."""

    pin: SecretStr


class Settings(BaseModel):
    """Secrets in every place."""

    plain: str = "seen"
    flat: SecretStr | None = None
    named: dict[str, SecretStr] = {}
    listed: list[SecretStr] = []
    inner: list[Inner] = []


fondly_settings = Settings


@hookimpl
def fondly_run_finished(context):
    """Tell the lengths of what was fetched."""
    found = context.settings
    secrets = [found.flat, *found.named.values(), *found.listed, *(one.pin for one in found.inner)]
    context.log.warning("settings %s", [len(one.get_secret_value()) for one in secrets if one])
'''
)
TOKEN = "hush-1234"
PLACES = {
    "flat": "flat: SECRET",
    "in a mapping": "named: {phone: SECRET}",
    "in a list": "listed: [SECRET]",
    "in a model in a list": "inner: [{pin: SECRET}]",
}
OPTIONS = {"flat": "token: SECRET", "in a list in a mapping": "keys: {phone: [SECRET]}"}


def fondly(here: World, *arguments: str, code: int = 0) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "fondly", "--config", str(here.config), "--now", here.now.isoformat(), *arguments]
    environment = {**os.environ, "TEA_TOKEN": TOKEN}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def make(world: MakeWorld, settings: str = "", options: str = "") -> World:  # noqa: F811
    """A world with the plugin, its settings and the options of its output."""
    output = "{name: list, kind: list, seen_by: [ana]" + (f", {options}" if options else "") + "}"
    here = world(outputs=[output], settings=f"{{tea: {{{settings}}}}}" if settings else "")
    path = here.folder / "hooks/tea.py"
    path.write_text(PLUGIN, encoding="utf-8")
    path.chmod(0o644)
    return here


@pytest.mark.parametrize("where", PLACES)
def test_settings_are_fetched_and_never_shown(world: MakeWorld, where: str) -> None:  # noqa: F811
    """From where the config says, or as it stands there; `config show` has neither the one nor the other."""
    for secret in ("{env: TEA_TOKEN}", TOKEN):
        here = make(world, settings=PLACES[where].replace("SECRET", secret))
        said = fondly(here, "sync")
        assert f"tea: settings [{len(TOKEN)}]" in said
        shown = fondly(here, "config", "show")
        assert TOKEN not in said + shown + fondly(here, "--json", "config", "show") + fondly(here, "check")
        assert ("TEA_TOKEN" in shown) == (secret != TOKEN)


@pytest.mark.parametrize("where", OPTIONS)
def test_options_are_fetched_and_never_shown(world: MakeWorld, where: str) -> None:  # noqa: F811
    """The output is opened with the secret, which stands in no output of fondly's."""
    for secret in ("{env: TEA_TOKEN}", TOKEN):
        here = make(world, options=OPTIONS[where].replace("SECRET", secret))
        (ready,) = here.prepare().outputs
        os.environ["TEA_TOKEN"] = TOKEN
        try:
            options = ready._with_secrets(ready.kind.options, here.folder)  # type: ignore[union-attr]
        finally:
            del os.environ["TEA_TOKEN"]
        found = options.token or options.keys["phone"][0]
        assert found.get_secret_value() == TOKEN
        assert TOKEN not in fondly(here, "sync") + fondly(here, "config", "show") + fondly(here, "check")
        assert ("TEA_TOKEN" in fondly(here, "config", "show")) == (secret != TOKEN)


@pytest.mark.parametrize(
    ("settings", "options", "key"),
    [
        *((line, "", "hooks.settings.tea") for line in PLACES.values()),
        *(("", line, "outputs[0]") for line in OPTIONS.values()),
    ],
)
def test_one_in_a_file_that_others_read_is_refused(
    world: MakeWorld,  # noqa: F811
    settings: str,
    options: str,
    key: str,
) -> None:
    """With its line and column, and without its words; where it comes from may be read by anybody."""
    here = make(world, settings.replace("SECRET", TOKEN), options.replace("SECRET", TOKEN))
    here.config.chmod(0o644)
    said = fondly(here, "check", code=2)
    assert f": {key}" in said
    assert "stands in a file that others can read" in said
    assert TOKEN not in said
    here = make(world, settings.replace("SECRET", "{env: TEA_TOKEN}"), options.replace("SECRET", "{env: TEA_TOKEN}"))
    here.config.chmod(0o644)
    fondly(here, "check")


def test_one_that_cannot_be_had_fails_its_output_alone(world: MakeWorld) -> None:  # noqa: F811
    """It is named by its key, and the place stays as it is."""
    here = make(world, options="keys: {phone: [{env: NO_SUCH_TOKEN}]}")
    said = fondly(here, "sync", code=1)
    assert "list  failed: " in said
    assert "NO_SUCH_TOKEN" in said
    assert "keys.phone[0]" in said


def test_one_bad_record_of_a_script_is_its_own(world: MakeWorld) -> None:  # noqa: F811
    """It is told with its place, and the others are used, as from a plugin in Python."""
    here = world()
    folder = here.folder / "hooks/fondly_entries.d"
    folder.mkdir(mode=0o755)
    entries = [
        {"id": "a", "title": "A", "start": "2026-12-01"},
        {"id": "b", "title": "B", "start": "2026-12-05T19:30"},
        {"id": "c", "title": "C", "start": "2026-12-02"},
    ]
    path = folder / "x.sh"
    path.write_text(f"#!/bin/sh\ncat >/dev/null\ncat <<'END'\n{json.dumps({'add': entries})}\nEND\n", encoding="utf-8")
    path.chmod(0o755)
    assert [entry.title for entry in here.plan() if entry.source == "x"] == ["A", "C"]
    (failure,) = here.failures()
    assert failure.startswith("x: add[1].start: needs a day such as 2026-11-30, or a time; write it with its offset")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"setting": "outside"}, "setting must be one of home, out, apart"),
        ({"weather": "sunny"}, "weather must be one of any, dry, clear"),
        ({"children": "no"}, "children must be one of welcome, sitter"),
        ({"minutes": -60}, "minutes must be 0 or more"),
        ({"cost": float("nan")}, "cost must be 0 or more"),
        ({"cost": float("inf")}, "cost must be 0 or more"),
    ],
)
def test_an_idea_that_makes_no_sense_is_left_aside(
    world: MakeWorld,  # noqa: F811
    change: dict[str, object],
    words: str,
) -> None:
    """Words that are none and numbers that nobody can pay are told by `hooks test`, whose JSON stays JSON."""
    here = world()
    values = {"slug": "a", "title": "A", "text": "A", "minutes": 60, "cost": 0, "setting": "out"} | change
    text = "from math import inf, nan\nfrom fondly import DateIdea, hookimpl\n\n@hookimpl\ndef fondly_date_ideas():\n"
    path = here.folder / "hooks/odd.py"
    path.write_text(f"{text}    yield DateIdea(**{values!r})\n", encoding="utf-8")
    path.chmod(0o644)
    assert here.ask("fondly_date_ideas", "odd").faults == (f"a: {words}",)
    command = ["--json", "hooks", "test", "fondly_date_ideas"]
    assert "NaN" not in fondly(here, *command, code=1)
