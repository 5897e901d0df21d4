"""The package of examples/, installed into a fresh environment beside fondly, as whoever gets it would do."""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from fondly.testing import Radicale, radicale  # noqa: F401  # a fixture
from support import config_text, write_config

ROOT = Path(__file__).parents[2]
NOW = "2026-11-22T09:00:00+01:00"


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A new virtual environment with fondly installed in it from this checkout, and nothing fetched.

    What fondly needs is taken from the environment of the tests, by a path file; fondly itself is not: its own install
    comes first.
    """
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "zz-needed.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    source = tmp_path / "source"
    source.mkdir()
    for name in ("plugin", "hooks", "calendar"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, source)
    install(folder, source)
    return folder


def install(environment: Path, source: Path) -> None:
    """pip install, without the network."""
    options = "--quiet --no-deps --no-build-isolation --no-index --disable-pip-version-check --ignore-installed".split()
    run([environment / "bin/python", "-m", "pip", "install", *options, source])


def run(command: list[str | Path], **options: str) -> str:
    """What a command prints; it has to succeed."""
    done = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **options},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_found_and_its_entries_arrive(environment: Path, radicale: Radicale, tmp_path: Path) -> None:  # noqa: F811
    """`hooks list` names it with its version, and a sync brings its entries to a real calendar."""
    package = tmp_path / "package"
    shutil.copytree(ROOT / "examples/fondly-stargazing", package, ignore=shutil.ignore_patterns("__pycache__"))
    install(environment, package)
    config = write_config(tmp_path, config_text(outputs=f"\n  - {radicale.output()}"))
    fondly: list[str | Path] = [environment / "bin/fondly", "--config", config, "--now", NOW]
    where = run(
        [environment / "bin/python", "-c", "import fondly, fondly_stargazing as s; print(fondly.__file__, s.__file__)"]
    )
    assert where.count(str(environment)) == 2, where
    listed = {one["hook"]: one["answers"] for one in json.loads(run([*fondly, "--json", "hooks", "list"]))["hooks"]}
    for hook in ("fondly_entries", "fondly_date_ideas"):
        assert ("stargazing", "fondly-stargazing 1.0") in [(one["plugin"], one["source"]) for one in listed[hook]]
    run([*fondly, "-q", "sync"])
    assert "SUMMARY:Falling stars tonight: the Geminids" in radicale.text()
    test = [environment / "bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider", package / "tests"]
    assert "1 passed" in run(test)
    assert "stargazing" not in run([sys.executable, "-m", "fondly", "--config", config, "hooks", "list"])
