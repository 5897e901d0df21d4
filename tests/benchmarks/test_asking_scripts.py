"""What the host adds to a script: side by side with a bare spawn of the same one, in one run, as a ratio."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest

from fondly.testing import MakeWorld, world  # noqa: F401  # a fixture

TRIES = 60
MOST = 1.5
ANSWER = json.dumps({"add": [{"id": "tea", "title": "Tea", "start": "2026-12-01"}]})
SCRIPTS = {
    "sh": f"#!/bin/sh\ncat >/dev/null\necho '{ANSWER}'\n",
    "python": f"#!/usr/bin/env python3\nimport sys\nsys.stdin.read()\nprint('''{ANSWER}''')\n",
}


@pytest.mark.bench
@pytest.mark.parametrize("language", SCRIPTS)
def test_one_script(world: MakeWorld, language: str) -> None:  # noqa: F811
    """Asking one script takes at most so many times a bare spawn of it, which reads its answer and no more."""
    here = world()
    folder = here.folder / "hooks/fondly_entries.d"
    folder.mkdir(mode=0o755)
    path = folder / f"tea.{language}"
    path.write_text(SCRIPTS[language], encoding="utf-8")
    path.chmod(0o755)
    prepared = here.prepare()
    arguments = {"relationship": prepared.relationship, "window": None}

    def ours() -> None:
        assert prepared.plugins.call_one("tea", "fondly_entries", **arguments)

    def bare() -> None:
        done = subprocess.run([str(path)], input=b"{}", capture_output=True, check=True, cwd=Path(folder))
        assert json.loads(done.stdout)

    ours()
    best = {ours: float("inf"), bare: float("inf")}
    for _ in range(TRIES):
        for work in (ours, bare):
            begin = time.perf_counter()
            work()
            best[work] = min(best[work], time.perf_counter() - begin)
    ratio = best[ours] / best[bare]
    print(f"\none {language} script: {best[ours] * 1000:.1f} ms, {ratio:.2f} times a bare spawn of it; at most {MOST}")
    assert ratio <= MOST
