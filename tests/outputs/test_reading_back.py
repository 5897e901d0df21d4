"""What people did in their own tools, read back: ticks and how far they travel, skips, and what becomes of places."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from faults import DroppedError, faulty, on
from fondly.journal import Journal
from fondly.outputs.guarding import Consent
from hands_of import line
from servers import Calendar
from world import MOVE, WEDDING, World, caldav_output, counts, error

GRATITUDE = "practices: {gratitude: {every: weekly}}"


def beside(calendar: Calendar, name: str) -> Calendar:
    """One more calendar."""
    url = calendar.url.rstrip("/").rpartition("/")[0] + f"/{name}/"
    status, _, answer = calendar.request("MKCALENDAR", url)
    assert status == 201, answer
    return replace(calendar, url=url)


@pytest.fixture
def places(calendar: Calendar) -> dict[str, Calendar]:
    """A shared calendar, and one of each of them."""
    return {"ours": calendar, "mine": beside(calendar, "mine"), "bens": beside(calendar, "bens")}


@pytest.fixture
def world(places: dict[str, Calendar], tmp_path: Path) -> World:
    """Ana, who runs fondly for both of them."""
    outputs = [
        caldav_output(places["ours"]),
        caldav_output(places["mine"], name="mine", seen_by="[ana]", practices_as="todo"),
        caldav_output(places["bens"], name="bens", seen_by="[ben]"),
    ]
    return World(tmp_path, outputs, extra=GRATITUDE)


def journal_of(world: World) -> Journal:
    """The journal as it is now."""
    return Journal(world.folder / world.state / "journal.db")


def shared_title(places: dict[str, Calendar]) -> tuple[str, str]:
    """The title of a practice that stands in all three calendars, and its line for the time."""
    everywhere = []
    for calendar in places.values():
        timed = [data for data in calendar.objects().values() if "DTSTART;TZID" in data and "Date night" not in data]
        everywhere.append({line(data, "SUMMARY"): data for data in timed})
    title = sorted(set.intersection(*(set(one) for one in everywhere)))[0]
    return title.removeprefix("SUMMARY:"), line(everywhere[0][title], "DTSTART")


def tick(calendar: Calendar, title: str) -> str:
    """A person's tick, as the programs of their calendar make it."""
    href = calendar.find(title)
    data = calendar.get(href)
    ticked = data.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED\r\nCOMPLETED:20261122T091500Z")
    calendar.put(href, ticked if ticked != data else data.replace("SUMMARY:", "SUMMARY:✔ "))
    return href


def done_in(calendar: Calendar, title: str) -> bool:
    """Whether that calendar shows it as done."""
    data = next(data for data in calendar.objects().values() if title in data.replace("\r\n ", ""))
    summary = line(data, "SUMMARY").removeprefix("SUMMARY:")
    return summary.startswith(("✓", "✔")) or "STATUS:COMPLETED" in data


@pytest.mark.parametrize(
    ("where", "shown"),
    [("ours", {"ours", "mine", "bens"}), ("mine", {"mine"}), ("bens", {"bens"}), ("fondly done", {"mine"})],
)
def test_how_far_a_tick_travels(world: World, places: dict[str, Calendar], where: str, shown: set[str]) -> None:
    """Only to places whose readers could all see it where it was made; when it was done is told to nobody."""
    world.sync()
    title, _ = shared_title(places)
    if where == "fondly done":
        id = next(row.entry_id for row in rows(world, "mine") if row.fields["su"] == title)
        journal = journal_of(world)
        journal.tick(id, world.now.date())
        journal.close()
    else:
        tick(places[where], title)
        run = world.sync()
        assert sum(delivery.report.completed for delivery in run.deliveries) == 1
    world.sync()
    assert {name for name, calendar in places.items() if done_in(calendar, title)} == shown
    for name in shown - {where}:
        text = places[name].get(places[name].find(title) if name == "mine" else find(places[name], title))
        assert "091500" not in text
    for _ in range(2):
        run = world.sync()
        assert not any(d.report.completed or d.report.updated for d in run.deliveries)


def rows(world: World, output: str) -> list:  # type: ignore[type-arg]
    """What the journal remembers of an output."""
    journal = journal_of(world)
    try:
        return list(journal.remembered(output).values())
    finally:
        journal.close()


def find(calendar: Calendar, title: str) -> str:
    """The href of what bears that title, ticked or not."""
    return next(href for href, data in calendar.objects().items() if title in data.replace("\r\n ", ""))


def test_a_tick_that_is_taken_back(world: World, places: dict[str, Calendar]) -> None:
    """It goes where it had travelled to."""
    world.sync()
    title, _ = shared_title(places)
    href = tick(places["ours"], title)
    world.sync()
    world.sync()
    assert all(done_in(calendar, title) for calendar in places.values())
    data = places["ours"].get(href)
    places["ours"].put(href, data.replace("SUMMARY:✔ ", "SUMMARY:"))
    world.sync()
    world.sync()
    assert not any(done_in(calendar, title) for calendar in places.values())
    assert journal_of(world).ticks() == {}


def test_an_anniversary_is_nothing_to_tick(world: World, places: dict[str, Calendar]) -> None:
    """Who puts a tick before a day to remember has it there, and nowhere else."""
    world.sync()
    tick(places["ours"], "Wedding: 12 years")
    world.sync()
    world.sync()
    assert not done_in(places["mine"], "Wedding: 12 years")


@pytest.mark.parametrize(("where", "skipped"), [("mine", True), ("ours", False), ("bens", False)])
def test_a_deletion(world: World, places: dict[str, Calendar], where: str, skipped: bool) -> None:
    """Where ``me`` alone sees it, it lets the thing go; where others see it, it is nobody's skip."""
    world.sync()
    title, _ = shared_title(places)
    places[where].delete(find(places[where], title))
    world.sync()
    world.sync()
    assert bool(journal_of(world).past().history.let_go) is skipped
    for name, calendar in places.items():
        stands = any(title in data.replace("\r\n ", "") for data in calendar.objects().values())
        assert stands is (name != where and not skipped)


def test_a_cancelled_todo_is_let_go(world: World, places: dict[str, Calendar]) -> None:
    """A to-do that a person cancels is a skip, silently, and stays as they left it."""
    world.sync()
    title, _ = shared_title(places)
    href = places["mine"].find(title)
    places["mine"].put(href, places["mine"].get(href).replace("STATUS:NEEDS-ACTION", "STATUS:CANCELLED"))
    world.sync()
    world.sync()
    assert len(journal_of(world).past().history.let_go) == 1
    assert "STATUS:CANCELLED" in places["mine"].get(href)


def test_a_deleted_birthday_is_nobodys_skip(world: World, places: dict[str, Calendar]) -> None:
    """Who deletes a day to remember from a calendar of their own has it gone there, and nowhere else."""
    world.sync()
    places["mine"].delete(places["mine"].find("Wedding: 12 years"))
    world.sync()
    world.sync()
    assert places["ours"].find("Wedding: 12 years")


def test_another_name_keeps_the_entries(calendar: Calendar, tmp_path: Path) -> None:
    """An output with another name at the same address writes nothing, and changes go on under the new one."""
    world = World(tmp_path, [caldav_output(calendar)])
    world.sync()
    before = calendar.objects()
    world.outputs = [caldav_output(calendar, name="together")]
    assert counts(world.sync(dry_run=True), "together") == {}
    run = world.sync()
    assert counts(run, "together") == {}
    assert run.notes == ("together: it was named 'ours' before, and keeps its entries",)
    assert calendar.objects() == before
    world.dates = [WEDDING.replace("name: Wedding", "name: Our wedding"), MOVE]
    run = world.sync()
    assert counts(run, "together") == {"updated": 2}
    assert run.notes == ()
    assert calendar.objects().keys() == before.keys()
    world.outputs = [caldav_output(calendar, name="us")]
    assert counts(world.sync(), "us") == {}


def test_a_removed_output_is_told(calendar: Calendar, tmp_path: Path) -> None:
    """What stands there stays, and is told."""
    world = World(tmp_path, [caldav_output(calendar), "{name: file, kind: ics, path: us.ics, seen_by: [ana]}"])
    world.sync()
    before = calendar.objects()
    world.outputs = world.outputs[1:]
    assert world.sync().unserved == ("ours",)
    assert calendar.objects() == before


def test_so_many_deletions_are_a_surprise(calendar: Calendar, tmp_path: Path) -> None:
    """A plugin that suddenly drops most of the plan changes nothing there, until --force says that it is right."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    plugin = hooks / "dropper.py"
    text = (
        "from pathlib import Path\nfrom fondly import Change, hookimpl\n\n\n@hookimpl\n"
        "def fondly_adjust_entries(entries, relationship):\n"
        f"    if Path({str(tmp_path / 'now')!r}).exists():\n        return Change(drop=tuple(e.id for e in entries))\n"
    )
    plugin.write_text(text, encoding="utf-8")
    plugin.chmod(0o600)
    hooks.chmod(0o700)
    world = World(tmp_path, [caldav_output(calendar)])
    world.sync()
    before = calendar.objects()
    (tmp_path / "now").touch()
    problem = error(world.sync())
    assert f"{len(before)} of the {len(before)} entries there would be removed" in problem
    assert "--force" in problem
    assert calendar.objects() == before
    assert counts(world.sync(consent=Consent(force=True))) == {"deleted": len(before)}


def test_a_pause_explains_it(calendar: Calendar, tmp_path: Path) -> None:
    """A pause, and a config that names fewer things, take most of it away without a question."""
    world = World(tmp_path, [caldav_output(calendar)], dates=[])
    world.sync()
    journal = journal_of(world)
    journal.memory.rest("pause", world.now.date(), None)
    journal.close()
    assert counts(world.sync())["deleted"] > 10


@pytest.mark.parametrize(("ran", "then", "day"), [((0, 1, 1), 1, 25), ((0, 1), 4, 27)], ids=["daily", "now and then"])
def test_after_three_days_something_needs_a_look(
    calendar: Calendar, tmp_path: Path, ran: tuple[int, ...], then: int, day: int
) -> None:
    """One entry where ``me`` alone sees it, on the day it was first told; it goes once all is well."""
    mine = beside(calendar, "mine")
    with faulty(calendar) as proxy:

        def down(*_: object) -> None:
            raise DroppedError

        outputs = [caldav_output(proxy.calendar), caldav_output(mine, name="mine", seen_by="[ana]")]
        world = World(tmp_path, outputs)
        world.sync()
        with proxy.doing(on("PROPFIND REPORT PUT", down)):  # type: ignore[arg-type]
            for days in ran:
                world.now += dt.timedelta(days=days)
                world.sync()
                assert not any("needs a look" in data for data in mine.objects().values())
            for number in range(3):
                world.now += dt.timedelta(days=1 if number else then)
                world.sync()
                (found,) = [data for data in mine.objects().values() if "needs a look" in data]
                assert line(found, "SUMMARY") == "SUMMARY:fondly needs a look"
                assert line(found, "DTSTART") == f"DTSTART;VALUE=DATE:202611{day}"
                assert "'ours' since 2026-11-22" in found.replace("\r\n ", "")
            assert not any("needs a look" in data for data in calendar.objects().values())
        world.sync()
        world.sync()
        assert not any("needs a look" in data for data in mine.objects().values())
