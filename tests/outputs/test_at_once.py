"""Two processes at once, two machines on one calendar: one set of entries each time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from servers import Calendar, serving
from support import RELATIONSHIP
from world import NOW, World, caldav_output, counts

TIMES = 50
DATES = [
    "{id: wedding, name: Wedding, date: 2015-06-20, kind: wedding}",
    "{id: move, name: First flat, date: 2020-12-01, kind: custom}",
]


def begin(world: World, states: Path) -> subprocess.Popen[bytes]:
    """The real command, on a machine with that state folder."""
    command = [sys.executable, "-m", "fondly", "--config", str(world.config), "--now", NOW.isoformat(), "sync"]
    env = {**os.environ, "FONDLY_STATE_DIR": str(states)}
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_two_at_once(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """Half of the times two processes share a state folder, half of the times they are machines of their own."""
    with serving("radicale", tmp_path) as server, serving("xandikos", tmp_path) as other:
        alone = World(tmp_path / "alone", [], DATES, state=f"states/{RELATIONSHIP}")
        alone.folder.mkdir()
        wanted: dict[str, set[str]] = {}
        for number in range(TIMES):
            calendar = own_calendar(server if number % 4 < 3 else other, number)
            folder = tmp_path / f"both-{number}"
            folder.mkdir()
            world = World(folder, [caldav_output(calendar, include="[anniversaries, dates]")], DATES)
            world.write()
            shared = number % 2 == 0
            processes = [begin(world, folder / ("states" if shared else f"machine-{one}")) for one in (1, 2)]
            said = [process.communicate(timeout=120)[1].decode() for process in processes]
            for process, words in zip(processes, said, strict=True):
                assert process.returncode == 0 or "another sync of this relationship is running" in words, words
            assert [process.returncode for process in processes].count(0) >= 1
            check(calendar, world, wanted)
    record_property("times that two syncs ran at once", TIMES)


def own_calendar(server: Calendar, number: int) -> Calendar:
    """A calendar of its own on that server."""
    url = server.url.rstrip("/").rpartition("/")[0] + f"/both-{number}/"
    status, _, answer = server.request("MKCALENDAR", url)
    assert status == 201, answer
    return replace(server, url=url)


def check(calendar: Calendar, world: World, wanted: dict[str, set[str]]) -> None:
    """One set of entries stands there, and every machine that looks finds nothing to do."""
    for states in sorted(world.folder.iterdir()):
        if states.is_dir():
            world.state = f"{states.name}/{RELATIONSHIP}"
            report = world.sync().deliveries[0].report
            assert report.error is None, report.error
            assert (report.created, report.updated, report.deleted, report.kept) == (0, 0, 0, 0)
    names = {href.rpartition("/")[2] for href in calendar.hrefs()}
    assert names == wanted.setdefault("names", names)
    assert len(names) > 8
    world.state = "a-third-machine"
    assert counts(world.sync()) == {}
