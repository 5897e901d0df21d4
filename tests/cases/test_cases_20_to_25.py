"""Cases 20 to 25 of DESIGN §9: refusals, busy servers, two at once, lost journals, odd times, one bad entry."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest

from faults import Fault, Forward, Proxy, Request, Response, answer, nth, on
from fondly.journal import Journal
from fondly.outputs.deliver import deliver
from fondly.outputs.guarding import Consent
from fondly.outputs.kinds import CalDavOptions, open_caldav
from fondly.run import Run
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.outputs import OutputContext
from fondly_hooks.types.reports import OutputReport
from hands_of import RENAMED, TITLE, doubles, edit, line, quiet
from servers import Calendar
from support import BERLIN, KEY, RELATIONSHIP, entry
from world import MOVE, NOW, World, caldav_output, counts, error

YES = Consent(yes=True)
FILE = "{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"


@pytest.mark.parametrize("status", [401, 403])
def test_20_refused_midway(proxy: Proxy, calendar: Calendar, tmp_path: Path, status: int) -> None:
    """That output stops and the others are served; one plain line, and no secret in it."""
    world = World(tmp_path, [caldav_output(proxy.calendar), FILE])
    writes = 5

    def refused(request: Request, forward: Forward) -> Response:
        sent = sum(one.method == "PUT" for one in proxy.seen)
        return forward(request) if sent <= writes else Response(status, {}, b"no")

    with proxy.doing(on("PUT", refused)):
        run = world.sync()
    problem = error(run)
    assert ("does not accept" if status == 401 else "does not allow") in problem
    assert calendar.password not in problem
    assert "\n" not in problem
    assert run.exit_code == 1
    assert counts(run, "file")["created"] > 10
    assert len(calendar.hrefs()) == writes
    assert sum(one.method == "PUT" for one in proxy.seen) == writes + 1, "it goes on asking"
    assert "created" in counts(world.sync())
    assert doubles(calendar.objects()) == []
    assert quiet(world)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("when", ["first", "midway"])
def test_21_come_back_later(proxy: Proxy, calendar: Calendar, tmp_path: Path, status: int, when: str) -> None:
    """With Retry-After: 300 the run ends at once, asks nothing more before that time, and goes on afterwards."""
    world = World(tmp_path, [caldav_output(proxy.calendar), FILE])
    busy: Fault = answer(status, Retry_After="300")
    with proxy.doing(busy if when == "first" else nth(4, busy, "PUT")):
        run = world.sync()
    assert "later" in error(run)
    assert "5 minutes" in error(run)
    assert counts(run, "file")["created"] > 10
    asked = len(proxy.seen)
    assert asked == (1 if when == "first" else 7)
    world.now += dt.timedelta(seconds=200)
    assert "fondly goes on after 09:05" in error(world.sync())
    assert len(proxy.seen) == asked, "the server was asked although it wanted to be left alone"
    world.now += dt.timedelta(seconds=101)
    assert counts(world.sync())["created"] > 10
    assert doubles(calendar.objects()) == []


def test_21_a_short_wait_is_waited_for(world: World, calendar: Calendar, proxy: Proxy) -> None:
    """A server that asks for a moment gets it within the run."""
    with proxy.doing(nth(3, answer(503, Retry_After="0"), "PUT"), nth(0, answer(429, Retry_After="0"), "PROPFIND")):
        assert counts(world.sync())["created"] == len(calendar.hrefs())


def both(one: World, two: World) -> list[Run]:
    """Two runs at once."""
    found: list[Run] = []
    threads = [threading.Thread(target=lambda world=world: found.append(world.sync())) for world in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_22_two_machines_on_one_calendar(proxy: Proxy, calendar: Calendar, tmp_path: Path) -> None:
    """One set of entries, whoever was first; the two agree from then on, also when one of them runs days later."""
    worlds = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        worlds.append(World(tmp_path / name, [caldav_output(proxy.calendar)]))
    both(*worlds)
    assert doubles(calendar.objects()) == []
    everything = calendar.objects()
    assert len(everything) == 22
    for world in worlds:
        assert counts(world.sync()) == {}
    assert calendar.objects() == everything
    worlds[0].now += dt.timedelta(days=9)
    worlds[0].sync()
    after = calendar.objects()
    worlds[1].now += dt.timedelta(days=10)
    worlds[1].sync()
    for world in worlds:
        assert "updated" not in counts(world.sync())
    shared = {href: data for href, data in after.items() if href in calendar.objects()}
    assert {href: calendar.objects()[href] for href in shared} == shared, "the first commitment there counts"
    assert doubles(calendar.objects()) == []


def test_22_the_first_commitment_counts(world: World, calendar: Calendar) -> None:
    """A second machine, which would have chosen other words and times on its first day, takes over what stands."""
    world.sync()
    before = calendar.objects()
    alone = World(world.folder, [FILE], world.dates, now=world.now + dt.timedelta(days=10), state="alone")
    alone.sync()
    text = (world.folder / "us.ics").read_text(encoding="utf-8").replace("\r\n ", "").replace("\n ", "")
    titles = {line(data, "SUMMARY") for data in before.values() if "DTSTART;TZID" in data}
    assert titles - set(text.splitlines()), "the second one would have planned the same anyway"
    other = World(world.folder, world.outputs, world.dates, now=world.now + dt.timedelta(days=10), state="another")
    assert not {"updated", "created"} & counts(other.sync()).keys()
    assert counts(other.sync()) == {}
    kept = {href: data for href, data in calendar.objects().items() if href in before}
    assert {href: before[href] for href in kept} == kept
    assert counts(other.sync(consent=YES))["created"] > 0
    world.now = other.now
    assert not {"updated", "created"} & counts(world.sync()).keys()


@pytest.mark.parametrize("how", ["lost", "corrupt", "torn", "rolled back", "newer", "lost with its backup"])
def test_23_the_journal_is_no_good(world: World, calendar: Calendar, how: str) -> None:
    """It is rebuilt from its backup and from what stands there: nothing twice, and what a person did stays done."""
    world.sync()
    folder = world.folder / world.state
    journal, backup = folder / "journal.db", folder / "journal.backup.db"
    old = world.folder / "old.db"
    shutil.copyfile(backup, old)
    deleted = calendar.find("Wedding: 13 years")
    calendar.delete(deleted)
    href = edit(calendar, TITLE, (f"SUMMARY:{TITLE}", "SUMMARY:Dinner at Nona's"))
    world.sync()
    before = calendar.objects()
    if how == "corrupt":
        journal.write_bytes(b"this is no journal" * 1000)
    elif how == "torn":
        with sqlite3.connect(journal) as found:
            found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found.close()
        data = bytearray(journal.read_bytes())
        data[4096 : len(data) // 2] = b"\0" * (len(data) // 2 - 4096)
        journal.write_bytes(data)
    elif how == "newer":
        with sqlite3.connect(journal) as found:
            found.execute("PRAGMA user_version = 999")
        found.close()
        backup.unlink()
    else:
        for path in folder.glob("journal.db*"):
            path.unlink()
        if how == "rolled back":
            shutil.copyfile(old, journal)
        elif how == "lost with its backup":
            backup.unlink()
    if how == "newer":
        from fondly_hooks.errors import FondlyError

        with pytest.raises(FondlyError, match="newer fondly; update fondly, or say --yes"):
            world.sync()
        assert calendar.objects() == before
    shown = world.sync(dry_run=True, consent=Consent(yes=how == "newer"))
    assert calendar.objects() == before
    if how != "newer":
        assert "created" not in counts(shown)
        run = world.sync()
        assert counts(run).get("kept", 0) >= 1
    else:
        run = world.sync(consent=YES)
        calendar.delete(deleted)
        world.sync()
    assert calendar.objects() == before
    assert line(calendar.get(href), "SUMMARY") == "SUMMARY:Dinner at Nona's"
    assert bool(run.notes) == (how not in ("rolled back", "lost with its backup"))
    world.dates = [RENAMED, MOVE]
    world.sync()
    assert doubles(calendar.objects()) == []
    assert deleted not in calendar.hrefs()


EAST, WEST, HALF = map(ZoneInfo, ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"))
STARTS = {
    "a gap": dt.datetime(2027, 3, 28, 2, 30, tzinfo=BERLIN),
    "the first of two": dt.datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN),
    "the second of two": dt.datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=BERLIN),
    "far east": dt.datetime(2027, 1, 1, 0, 30, tzinfo=EAST),
    "far west": dt.datetime(2027, 1, 1, 23, 30, tzinfo=WEST),
    "half an hour": dt.datetime(2027, 4, 4, 1, 45, tzinfo=HALF),
    "a leap day": dt.date(2028, 2, 29),
    "new year": dt.date(2027, 12, 31),
}


@pytest.mark.parametrize("shell", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_24_the_right_local_day_everywhere(
    calendar: Calendar, tmp_path: Path, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gaps, overlaps, far zones and leap days arrive as the instant or the day that was meant, and are no edit."""
    monkeypatch.setenv("TZ", shell)
    journal = Journal(None)
    entries = [entry(start=start, id=f"custom/x/{name}") for name, start in STARTS.items()]

    def run(shown: list[Entry]) -> OutputReport:
        context = OutputContext(
            name="ours", key=KEY, base=tmp_path, now=NOW, timezone="Europe/Berlin", seen_by=frozenset({"ana"})
        )
        options = CalDavOptions.model_validate(
            {"url": calendar.url, "username": calendar.user, "password": calendar.password}
        )
        output = open_caldav(options, context)
        try:
            return deliver(output, OutputReport("ours", "caldav"), shown, journal, RELATIONSHIP, NOW).report
        finally:
            output.close()

    assert run(entries).created == len(entries)
    again = run(entries)
    assert (again.created, again.updated, again.kept) == (0, 0, 0)
    found = []
    for data in calendar.objects().values():
        (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
        start = event["DTSTART"].dt
        found.append(start.astimezone(dt.UTC).isoformat() if isinstance(start, dt.datetime) else start.isoformat())
    meant = [
        one.start.astimezone(dt.UTC).isoformat() if isinstance(one.start, dt.datetime) else one.start.isoformat()
        for one in entries
    ]
    assert sorted(found) == sorted(meant)


def test_24_born_on_29_february(world: World, calendar: Calendar) -> None:
    """The birthday is on the day that was chosen for years without one, and on itself in the others."""
    world.extra = (
        "practices: {gratitude: {every: daily, at: ['evening']}}\nrhythm: {most_per_week: 30, most_per_day: 3}"
    )
    world.sync()
    people = world.config.read_text(encoding="utf-8")
    assert "1992-02-29" in people
    born = [line(data, "DTSTART") for data in calendar.objects().values() if "SUMMARY:Ana turns" in data]
    assert sorted(born) == ["DTSTART;VALUE=DATE:20270228", "DTSTART;VALUE=DATE:20280229"]


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_25_one_bad_entry_among_many(world: World, calendar: Calendar, proxy: Proxy, status: int) -> None:
    """The others are delivered, it is told, and comes as soon as the server takes it."""
    with proxy.doing(nth(7, answer(status), "PUT")):
        run = world.sync()
    assert f"({status})" in error(run)
    report = run.deliveries[0].report
    assert report.created == len(calendar.hrefs()) == 21
    assert counts(world.sync()) == {"created": 1}
    assert doubles(calendar.objects()) == []
    assert quiet(world)
