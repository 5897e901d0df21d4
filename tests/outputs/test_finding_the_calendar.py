"""What ``url`` may be, which calendar is meant, making one, and who may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faults import Fault, Forward, Proxy, Request, Response, answer, change_body, faulty, on
from servers import Calendar
from world import World, caldav_output, counts, error

PROPS = (
    'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/" '
    'xmlns:oc="http://owncloud.org/ns"'
)


@pytest.fixture
def proxy(calendar: Calendar) -> Iterator[Proxy]:
    """A network in front of a real server."""
    with faulty(calendar) as found:
        yield found


def also(calendar: Calendar, name: str, title: str) -> Calendar:
    """One more calendar beside that one."""
    url = calendar.url.rstrip("/").rpartition("/")[0] + f"/{name}/"
    body = (
        f"<c:mkcalendar {PROPS}><d:set><d:prop><d:displayname>{title}</d:displayname></d:prop></d:set></c:mkcalendar>"
    )
    status, _, answer = calendar.request("MKCALENDAR", url, body, Content_Type="application/xml")
    assert status == 201, answer
    return replace(calendar, url=url)


def server_of(calendar: Calendar) -> str:
    """The address of the whole server."""
    return re.match(r"http://[^/]+/", calendar.url)[0]  # type: ignore[index]


def home_of(calendar: Calendar) -> str:
    """The address of the collection that holds the calendar."""
    return calendar.url.rstrip("/").rpartition("/")[0] + "/"


@pytest.mark.parametrize("form", ["calendar", "no slash", "home", "server"])
def test_the_address_may_be_any_of_these(calendar: Calendar, tmp_path: Path, form: str) -> None:
    """The calendar, its home, its server: where there is one alone, it is that one."""
    urls = {
        "calendar": calendar.url,
        "no slash": calendar.url.rstrip("/"),
        "home": home_of(calendar),
        "server": server_of(calendar),
    }
    world = World(tmp_path, [caldav_output(replace(calendar, url=urls[form]))])
    assert counts(world.sync())["created"] == len(calendar.hrefs())
    report = world.sync().deliveries[0].report
    assert (report.requests, report.error) == (1, None), "what was found is not looked for again"


def test_a_name_picks_one_of_several(calendar: Calendar, tmp_path: Path) -> None:
    """Without a name, several are too many, and all of them are told; with one it is that one."""
    us = also(calendar, "us", "Us two")
    everywhere = replace(calendar, url=server_of(calendar))
    problem = error(World(tmp_path, [caldav_output(everywhere)]).sync())
    assert "several calendars are there; name one of them under 'calendar'" in problem
    assert "Us two" in problem
    world = World(tmp_path, [caldav_output(everywhere, calendar="Us two")])
    assert counts(world.sync())["created"] == len(us.hrefs())
    assert calendar.hrefs() == []
    wrong = error(World(tmp_path, [caldav_output(everywhere, calendar="Ours two")], state="else").sync())
    assert "there is no calendar 'Ours two' there" in wrong
    assert "or say 'create: yes'" in wrong


def test_a_calendar_is_made(calendar: Calendar, tmp_path: Path) -> None:
    """Once, with what it is to take; a dry run makes none."""
    everywhere = replace(calendar, url=server_of(calendar))
    world = World(tmp_path, [caldav_output(everywhere, calendar="Wir zwei & Kater", create="yes")])
    run = world.sync(dry_run=True)
    assert "would be made" in run.deliveries[0].report.notes[0]
    assert counts(run)["created"] > 10
    assert counts(world.sync())["created"] > 10
    made = replace(calendar, url=home_of(calendar) + "wir-zwei-kater/")
    assert len(made.hrefs()) > 10
    world.state = "another-machine"
    assert counts(world.sync()) == {}
    unnamed = World(tmp_path, [caldav_output(everywhere, create="yes")], state="third")
    unnamed.sync()
    assert len(replace(calendar, url=home_of(calendar) + "ana-ben/").hrefs()) > 10


def test_an_address_that_is_mistyped_leads_nowhere(calendar: Calendar, tmp_path: Path) -> None:
    """The one calendar that happens to be elsewhere is not taken in its place."""
    for path in ("ourz/", "x/y/"):
        wrong = replace(calendar, url=home_of(calendar) + path)
        assert error(World(tmp_path, [caldav_output(wrong)], state=path).sync())
    assert calendar.hrefs() == []


def only_events(request: Request, forward: Forward) -> Response:
    """A calendar that takes no to-dos, and says so, as Google's and iCloud's do."""
    if request.method == "PUT" and b"BEGIN:VTODO" in request.body:
        error_body = (
            b'<error xmlns="DAV:"><supported-calendar-component xmlns="urn:ietf:params:xml:ns:caldav"/></error>'
        )
        return Response(403, {"Content-Type": "application/xml"}, error_body)
    response = forward(request)
    taken = rb'<(?:\w+:)?comp name="VTODO"\s*/>|<(?:\w+:)?comp name="VJOURNAL"\s*/>'
    return replace(response, body=re.sub(taken, b"", response.body))


def test_to_dos_where_only_events_are_taken(proxy: Proxy, calendar: Calendar, tmp_path: Path) -> None:
    """Practices stand there as events, and that is said; the second run writes nothing."""
    world = World(tmp_path, [caldav_output(proxy.calendar, seen_by="[ana]", practices_as="todo")])
    with proxy.doing(only_events):
        run = world.sync()
        assert counts(run)["created"] == len(calendar.hrefs())
        assert run.deliveries[0].report.notes == ("this calendar takes no to-dos, so practices stand there as events",)
        assert counts(world.sync()) == {}
    assert not any("BEGIN:VTODO" in data for data in calendar.objects().values())


def test_a_calendar_that_takes_no_to_dos_any_more(proxy: Proxy, calendar: Calendar, tmp_path: Path) -> None:
    """What it said of itself is asked again once it refuses what it took; then they stand there as events."""
    world = World(tmp_path, [caldav_output(proxy.calendar, seen_by="[ana]", practices_as="todo")])
    world.extra = "practices: {gratitude: off, communication: off, affection: off}"
    world.sync()
    assert any("BEGIN:VTODO" in data for data in calendar.objects().values())
    world.extra = ""
    with proxy.doing(only_events):
        assert "is of a sort that this calendar does not take (403)" in error(world.sync())
        run = world.sync()
        assert run.deliveries[0].report.error is None
        assert any("takes no to-dos" in note for note in run.deliveries[0].report.notes)
        assert not any(getattr(world.sync().deliveries[0].report, name) for name in ("created", "updated", "deleted"))
    assert len(calendar.hrefs()) > 20


def shown(inner: str) -> Fault:
    """A server that tells that much of who can see the calendar."""

    def added(body: bytes) -> bytes:
        extra = f"<d:propstat {PROPS}><d:prop>{inner}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
        return re.sub(rb"(</(?:\w+:)?response>)", extra.encode() + rb"\1", body, count=1)

    return on("PROPFIND", change_body(added), saying="publish-url")


def user(name: str, state: str = "invite-accepted") -> str:
    """Somebody whom a calendar is shared with."""
    return f"<cs:user><d:href>mailto:{name}@example.org</d:href><cs:{state}/></cs:user>"


def ace(principal: str, right: str = "read") -> str:
    """A right of somebody's (RFC 3744)."""
    grant = f"<d:grant><d:privilege><d:{right}/></d:privilege></d:grant>"
    return f"<d:ace><d:principal>{principal}</d:principal>{grant}</d:ace>"


OWNER = "<d:owner><d:href>/ana/</d:href></d:owner>"
WHO = {
    "nobody else": ("<cs:invite/>", None),
    "one invited": (f"<cs:invite>{user('ben')}</cs:invite>", None),
    "two invited": (f"<cs:invite>{user('ben')}{user('carl')}</cs:invite>", "shows it to 3 people"),
    "one declined": (f"<cs:invite>{user('ben')}{user('carl', 'invite-declined')}</cs:invite>", None),
    "invited at ownCloud": (
        f"<oc:invite>{user('ben').replace('cs:', 'oc:')}{user('carl').replace('cs:', 'oc:')}</oc:invite>",
        "shows it to 3 people",
    ),
    "published": (
        "<cs:publish-url><d:href>https://example.org/p/x</d:href></cs:publish-url>",
        "shows it to whoever has its link",
    ),
    "for all": (f"{OWNER}<d:acl>{ace('<d:all/>')}</d:acl>", "shows it to everybody"),
    "for all on that server": (f"{OWNER}<d:acl>{ace('<d:authenticated/>')}</d:acl>", "everybody on that server"),
    "free and busy for all": (f"{OWNER}<d:acl>{ace('<d:all/>', 'read-current-user-privilege-set')}</d:acl>", None),
    "two others by right": (
        f"{OWNER}<d:acl>{ace('<d:href>/ana/</d:href>')}{ace('<d:href>/ben/</d:href>')}"
        f"{ace('<d:href>/carl/</d:href>')}</d:acl>",
        "shows it to 3 people",
    ),
}


@pytest.mark.parametrize("who", WHO)
def test_who_can_see_it(proxy: Proxy, calendar: Calendar, tmp_path: Path, who: str) -> None:
    """More people than ``seen_by`` names: nothing is written until it says so, or ``unlisted: ok`` does."""
    inner, words = WHO[who]
    world = World(tmp_path, [caldav_output(proxy.calendar)])
    with proxy.doing(shown(inner)):
        if words is None:
            assert counts(world.sync())["created"] == len(calendar.hrefs())
            return
        problem = error(world.sync())
        assert words in problem
        assert "Name everybody there, or say 'unlisted: ok'" in problem
        assert calendar.hrefs() == []
        world.outputs = [caldav_output(proxy.calendar, unlisted="ok")]
        assert counts(world.sync())["created"] == len(calendar.hrefs())


def test_it_is_shared_later(proxy: Proxy, calendar: Calendar, tmp_path: Path) -> None:
    """Before the first write of a day it is asked again who sees the calendar."""
    import datetime as dt

    world = World(tmp_path, [caldav_output(proxy.calendar)])
    world.sync()
    before = calendar.objects()
    world.now += dt.timedelta(days=1)
    world.dates = [world.dates[0].replace("name: Wedding", "name: Our wedding")]
    with proxy.doing(shown(WHO["published"][0])):
        assert "whoever has its link" in error(world.sync())
    assert calendar.objects() == before
    assert counts(world.sync())["updated"] == 2


def test_an_odd_answer_about_itself(proxy: Proxy, calendar: Calendar, tmp_path: Path) -> None:
    """A server that does not say what it takes, nor whether it reports changes, is served all the same."""
    world = World(tmp_path, [caldav_output(proxy.calendar)])
    silent = change_body(
        lambda body: re.sub(
            rb"<(\w+:)?(supported-calendar-component-set|supported-report-set|sync-token).*?</(\w+:)?\2>",
            b"",
            body,
            flags=re.DOTALL,
        )
    )
    with proxy.doing(on("PROPFIND", silent), on("REPORT", answer(501), saying="sync-collection")):
        created = counts(world.sync())["created"]
        assert created == len(calendar.hrefs())
        assert counts(world.sync()) == {}
        calendar.delete(calendar.find("Wedding: 12 years"))
        assert counts(world.sync()) == {"kept": 1}
