"""What a plugin gave before stays while it fails, under the same identity; who is taken away takes it along."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from fondly.service.scaffold import example_of
from fondly.testing import MakeWorld, World, world  # noqa: F401  # a fixture

OURS = "{name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}"
MINE = "{name: mine, kind: ics, path: mine.ics, seen_by: [ana]}"
SCRIPT = '#!/bin/sh\ncat >/dev/null\necho \'{"add": [{"id": "a", "title": "Choir", "start": "2026-12-03"}]}\'\n'
BREAKS = {
    "does not load": "x = = 1\n",
    "misses an import": "import no_such_thing\n",
    "raises": "from fondly import hookimpl\n\n@hookimpl\ndef HOOK():\n    raise OSError('the page is down')\n",
    "gives nonsense": "from fondly import hookimpl\n\n@hookimpl\ndef HOOK():\n    return [7]\n",
}
GIVES = {"fondly_entries": "bins", "fondly_practices": "tea", "fondly_anniversaries": "dog"}


def write(here: World, name: str, text: str, mode: int = 0o644) -> Path:
    """A file of the hooks folder."""
    path = here.folder / "hooks" / name
    path.parent.mkdir(mode=0o755, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def counts(here: World) -> list[tuple[int, int, int]]:
    """What a sync did in each output."""
    reports = [delivery.report for delivery in here.sync().deliveries]
    return [(report.created, report.updated, report.deleted) for report in reports]


@pytest.mark.parametrize("fault", BREAKS)
@pytest.mark.parametrize("hook", GIVES)
def test_a_plugin_that_fails_loses_nothing(world: MakeWorld, hook: str, fault: str) -> None:  # noqa: F811
    """No byte changes while it is broken, twice, nor when it works again; it is told each time."""
    here = world(outputs=[OURS, MINE])
    name, good = GIVES[hook], example_of(hook)
    write(here, f"{name}.py", good)
    here.sync()
    before = (here.folder / "mine.ics").read_bytes()
    write(here, f"{name}.py", BREAKS[fault].replace("HOOK", hook))
    for _ in range(2):
        run = here.sync()
        assert [failure.plugin for failure in run.failures] == [name]
        assert run.exit_code == 1
        assert (here.folder / "mine.ics").read_bytes() == before
    write(here, f"{name}.py", good)
    assert counts(here) == [(0, 0, 0), (0, 0, 0)]
    (here.folder / "hooks" / f"{name}.py").unlink()
    here.sync()
    assert (here.folder / "mine.ics").read_bytes() != before


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho no JSON\n", "#!/no/such/thing\n"])
def test_a_script_too(world: MakeWorld, text: str) -> None:  # noqa: F811
    """A page that is down for an hour takes nothing out of the calendar."""
    here = world(outputs=[OURS])
    write(here, "fondly_entries.d/choir.sh", SCRIPT, 0o755)
    here.sync()
    assert "SUMMARY:Choir" in (here.folder / "ours.ics").read_text(encoding="utf-8")
    path = write(here, "fondly_entries.d/choir.sh", text, 0o755)
    assert counts(here) == [(0, 0, 0)]
    path.chmod(0o644)
    assert path.suffix == ".sh"
    assert counts(here) == [(0, 0, 0)], "it lost its run bit"
    path.unlink()
    assert counts(here) == [(0, 0, 1)]


def test_its_secrets_stay_secret(world: MakeWorld) -> None:  # noqa: F811
    """What is kept passes the gate like anything: a place that Ben sees from now on loses what is secret from him."""
    here = world(outputs=[MINE])
    write(here, "bins.py", example_of("fondly_entries"))
    here.sync()
    assert b"bins" in (here.folder / "mine.ics").read_bytes()
    write(here, "bins.py", "x = = 1\n")
    text = here.config.read_text(encoding="utf-8")
    here.config.write_text(text.replace("seen_by: [ana]", "seen_by: [ana, ben]"), encoding="utf-8")
    here.sync()
    assert b"bins" not in (here.folder / "mine.ics").read_bytes()
    (kept,) = (here.folder / "state").rglob("given.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"given": 5}', '{"given": {"fondly_entries": {"bins": [{"id": 5}]}}}']
)
def test_a_damaged_file_is_no_fault(world: MakeWorld, text: str) -> None:  # noqa: F811
    """Then it is as if nothing had been kept, and the plugin's failure is the only one."""
    here = world(outputs=[OURS, MINE])
    write(here, "bins.py", example_of("fondly_entries"))
    here.sync()
    (kept,) = (here.folder / "state").rglob("given.json")
    kept.write_text(text, encoding="utf-8")
    write(here, "bins.py", "x = = 1\n")
    assert len(here.sync().failures) == 1
    assert b"bins" not in (here.folder / "mine.ics").read_bytes()


def test_looking_writes_nothing(world: MakeWorld) -> None:  # noqa: F811
    """A plan and a dry run keep nothing."""
    here = world(outputs=[OURS])
    write(here, "bins.py", example_of("fondly_entries"))
    here.plan()
    here.sync(dry_run=True)
    assert not list((here.folder / "state").rglob("given.json"))
