"""How long the commands take, side by side with what they cannot do without, in one run, as ratios."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FONDLY = Path(sys.executable).with_name("fondly")
TRIES = 10


def best_of(first: list[str], second: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """The best time (seconds) of each command, tried in turns, so that a busy moment meets both."""
    best = [float("inf")] * 2
    for _ in range(TRIES):
        for index, command in enumerate((first, second)):
            begin = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment, cwd=ROOT)
            best[index] = min(best[index], time.perf_counter() - begin)
    return best[0], best[1]


@pytest.mark.bench
@pytest.mark.parametrize(
    ("arguments", "floor", "most"),
    [
        (["--version"], "import click", 1.5),
        (["--help"], "import click", 1.5),
        (
            [
                "--config",
                "examples/fondly.yaml",
                "--now",
                "2026-11-22T09:00:00+01:00",
                "--json",
                "plan",
                "--days",
                "365",
            ],
            "import icalendar, pydantic, yaml, click",
            3.0,
        ),
    ],
    ids=["version", "help", "plan a year"],
)
def test_start(arguments: list[str], floor: str, most: float, tmp_path: Path) -> None:
    """A command takes at most so many times its floor."""
    environment = dict(os.environ, FONDLY_STATE_DIR=str(tmp_path))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its bytecode, as the floor has
    ours, theirs = best_of([str(FONDLY), *arguments], [sys.executable, "-c", floor], environment)
    ratio = ours / theirs
    name = " ".join(arguments)
    print(f"\nfondly {name}: {ours * 1000:.0f} ms, {ratio:.2f} times `{floor}`, {theirs * 1000:.0f} ms; at most {most}")
    assert ratio <= most
