"""The main job against real CalDAV servers."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from servers import Calendar
from world import MOVE, NOW, WEDDING, World, caldav_output, counts, error

FOREIGN = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody//Else//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20261205\r
DTEND;VALUE=DATE:20261206\r
RRULE:FREQ=YEARLY\r
SUMMARY:{title}\r
X-SOMETHING;X-ODD=yes:kept\\, as it is\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def world(calendar: Calendar, tmp_path: Path) -> World:
    """A couple with one shared calendar."""
    return World(tmp_path, [caldav_output(calendar)])


def body(text: str) -> list[str]:
    """The logical lines of an object."""
    return text.replace("\r\n ", "").replace("\r\n", "\n").splitlines()


def test_first_creates_second_writes_nothing(world: World, calendar: Calendar) -> None:
    """The first run brings everything, the second needs one request and writes nothing."""
    first = world.sync()
    assert first.exit_code == 0
    created = counts(first)["created"]
    assert created > 10
    before = calendar.objects()
    assert len(before) == created
    second = world.sync()
    assert counts(second) == {}
    assert second.deliveries[0].report.requests == 1
    assert calendar.objects() == before


def test_first_sync_costs_few_requests(world: World) -> None:
    """N new entries cost N requests and at most four more."""
    report = world.sync().deliveries[0].report
    assert report.requests <= report.created + 4


def test_what_arrives(world: World, calendar: Calendar) -> None:
    """The wedding stands there as an all-day event with its count, its UID and its marks."""
    world.sync()
    lines = body(calendar.get(calendar.find("Wedding: 12 years")))
    assert "DTSTART;VALUE=DATE:20270620" in lines
    assert "DTEND;VALUE=DATE:20270621" in lines
    assert "TRANSP:TRANSPARENT" in lines
    assert "SEQUENCE:0" in lines
    assert any(line.startswith("X-REF:1-0-") for line in lines)
    assert any(line.startswith("X-BASE:") for line in lines)
    assert not any(line.startswith(("ORGANIZER", "ATTENDEE")) for line in lines)


def test_changed_config_updates_only_what_changed(world: World, calendar: Calendar) -> None:
    """Another name for an anniversary changes its entries alone, in place, with a higher SEQUENCE."""
    world.sync()
    before = calendar.objects()
    world.dates = [WEDDING.replace("name: Wedding", "name: Our wedding"), MOVE]
    world.now = NOW + dt.timedelta(hours=2)
    assert counts(world.sync()) == {"updated": 2}
    after = calendar.objects()
    changed = {href for href in before if before[href] != after[href]}
    assert before.keys() == after.keys()
    assert len(changed) == 2
    lines = body(after[calendar.find("Our wedding: 12 years")])
    assert "LAST-MODIFIED:20261122T100000Z" in lines
    assert "SEQUENCE:468600" in lines  # minutes since 2026-01-01T00:00:00Z
    assert counts(world.sync()) == {}


def test_removed_anniversary_goes(world: World, calendar: Calendar) -> None:
    """What the config no longer names goes, and nothing else does."""
    world.sync()
    before = calendar.objects()
    gone = {href for href, data in before.items() if "SUMMARY:First flat" in data}
    world.dates = [WEDDING]
    assert counts(world.sync()) == {"deleted": len(gone)}
    assert calendar.objects() == {href: data for href, data in before.items() if href not in gone}


def test_what_was_removed_comes_back_under_another_uid(world: World, calendar: Calendar) -> None:
    """An anniversary that fondly itself took away and makes again has a new identity (servers with a trash bin)."""
    world.sync()
    first = calendar.find("First flat: 7 years")
    world.dates = [WEDDING]
    world.sync()
    world.dates = [WEDDING, MOVE]
    world.sync()
    assert calendar.find("First flat: 7 years") != first
    assert counts(world.sync()) == {}
    world.state = "another-machine"
    assert counts(world.sync()) == {}


def test_foreign_events_keep_every_byte(world: World, calendar: Calendar) -> None:
    """Somebody else's events are the same to the byte through creates, updates and deletes."""
    for number in range(3):
        calendar.put(f"{calendar.url}foreign-{number}.ics", FOREIGN.format(uid=f"foreign-{number}", title="Theirs"))
    foreign = calendar.objects()
    world.sync()
    world.dates = []
    world.now += dt.timedelta(days=1)
    world.sync()
    after = calendar.objects()
    assert {href: after[href] for href in foreign} == foreign


def edit(calendar: Calendar, title: str, old: str, new: str) -> str:
    """A person's hand: change one line of one of our objects; gives its href."""
    href = calendar.find(title)
    data = calendar.get(href)
    assert old in data
    calendar.put(href, data.replace(old, new))
    return href


def test_an_edited_entry_that_the_plan_drops_stays(world: World, calendar: Calendar) -> None:
    """What a person renamed stays as they left it, though nothing wants it any more."""
    world.sync()
    href = edit(calendar, "Wedding: 12 years", "SUMMARY:Wedding: 12 years", "SUMMARY:Dinner at Nona's")
    edited = calendar.get(href)
    world.dates = []
    result = counts(world.sync())
    assert result["kept"] == 1
    assert calendar.get(href) == edited


def test_moved_entry_stays_moved_without_a_journal(world: World, calendar: Calendar) -> None:
    """An object says itself that a person changed it: a lost journal decides as well."""
    world.sync()
    href = edit(calendar, "Wedding: 12 years", "20270620", "20270622")
    edited = calendar.get(href)
    world.state = "another-machine"
    assert counts(world.sync()) == {"kept": 1}
    assert calendar.get(href) == edited


def test_lost_journal_makes_nothing_double(world: World, calendar: Calendar) -> None:
    """With the journal gone the entries are known again by what they bear."""
    world.sync()
    before = calendar.objects()
    world.state = "another-machine"
    assert counts(world.sync()) == {}
    assert calendar.objects() == before


def test_deleted_entry_stays_deleted(world: World, calendar: Calendar) -> None:
    """What a person deleted never comes back, whatever the config wants later."""
    world.sync()
    href = calendar.find("Wedding: 12 years")
    calendar.delete(href)
    assert counts(world.sync()) == {"kept": 1}
    world.dates = [WEDDING.replace("name: Wedding", "name: Our wedding"), MOVE]
    world.sync()
    assert href not in calendar.hrefs()
    assert not [data for data in calendar.objects().values() if "Our wedding: 12" in data]


def test_ticked_todo_is_recorded_once_and_stays(calendar: Calendar, tmp_path: Path) -> None:
    """A VTODO that a person completes is done: told once, never reopened."""
    world = World(tmp_path, [caldav_output(calendar, seen_by="[ana]", practices_as="todo")])
    world.sync()
    href, data = next((h, d) for h, d in calendar.objects().items() if "BEGIN:VTODO" in d)
    calendar.put(href, data.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"))
    assert counts(world.sync()) == {"completed": 1}
    assert counts(world.sync()) == {}
    assert "STATUS:COMPLETED" in calendar.get(href)


def test_undone_todo_goes_the_day_after(calendar: Calendar, tmp_path: Path) -> None:
    """No backlog builds up: a to-do whose day is over is withdrawn, an event stays for two weeks."""
    world = World(tmp_path, [caldav_output(calendar, seen_by="[ana]", practices_as="todo")])
    world.sync()
    todos = [data for data in calendar.objects().values() if "BEGIN:VTODO" in data]
    first = min(line for data in todos for line in body(data) if line.startswith("DUE"))
    day = dt.datetime.strptime(first.rpartition(":")[2], "%Y%m%dT%H%M%S").replace(tzinfo=NOW.tzinfo)
    world.now = day.replace(hour=9) + dt.timedelta(days=1)
    world.sync()
    assert first not in [line for data in calendar.objects().values() for line in body(data)]


def test_somebody_elses_object_with_our_uid(world: World, calendar: Calendar) -> None:
    """An object that fondly did not make is never touched, also where it bears the UID that fondly would use."""
    world.sync()
    href = calendar.find("Wedding: 12 years")
    uid = next(line for line in body(calendar.get(href)) if line.startswith("UID:")).removeprefix("UID:")
    calendar.delete(href)
    foreign = FOREIGN.format(uid=uid, title="Not fondly's").replace("X-SOMETHING", "X-REF:1-0-abcdefgh\r\nX-SOMETHING")
    calendar.put(href, foreign)
    stored = calendar.get(href)
    assert counts(world.sync()) == {"created": 1}
    assert calendar.get(href) == stored
    assert calendar.find("Wedding: 12 years") != href
    assert counts(world.sync()) == {}


def test_killed_between_a_write_and_its_record(world: World, calendar: Calendar, tmp_path: Path) -> None:
    """A run that died after a PUT, before its answer was recorded, leaves nothing double and no false edit."""
    world.sync()
    before = calendar.objects()
    with sqlite3.connect(tmp_path / "state" / "journal.db") as journal:
        journal.execute(
            "UPDATE things SET place = '', version = NULL, pending = 'create', pending_fields = fields, fields = '{}'"
        )
        journal.execute("UPDATE outputs SET state = NULL")
    assert counts(world.sync()) == {}
    assert calendar.objects() == before
    assert world.sync().deliveries[0].report.requests == 1


def test_emptied_calendar_stops_and_asks(world: World, calendar: Calendar) -> None:
    """When all of it is gone at once, nothing is made again and nobody's deletion is concluded."""
    world.sync()
    for href in calendar.hrefs():
        calendar.delete(href)
    assert "none of the" in error(world.sync())
    assert calendar.hrefs() == []


def test_dry_run_writes_nothing(world: World, calendar: Calendar, tmp_path: Path) -> None:
    """A dry run tells each write and makes none, neither there nor in the journal."""
    run = world.sync(dry_run=True)
    assert counts(run)["created"] > 10
    assert [action.verb for action in run.deliveries[0].actions if action.verb == "create"]
    assert calendar.hrefs() == []
    assert not (tmp_path / "state" / "journal.db").exists()


def test_wrong_password_spares_the_others(calendar: Calendar, tmp_path: Path) -> None:
    """One output's failure is its own, told in one line without the secret."""
    if "calendars" in calendar.url:
        pytest.skip("Xandikos asks for no password over plain HTTP")
    wrong = Calendar(calendar.url, calendar.user, "s3cr3t-that-is-wrong")
    file = "{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"
    run = World(tmp_path, [caldav_output(wrong), file]).sync()
    assert run.exit_code == 1
    assert "does not accept the username and password" in error(run)
    assert "s3cr3t" not in error(run)
    assert counts(run, "file")["created"] > 10


def test_no_such_calendar_and_no_such_server(calendar: Calendar, tmp_path: Path) -> None:
    """A wrong address is told in one line; nothing is concluded from it."""
    missing = Calendar(calendar.url.rstrip("/") + "-elsewhere/", calendar.user, calendar.password)
    assert "no calendar at that address" in error(World(tmp_path, [caldav_output(missing)]).sync())
    nowhere = Calendar("http://127.0.0.1:1/dav/", calendar.user, calendar.password)
    assert "refused" in error(World(tmp_path, [caldav_output(nowhere)]).sync())


def test_practices_are_tidied_away_dates_stay(world: World, calendar: Calendar) -> None:
    """A past practice goes after two weeks; a past date night and anniversary stay where they were."""
    world.sync()
    world.now = NOW + dt.timedelta(days=40)
    world.sync()
    past = []
    for data in calendar.objects().values():
        lines = body(data[data.index("BEGIN:VEVENT") :])
        day = next(line.rpartition(":")[2][:8] for line in lines if line.startswith("DTSTART"))
        if day < "20261218":
            past.append(next(line for line in lines if line.startswith("CATEGORIES:")))
    assert sorted(set(past)) == ["CATEGORIES:Anniversary", "CATEGORIES:Date"]


def test_neither_netrc_nor_a_proxy_is_asked(
    calendar: Calendar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what the config names is spoken to, with what the config says."""
    if "calendars" in calendar.url:
        pytest.skip("Xandikos asks for no password over plain HTTP")
    netrc = tmp_path / "netrc"
    netrc.write_text(
        f"machine 127.0.0.1 login {calendar.user} password {calendar.password.split()[0]}\n", encoding="utf-8"
    )
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert counts(World(tmp_path, [caldav_output(calendar)]).sync())["created"] > 10
    nobody = f'{{name: ours, kind: caldav, url: "{calendar.url}", seen_by: [ana]}}'
    assert error(World(tmp_path, [nobody], state="other").sync())
