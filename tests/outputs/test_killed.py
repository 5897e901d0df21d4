"""Killed by SIGKILL at every request boundary, the next run ends where an undisturbed one would have ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from faults import DroppedError, Forward, Proxy, Request, Response, delay, faulty
from servers import Calendar
from support import RELATIONSHIP
from world import CONFIG, NOW, World, caldav_output, counts

FOREIGN = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody//Else//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20261205\r
DTEND;VALUE=DATE:20261206\r
SUMMARY:Not fondly's\r
END:VEVENT\r
END:VCALENDAR\r
"""
BEFORE = [
    "{id: wedding, name: Wedding, date: 2015-06-20, kind: wedding}",
    "{id: move, name: First flat, date: 2020-12-01, kind: custom}",
]
AFTER = [
    "{id: wedding, name: Our wedding, date: 2015-06-20, kind: wedding}",
    "{id: dog, name: The dog came, date: 2021-03-02, kind: custom}",
]
SCENARIOS = {
    "first sync": ([], BEFORE),
    "create, update and delete": (BEFORE, AFTER),
    "emptying": (BEFORE, ["{id: dog, name: The dog came, date: 2021-03-02, kind: custom}"]),
}


@dataclass
class Killer:
    """Kills the process at the ``number``-th request: as it arrives, or once the server has done it."""

    number: int
    after: bool
    process: subprocess.Popen[bytes] | None = None
    count: int = 0
    hit: bool = False

    def __post_init__(self) -> None:
        self.lock = threading.Lock()

    def __call__(self, request: Request, forward: Forward) -> Response:
        with self.lock:
            mine = self.count == self.number
            self.count += 1
        if not mine:
            return forward(request)
        assert self.process is not None
        if self.after:
            forward(request)
        self.hit = True
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        raise DroppedError


def only_days(calendar: Calendar) -> str:
    """An output for the days alone, so that few requests are made."""
    return caldav_output(calendar, include="[anniversaries]")


def fresh(calendar: Calendar, folder: Path, name: str) -> tuple[Calendar, World]:
    """An empty calendar of its own with foreign entries in it, and people who use it."""
    url = calendar.url.rstrip("/").rpartition("/")[0] + f"/{name}/"
    status, _, answer = calendar.request("MKCALENDAR", url)
    assert status == 201, answer
    own = replace(calendar, url=url)
    for number in range(2):
        own.put(f"{url}foreign-{number}.ics", FOREIGN.format(uid=f"foreign-{number}"))
    (folder / name).mkdir()
    return own, World(folder / name, [], state=f"states/{RELATIONSHIP}")


def stands(calendar: Calendar) -> dict[str, str]:
    """Everything in the calendar, by the last part of its href."""
    return {href.rpartition("/")[2]: data for href, data in calendar.objects().items()}


def run_killed(world: World, killer: Killer) -> None:
    """The real command in a process of its own, which the killer may end."""
    world.write()
    command = [sys.executable, "-m", "fondly", "--config", str(world.config), "--now", NOW.isoformat(), "-q", "sync"]
    env = {**os.environ, "FONDLY_STATE_DIR": str(world.folder / "states")}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        killer.process = process
        _, said = process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if killer.hit else 0), said


def undisturbed(calendar: Calendar, folder: Path, scenario: str) -> dict[str, str]:
    """What stands there after a run that nobody disturbs."""
    own, world = fresh(calendar, folder, "undisturbed")
    world.outputs = [only_days(own)]
    for world.dates in SCENARIOS[scenario]:
        if world.dates:
            world.sync()
    return stands(own)


def try_all(
    calendar: Calendar, proxy: Proxy, folder: Path, scenario: str, *more: Callable[[Request, Forward], Response]
) -> int:
    """Each boundary of the scenario, before and after; how many were tried."""
    wanted = undisturbed(calendar, folder, scenario)
    before, after = SCENARIOS[scenario]
    host = proxy.calendar.url.partition("/ana")[0]
    for number in range(100):
        for done in (False, True):
            own, world = fresh(calendar, folder, f"boundary-{number}-{done}")
            foreign = stands(own)
            world.outputs = [only_days(replace(own, url=f"{host}/ana{own.url.partition('/ana')[2]}"))]
            if before:
                world.dates = before
                world.sync()
            world.dates = after
            killer = Killer(number, done)
            with proxy.doing(killer, *more):
                run_killed(world, killer)
            if not killer.hit:
                assert stands(own) == wanted
                return 2 * number
            healed = world.sync().deliveries[0].report
            assert healed.error is None, healed.error
            assert stands(own) == wanted, f"killed {'after' if done else 'before'} request {number}"
            assert stands(own).items() >= foreign.items()
            assert counts(world.sync()) == {}
    raise AssertionError("it never ends")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_every_boundary(
    calendar: Calendar, tmp_path: Path, scenario: str, record_property: Callable[[str, object], None]
) -> None:
    """Nothing twice, nothing foreign changed, byte for byte the calendar of an undisturbed run."""
    assert "birthday" in CONFIG
    with faulty(calendar) as proxy:
        tried = try_all(calendar, proxy, tmp_path, scenario)
    record_property("request boundaries at which a sync was killed", tried)
    assert tried >= 2 * 8


def test_killed_with_eight_requests_in_flight(
    calendar: Calendar, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Far away from the server several writes are under way at once; the same holds."""
    with faulty(calendar) as proxy:
        tried = try_all(calendar, proxy, tmp_path, "create, update and delete", delay(0.04))
    record_property("request boundaries at which a sync was killed", tried)
    assert tried >= 2 * 8
