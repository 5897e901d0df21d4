"""Who has no script waits for none: not one process is spawned."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fondly.testing import MakeWorld, world  # noqa: F401  # a fixture

FILE = "{name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}"
# Runs the command line, and tells which processes it spawned, by what Python itself audits.
AUDITED = """\
import sys
spawned = []
def hear(event, arguments):
    if event in ("subprocess.Popen", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system"):
        spawned.append(event)
sys.addaudithook(hear)
from fondly.cli import main
try:
    main()
except SystemExit as end:
    code = end.code
print("spawned:", *spawned, file=sys.stderr)
loaded = {"concurrent.futures", "fondly.plugins.scripts", "fondly.scripting.process"} & set(sys.modules)
print("loaded:", *sorted(loaded), file=sys.stderr)
sys.exit(code)
"""


def audited(config: Path, *arguments: str) -> list[str]:
    """The last two lines of what a command says."""
    command = [sys.executable, "-c", AUDITED, "--config", str(config), "--now", "2026-11-22T09:00:00+01:00", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stderr.splitlines()[-2:]]


@pytest.mark.parametrize("arguments", [["plan"], ["sync"], ["sync", "--dry-run"], ["practices"], ["check"]])
def test_no_script_no_process(world: MakeWorld, arguments: list[str]) -> None:  # noqa: F811
    """With a plugin in Python and an empty folder for scripts nothing is spawned."""
    here = world(outputs=[FILE])
    plugin = here.folder / "hooks/tea.py"
    plugin.write_text(
        "from fondly import hookimpl\n\n@hookimpl\ndef fondly_entries():\n    return []\n", encoding="utf-8"
    )
    plugin.chmod(0o644)
    assert audited(here.config, *arguments)[0] == "spawned:"
    (here.folder / "hooks/fondly_entries.d").mkdir()
    assert audited(here.config, *arguments)[0] == "spawned:"


def test_without_a_folder_of_scripts_their_machinery_is_not_loaded(world: MakeWorld) -> None:  # noqa: F811
    """Neither threads nor processes are imported for a plan."""
    assert audited(world().config, "plan")[1] == "loaded:"


def test_a_script_is_one_process(world: MakeWorld) -> None:  # noqa: F811
    """So that the tests above could fail."""
    here = world(outputs=[FILE])
    folder = here.folder / "hooks/fondly_entries.d"
    folder.mkdir(mode=0o755)
    (folder / "tea.sh").write_text("#!/bin/sh\ncat >/dev/null\n", encoding="utf-8")
    (folder / "tea.sh").chmod(0o755)
    assert audited(here.config, "sync")[0] == "spawned: subprocess.Popen"
