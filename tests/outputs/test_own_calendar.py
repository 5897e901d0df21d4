"""A calendar on fondly's own server as an output, and what each person may do there."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from feedserver import STATE, FeedServer, Reply, feed_server, request
from fondly.config import WrongConfigError, load_config
from fondly.logins import end_login, new_login, read_logins, users_file
from fondly.outputs.embedded import collection, homes
from fondly.preparing import local_now, prepare
from fondly.service.doctor import examine_all
from fondly.takeback import take_back
from world import MOVE, WEDDING, World, counts

OURS = "{name: ours, kind: caldav, server: embedded, seen_by: [ana, ben]}"
MINE = "{name: mine, kind: caldav, server: embedded, seen_by: [ana], calendar: Just me}"
LISTING = '<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/><displayname/></prop></propfind>'


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A couple with a shared calendar and one of Ana's own."""
    return World(tmp_path, [OURS, MINE], state=STATE)


def state(world: World) -> Path:
    """The state folder."""
    return world.folder / STATE


def objects(world: World, name: str = "ours") -> dict[str, str]:
    """What stands in that calendar."""
    return {path.name: path.read_text(encoding="utf-8") for path in collection(state(world), name).glob("*.ics")}


def homes_of(world: World) -> dict[str, list[str]]:
    """Which calendars each person has."""
    root = homes(state(world))
    return {home.name: sorted(path.name for path in home.iterdir()) for home in root.iterdir() if home.name[0] != "_"}


def test_it_is_made_and_lent(world: World) -> None:
    """The first sync makes it and lends it to its readers, a second one writes nothing, a dry run makes nothing."""
    run = world.sync(dry_run=True)
    assert counts(run)["created"] > 5
    assert not homes(state(world)).exists()
    created = counts(world.sync())["created"]
    assert len(objects(world)) == created
    assert homes_of(world) == {"ana": ["mine", "ours"], "ben": ["ours"]}
    before = {path: path.stat().st_mtime_ns for path in collection(state(world), "ours").glob("*.ics")}
    assert counts(world.sync()) == {}
    assert {path: path.stat().st_mtime_ns for path in collection(state(world), "ours").glob("*.ics")} == before


def test_who_may_see_it_no_longer(world: World) -> None:
    """Who is taken out of `seen_by` loses it with the next sync; what they put there stays."""
    world.sync()
    theirs = collection(state(world), "ours") / "theirs.ics"
    theirs.write_text(next(iter(objects(world).values())).replace("UID:", "UID:x"), encoding="utf-8")
    world.outputs[0] = OURS.replace("[ana, ben]", "[ana]")
    world.sync()
    assert homes_of(world) == {"ana": ["mine", "ours"], "ben": []}
    assert "theirs.ics" in objects(world)
    world.outputs[0] = OURS
    world.sync()
    assert homes_of(world)["ben"] == ["ours"]


def test_take_back_and_doctor(world: World) -> None:
    """Both know it as any other calendar; who has no login yet is told."""
    world.sync()
    prepared = prepare(load_config(world.config))
    now = local_now(prepared.relationship, world.now)
    new_login(state(world), "ana")
    findings, _ = examine_all(prepared, state(world), now)
    ours = next(finding for finding in findings if finding.name == "ours")
    assert ours.well
    assert any("on fondly's own server" in line for line in ours.lines)
    assert [line for line in ours.lines if "has no login" in line] == [
        "ben has no login yet; 'fondly logins new ben' makes one"
    ]
    take_back(prepared, state(world), now)
    assert objects(world) == {}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("", "needs the calendar's address, such as 'url: https://"),
        ("server: embedded, url: 'https://example.org/ours/'", "which needs no 'url'"),
        ("server: embedded, password: {env: X}", "which needs no 'password'"),
        ("server: elsewhere", "embedded"),
    ],
)
def test_wrong_options(world: World, options: str, told: str) -> None:
    """Neither an address nor our own server, or both: one line, at its place."""
    world.outputs = [f"{{name: ours, kind: caldav, seen_by: [ana]{', ' if options else ''}{options}}}"]
    world.write()
    with pytest.raises(WrongConfigError, match=r"fondly\.yaml:\d+:\d+: outputs\[0\]") as problem:
        prepare(load_config(world.config))
    assert told in str(problem.value)


# Over HTTP


@dataclass
class Own:
    """The server with its CalDAV part, and a password for each."""

    server: FeedServer
    passwords: dict[str, str]

    def ask(self, method: str, path: str, person: str, body: str = "", **headers: str) -> Reply:
        """One request of that person's, with their password."""
        sent = basic(person, self.passwords.get(person, "wrong"))
        return request(f"{self.server.address}caldav/{path}", method, body.encode(), Authorization=sent, **headers)

    def listed(self, path: str, person: str) -> list[str]:
        """The hrefs that they find there."""
        reply = self.ask("PROPFIND", path, person, LISTING, Depth="1")
        assert reply.status == 207, reply.text
        return sorted(part.partition("</href>")[0] for part in reply.text.split("<href>")[1:])


def basic(name: str, password: str) -> str:
    """A name and a password as a header bears them."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.fixture
def own(world: World) -> Iterator[Own]:
    """All of it, running."""
    world.outputs.append("{name: phone, kind: feed, seen_by: [ben]}")
    world.sync()
    passwords = {person: new_login(state(world), person) for person in ("ana", "ben")}
    with feed_server(world) as server:
        yield Own(server, passwords)
        assert server.said == []


def test_everybody_has_what_is_theirs(world: World, own: Own) -> None:
    """Each finds their calendars in their home, the shared one being the same; nobody looks into another's."""
    assert own.listed("ben/", "ben") == ["/caldav/ben/", "/caldav/ben/ours/"]
    assert own.listed("ana/", "ana") == ["/caldav/ana/", "/caldav/ana/mine/", "/caldav/ana/ours/"]
    name, text = next(iter(objects(world).items()))
    edited = text.replace("SUMMARY:", "SUMMARY:Ben says ")
    sent = own.ask("PUT", f"ben/ours/{name}", "ben", edited, Content_Type="text/calendar")
    assert sent.status in (201, 204)
    assert "SUMMARY:Ben says " in own.ask("GET", f"ana/ours/{name}", "ana").text
    own.server.keeper.look()
    assert "SUMMARY:Ben says " in objects(world)[name], "the person's hand wins"
    assert own.ask("PROPFIND", "ana/", "ben", LISTING).status == 403
    assert own.ask("GET", f"ana/mine/{name}", "ben").status == 403
    assert own.ask("PROPFIND", "_fondly/", "ben", LISTING).status == 403


def test_deleting_the_calendar_loses_nothing(world: World, own: Own) -> None:
    """A reader who removes it from their account gets it back at the next sync; the entries were never gone."""
    before = objects(world)
    assert own.ask("DELETE", "ben/ours/", "ben").status == 200
    assert objects(world) == before
    assert homes_of(world)["ben"] == []
    own.server.keeper._seen = None  # an hour later, say
    own.server.keeper.look()
    assert homes_of(world)["ben"] == ["ours"]
    assert objects(world) == before


def test_who_cannot_sign_in(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong names, passwords and nonsense are 401, soon slowed down; a right one is let in all along."""
    monkeypatch.setattr("fondly.server.throttle.LONGEST", 0.01)
    address = f"{own.server.address}caldav/ana/"
    wrong = [
        basic("ana", "wrong"),
        basic("_fondly", ""),
        basic("_fondly", "x"),
        basic("nobody", own.passwords["ana"]),
        basic("ana", ""),
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff:\xfe").decode(),
        "Bearer x",
        "",
    ]
    for header in wrong:
        reply = request(address, "PROPFIND", LISTING.encode(), Authorization=header)
        assert reply.status in (401, 429), header
        assert "Traceback" not in reply.text
    assert request(address, "PROPFIND").headers["www-authenticate"].startswith("Basic realm=")
    assert own.ask("PROPFIND", "ana/", "ana", LISTING).status == 207
    assert own.ask("PROPFIND", "../../etc/", "ana", LISTING).status in (401, 403, 404, 429)
    assert own.ask("GET", "ana/ours/..%2f..%2f..%2fusers", "ana").status in (400, 403, 404)
    assert own.ask("PUT", "ana/ours/big.ics", "ana", "x" * 10_000_001).status == 413


def test_where_the_calendars_are(own: Own) -> None:
    """A program that knows the host alone finds the way (RFC 6764)."""
    for method in ("GET", "PROPFIND"):
        reply = request(f"{own.server.address}.well-known/caldav", method)
        assert (reply.status, reply.headers["location"]) == (301, "../caldav/")


def test_a_calendar_that_is_added_while_it_serves(tmp_path: Path) -> None:
    """No restart is needed, and none when it is taken away."""
    world = World(tmp_path, ["{name: phone, kind: feed, seen_by: [ben]}"], state=STATE)
    with feed_server(world) as server:
        password = new_login(state(world), "ana")
        own = Own(server, {"ana": password})
        assert own.ask("PROPFIND", "ana/", "ana", LISTING).status == 404
        world.outputs.append(OURS)
        world.write()
        server.keeper.look()
        assert own.listed("ana/", "ana") == ["/caldav/ana/", "/caldav/ana/ours/"]
        world.outputs.pop()
        world.write()
        server.keeper.look()
        assert own.ask("PROPFIND", "ana/", "ana", LISTING).status == 404
        assert request(f"{server.address}.well-known/caldav").status == 404


def test_what_a_person_changes_is_heard(world: World, own: Own) -> None:
    """A plan that changes finds what they did; what they deleted stays away."""
    name = next(name for name, text in objects(world).items() if "First flat: 6" in text)
    assert own.ask("DELETE", f"ben/ours/{name}", "ben").status == 200
    world.dates = [WEDDING.replace("Wedding,", "Our wedding,"), MOVE]
    world.write()
    own.server.keeper.look()
    texts = "".join(objects(world).values())
    assert "Our wedding" in texts
    assert "First flat: 6" not in texts


# Logins


def fondly(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    command = [sys.executable, "-m", "fondly", "--config", str(world.config), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_logins(world: World, own: Own) -> None:
    """A password is shown once and kept as a hash alone; a new one, or none, ends the old one."""
    assert own.ask("PROPFIND", "ben/", "ben", LISTING).status == 207
    done = fondly(world, "logins", "new", "ben")
    password = done.stdout.split("password  ")[1].strip()
    assert len(password) == 24
    assert password not in done.stderr
    kept = users_file(state(world))
    assert kept.stat().st_mode & 0o777 == 0o600
    assert password not in "".join(
        path.read_text(errors="replace") for path in state(world).rglob("*") if path.is_file()
    )
    assert read_logins(state(world))["ben"].startswith("$2b$")
    assert own.ask("PROPFIND", "ben/", "ben", LISTING).status == 401, "the old one is worth nothing"
    own.passwords["ben"] = password
    assert own.ask("PROPFIND", "ben/", "ben", LISTING).status == 207
    shown = fondly(world, "logins").stdout
    assert "ana: ours, mine; has a login" in shown
    assert "ben: ours; has a login" in shown
    assert "ben cannot sign in any more." in fondly(world, "logins", "end", "ben").stdout
    assert own.ask("PROPFIND", "ben/", "ben", LISTING).status == 401
    assert not end_login(state(world), "ben")
    done = fondly(world, "logins", "new", "bem")
    assert done.returncode == 2
    assert "did you mean 'ben'?" in done.stderr
