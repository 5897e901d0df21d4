"""How long the config file takes to read, side by side with the bare YAML library, in one run, as ratios."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from fondly.config import load_config
from fondly.preparing import open_config
from support import config_text, write_config

EXAMPLES = Path(__file__).parents[2] / "examples"
TRIES = 30
MOST = 8.0


def large() -> str:
    """A file with 500 anniversaries and 50 outputs, such as a long life with many calendars might come to."""
    first = dt.date(1975, 3, 1)
    dates = [
        f"{{id: day-{number}, name: Day {number}, date: {first + dt.timedelta(days=37 * number)}, kind: dating, "
        "people: [ana, ben], repeat: [year, month], milestones: [5000 days, 100 weeks], remind: [30 days, 1 week]}"
        for number in range(500)
    ]
    outputs = [
        f"{{name: place-{number}, kind: caldav, url: 'https://cloud.example.org/dav/ana/{number}/', username: ana, "
        f"password: {{env: PASSWORD_{number}}}, seen_by: [ana, ben], include: [practices, dates], titles: neutral, "
        "details: yes, alarms: no}"
        for number in range(50)
    ]
    return config_text(
        anniversaries="\n  dates:" + "".join(f"\n    - {date}" for date in dates),
        outputs="".join(f"\n  - {output}" for output in outputs),
    )


@pytest.fixture(params=["examples/fondly.yaml", "500 anniversaries, 50 outputs"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The file."""
    text = large() if "500" in request.param else (EXAMPLES / "fondly.yaml").read_text(encoding="utf-8")
    return write_config(tmp_path, text)


def bare(path: Path) -> Any:
    """The same bytes as the YAML library alone reads them."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def best_of(path: Path, *ways: Callable[[Path], Any]) -> list[float]:
    """The best time (seconds) of each way, tried in turns, so that a busy moment meets all of them."""
    best = [float("inf")] * len(ways)
    for _ in range(TRIES):
        for index, way in enumerate(ways):
            begin = time.perf_counter()
            way(path)
            best[index] = min(best[index], time.perf_counter() - begin)
    return best


FIRST = """
import gc, json, os, sys, time, zoneinfo
from pathlib import Path
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
from fondly.preparing import open_config
gc.set_threshold(200_000, 20, 20)
zoneinfo.reset_tzpath(to=())
begin = time.perf_counter()
prepared = open_config(Path(sys.argv[1]))
print(json.dumps([time.perf_counter() - begin, len(prepared.outputs)]))
"""


def first_load(path: Path) -> float:
    """The best time (seconds) of the first load in a process of its own, after its imports."""
    found = []
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", FIRST, str(path)], check=True, capture_output=True, env=os.environ)
        seconds, outputs = json.loads(done.stdout)
        assert outputs > 0
        found.append(float(seconds))
    return min(found)


@pytest.mark.bench
def test_reading(config: Path) -> None:
    """Reading a config, judging it and telling what it means takes at most so many times the YAML library alone."""
    load_config(config)
    open_config(config)
    ours, whole, theirs = best_of(config, load_config, open_config, bare)
    size, first = config.stat().st_size, first_load(config)
    print(f"\n{size} bytes, CSafeLoader {theirs * 1000:.1f} ms; the first in a process {first * 1000:.0f} ms")
    for name, seconds in (("load_config", ours), ("open_config", whole)):
        print(f"{name}: {seconds * 1000:.1f} ms, {seconds / theirs:.2f} times CSafeLoader; at most {MOST}")
    assert ours / theirs <= MOST
    assert whole / theirs <= MOST
