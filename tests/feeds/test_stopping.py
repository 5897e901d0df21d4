"""Readers stop it by themselves: pause, resume, leave; what that takes away from where, and that nobody is told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from faults import drop_before, faulty
from feedserver import STATE, FeedServer, feed_server, request, send_form
from fondly.feeds.access import change_access, invite, read_access
from fondly.journal import Journal
from fondly.state import JOURNAL
from servers import Calendar, serving
from world import World, caldav_output, counts

EXTRA = "rhythm: {most_per_week: 7}\npractices: {gratitude: {every: 2 per week, with: solo}, affection: weekly}"
NOBODY = ("Ben", "ben", "phone", "pause", "rest")


@dataclass
class Home:
    """A couple with a shared calendar on a real server, a feed and a file for each, and their feed server."""

    world: World
    shared: Calendar
    server: FeedServer

    def look(self) -> None:
        """What the server does by itself within moments."""
        self.server.keeper.look()

    def file(self, name: str) -> str:
        """What stands in that file."""
        return unfolded((self.world.folder / f"{name}.ics").read_text(encoding="utf-8"))

    def later(self, text: str) -> list[str]:
        """The titles of what is still to come there."""
        found = []
        for event in re.findall(r"BEGIN:VEVENT.*?END:VEVENT", unfolded(text), re.DOTALL):
            start = re.search(r"DTSTART[^:]*:(\d{8})", event)
            title = re.search(r"SUMMARY:([^\r\n]*)", event)
            assert start is not None
            assert title is not None
            if start[1] > f"{self.server.now:%Y%m%d}":
                found.append(title[1])
        return sorted(found)


def unfolded(text: str) -> str:
    """The text without folds."""
    return text.replace("\r\n ", "")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """All of it, delivered once."""
    with serving("radicale", tmp_path) as shared:
        outputs = [
            caldav_output(shared),
            "{name: phone, kind: feed, seen_by: [ben]}",
            "{name: tablet, kind: feed, seen_by: [ana]}",
            "{name: both, kind: ics, path: both.ics, seen_by: [ana, ben]}",
            "{name: hers, kind: ics, path: hers.ics, seen_by: [ana]}",
            "{name: his, kind: ics, path: his.ics, seen_by: [ben]}",
        ]
        world = World(tmp_path, outputs, extra=EXTRA, state=STATE)
        world.sync()
        with feed_server(world) as server:
            yield Home(world, shared, server)


def everything(home: Home) -> dict[str, list[str]]:
    """What is still to come, by place."""
    objects = "".join(home.shared.objects().values())
    files = {name: home.later(home.file(name)) for name in ("both", "hers", "his")}
    feeds = {name: home.later(home.server.feed(name).text) for name in ("phone", "tablet")}
    return {"ours": home.later(objects), **files, **feeds}


def test_a_pause_withdraws_what_is_shared(home: Home) -> None:
    """A reader pauses: their own places and all shared ones are empty from now on, the other's keep what is theirs."""
    before = everything(home)
    assert all(before.values())
    reply = home.server.post("pause", days="open")
    assert (reply.status, reply.headers["location"]) == (303, "./")
    assert "It rests until further notice" in home.server.page().text
    assert "Nothing is planned in these days." in home.server.page().text
    home.look()
    during = everything(home)
    assert [name for name, titles in during.items() if titles] == ["hers", "tablet"]
    assert set(during["hers"]) < set(before["hers"])
    assert "Wedding: 12 years" in during["hers"]
    assert not any("Date night" in title for title in during["hers"])
    assert any(title in during["hers"] for title in before["hers"] if "birthday" not in title.lower())
    assert home.server.post("resume").status == 303
    home.look()
    assert everything(home) == before
    assert "It rests" not in home.server.page().text


def test_nobody_is_told(home: Home) -> None:
    """Neither what the commands print, nor the log, nor the other's page says who it was, or that somebody did it."""
    home.server.post("pause", days="7")
    home.look()
    assert home.server.said == []
    page = home.server.page("tablet").text
    assert "It rests" not in page
    run = home.world.sync()
    assert run.shared_rests
    assert counts(run) == {}
    for delivery in run.deliveries:
        assert delivery.report.notes == ()
        assert delivery.report.error is None
    rows = (home.server.keeper.folder / JOURNAL).read_bytes()
    assert b"phone:" not in rows.replace(b"setup:phone", b"").replace(b"identity:phone", b"")


def test_a_pause_of_some_days_ends_by_itself(home: Home) -> None:
    """What comes after its last day stays, and nothing has piled up when it is over."""
    before = everything(home)
    home.server.post("pause", days="14")
    assert "It rests up to and including Sunday 6 December" in home.server.page().text
    home.look()
    during = everything(home)
    assert during["ours"]
    assert len(during["ours"]) < len(before["ours"])
    assert not any("First flat: 6" in title for title in during["ours"]), "1 December lies in the pause"
    home.server.now += dt.timedelta(days=15)
    home.look()
    past = [text for text in home.shared.objects().values() if "First flat: 6" in text]
    assert past == [], "what lay in the pause does not come afterwards"
    assert "It rests" not in home.server.page().text


def test_what_has_begun_stays(home: Home) -> None:
    """A pause takes nothing from the past, and nothing that is under way."""
    home.server.now += dt.timedelta(days=9, hours=1)  # the day of the first flat
    home.look()
    assert any("First flat: 6" in text for text in home.shared.objects().values())
    home.server.post("pause", days="open")
    home.look()
    assert any("First flat: 6" in text for text in home.shared.objects().values())


def test_only_me_ends_my_pause_and_only_they_theirs(home: Home) -> None:
    """`fondly resume` does not wake what a reader asked to rest."""
    from fondly.service.rest import resume

    home.server.post("pause", days="open")
    home.look()
    with_journal = Journal(home.server.keeper.folder / JOURNAL)
    resume(with_journal, home.server.keeper.now())
    with_journal.close()
    home.look()
    assert everything(home)["ours"] == []


def test_leaving(home: Home) -> None:
    """Their feed is empty for good, what concerned them alone is erased, and the page says so."""
    folder = home.server.keeper.folder
    page = home.server.links().page
    assert home.server.post("leave").status == 303
    text = home.server.feed().text
    assert "BEGIN:VEVENT" not in text
    assert text.startswith("BEGIN:VCALENDAR")
    home.look()
    assert home.server.feed().text == text
    with_journal = Journal(folder / JOURNAL)
    assert with_journal.remembered("phone") == {}
    with_journal.close()
    left = request(page)
    assert "You have left" in left.text
    assert "<form" not in left.text
    assert everything(home)["ours"] == []
    assert "phone" in [delivery.report.name for delivery in home.world.sync().deliveries]
    assert "BEGIN:VEVENT" not in home.server.feed().text
    home.server.now += dt.timedelta(days=30)
    home.look()
    assert "BEGIN:VEVENT" not in home.server.feed().text


def test_what_concerned_them_alone_is_erased(home: Home) -> None:
    """What was planned for nobody else, and what was said of it, is in neither the journal nor its backup."""
    folder = home.server.keeper.folder
    ids = alone(folder)
    assert ids
    journal = Journal(folder / JOURNAL)
    journal.memory.say(ids[0], "skip", home.server.now.date())
    journal.tick(ids[1], home.server.now.date())
    journal.close()
    home.server.post("leave", "tablet")
    home.look()
    assert alone(folder) == []
    for name in (JOURNAL, "journal.backup.db"):
        kept = Journal(folder / name, copy=True)
        assert ids[0] not in kept.past().history.let_go
        assert ids[1] not in kept.ticks()
        kept.close()


def alone(folder: Path) -> list[str]:
    """The entries that concern Ana alone, as far as the journal knows."""
    journal = Journal(folder / JOURNAL)
    try:
        return [id for id, entry in journal.commitments().items() if entry.people == ("ana",)]
    finally:
        journal.close()


def test_only_a_new_link_that_they_open_brings_it_back(home: Home) -> None:
    """An invitation from before does not, a forged resume does not, a new one that is opened does."""
    keeper = home.server.keeper
    before = everything(home)
    change_access(keeper.folder, lambda access: invite(access, "phone", keeper.now().date(), "old-invitation"))
    resuming = read_access(keeper.folder).proof(f"resume:{home.server.links().token}")
    home.server.post("leave")
    home.look()
    assert request(f"{home.server.address}invite/old-invitation").status == 404
    send_form(f"{home.server.links().page}resume", {"proof": resuming})
    home.look()
    assert "BEGIN:VEVENT" not in home.server.feed().text
    change_access(keeper.folder, lambda access: invite(access, "phone", keeper.now().date(), "new-invitation"))
    address = f"{home.server.address}invite/new-invitation"
    assert "BEGIN:VEVENT" not in home.server.feed().text, "it has to be opened"
    landing = request(address)
    for secret in (home.server.links().token, "Ana", "Ben", "Wedding", ".ics"):
        assert secret not in landing.text
    opened = send_form(address, {"proof": landing.proof("new-invitation")})
    assert (opened.status, opened.headers["location"]) == (303, f"../feeds/{home.server.links().token}/")
    home.look()
    assert "You have left" not in home.server.page().text
    after = everything(home)
    assert after["ours"] == before["ours"]
    assert after["phone"] == before["phone"]


def test_an_invitation_ends(home: Home) -> None:
    """It holds for two weeks, and a chat's preview that only looks changes nothing."""
    keeper = home.server.keeper
    change_access(keeper.folder, lambda access: invite(access, "phone", keeper.now().date(), "a-token"))
    address = f"{home.server.address}invite/a-token"
    assert request(address, "HEAD").status == 200
    assert request(address).status == 200
    home.server.now += dt.timedelta(days=14)
    assert request(address).status == 200
    home.server.now += dt.timedelta(days=1)
    assert request(address).status == 404


@pytest.mark.parametrize("days", ["0", "367", "-1", "", "soon", "1e3", "９", "1" * 400])
def test_days_that_make_no_sense(home: Home, days: str) -> None:
    """They are refused, and nothing rests."""
    before = read_access(home.server.keeper.folder)
    reply = home.server.post("pause", days=days)
    assert reply.status == 400
    assert "1 to 366" in reply.text
    assert read_access(home.server.keeper.folder) == before


def test_a_wish_reaches_a_server_that_is_down(tmp_path: Path) -> None:
    """What could not be withdrawn is withdrawn once the other server is there again, also by a server started anew."""
    with serving("radicale", tmp_path) as shared, faulty(shared) as proxy:
        outputs = [caldav_output(proxy.calendar), "{name: phone, kind: feed, seen_by: [ben]}"]
        world = World(tmp_path, outputs, state=STATE)
        world.sync()
        before = len(shared.objects())
        with feed_server(world) as server:
            with proxy.doing(drop_before):
                server.post("pause", days="open")
                server.keeper.look()
                assert len(shared.objects()) == before
                assert any(line.startswith("ours: ") for line in server.said)
                server.keeper.look()
                assert sum(line.startswith("ours: ") for line in server.said) == 1, "it is told once"
            server.keeper._again = 0.0  # some seconds later
            server.keeper.look()
            assert len(shared.objects()) < before
        with feed_server(world) as server:
            server.keeper.look()
            assert len(shared.objects()) < before
