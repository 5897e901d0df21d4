"""Cases 7 to 12 of DESIGN §9: alarms, moves, edits and deletions by people."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from faults import Proxy
from fondly.outputs.guarding import Consent
from hands_of import LATER, RENAMED, TITLE, edit, line, lines, quiet
from servers import Calendar
from world import MOVE, WEDDING, World, caldav_output, counts

YES = Consent(yes=True)
ACKNOWLEDGED = ("END:VALARM", "ACKNOWLEDGED:20261201T080000Z\r\nX-MOZ-LASTACK:20261201T080000Z\r\nEND:VALARM")
SNOOZE = (
    "END:VEVENT",
    "BEGIN:VALARM\r\nUID:snooze-1\r\nACTION:DISPLAY\r\nDESCRIPTION:Again\r\nTRIGGER;VALUE=DATE-TIME:20261201T090000Z\r\n"
    "RELATED-TO;RELTYPE=SNOOZE:alarm-1\r\nEND:VALARM\r\nX-MOZ-SNOOZE-TIME:20261201T090000Z\r\nEND:VEVENT",
)


@pytest.mark.parametrize("change", [ACKNOWLEDGED, SNOOZE], ids=["dismissed", "snoozed"])
def test_07_an_alarm_is_dismissed_or_snoozed(
    proxy: Proxy, calendar: Calendar, tmp_path: Path, change: tuple[str, str]
) -> None:
    """That is no edit: nothing is written, it is kept, and it stays through a change of the title."""
    world = World(tmp_path, [caldav_output(proxy.calendar, seen_by="[ana]", alarms="yes")])
    world.sync()
    href = edit(calendar, TITLE, change)
    assert counts(world.sync()) == {}
    world.dates = [RENAMED, MOVE]
    assert counts(world.sync()) == {"updated": 2}
    text = "\r\n".join(lines(calendar.get(href)))
    assert "SUMMARY:Our wedding: 12 years" in text
    kept = change[1].removesuffix(change[0]).strip()
    assert all(one in text for one in kept.split("\r\n"))


@pytest.mark.parametrize("journal", ["there", "lost"])
def test_08_the_person_moves_an_entry(world: World, calendar: Calendar, journal: str) -> None:
    """It stays where they moved it, also when the plan moves it elsewhere and when the journal is lost."""
    world.sync()
    href = edit(calendar, TITLE, ("20270620", "20270626"), ("20270621", "20270627"))
    assert counts(world.sync()) == {"kept": 1}
    if journal == "lost":
        world.state = "another-machine"
    world.dates = [LATER, MOVE]
    result = counts(world.sync())
    assert result["kept"] == 1
    assert line(calendar.get(href), "DTSTART") == "DTSTART;VALUE=DATE:20270626"
    assert quiet(world)


@pytest.mark.parametrize("journal", ["there", "lost"])
def test_09_the_person_edits_the_title_and_the_plan_changes_the_time(
    world: World, calendar: Calendar, journal: str
) -> None:
    """Both stand."""
    world.sync()
    href = edit(calendar, TITLE, (f"SUMMARY:{TITLE}", "SUMMARY:Dinner at Nona's"))
    if journal == "lost":
        world.state = "another-machine"
    world.dates = [LATER, MOVE]
    assert counts(world.sync()) == {"updated": 2, "kept": 1}
    text = calendar.get(href)
    assert line(text, "SUMMARY") == "SUMMARY:Dinner at Nona's"
    assert line(text, "DTSTART") == "DTSTART;VALUE=DATE:20270621"
    assert counts(world.sync()) == {"kept": 1}
    edit(calendar, "Dinner at Nona", ("SUMMARY:Dinner at Nona's", f"SUMMARY:{TITLE}"))
    world.dates = [RENAMED, MOVE]
    assert counts(world.sync()) == {"updated": 2}, "a title that was put back follows the plan again"
    assert line(calendar.get(href), "SUMMARY") == "SUMMARY:Our wedding: 12 years"


def test_10_the_person_deletes(world: World, calendar: Calendar) -> None:
    """It never comes back by itself: not after a change of the config, not with the backup of a lost journal."""
    world.sync()
    href = calendar.find(TITLE)
    calendar.delete(href)
    assert counts(world.sync()) == {"kept": 1}
    world.dates = [RENAMED, MOVE]
    world.sync()
    (world.folder / world.state / "journal.db").unlink()
    assert "created" not in counts(world.sync())
    assert href not in calendar.hrefs()
    assert not [data for data in calendar.objects().values() if "12 years" in data]


def test_10_without_journal_and_backup_it_asks(world: World, calendar: Calendar) -> None:
    """Nobody knows then whether it was deleted: it is made after a yes alone, and from today on."""
    world.sync()
    href = calendar.find(TITLE)
    calendar.delete(href)
    world.state = "another-machine"
    run = world.sync()
    assert counts(run) == {}
    assert "an entry is not made" in run.deliveries[0].report.notes[0]
    assert "created" not in counts(world.sync()), "asking once is no yes"
    assert href not in calendar.hrefs()
    assert counts(world.sync(consent=YES)) == {"created": 1}
    assert calendar.find(TITLE) == href
    world.now += dt.timedelta(days=400)
    world.state = "a-third-machine"
    world.sync(consent=YES)
    assert not [data for data in calendar.objects().values() if "First flat: 6 years" in data and "2026120" not in data]


def test_11_a_persons_recurring_edits(world: World, calendar: Calendar) -> None:
    """Their rule, their exception, their override survive to the byte while the title changes, and hold the time."""
    world.sync()
    rule = "RRULE:FREQ=YEARLY;COUNT=5\r\nEXDATE;VALUE=DATE:20280620\r\nATTACH:https://example.org/menu.pdf\r\n"
    href = edit(calendar, TITLE, ("SUMMARY:", f"{rule}SUMMARY:"))
    text = calendar.get(href)
    uid = line(text, "UID")
    override = (
        f"BEGIN:VEVENT\r\n{uid}\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;VALUE=DATE:20290620\r\n"
        "DTSTART;VALUE=DATE:20290623\r\nDTEND;VALUE=DATE:20290624\r\nSUMMARY:With the children\r\nEND:VEVENT\r\n"
    )
    calendar.put(href, text.replace("END:VCALENDAR", f"{override}END:VCALENDAR"))
    assert counts(world.sync()) == {"kept": 1}
    world.dates = [RENAMED.replace("2015-06-20", "2015-06-21"), MOVE]
    assert counts(world.sync()) == {"updated": 2, "kept": 1}
    after = "\r\n".join(lines(calendar.get(href)))
    assert "SUMMARY:Our wedding: 12 years" in after
    assert "SUMMARY:With the children" in after
    assert "RECURRENCE-ID;VALUE=DATE:20290620" in after
    assert all(one in after for one in rule.strip().split("\r\n"))
    assert "DTSTART;VALUE=DATE:20270620" in after
    assert counts(world.sync()) == {"kept": 1}
    world.dates = []
    assert counts(world.sync())["kept"] == 1
    assert href in calendar.hrefs()


def test_12_moved_to_another_calendar(world: World, calendar: Calendar) -> None:
    """Gone here is deleted here: it is not made again, and the one over there is nobody's business."""
    world.sync()
    elsewhere = calendar.url.rstrip("/") + "-elsewhere/"
    status, _, answer = calendar.request("MKCALENDAR", elsewhere)
    assert status == 201, answer
    href = calendar.find(TITLE)
    data = calendar.get(href)
    calendar.delete(href)
    other = Calendar(elsewhere, calendar.user, calendar.password)
    other.put(elsewhere + href.rpartition("/")[2], data)
    stored = other.objects()
    assert counts(world.sync()) == {"kept": 1}
    world.dates = [WEDDING.replace("kind: wedding", "kind: custom"), MOVE]
    world.sync()
    assert href not in calendar.hrefs()
    assert other.objects() == stored
