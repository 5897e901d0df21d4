"""``fondly feeds publish``: copies for any web space, the same bytes as the server's, under names nobody guesses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from feedserver import STATE, feed_server, request
from fondly.feeds.access import read_access
from world import WEDDING, World

ADDRESS = 'serve: {address: "https://www.example.org/~us"}'


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A couple with a feed, and a web space for it."""
    found = World(tmp_path, ["{name: phone, kind: feed, seen_by: [ben]}"], extra=ADDRESS, state=STATE)
    found.write()
    return found


def fondly(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    command = [sys.executable, "-m", "fondly", "--config", str(world.config), "--now", world.now.isoformat()]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, check=False)


def files(folder: Path) -> dict[str, bytes]:
    """All files below the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_bytes_as_the_server(world: World) -> None:
    """Feed and page stand below a name that nobody guesses; a further run writes nothing."""
    web = world.folder / "web"
    done = fondly(world, "feeds", "publish", str(web))
    assert done.returncode == 0, done.stderr
    token = read_access(world.folder / STATE).link("phone").token
    assert sorted(files(web)) == [f"feeds/{token}/index.html", f"feeds/{token}/phone.ics"]
    with feed_server(world) as server:
        assert server.feed().body == files(web)[f"feeds/{token}/phone.ics"]
        page = server.page().text
    published = files(web)[f"feeds/{token}/index.html"].decode()
    assert f"https://www.example.org/~us/feeds/{token}/phone.ics" in published
    assert "<form" not in published
    assert "<form" in page
    assert page.partition("If it is too much</h2>")[0] == published.partition("If it is too much</h2>")[0]
    before = {path: path.stat().st_mtime_ns for path in web.rglob("*")}
    assert fondly(world, "feeds", "publish", str(web)).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in web.rglob("*")} == before


def test_what_is_not_valid_any_more_is_removed(world: World) -> None:
    """After a new link the old files are gone; what somebody else put there stays."""
    web = world.folder / "web"
    (web / "feeds").mkdir(parents=True)
    (web / "index.html").write_text("my own page", encoding="utf-8")
    (web / "feeds" / "notes.txt").write_text("my own notes", encoding="utf-8")
    fondly(world, "feeds", "publish", str(web))
    fondly(world, "feeds", "rotate", "phone")
    world.dates = [WEDDING]
    world.write()
    done = fondly(world, "--json", "feeds", "publish", str(web))
    token = read_access(world.folder / STATE).link("phone").token
    ours = sorted(name for name in files(web) if "notes" not in name and name != "index.html")
    assert ours == [f"feeds/{token}/index.html", f"feeds/{token}/phone.ics"]
    assert [Path(path).name for path in json.loads(done.stdout)["published"]] == ["phone.ics", "index.html"]
    assert (web / "index.html").read_text(encoding="utf-8") == "my own page"
    fondly(world, "feeds", "revoke", "phone")
    fondly(world, "feeds", "publish", str(web))
    assert sorted(files(web)) == ["feeds/notes.txt", "index.html"]


def test_what_cannot_be(world: World) -> None:
    """No address, no feed, a folder that cannot be written: one line each, and nothing half done."""
    world.extra = ""
    world.write()
    done = fondly(world, "feeds", "publish", str(world.folder / "web"))
    assert done.returncode == 2
    assert "serve: {address:" in done.stderr
    world.extra = ADDRESS
    world.write()
    (world.folder / "file").write_text("", encoding="utf-8")
    done = fondly(world, "feeds", "publish", str(world.folder / "file" / "web"))
    assert done.returncode == 1
    assert "cannot be written: Not a directory" in done.stderr
    world.outputs = ["{name: file, kind: ics, path: us.ics, seen_by: [ana]}"]
    world.write()
    assert "nothing to publish" in fondly(world, "feeds", "publish", str(world.folder / "web")).stderr


def test_who_left_is_published_empty(world: World) -> None:
    """Leaving holds for the copies too."""
    with feed_server(world) as server:
        server.post("leave")
        server.keeper.look()
        assert request(server.links().feed).status == 200
    web = world.folder / "web"
    assert fondly(world, "feeds", "publish", str(web)).returncode == 0
    feed = next(web.rglob("phone.ics")).read_text(encoding="utf-8")
    assert "BEGIN:VEVENT" not in feed
