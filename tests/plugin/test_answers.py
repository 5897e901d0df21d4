"""What others are answered: nothing of what ``me`` said, did, or keeps to themself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support import config_text, write_config

NOW = "2026-11-22T09:00:00+01:00"
PACK = """
practices:
  - slug: leaving
    private: yes
    name: Plan the long trip
    neutral_title: Quiet hour
    about: A plan of my own. Nobody else sees it.
    every: weekly
    at: [evening]
    minutes: 20
    with: solo
    suggestions: [{slug: first-step, title: Call about the ticket, text: Ask what it costs., minutes: 10}]
  - slug: professional-help
    suggestions: [{slug: mine-alone, title: Call the number on the card, text: It is in the drawer., minutes: 5}]
  - slug: gratitude
    private: yes
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A couple with a place that both see, a full week, and a pack of Ana's."""
    (tmp_path / "mine.yaml").write_text(PACK, encoding="utf-8")
    return write_config(
        tmp_path,
        config_text(
            rhythm="{most_per_week: 7}",
            catalogue="{packs: [mine.yaml]}",
            practices="{communication: weekly, affection: weekly}",
            outputs="\n  - {name: ours, kind: ics, path: us.ics, seen_by: [ana, ben]}",
        ),
    )


def fondly(config: Path, *arguments: str, code: int = 0) -> str:
    """All that a command prints."""
    command = [sys.executable, "-m", "fondly", "--config", str(config), "--now", NOW, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def answers(config: Path) -> str:
    """Everything that Ben may be answered."""
    commands = [["plan", "--days", "90", "--why"], ["--json", "plan", "--days", "90"], ["practices"]]
    commands += [["--json", "practices"], ["practices", "professional-help"], ["practices", "affection"], ["export"]]
    return "".join(fondly(config, *command, "--for", "ben") for command in commands)


def test_what_me_keeps_private_is_not_there_for_others(config: Path) -> None:
    """Neither a private practice of a pack, nor what a pack adds to one, nor a hint that it exists."""
    mine = fondly(config, "practices") + fondly(config, "practices", "professional-help")
    assert "leaving" in mine
    assert "Call the number on the card" in mine
    theirs = answers(config)
    for word in ("leaving", "long trip", "the ticket", "mine-alone", "on the card", "gratitude"):
        assert word not in theirs
    assert "leaving" not in fondly(config, "practices", "leavin", "--for", "ben", code=2)
    assert "Know where help is" in theirs  # as fondly itself brings it


def test_what_me_said_is_not_told_to_others(config: Path) -> None:
    """No reason speaks of a word, of the day of a tick, or of what was let go; what they see is otherwise the same."""
    fondly(config, "sync")
    entries = json.loads(fondly(config, "--json", "plan"))["entries"]
    shared = [entry for entry in entries if entry["practice"] == "communication"]
    fondly(config, "done", shared[0]["suggestion"])
    fondly(config, "loved", shared[0]["suggestion"])
    own = [entry["id"] for entry in json.loads(fondly(config, "--json", "plan", "--days", "60"))["entries"]]
    skipped = [id for id in own if id.startswith("practice/affection/")][:2]
    for id in skipped:
        fondly(config, "skip", id)
    fondly(config, "sync")
    mine = fondly(config, "plan", "--days", "90", "--why")
    assert "comes more seldom for a while" in mine
    assert "let go" in mine
    theirs = answers(config)
    for word in ("more seldom for a", "was let go", "was loved", "rested longest", "not had this", "since 22 Nov"):
        assert word not in theirs, word
