"""The page of examples/ names all that there is; all of it is short, typed, and used by a test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PACKAGE = "fondly-stargazing"
LONGEST = 60
LONGER = {"fondly.yaml"}  # it has every key
# Which test uses which file as the page says.
USED = {
    "fondly.yaml": "examples/test_example_configs.py::test_all_of_it",
    "ana-work.ics": "examples/test_example_configs.py::test_all_of_it",
    "three.yaml": "examples/test_example_configs.py::test_three",
    "apart.yaml": "examples/test_example_configs.py::test_apart",
    "alone.yaml": "examples/test_example_configs.py::test_alone",
    "packs/winter.yaml": "examples/test_example_configs.py::test_the_pack",
    "plugins/csv_ideas.py": "examples/test_example_plugins.py::test_ideas_from_a_spreadsheet",
    "plugins/ideas.csv": "examples/test_example_plugins.py::test_ideas_from_a_spreadsheet",
    "plugins/match_days.py": "examples/test_example_plugins.py::test_no_date_on_match_days",
    "plugins/team.ics": "examples/test_example_plugins.py::test_no_date_on_match_days",
    "plugins/apprise_output.py": "examples/test_example_plugins.py::test_messages_of_today",
    "plugins/fondly_entries.d/events.sh": "examples/test_example_plugins.py::test_events_from_a_page",
    "plugins/fondly_entries.d/full-moon.js": "examples/test_example_plugins.py::test_full_moons",
    f"{PACKAGE}/README.md": "examples/test_example_package.py::test_it_is_found_and_its_entries_arrive",
    f"{PACKAGE}/pyproject.toml": "examples/test_example_package.py::test_it_is_found_and_its_entries_arrive",
    f"{PACKAGE}/src/fondly_stargazing/__init__.py": "examples/test_example_package.py::"
    "test_it_is_found_and_its_entries_arrive",
    f"{PACKAGE}/src/fondly_stargazing/py.typed": "examples/test_example_page.py::test_the_examples_are_typed",
    f"{PACKAGE}/tests/test_stargazing.py": "examples/test_example_package.py::test_it_is_found_and_its_entries_arrive",
    "cron/fondly.cron": "examples/test_example_schedules.py::test_cron",
    "systemd/fondly-serve.service": "examples/test_example_schedules.py::test_the_server",
    "systemd/fondly.service": "examples/test_example_schedules.py::test_the_service",
    "systemd/fondly.timer": "examples/test_example_schedules.py::test_the_timer",
}


def files() -> list[str]:
    """All that is below examples/, by its path there, but for what Python, mypy and pytest leave lying."""
    left = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
    paths = (path.relative_to(EXAMPLES) for path in EXAMPLES.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in paths if not left & set(path.parts))


def links(page: Path) -> list[str]:
    """What the page links to, as it says it."""
    return re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))


def test_every_file_is_named_and_used() -> None:
    """The page names each file, or the package it belongs to, and each is used by a test that there is."""
    named = links(EXAMPLES / "README.md")
    assert set(files()) - {"README.md"} == set(USED)
    for name, test in USED.items():
        assert name in named or name.startswith(f"{PACKAGE}/"), f"{name} is not named in examples/README.md"
        file, _, function = test.partition("::")
        assert f"def {function}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), test


@pytest.mark.parametrize("page", ["README.md", f"{PACKAGE}/README.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    """Links between files are relative, and what they name is there."""
    for target in links(EXAMPLES / page):
        assert ((EXAMPLES / page).parent / target).exists(), target


@pytest.mark.parametrize("name", files())
def test_it_is_at_most_a_page(name: str) -> None:
    """Sixty lines of 120 columns; only the row of a table may be longer."""
    lines = (EXAMPLES / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST or name in LONGER
    assert name.endswith(".csv") or all(len(line) <= 120 or line.startswith("|") for line in lines)


def test_the_examples_are_typed(tmp_path: Path) -> None:
    """An author's `mypy --strict` is happy with every example in Python, and sees fondly's types."""
    package = EXAMPLES / PACKAGE / "src/fondly_stargazing"
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from fondly import DateIdea\n\nDateIdea(slug=1)\n", encoding="utf-8")
    scripts = sorted((EXAMPLES / "plugins").glob("*.py"))
    for target in (*scripts, package, EXAMPLES / PACKAGE / "tests/test_stargazing.py", wrong):
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path), str(target)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert (done.returncode == 0) == (target != wrong), done.stdout
    assert 'Argument "slug" to "DateIdea" has incompatible type' in done.stdout
