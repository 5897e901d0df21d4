"""How long syncing takes beside vdirsyncer, with the same entries on the same Radicale, in one run, as ratios."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from faults import Proxy, delay, faulty
from fondly.preparing import local_now
from fondly.rereading import Configs
from fondly.run import sync
from servers import Calendar
from support import RELATIONSHIP
from world import NOW, World, caldav_output

ENTRIES = 500
ROUNDS = 7
EXTRA = "dates: off\nrhythm: {most_per_week: 0}"


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """vdirsyncer in an environment of its own."""
    return installed(tmp_path_factory.mktemp("vdirsyncer"), "vdirsyncer") / "vdirsyncer"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """fondly in an environment of its own, as people have it: without what the tests need."""
    return installed(tmp_path_factory.mktemp("fondly"), str(Path(__file__).parents[2])) / "fondly"


def installed(folder: Path, package: str) -> Path:
    """Where the programs of that package are, in a new environment."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, package], check=True, capture_output=True)
    return folder / "bin"


def days(number: int) -> list[str]:
    """So many days to remember, each of which comes twice within two years."""
    return [
        f"{{id: day-{n}, name: Day {n}, date: {1960 + n % 60}-{1 + n % 12:02}-{1 + n % 28:02}, kind: dating}}"
        for n in range(number)
    ]


class Fondly:
    """fondly, as a whole process."""

    def __init__(self, program: Path, calendar: Calendar, folder: Path) -> None:
        folder.mkdir()
        dates = days(ENTRIES // 2 - 2)
        self.world = World(folder, [caldav_output(calendar)], dates, EXTRA, state=f"states/{RELATIONSHIP}")
        self.world.write()
        self.env = {**os.environ, "FONDLY_STATE_DIR": str(folder / "states")}
        self.command = [str(program), "--config", str(self.world.config), "--now", NOW.isoformat()]

    def __call__(self) -> None:
        """One sync."""
        subprocess.run([*self.command, "-q", "sync"], env=self.env, check=True)


class Vdirsyncer:
    """vdirsyncer between a folder and a calendar, as a whole process."""

    def __init__(self, program: Path, calendar: Calendar, folder: Path) -> None:
        folder.mkdir()
        self.local = folder / "local"
        self.local.mkdir()
        config = folder / "config"
        config.write_text(
            f'[general]\nstatus_path = "{folder}/status/"\n[pair p]\na = "local"\nb = "remote"\ncollections = null\n'
            f'[storage local]\ntype = "filesystem"\npath = "{self.local}"\nfileext = ".ics"\n[storage remote]\n'
            f'type = "caldav"\nurl = "{calendar.url}"\nusername = "{calendar.user}"\n'
            f'password = "{calendar.password}"\n',
            encoding="utf-8",
        )
        self.command = [str(program), "-v", "ERROR", "-c", str(config)]
        subprocess.run([*self.command, "discover"], input=b"y\n", check=True, capture_output=True)

    def __call__(self) -> None:
        """One sync."""
        subprocess.run([*self.command, "sync"], check=True, capture_output=True)


def best_of(rounds: int, *ways: Callable[[], None]) -> list[float]:
    """The best time (seconds) of each way, tried in turns, so that a busy moment meets all of them."""
    best = [float("inf")] * len(ways)
    for _ in range(rounds):
        for index, way in enumerate(ways):
            begin = time.perf_counter()
            way()
            best[index] = min(best[index], time.perf_counter() - begin)
    return best


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Calendar]:
    """The server of both."""
    with apart(tmp_path) as found:
        yield found


@contextmanager
def apart(folder: Path, *how: str) -> Iterator[Calendar]:
    """A Radicale in a process of its own, so that its work is not ours."""
    program = Path(__file__).parents[1] / "serve_radicale.py"
    command = [sys.executable, str(program), str(folder), *how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url, user, password = server.stdout.readline().rstrip("\n").split("\t")
            yield Calendar(url, user, password)
        finally:
            server.terminate()


def another(calendar: Calendar, name: str) -> Calendar:
    """One more empty calendar there."""
    url = calendar.url.rstrip("/").rpartition("/")[0] + f"/{name}/"
    status, _, answer = calendar.request("MKCALENDAR", url)
    assert status == 201, answer
    return replace(calendar, url=url)


@pytest.mark.bench
def test_no_change(radicale: Calendar, tmp_path: Path, program: Path, peer: Path) -> None:
    """Nothing changed: at most 1.0 of vdirsyncer's time as whole processes, 0.2 from the second round of --every."""
    fondly = Fondly(program, radicale, tmp_path / "fondly")
    fondly()
    assert ENTRIES - 10 <= len(radicale.hrefs()) <= ENTRIES + 10
    theirs = Vdirsyncer(peer, radicale, tmp_path / "vdirsyncer")
    theirs()
    assert len(list(theirs.local.iterdir())) == len(radicale.hrefs())

    world = fondly.world
    configs = Configs(world.config)

    def again() -> None:
        prepared = configs.prepared(NOW)
        run = sync(prepared, world.folder / world.state, local_now(prepared.relationship, NOW))
        report = run.deliveries[0].report
        assert (report.error, report.requests) == (None, 1)

    again()
    ours, within, peers = best_of(ROUNDS, fondly, again, theirs)
    print(
        f"\nno change, {ENTRIES} entries: fondly {ours:.2f} s, vdirsyncer {peers:.2f} s: {ours / peers:.2f} (at most 1)"
    )
    print(f"a further round: {within * 1000:.0f} ms, {within / peers:.2f} of vdirsyncer (at most 0.2)")
    assert ours / peers <= 1.0
    assert within / peers <= 0.2


@pytest.mark.bench
def test_first_sync_far_away(radicale: Calendar, tmp_path: Path, program: Path, peer: Path) -> None:
    """The first sync over a network that takes 200 ms: at most 0.4 of vdirsyncer's time."""
    fondly = Fondly(program, radicale, tmp_path / "near")
    fondly()
    objects = radicale.objects()
    mine, yours = another(radicale, "mine"), another(radicale, "yours")
    with faulty(mine) as near, faulty(yours) as far:
        times = []
        for proxy, make in ((near, _fondly(program, tmp_path)), (far, _vdirsyncer(tmp_path, peer, objects))):
            sync = make(proxy)
            with proxy.doing(delay(0.2)):
                begin = time.perf_counter()
                sync()
                times.append(time.perf_counter() - begin)
        assert len(mine.hrefs()) == len(yours.hrefs()) == len(objects)
    print(f"\nfirst sync, {len(objects)} entries, 200 ms: fondly {times[0]:.1f} s, vdirsyncer {times[1]:.1f} s")
    print(f"{times[0] / times[1]:.2f} of vdirsyncer (at most 0.4)")
    assert times[0] / times[1] <= 0.4


def _fondly(program: Path, folder: Path) -> Callable[[Proxy], Callable[[], None]]:
    return lambda proxy: Fondly(program, proxy.calendar, folder / "far-fondly")


def _vdirsyncer(folder: Path, peer: Path, objects: dict[str, str]) -> Callable[[Proxy], Callable[[], None]]:
    def make(proxy: Proxy) -> Callable[[], None]:
        theirs = Vdirsyncer(peer, proxy.calendar, folder / "far-vdirsyncer")
        for href, data in objects.items():
            (theirs.local / href.rpartition("/")[2]).write_text(data, encoding="utf-8", newline="")
        return theirs

    return make


class Days(World):
    """People with many days to remember, three years ahead."""

    def write(self) -> None:
        """Write the config file as it is now."""
        super().write()
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(
            text.replace("anniversaries:\n", "anniversaries:\n  horizon: 3 years\n"), encoding="utf-8"
        )


def cpu_of(entries: int, folder: Path) -> list[float]:
    """The processor's seconds of this process for a first sync, for one that reads everything again, because somebody
    touched it all, and for one without change."""
    folder.mkdir()
    with apart(folder, "quick") as calendar:
        world = Days(folder, [caldav_output(calendar)], days(entries // 3), EXTRA)
        found = []
        for number in range(3):
            if number == 1:
                touch_all(folder)
            begin = used()
            report = world.sync().deliveries[0].report
            found.append(used() - begin)
            assert report.error is None, report.error
            assert abs(report.created + report.unchanged - entries) < max(6, entries / 20)
        assert report.requests == 1
    return found


def touch_all(folder: Path) -> None:
    """Every entry gets another version, as if a program had written it again as it was."""
    for path in folder.rglob("*.ics"):
        text = path.read_bytes()
        path.write_bytes(text.replace(b"END:VEVENT", b"X-TOUCHED:yes\r\nEND:VEVENT"))


def used() -> float:
    """The processor's seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.bench
def test_cpu_grows_linearly(tmp_path: Path) -> None:
    """Ten times the entries take ten times the processor, and at most a quarter more, up to 5,000 entries."""
    cpu_of(20, tmp_path / "warm")
    before, large, after = (
        cpu_of(n, tmp_path / name) for n, name in ((500, "before"), (5000, "large"), (500, "after"))
    )
    small = [(one + other) / 2 for one, other in zip(before, after, strict=True)]  # the machine may be slower by then
    names = ("first sync", "all touched", "no change")
    for name, one, ten in zip(names, small, large, strict=True):
        print(
            f"\n{name}: 500 entries {one:.2f} s, 5,000 entries {ten:.2f} s of CPU: {ten / one:.1f} times (at most 12.5)"
        )
    for one, ten in zip(small, large, strict=True):
        assert ten / one <= 12.5
