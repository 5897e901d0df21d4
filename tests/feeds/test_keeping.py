"""The server plans again when something changes, and serves the last good version while something is broken."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feedserver import STATE, FeedServer, feed_server, request
from fondly.feeds.access import FILE, change_access, read_access, revoke, rotate
from fondly.feeds.page import TROUBLE
from fondly.journal import Journal
from fondly.service.rest import rest
from fondly.state import JOURNAL, one_at_a_time
from world import MOVE, WEDDING, World

PRACTICE = """\
  - slug: {slug}
    name: {slug}
    neutral_title: Something small
    about: A pot of tea, and no hurry.
    every: weekly
    at: [afternoon]
    minutes: 20
    with: together
    suggestions:
      - {{slug: one, title: Make time for {slug}, text: Warm the pot first., minutes: 5}}
"""
PACK = "practices:\n" + PRACTICE.format(slug="tea")
HOOK = """\
import datetime as dt
from fondly import Entry, hookimpl

@hookimpl
def fondly_entries(relationship, window):
    yield Entry(id="custom/walks/one", kind="custom", title="{title}", neutral_title="Walk", start=dt.date(2026, 12, 5),
                end=dt.date(2026, 12, 6))
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A couple with one feed."""
    return World(tmp_path, ["{name: phone, kind: feed, seen_by: [ben]}"], state=STATE)


@pytest.fixture
def server(world: World) -> Iterator[FeedServer]:
    """Their server."""
    with feed_server(world) as found:
        yield found


def change_config(world: World) -> None:
    """A day is no longer remembered."""
    world.dates = [WEDDING]
    world.write()


def change_hook(world: World) -> None:
    """A plugin is put into the hooks folder."""
    folder = world.folder / "hooks"
    folder.mkdir(mode=0o755)
    (folder / "walks.py").write_text(HOOK.format(title="A walk"))


def change_day(world: World) -> None:
    """A week goes by."""


@pytest.mark.parametrize("change", [change_config, change_hook, change_day])
def test_it_plans_again(world: World, server: FeedServer, change: Callable[[World], None]) -> None:
    """The config, a plugin, the day: whatever changes shows at the next look, without a restart."""
    before = server.feed().body
    change(world)
    if change is change_day:
        server.now += dt.timedelta(days=7)
    server.keeper.look()
    assert server.feed().body != before


def test_a_pack_and_a_word(world: World, server: FeedServer) -> None:
    """A pack that is edited and a word that was said to fondly count at the next look too."""
    path = world.folder / "ours.yaml"
    path.write_text(PACK.replace("slug: tea", "slug: [tea"))
    world.extra = "catalogue: {packs: [ours.yaml]}\nrhythm: {most_per_week: 20, most_per_day: 5}"
    world.write()
    server.keeper.look()
    assert "ours.yaml:" in server.said[0]
    path.write_text(PACK)
    server.keeper._again = 0.0  # some seconds later
    server.keeper.look()
    assert "Make time for tea" in server.feed().text
    path.write_text(PACK + PRACTICE.format(slug="walks"))
    server.keeper.look()
    assert "Make time for walks" in server.feed().text
    with contextlib.closing(Journal(server.keeper.folder / JOURNAL)) as journal:
        rest(journal, server.keeper.now(), "pause", None)
    server.keeper.look()
    assert "BEGIN:VEVENT" not in server.feed().text


def test_nothing_is_done_while_nothing_changes(server: FeedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks at its files, and does not plan, write or hold a lock; others sync meanwhile."""

    def planned(*arguments: object, **options: object) -> None:
        raise AssertionError("it planned again")

    monkeypatch.setattr("fondly.server.keeper.sync", planned)
    server.keeper.look()
    with one_at_a_time(server.keeper.folder):
        server.keeper.look()
    journal = server.keeper.folder / JOURNAL
    before = journal.stat().st_mtime_ns
    server.keeper.look()
    assert journal.stat().st_mtime_ns == before


def test_another_sync_is_waited_for(world: World, server: FeedServer) -> None:
    """While another command syncs nothing is lost, and nothing is said."""
    change_config(world)
    before = server.feed().body
    with one_at_a_time(server.keeper.folder):
        server.keeper.look()
        assert server.feed().body == before
    server.keeper.look()
    assert server.feed().body != before
    assert server.said == []


def test_the_last_good_version_while_a_file_is_broken(world: World, server: FeedServer) -> None:
    """A slip in the config takes nothing away: page and log say so, once, and it heals by itself."""
    before = server.feed().body
    good = world.config.read_text()
    world.config.write_text(good.replace("timezone:", "timezon:"))
    server.keeper.look()
    server.keeper.look()
    assert server.feed().body == before
    page = server.page()
    assert TROUBLE in page.text
    assert "timezon" not in page.text.replace("time_zone", "")
    assert len(server.said) == 1
    assert "fondly.yaml:2:1: timezon" in server.said[0]
    assert "last good version" in server.said[0]
    world.config.write_text(good.replace("Wedding", "Our wedding"))
    server.keeper.look()
    assert "Our wedding" in server.feed().text
    assert TROUBLE not in server.page().text
    assert "All is well again" in server.said[-1]


def test_a_broken_pack_or_plugin(world: World, server: FeedServer) -> None:
    """The same for the other files; a plugin that fails is named, and the rest goes on."""
    change_hook(world)
    server.keeper.look()
    assert "A walk" in server.feed().text
    (world.folder / "hooks" / "walks.py").write_text("def broken(:\n")
    server.keeper.look()
    assert "A walk" in server.feed().text
    assert any("walks" in line for line in server.said)


def test_links_count_from_this_very_moment(server: FeedServer) -> None:
    """A new link works at once, an old one never again, and one that was taken back is nothing."""
    folder, old = server.keeper.folder, server.links()
    assert request(old.feed).status == 200
    change_access(folder, lambda access: rotate(access, "phone"))
    assert request(old.feed).status == 404
    assert request(old.page).status == 404
    new = server.links()
    assert request(new.feed).status == 200
    change_access(folder, lambda access: revoke(access, "phone"))
    assert request(new.feed).status == 404
    assert read_access(folder).link("phone").token is None


def test_damaged_links(server: FeedServer) -> None:
    """A damaged file of links is told, and the feeds are served on."""
    path = server.keeper.folder / FILE
    links, kept = server.links(), path.read_bytes()
    path.write_bytes(kept[:40])
    assert request(links.feed).status == 200
    assert any("feeds.json is damaged" in line for line in server.said)
    path.write_bytes(kept)
    assert request(links.feed).status == 200


def test_a_feed_that_the_config_names_no_longer(world: World, server: FeedServer) -> None:
    """Its link is nothing any more, and a new feed is there."""
    old = server.links()
    world.outputs = ["{name: tablet, kind: feed, seen_by: [ben]}"]
    world.dates = [WEDDING, MOVE]
    world.write()
    server.keeper.look()
    assert request(old.feed).status == 404
    assert server.feed("tablet").status == 200
