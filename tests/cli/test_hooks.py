"""``fondly hooks``: who answers what, making one's own, asking it dry."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fondly.service.scaffold import Language, Wished, drafts, write_drafts
from fondly_hooks.specs import HOOKS
from support import config_text, write_config

NOW = "2026-11-22T09:00:00+01:00"
OUTPUTS = "\n  - {name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}"
LANGUAGES: list[Language | None] = [None, "sh", "python", "node"]


def fondly(folder: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the real command line in that folder."""
    command = [sys.executable, "-m", "fondly", "--config", "fondly.yaml", "--now", NOW, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == code, done.stdout + done.stderr
    return done


def answer(folder: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """What a command says in JSON."""
    document: dict[str, Any] = json.loads(fondly(folder, "--json", *arguments, code=code).stdout)
    assert document["fondly"] == 1
    return document


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a config of two people and one output."""
    write_config(tmp_path, config_text(outputs=OUTPUTS))
    return tmp_path


def new(home: Path, name: str, language: Language | None = None, hook: str = "fondly_entries") -> list[Path]:
    """Make a plugin, and give the paths of it and its test."""
    if language == "node" and not shutil.which("node"):
        pytest.skip("node is not installed")
    words = ["--script", language] if language else []
    return [Path(path) for path in answer(home, "hooks", "new", name, *words, "--hook", hook)["written"]]


SCRIPTABLE = [hook for hook, facts in HOOKS.items() if facts.scripts]


@pytest.mark.parametrize("hook", HOOKS)
def test_what_is_made_passes_its_test(home: Path, hook: str) -> None:
    """Each scaffold of each hook, in Python and as a script of each language, passes the test that comes with it."""
    made = [language for language in LANGUAGES if language is None or hook in SCRIPTABLE]
    if not shutil.which("node"):
        made.remove("node")
    for language in made:
        wished = Wished(f"a-{language or 'plugin'}", hook, language, "ana")
        write_drafts(home / "hooks", drafts(wished))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "hooks/tests"],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(made)} passed" in done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_made_can_be_tried(home: Path, language: Language | None) -> None:
    """`test` shows both sides of it, without a fault, and `list` names it and where it is."""
    path, _ = new(home, "water-plants", language)
    document = answer(home, "hooks", "test", "fondly_entries", "--plugin", "water-plants")
    assert document["failures"] == []
    (tried,) = document["tests"]
    assert tried["faults"] == []
    assert tried["source"] == str(path)
    assert tried["output"][0]["title"] == "Water plants"
    listed = {one["hook"]: one["answers"] for one in answer(home, "hooks", "list")["hooks"]}
    assert [(one["plugin"], one["source"]) for one in listed["fondly_entries"]] == [("water-plants", str(path))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_made_is_in_the_calendar_after_a_sync(home: Path, language: Language | None) -> None:
    """From the first command to the own idea in a calendar in two."""
    new(home, "water-plants", language)
    fondly(home, "sync")
    assert "SUMMARY:Water plants" in (home / "ours.ics").read_text(encoding="utf-8")


def test_a_wide_umask_makes_no_untrusted_files(home: Path) -> None:
    """What is made is trusted, whatever the umask says."""
    command = [sys.executable, "-m", "fondly", "--config", "fondly.yaml", "hooks", "new", "tea", "--script", "sh"]
    subprocess.run(command, cwd=home, check=True, capture_output=True, umask=0o002)
    assert answer(home, "hooks", "test", "fondly_entries")["tests"][0]["faults"] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new", "Water plants"], "'Water plants' cannot be a plugin's name; write small letters"),
        (["new", "../etc"], "'../etc' cannot be a plugin's name"),
        (["new", "dates"], "there is a plugin 'dates' already: fondly; choose another name"),
        (["new", "tea", "--hook", "fondly_entrys"], "there is no hook 'fondly_entrys'; did you mean 'fondly_entries'?"),
        (["new", "tea", "--script", "sh", "--hook", "fondly_commands"], "fondly_commands is for Python alone"),
        (["new", "tea", "--script", "perl"], "'perl' is not one of 'sh', 'python', 'node'"),
        (["test", "fondly_entrys"], "there is no hook 'fondly_entrys'; did you mean 'fondly_entries'?"),
        (["test", "fondly_entries", "--plugin", "nobody"], "there is no plugin 'nobody'"),
        (["test", "fondly_entries", "--plugin", "dates"], "'dates' (fondly) does not answer fondly_entries"),
        (["lst"], "No such command 'lst'"),
    ],
)
def test_wrong_words_are_told(home: Path, arguments: list[str], words: str) -> None:
    """One line that says what would be right, and nothing is written."""
    done = fondly(home, "hooks", *arguments, code=2)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "hooks").exists()


def test_what_would_not_be_run_is_not_made(home: Path) -> None:
    """Where others can write the folder, or where it is none, `new` says so instead of making what fails then."""
    hooks = home / "hooks"
    hooks.mkdir()
    hooks.chmod(0o775)
    assert f"chmod go-w {hooks}" in fondly(home, "hooks", "new", "tea", code=2).stderr
    assert list(hooks.iterdir()) == []
    hooks.rmdir()
    hooks.write_text("a note", encoding="utf-8")
    assert f"{hooks} is no folder" in fondly(home, "hooks", "new", "tea", code=2).stderr
    assert hooks.read_text(encoding="utf-8") == "a note"


def test_nothing_is_overwritten(home: Path) -> None:
    """A second plugin of the name is refused, also where only its test is there."""
    path, test = new(home, "tea")
    path.write_text("# mine", encoding="utf-8")
    assert "there is a plugin 'tea' already" in fondly(home, "hooks", "new", "tea", code=2).stderr
    path.unlink()
    assert f"{test} is there already" in fondly(home, "hooks", "new", "tea", code=2).stderr
    assert not path.exists()


def test_without_a_config(tmp_path: Path) -> None:
    """`list` shows what there is, `test` asks for two people of an example, `new` says what to do first."""
    listed = answer(tmp_path, "hooks", "list")["hooks"]
    assert [one["hook"] for one in listed] == list(HOOKS)
    (tried,) = answer(tmp_path, "hooks", "test", "fondly_practices", "--plugin", "practices")["tests"]
    assert len(tried["output"]) == 15
    assert [person["id"] for person in tried["input"]["relationship"]["people"]] == ["ana", "ben"]
    assert "fondly init" in fondly(tmp_path, "hooks", "new", "tea", code=2).stderr


def test_the_list_tells_time_and_failures_of_the_last_run(home: Path) -> None:
    """A sync leaves behind who was asked how often, and what failed."""
    path, _ = new(home, "tea")
    path.write_text(
        "from fondly import hookimpl\n\n@hookimpl\ndef fondly_entries():\n    raise ValueError('no leaves')\n",
        encoding="utf-8",
    )
    before = {one["hook"]: one["answers"] for one in answer(home, "hooks", "list")["hooks"]}
    assert before["fondly_entries"] == [
        {"plugin": "tea", "source": str(path), "calls": 0, "seconds": 0.0, "failed": []}
    ]
    fondly(home, "sync", code=1)
    document = answer(home, "hooks", "list")
    (found,) = next(one["answers"] for one in document["hooks"] if one["hook"] == "fondly_entries")
    assert (found["calls"], found["failed"]) == (1, ["ValueError: no leaves"])
    assert document["last_run"] == NOW
    shown = fondly(home, "hooks", "list").stdout
    assert "hooks/tea.py" in shown
    assert "failed: ValueError: no leaves" in shown


def test_the_time_of_a_script_is_how_long_it_ran(home: Path) -> None:
    """Those that run side by side are each told with their own time, though nobody waited for them one by one."""
    folder = home / "hooks/fondly_entries.d"
    folder.mkdir(parents=True, mode=0o755)
    (home / "hooks").chmod(0o755)
    (folder / "slow.sh").write_text("#!/bin/sh\ncat >/dev/null\nsleep 0.3\n", encoding="utf-8")
    (folder / "slow.sh").chmod(0o755)
    fondly(home, "sync")
    (found,) = next(one["answers"] for one in answer(home, "hooks", "list")["hooks"] if one["hook"] == "fondly_entries")
    assert found["calls"] == 1
    assert found["seconds"] >= 0.3


def test_a_dry_run_leaves_no_record(home: Path, own_state: Path) -> None:
    """What only looks, writes nothing."""
    fondly(home, "sync", "--dry-run")
    assert not list(own_state.rglob("hooks.json"))


def test_the_order_is_that_of_asking(home: Path) -> None:
    """Of deciders the one that was loaded last comes first."""
    new(home, "aa", None, "fondly_rank_date_ideas")
    new(home, "bb", None, "fondly_rank_date_ideas")
    new(home, "cc", "sh", "fondly_rank_date_ideas")
    listed = {one["hook"]: one["answers"] for one in answer(home, "hooks", "list")["hooks"]}
    assert [one["plugin"] for one in listed["fondly_rank_date_ideas"]] == ["cc", "bb", "aa", "dates"]


def test_disabled_plugins_are_named(home: Path) -> None:
    """Who is blocked answers nothing, and `list` says so."""
    new(home, "tea")
    write_config(home, config_text(outputs=OUTPUTS, hooks="{disable: [tea]}"))
    document = answer(home, "hooks", "list")
    assert document["disabled"] == ["tea"]
    assert "tea" not in [one["plugin"] for hook in document["hooks"] for one in hook["answers"]]


def test_a_trial_shows_what_is_wrong(home: Path) -> None:
    """What fondly would not use is told in words, and the exit code says so."""
    path, _ = new(home, "tea")
    path.write_text(path.read_text(encoding="utf-8").replace("custom/tea/", "tea/"), encoding="utf-8")
    done = fondly(home, "hooks", "test", "fondly_entries", code=1)
    assert "must begin with 'custom/tea/'" in done.stdout
    path.write_text("import nothing_of_that_name", encoding="utf-8")
    done = fondly(home, "hooks", "test", "fondly_entries", code=1)
    assert "No module named 'nothing_of_that_name'" in done.stderr


def test_a_trial_shows_no_secret_of_the_settings(home: Path) -> None:
    """A script gets its password; the terminal does not."""
    new(home, "tea", "python")
    settings = "{settings: {tea: {token: {env: TEA_TOKEN}}}}"
    write_config(home, config_text(outputs=OUTPUTS, hooks=settings))
    os.environ["TEA_TOKEN"] = "brewed-in-secret"
    try:
        done = fondly(home, "-v", "hooks", "test", "fondly_entries")
    finally:
        del os.environ["TEA_TOKEN"]
    assert '"token": "(hidden)"' in done.stdout
    assert "brewed" not in done.stdout + done.stderr


def test_a_trial_writes_nothing(home: Path, own_state: Path) -> None:
    """Asking a hook dry leaves the output and the journal alone."""
    new(home, "tea")
    answer(home, "hooks", "test", "fondly_entries")
    assert not (home / "ours.ics").exists()
    assert not list(own_state.rglob("*.db"))


def test_the_sample_keeps_ones_own_people_away(home: Path) -> None:
    """With --sample a plugin is asked for the people of the example."""
    people = "\n  - {id: ana, name: Anastasia}\n  - {id: ben, name: Benedikt}"
    write_config(home, config_text(outputs=OUTPUTS, people=people))
    new(home, "tea", "python")
    (tried,) = answer(home, "hooks", "test", "fondly_entries", "--sample")["tests"]
    assert tried["faults"] == []
    assert tried["output"]
    assert "Anastasia" not in json.dumps(tried)


def test_the_schema_is_one(home: Path) -> None:
    """`schema` prints a JSON Schema that knows what every script gets and gives."""
    schema = json.loads(fondly(home, "hooks", "schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for hook in SCRIPTABLE:
        assert {f"{hook}.input", f"{hook}.output"} <= set(schema["$defs"])
