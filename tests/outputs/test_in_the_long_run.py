"""What happens in years: undone deletions, cleared lists, calendars put back from a backup, machines out of step."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from faults import change_body, faulty, on
from fondly.journal import Journal
from fondly.outputs.guarding import Consent
from hands_of import RENAMED, TITLE, doubles, edit, line, lines, quiet
from servers import Calendar
from world import MOVE, WEDDING, World, caldav_output, counts, error

DOG = "{id: dog, name: The dog came, date: 2021-03-02, kind: custom}"


@pytest.fixture
def world(calendar: Calendar, tmp_path: Path) -> World:
    """A couple with one shared calendar."""
    return World(tmp_path, [caldav_output(calendar)])


def alone(world: World, calendar: Calendar, **more: str) -> None:
    """From now on Ana alone sees it."""
    world.outputs = [caldav_output(calendar, seen_by="[ana]", **more)]


def words(world: World) -> set[tuple[str, str]]:
    """What the journal knows that was said, and done."""
    journal = Journal(world.folder / world.state / "journal.db", copy=True)
    said = set(journal.db.execute("SELECT word, subject FROM words WHERE word != 'had'").fetchall())
    return said | set(journal.db.execute("SELECT 'done', entry_id FROM done").fetchall())


def practice(calendar: Calendar) -> str:
    """The href of the last timed entry that is no date night."""
    timed = {h: d for h, d in calendar.objects().items() if "TZID=Europe" in d and "Date night" not in d}
    return max(timed, key=lambda href: line(timed[href], "DTSTART" if "DTSTART" in timed[href] else "DUE"))


@pytest.mark.parametrize("days", [410, 900])
def test_after_400_days_new_entries_still_come(world: World, calendar: Calendar, days: int) -> None:
    """What is long past stands in the calendar, and makes no run think that it knows nothing of it."""
    world.sync()
    world.now += dt.timedelta(days=days)
    for _ in range(3):
        world.sync()
        world.now += dt.timedelta(days=1)
    world.dates = [*world.dates, DOG]
    run = world.sync()
    assert counts(run)["created"] >= 2
    assert run.deliveries[0].report.notes == ()
    assert len([data for data in calendar.objects().values() if "The dog came" in data]) == 2


def put_back_and_stays(world: World, calendar: Calendar, href: str, data: str) -> None:
    """Put it back as it was: it stays so, and nothing is said of it any more."""
    calendar.put(href, data)
    for _ in range(3):
        assert "deleted" not in counts(world.sync())
        world.now += dt.timedelta(hours=11)
        assert calendar.get(href) == data
    assert words(world) == set()


@pytest.mark.parametrize("kept_as", ["event", "todo"])
def test_a_deletion_that_is_undone(world: World, calendar: Calendar, kept_as: str) -> None:
    """What comes back from a trash bin stays, and was not let go."""
    alone(world, calendar, practices_as=kept_as)
    world.sync()
    href = practice(calendar)
    data = calendar.get(href)
    calendar.delete(href)
    assert counts(world.sync()) == {"kept": 1}
    assert len(words(world)) == 1
    put_back_and_stays(world, calendar, href, data)


def test_a_cancellation_that_is_undone(world: World, calendar: Calendar) -> None:
    """So does what was called off and is on again."""
    alone(world, calendar, practices_as="todo")
    world.sync()
    href = practice(calendar)
    data = calendar.get(href)
    calendar.put(href, data.replace("STATUS:NEEDS-ACTION", "STATUS:CANCELLED"))
    world.sync()
    assert len(words(world)) == 1
    put_back_and_stays(world, calendar, href, data)


def test_a_list_that_is_cleared(world: World, calendar: Calendar) -> None:
    """Whoever removes what is done from a list has done it, and let nothing go."""
    alone(world, calendar, practices_as="todo")
    world.sync()
    href = practice(calendar)
    calendar.put(href, calendar.get(href).replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"))
    assert counts(world.sync())["completed"] == 1
    known = words(world)
    assert len(known) == 1
    calendar.delete(href)
    world.sync()
    assert words(world) == known
    assert href not in calendar.hrefs()
    assert quiet(world)


def test_an_entry_that_cannot_be_read(world: World, calendar: Calendar) -> None:
    """A server that sends something else for one entry has not deleted it, and nobody let it go."""
    alone(world, calendar)
    world.sync()
    href = practice(calendar)
    calendar.put(href, calendar.get(href).replace("SUMMARY:", "SUMMARY:Our "))
    before = calendar.objects()
    with faulty(calendar) as proxy:
        alone(world, proxy.calendar)
        world.sync()
        calendar.put(href, calendar.get(href).replace("SUMMARY:Our ", "SUMMARY:My "))
        gutted = change_body(lambda body: re.sub(rb"BEGIN:VEVENT.*?END:VEVENT\r?\n", b"", body, flags=re.DOTALL))
        with proxy.doing(on("REPORT", gutted, saying="multiget")):
            assert "created" not in counts(world.sync())
        assert words(world) == set()
        assert counts(world.sync()) == {"kept": 1}
    assert set(calendar.hrefs()) == set(before)
    assert line(calendar.get(href), "SUMMARY").startswith("SUMMARY:My ")


def test_a_date_that_goes_and_comes_back_on_one_of_two_machines(world: World, calendar: Calendar) -> None:
    """It stands once, and neither takes the other's new one for something that nobody wants."""

    def both() -> None:
        for machine in ("one", "two"):
            world.state = machine
            assert world.sync().deliveries[0].report.error is None

    both()
    world.state = "one"
    for world.dates in ([WEDDING], [WEDDING, MOVE]):
        world.sync()
    for _ in range(3):
        both()
        assert len([data for data in calendar.objects().values() if "First flat" in data]) == 2
    assert doubles(calendar.objects()) == []


def test_what_one_machine_took_away_and_the_other_makes_again(world: World, calendar: Calendar) -> None:
    """It stands once, also where the first machine would have made it under another identity."""

    def sync(machine: str) -> None:
        world.state = machine
        assert world.sync().deliveries[0].report.error is None

    for machine in ("one", "two"):
        sync(machine)
    world.dates = [WEDDING]
    for machine in ("one", "two"):
        sync(machine)
    world.dates = [WEDDING, MOVE]
    for machine in ("two", "one", "two", "one"):
        sync(machine)
        assert len([data for data in calendar.objects().values() if "First flat" in data]) == 2


@pytest.mark.parametrize("journal", ["kept", "lost"])
def test_a_calendar_that_was_made_again_and_then_put_back(world: World, calendar: Calendar, journal: str) -> None:
    """A backup of the whole calendar, put back after all was made again, leaves nothing double."""
    world.sync()
    before = calendar.objects()
    for href in calendar.hrefs():
        calendar.delete(href)
    world.sync(consent=Consent(emptied="recreate"), only=["ours"])
    for href, data in before.items():
        calendar.put(href, data)
    world.state = world.state if journal == "kept" else "another"
    for _ in range(3):
        world.sync(consent=Consent(force=True))
        world.now += dt.timedelta(hours=20)
    assert doubles(calendar.objects()) == []
    assert len(calendar.hrefs()) >= len(before)
    assert quiet(world)


def test_an_entry_that_a_program_put_under_another_address(world: World, calendar: Calendar) -> None:
    """It is known by its UID, followed to its new place, and nobody's deletion."""
    world.sync()
    href = calendar.find(TITLE)
    data = calendar.get(href)
    calendar.delete(href)
    calendar.put(f"{calendar.url}by-another-program.ics", data)
    world.now += dt.timedelta(days=1)
    assert "kept" not in counts(world.sync())
    world.dates = [RENAMED, MOVE]
    world.sync()
    assert [place for place, data in calendar.objects().items() if "Our wedding: 12 years" in data] == [
        place for place in calendar.hrefs() if place.endswith("/by-another-program.ics")
    ]
    assert doubles(calendar.objects()) == []


def test_another_calendar_is_not_made_before_it_is_asked(world: World, calendar: Calendar) -> None:
    """Where nothing of ours stands any more, nothing is made until a person says what is wanted."""
    home = calendar.url.rstrip("/").rpartition("/")[0] + "/"
    world.sync()
    with faulty(Calendar(home, calendar.user, calendar.password)) as proxy:
        world.outputs = [caldav_output(proxy.calendar, calendar="Foo", create="yes")]
        assert "--recreate" in error(world.sync())
        assert "MKCALENDAR" not in proxy.methods
        made = counts(world.sync(consent=Consent(emptied="recreate"), only=["ours"]))
        assert made["created"] > 10
        assert proxy.methods.count("MKCALENDAR") == 1
        assert quiet(world)


def test_what_becomes_private_is_so_in_every_line(world: World, calendar: Calendar) -> None:
    """Alarms ring with the title of their entry, and where titles are hidden nothing names the program."""
    world.outputs = [caldav_output(calendar, alarms="yes")]
    world.sync()
    assert any("BEGIN:VALARM" in data for data in calendar.objects().values())
    world.dates = [RENAMED, MOVE]
    world.sync()
    renamed = calendar.get(calendar.find("Our wedding: 12 years"))
    assert "DESCRIPTION:Wedding" not in renamed
    assert "DESCRIPTION:Our wedding: 12 years" in renamed
    world.outputs = [caldav_output(calendar, alarms="yes", titles="busy")]
    world.sync()
    for data in calendar.objects().values():
        assert "fondly" not in data.lower()
        assert {one for one in lines(data) if one.startswith(("SUMMARY:", "DESCRIPTION:"))} <= {
            "SUMMARY:Busy",
            "DESCRIPTION:Busy",
        }


def test_the_old_name_of_a_renamed_output(world: World, calendar: Calendar) -> None:
    """Another calendar that takes the old name gets identities of its own, and keeps them."""
    world.sync()
    before = set(calendar.hrefs())
    url = calendar.url.rstrip("/").rpartition("/")[0] + "/other/"
    assert calendar.request("MKCALENDAR", url)[0] == 201
    other = Calendar(url, calendar.user, calendar.password)
    world.outputs = [caldav_output(calendar, name="shared")]
    assert counts(world.sync(), "shared") == {}
    world.outputs = [caldav_output(calendar, name="shared"), caldav_output(other)]
    for number in range(3):
        run = world.sync()
        assert counts(run, "shared") == {}
        assert counts(run, "ours") == ({} if number else {"created": len(before)})
    uids = [{line(data, "UID") for data in one.objects().values()} for one in (calendar, other)]
    assert not uids[0] & uids[1]
    assert set(calendar.hrefs()) == before


PARTY = "{id: party, name: Surprise party, date: 2025-11-20, kind: custom, secret_from: [ben]}"
SECRET_MOVE = MOVE.replace("kind:", "secret_from: [ben], kind:")


def test_what_becomes_a_secret_goes_past_or_not(world: World, calendar: Calendar) -> None:
    """Once Ben sees the calendar too, or a day became secret from him, it goes; what Ana changed is named to her."""
    alone(world, calendar)
    world.now -= dt.timedelta(days=5)
    world.dates = [WEDDING, PARTY]
    world.sync()
    assert len([data for data in calendar.objects().values() if "Surprise party" in data]) == 2  # in 2026 and 2027
    edit(calendar, "Surprise party: 2 years", ("END:VEVENT", "LOCATION:The barn\r\nEND:VEVENT"))
    world.now += dt.timedelta(days=5)
    assert counts(world.sync())["kept"] == 1
    world.outputs = [caldav_output(calendar)]
    run = world.sync()
    (left,) = [data for data in calendar.objects().values() if "Surprise party" in data]
    assert "LOCATION:The barn" in left
    (note,) = run.deliveries[0].report.notes
    assert "secret from somebody who sees this place" in note
    assert "party" not in note.lower()
    calendar.delete(calendar.find("Surprise party: 2 years"))
    assert world.sync().deliveries[0].report.notes == ()


def test_what_is_ticked_and_becomes_a_secret_is_told(world: World, calendar: Calendar) -> None:
    """A tick keeps an entry, and keeps nobody from hearing of it."""
    world.sync()
    edit(calendar, "First flat: 6 years", ("SUMMARY:", "SUMMARY:✓ "))
    world.sync()
    world.dates = [WEDDING, SECRET_MOVE]
    run = world.sync()
    assert counts(run)["deleted"] == 1
    assert "an entry there is secret" in run.deliveries[0].report.notes[0]


def test_an_alarm_that_a_program_puts_in_by_itself(world: World, calendar: Calendar) -> None:
    """Apple's programs leave a silent alarm, and their default one, in what they touch: nobody's edit."""
    world.sync()
    silent = "BEGIN:VALARM\r\nUID:1\r\nACTION:NONE\r\nTRIGGER;VALUE=DATE-TIME:19760401T005545Z\r\nEND:VALARM\r\n"
    default = "BEGIN:VALARM\r\nUID:2\r\nACTION:AUDIO\r\nTRIGGER:-PT9H\r\nX-APPLE-DEFAULT-ALARM:TRUE\r\nEND:VALARM\r\n"
    edit(calendar, TITLE, ("END:VEVENT", f"{silent}{default}END:VEVENT"))
    assert counts(world.sync()) == {}
    world.dates = [MOVE]
    assert counts(world.sync()) == {"deleted": 2}
