"""Every example in docs/ runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from fondly.preparing import open_config
from fondly_hooks import specs
from world import CONFIG

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/hooks.md").read_text(encoding="utf-8")
NOW = "2026-11-22T09:00:00+01:00"


def plan(config: Path, *arguments: str) -> list[dict[str, object]]:
    """The planned entries."""
    command = [sys.executable, "-m", "fondly", "--config", str(config), "--now", NOW, "--json", "plan", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)
    assert done.returncode == 0, done.stderr
    entries: list[dict[str, object]] = json.loads(done.stdout)["entries"]
    return entries


def test_the_reference_of_the_config_is_current() -> None:
    """docs/config.md says what the models say today."""
    code = "import sys; sys.path.insert(0, 'docs'); import config; print(config.page(), end='')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ROOT / "docs/config.md").read_text(encoding="utf-8") == done.stdout, "run: python docs/config.py"


def test_the_examples_of_the_reference_are_valid(tmp_path: Path) -> None:
    """Each part of a config that docs/config.md shows is taken as it stands."""
    page = (ROOT / "docs/config.md").read_text(encoding="utf-8")
    shown = r"^##+ ([\w.\[\]]+)\n(?:(?!^##).)*?```yaml\n(.*?)```"
    parts = dict(re.findall(shown, page, re.DOTALL | re.MULTILINE))
    assert {"people", "people.visits[]", "rhythm", "practices", "anniversaries.dates[]", "outputs"} <= set(parts)
    head, people = CONFIG.split("people:", 1)
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs/ours.yaml").write_text(
        "slug: gratitude\n", encoding="utf-8"
    )  # which the catalogue's example names
    for title, text in parts.items():
        if "." in title or title == "people":
            continue
        path = tmp_path / f"{title}.yaml"
        path.write_text(f"{head}people:{people}{text}", encoding="utf-8")
        assert open_config(path).relationship.me == "ana"
    path = tmp_path / "people.yaml"
    path.write_text(f"{head}{parts['people']}me: ana\n", encoding="utf-8")
    assert len(open_config(path).relationship.people) == 2


def test_every_hook_is_in_the_table() -> None:
    """The page names each hook with its arguments, and no other."""
    named = set(re.findall(r"^\| \[`(fondly_\w+)\(", PAGE, re.MULTILINE))
    assert named == {name for name in dir(specs) if name.startswith("fondly_")}


# docs/practices.md

GUIDE = (ROOT / "docs/practices.md").read_text(encoding="utf-8")


def run(config: Path, *arguments: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "fondly", "--config", str(config), "--now", NOW, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_config_and_the_pack_of_the_guide_work(tmp_path: Path) -> None:
    """The rhythms and the pack that the guide shows do what it says."""
    rhythm, pack = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs/ours.yaml").write_text(pack, encoding="utf-8")
    config = tmp_path / "fondly.yaml"
    named = re.search(r"`(catalogue: .*?)`", GUIDE)
    assert named
    config.write_text(f"{CONFIG}{rhythm}{named[1]}\n", encoding="utf-8")
    shown = {one["slug"]: one for one in json.loads(run(config, "--json", "practices"))["practices"]}
    assert (shown["gratitude"]["every"], shown["gratitude"]["minutes"]) == ("2 per week", 15)
    assert (shown["tea"]["every"], shown["shared-experiences"]["state"]) == ("weekly", "off")
    assert (shown["support"]["with"], shown["presence"]["at"]) == ("together", ["morning"])
    (gratitude,) = json.loads(run(config, "--json", "practices", "gratitude"))["practices"]
    slugs = [one["slug"] for one in gratitude["suggestions"]]
    assert "thank-the-cook" in slugs
    assert "best-bite" not in slugs
    assert {entry["practice"] for entry in plan(config, "--days", "90")} >= {"tea", "gratitude"}


def test_the_commands_of_the_guide_work(tmp_path: Path) -> None:
    """Each command that the guide names runs, and says what it shows."""
    config = tmp_path / "fondly.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    run(config, "sync")
    (session,) = re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
    shown = re.split(r"^\$ fondly (.*)\n", session, flags=re.MULTILINE)[1:]
    assert len(shown) == 4
    for command, output in zip(shown[::2], shown[1::2], strict=True):
        assert run(config, *command.split()) == output
    run(config, "resume")
    commands = re.findall(r"`fondly ((?:-v )?[a-z-]+(?: [^`]*)?)`", GUIDE)
    assert len(commands) >= 12
    for command in commands:
        run(config, *command.split())


def test_links_of_the_docs_lead_somewhere() -> None:
    """Each page that a page points to is there."""
    for page in (ROOT / "docs").glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).is_file(), (page.name, target)


def test_the_outputs_of_the_page_about_calendars_are_valid(tmp_path: Path) -> None:
    """The lines that docs/calendars.md shows are taken as they stand, and its commands are there."""
    page = (ROOT / "docs/calendars.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "fondly.yaml"
    path.write_text(f"{CONFIG}\n{shown}", encoding="utf-8")
    assert [ready.spec.name for ready in open_config(path).outputs] == ["ours", "mine"]
    for name in set(re.findall(r"`fondly (\w+)", page)):
        done = subprocess.run([sys.executable, "-m", "fondly", name, "--help"], capture_output=True, check=False)
        assert done.returncode == 0, name
    options = subprocess.run(
        [sys.executable, "-m", "fondly", "sync", "--help"], capture_output=True, text=True, check=True
    )
    for option in set(re.findall(r"--[a-z-]+", page)):
        assert option in options.stdout, option


def test_the_page_about_links_is_true(tmp_path: Path) -> None:
    """The config that docs/serve.md shows is taken as it stands, its commands work, its options are there."""
    page = (ROOT / "docs/serve.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "fondly.yaml"
    path.write_text(f"{CONFIG}\n{shown}", encoding="utf-8")
    ready = open_config(path)
    assert [one.spec.name for one in ready.outputs] == ["phone", "work", "ours"]
    assert ready.config.serve.address == "https://fondly.example.org/"
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    commands = [line.partition("#")[0].split()[1:] for block in blocks for line in block.splitlines()]
    assert len(commands) == 11
    program = [sys.executable, "-m", "fondly", "--config", str(path), "--now", NOW]
    for command in commands:
        if command[0] != "serve":
            done = subprocess.run([*program, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, (command, done.stderr)
            assert "https://fondly.example.org/" in done.stdout or command[1] in ("revoke", "end", "publish"), command
    assert len(list((tmp_path / "web").rglob("*.ics"))) == 1, "'phone' was revoked, and 'work' is published"
    options = subprocess.run([*program, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    for option in {word for command in commands if command[0] == "serve" for word in command if word[:2] == "--"}:
        assert option in options, option
