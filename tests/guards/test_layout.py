"""The house keeps its shape: floors, small rooms, no surprise for the standard library, a quick start."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = {"fondly_hooks": ROOT / "hooks", "fondly_calendar": ROOT / "calendar", "fondly": ROOT / "plugin"}
# What each floor may import of the project and of what the contract names.
FORBIDDEN = {
    "fondly_hooks": {"fondly", "fondly_calendar", "caldav", "sqlite3", "click"},
    "fondly_calendar": {"fondly", "pluggy", "sqlite3", "click"},
    "fondly": set(),
}
LONGEST = 300


def modules() -> dict[str, Path]:
    """Every module of the project by its dotted name."""
    found = {}
    for source in FLOORS.values():
        for path in sorted(source.rglob("*.py")):
            parts = path.relative_to(source).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(name: str, path: Path, known: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """Every module that this one imports, anywhere in it, as the name written and the module of ours that it is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, alias.name
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield str(node.module), inner if inner in known else str(node.module)


def test_imports_run_one_way() -> None:
    """No floor imports one above it, imports inside functions counted."""
    known = modules()
    wrong = [
        f"{name} imports {target}"
        for name, path in known.items()
        for target, _ in imports_of(name, path, known)
        if target.partition(".")[0] in FORBIDDEN[name.partition(".")[0]]
    ]
    assert wrong == []


def test_no_import_circles() -> None:
    """No module imports itself by a detour. A package that re-exports its own modules is no detour."""
    known = modules()
    graph = {
        name: {
            ours
            for _, ours in imports_of(name, path, known)
            if ours in known and ours != name and not name.startswith(f"{ours}.")
        }
        for name, path in known.items()
    }
    circles = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            circles.append(" -> ".join((*trail[trail.index(name) :], name)))
            return
        if name in done:
            return
        for target in sorted(graph[name]):
            visit(target, (*trail, name))
        done.add(name)

    done: set[str] = set()
    for name in sorted(graph):
        visit(name, ())
    assert circles == []


@pytest.mark.parametrize("source", ["calendar", "plugin", "hooks"])
def test_source_roots_are_no_packages(source: str) -> None:
    """`calendar/__init__.py` would take the place of the standard library's `calendar` for all who work from here."""
    assert not (ROOT / source / "__init__.py").exists()


def test_standard_library_is_intact_from_the_root() -> None:
    """From the project's root, `calendar`, and what needs it, is the standard library's."""
    code = "import calendar, email.message, http.cookiejar; print(calendar.monthrange(2026, 2), calendar.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "28" in done.stdout
    assert str(ROOT) not in done.stdout.replace(sys.prefix, "")


def test_rooms_are_small() -> None:
    """A file has one purpose and at most 300 lines."""
    long = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST} == {}


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a run of the command imports."""
    code = (
        "import sys; sys.argv = ['fondly', *sys.argv[1:]]\n"
        "from fondly.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_next_to_nothing(option: str) -> None:
    """Who asks for help does not wait for pydantic, YAML, iCalendar or the plugins."""
    heavy = {"pydantic", "yaml", "icalendar", "caldav", "pluggy", "rich", "sqlite3", "asyncio"}
    assert loaded_by(option) & heavy == set()


def test_plan_imports_no_network(tmp_path: Path) -> None:
    """A plan is made without anything that could speak to a network."""
    config = tmp_path / "fondly.yaml"
    config.write_text((ROOT / "examples/fondly.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "ana-work.ics").write_bytes((ROOT / "examples/ana-work.ics").read_bytes())
    loaded = loaded_by("--config", str(config), "--json", "plan")
    assert "fondly.planner.plan" in loaded
    assert loaded & {"caldav", "niquests", "urllib3", "requests", "radicale", "http.client"} == set()


def test_hook_specs_are_documented() -> None:
    """Each hook says when it is called, with what, what it gives, in which order, and shows examples that are valid."""
    from fondly_hooks import specs

    hooks = {name: getattr(specs, name) for name in dir(specs) if name.startswith("fondly_")}
    assert hooks.keys() == specs.HOOKS.keys()
    for name, hook in hooks.items():
        text = inspect.cleandoc(hook.__doc__ or "")
        for section in ("Called: ", "Given: ", "Gives: ", "Order: ", "Errors: "):
            assert f"\n\n{section}" in text, (name, section)
        _, mark, example = text.partition("Example::")
        assert mark, name
        python, script, answer = example.partition("Script::")
        code = "\n".join(line[4:] for line in python.splitlines())
        assert f"def {name}(" in code, name
        compile(code, name, "exec")
        assert bool(script) == specs.HOOKS[name].scripts, name
        if script:
            assert isinstance(json.loads(answer), dict), name


def test_all_names_of_the_contract_have_a_home() -> None:
    """What `fondly` says that it exports is what it can fetch."""
    import fondly

    assert set(fondly.__all__) == {"__version__", *fondly._HOME_OF}


def test_importing_fondly_costs_nothing() -> None:
    """`import fondly` loads no other module of ours, and yet every name of the contract is there."""
    code = "import sys, fondly; print([m for m in sys.modules if m.startswith('fondly') and m != 'fondly'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    code = "import fondly; print(all(getattr(fondly, name) is not None for name in fondly.__all__))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
