"""Every example in the README is true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fondly.config import load_config
from fondly.preparing import prepare

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOW = "2026-11-22T09:00:00+01:00"


def blocks(language: str) -> list[str]:
    """The fenced blocks of that language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_session_is_real(tmp_path: Path) -> None:
    """The config of five lines gives just what the README shows."""
    (tmp_path / "fondly.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    (session,) = blocks("console")
    shown = re.split(r"^\$ (.*)\n", session, flags=re.MULTILINE)[1:]
    assert len(shown) == 4
    for command, output in zip(shown[::2], shown[1::2], strict=True):
        name, *arguments = command.split()
        assert name == "fondly"
        done = subprocess.run(
            [sys.executable, "-m", "fondly", "--now", NOW, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            env=dict(os.environ),
        )
        assert done.stdout.strip() == output.strip()
    assert (tmp_path / "us.ics").exists()


def test_the_two_commands(tmp_path: Path) -> None:
    """What the README tells a newcomer to type works, here without the questions, and brings something."""
    (block,) = blocks("sh")
    assert block.split("\n") == ["fondly init", "fondly sync", ""]
    environment = dict(os.environ, FONDLY_CONFIG=str(tmp_path / "new" / "fondly.yaml"))
    for arguments in (["init", "--yes"], ["sync"]):
        command = [sys.executable, "-m", "fondly", "--now", NOW, *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr
    assert " new" in done.stdout
    assert (tmp_path / "new" / "us.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT") > 5


def test_the_outputs_are_valid(tmp_path: Path) -> None:
    """The outputs that the README names are taken as they stand."""
    head = "\n".join(line for line in blocks("yaml")[0].splitlines() if not line.startswith("outputs"))
    (tmp_path / "fondly.yaml").write_text(head + "\n" + blocks("yaml")[1], encoding="utf-8")
    prepared = prepare(load_config(tmp_path / "fondly.yaml"))
    assert [ready.kind.name for ready in prepared.outputs if ready.kind] == ["caldav", "feed", "ics", "markdown"]


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_somewhere(target: str) -> None:
    """Each file that the README points to is there."""
    assert (ROOT / target).is_file()


@pytest.mark.parametrize("target", re.findall(r"(?:`|    )make ([a-z-]+)", README))
def test_make_targets_are_there(target: str) -> None:
    """Each make target that the README names is one."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_picture_is_current() -> None:
    """The picture shows what the program prints today."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.path.insert(0, 'docs'); import picture; print(picture.picture())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", done.stdout)
    standing = re.findall(r"<text[^>]*>([^<]*)</text>", (ROOT / "docs/plan.svg").read_text(encoding="utf-8"))
    assert len(texts) > 20
    assert standing == texts, "run: python docs/picture.py"
