"""Cases 13 to 19 of DESIGN §9: ticks, races, strangers, and servers whose listings cannot be believed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from faults import (
    HTML,
    Fault,
    Forward,
    Proxy,
    Request,
    Response,
    answer,
    change_body,
    change_token,
    failing,
    on,
    strip_etags,
    truncate,
    without,
)
from fondly.journal import Journal
from fondly.outputs.guarding import Consent
from hands_of import FOREIGN, LATER, RENAMED, TITLE, doubles, edit, line, quiet
from servers import Calendar
from world import MOVE, World, caldav_output, counts, error


def done_ids(world: World) -> set[str]:
    """What the journal knows to be done."""
    journal = Journal(world.folder / world.state / "journal.db")
    try:
        return set(journal.ticks())
    finally:
        journal.close()


def a_todo(calendar: Calendar) -> str:
    """The href of a to-do of ours."""
    return next(href for href, data in calendar.objects().items() if "BEGIN:VTODO" in data)


def test_13_a_todo_completed_or_reopened(proxy: Proxy, calendar: Calendar, tmp_path: Path) -> None:
    """Recorded once; undone when it is reopened; told by STATUS alone."""
    world = World(tmp_path, [caldav_output(proxy.calendar, seen_by="[ana]", practices_as="todo")])
    world.sync()
    href = a_todo(calendar)
    data = calendar.get(href)
    calendar.put(href, data.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"))
    assert counts(world.sync()) == {"completed": 1}
    assert counts(world.sync()) == {}
    assert len(done_ids(world)) == 1
    calendar.put(href, calendar.get(href).replace("STATUS:COMPLETED", "STATUS:NEEDS-ACTION"))
    assert counts(world.sync()) == {}
    assert done_ids(world) == set()
    assert line(calendar.get(href), "STATUS") == "STATUS:NEEDS-ACTION"


def racing(calendar: Calendar, title: str, *pairs: tuple[str, str]) -> Fault:
    """A person who saves just before our write arrives."""

    def meanwhile(request: Request, forward: Forward) -> Response:
        edit(calendar, title, *pairs)
        return forward(request)

    return on("PUT", meanwhile, 1)


def careless(request: Request, forward: Forward) -> Response:
    """A server that does not know weak versions, and takes a condition with one for none."""
    weak = request.headers.get("If-Match", "").startswith("W/")
    kept = {name: value for name, value in request.headers.items() if name != "If-Match" or not weak}
    return forward(replace(request, headers=kept))


def test_14_an_edit_between_our_read_and_our_write(world: World, calendar: Calendar, proxy: Proxy) -> None:
    """412, read again, theirs wins, and the fields that they did not touch still follow."""
    world.dates = [world.dates[0]]
    world.sync()
    href = calendar.find(TITLE)
    world.dates = [LATER]
    with proxy.doing(racing(calendar, TITLE, (f"SUMMARY:{TITLE}", "SUMMARY:Dinner at Nona's")), careless):
        result = counts(world.sync())
    assert result == {"updated": 2, "kept": 1}
    assert line(calendar.get(href), "SUMMARY") == "SUMMARY:Dinner at Nona's"
    assert line(calendar.get(href), "DTSTART") == "DTSTART;VALUE=DATE:20270621"
    assert counts(world.sync()) == {"kept": 1}


@pytest.mark.parametrize("faults", [[], [on("PROPFIND REPORT", strip_etags)]], ids=["versions", "no versions"])
def test_14_an_edit_before_we_look_again(world: World, calendar: Calendar, proxy: Proxy, faults: list[Fault]) -> None:
    """What is read once more to be changed may be another one by then: the day that they chose stays."""
    world.dates = [world.dates[0]]
    with proxy.doing(*faults):
        world.sync()
        href = calendar.find(TITLE)
        looks = iter(range(len(faults) + 1))

        def meanwhile(request: Request, forward: Forward) -> Response:
            if b"multiget" in request.body and next(looks, None) == len(faults):
                edit(calendar, TITLE, ("20270620", "20270625"), ("20270621", "20270626"))
            return forward(request)

        world.dates = [LATER]
        with proxy.doing(meanwhile, *faults):
            assert counts(world.sync())["kept"] == 1
            assert quiet(world)
    assert line(calendar.get(href), "DTSTART") == "DTSTART;VALUE=DATE:20270625"


def test_14_an_edit_before_our_deletion(world: World, calendar: Calendar, proxy: Proxy) -> None:
    """What a person changes while it is being removed stays."""
    world.sync()
    href = calendar.find(TITLE)

    def meanwhile(request: Request, forward: Forward) -> Response:
        if request.path == href:
            edit(calendar, TITLE, (f"SUMMARY:{TITLE}", "SUMMARY:Dinner at Nona's"))
        return forward(request)

    world.dates = [MOVE]
    with proxy.doing(on("DELETE", meanwhile)):
        assert counts(world.sync()) == {"deleted": 1, "kept": 1}
    assert line(calendar.get(href), "SUMMARY") == "SUMMARY:Dinner at Nona's"


@pytest.mark.parametrize("where", ["our href", "our UID"])
def test_15_a_foreign_object_in_our_place(world: World, calendar: Calendar, tmp_path: Path, where: str) -> None:
    """Untouched and reported; ours comes beside it under another generation."""
    world.sync()
    href = calendar.find(TITLE)
    uid = line(calendar.get(href), "UID").removeprefix("UID:")
    everything = calendar.objects()
    for one in everything:
        calendar.delete(one)
    theirs = href if where == "our href" else f"{calendar.url}theirs.ics"
    calendar.put(theirs, FOREIGN.format(uid="theirs" if where == "our href" else uid, title="Not fondly's"))
    stored = calendar.objects()
    world.state = "another-machine"
    run = world.sync()
    assert counts(run) == {"created": len(everything)}
    assert calendar.objects().items() >= stored.items()
    assert calendar.find(TITLE) != href
    assert quiet(world)
    assert calendar.objects().items() >= stored.items()


def test_16_someone_copies_our_event(world: World, calendar: Calendar) -> None:
    """The copy bears our marks under a new UID, and is theirs: it stays through changes, removal and a lost journal."""
    world.sync()
    href = calendar.find(TITLE)
    copy = re.sub("UID:[^\r\n]+", "UID:a-copy-of-theirs", calendar.get(href))
    calendar.put(f"{calendar.url}copy.ics", copy)
    place = next(one for one in calendar.hrefs() if one.endswith("/copy.ics"))
    stored = calendar.get(place)
    for dates in ([RENAMED, MOVE], [MOVE]):
        world.dates = dates
        world.sync()
        assert calendar.get(place) == stored
    world.state = "another-machine"
    world.sync()
    assert calendar.get(place) == stored


EMPTY = b'<?xml version="1.0"?><multistatus xmlns="DAV:"></multistatus>'


@pytest.mark.parametrize(
    "fault",
    [
        answer(207, EMPTY.decode(), Content_Type="application/xml"),
        answer(404),
        answer(410),
        answer(500),
        answer(502),
        HTML,
        truncate,
        without(slice(1, None, 2)),
        without(slice(1)),
        failing(slice(1), "507 Too much"),
        failing(slice(1, 3), "500 Oops"),
        answer(302, Location="https://elsewhere.example/"),
        answer(307, Location="https://elsewhere.example/"),
    ],
    ids=[
        "empty",
        "404",
        "410",
        "500",
        "502",
        "HTML",
        "truncated",
        "partial",
        "not itself",
        "cut",
        "failing",
        "302",
        "307",
    ],
)
@pytest.mark.parametrize("token", ["known", "forgotten"])
def test_17_a_listing_that_cannot_be_believed(
    world: World, calendar: Calendar, proxy: Proxy, fault: Fault, token: str
) -> None:
    """No deletion is concluded and nothing is made a second time; when all is well again, all is as it was."""
    world.sync()
    before = calendar.objects()
    if token == "forgotten":
        journal = Journal(world.folder / world.state / "journal.db")
        journal.forget_states()
        journal.close()
    with proxy.doing(on("PROPFIND REPORT", fault)):
        report = world.sync().deliveries[0].report
    assert (report.created, report.updated, report.deleted, report.kept) == (0, 0, 0, 0)
    assert calendar.objects() == before
    assert counts(world.sync()) == {}
    calendar.delete(calendar.find(TITLE))
    assert counts(world.sync()) == {"kept": 1}, "nothing was buried before"


@pytest.mark.parametrize("how", ["emptied", "made again"])
@pytest.mark.parametrize("answered", ["recreate", "forget"])
def test_18_all_of_ours_gone_at_once(world: World, calendar: Calendar, how: str, answered: str) -> None:
    """Nothing is written until a person says what is to become of it."""
    world.sync()
    before = calendar.objects()
    if how == "emptied" or "calendars" in calendar.url:
        for href in before:
            calendar.delete(href)
    else:
        status, _, body = calendar.request("DELETE", calendar.url)
        assert status in (200, 204), body
        status, _, body = calendar.request("MKCALENDAR", calendar.url)
        assert status == 201, body
    for _ in range(2):
        problem = error(world.sync())
        assert "--recreate" in problem
        assert calendar.hrefs() == []
    consent = Consent(emptied=answered)  # type: ignore[arg-type]
    result = counts(world.sync(consent=consent, only=["ours"]))
    if answered == "recreate":
        assert result == {"created": len(before)}
        assert not before.keys() & set(calendar.hrefs()), "a server with a trash bin refuses the old identity"
    else:
        assert "created" not in result
        assert calendar.hrefs() == []
    assert quiet(world)


FULL = b"<response xmlns='DAV:'><href>/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
TOKEN = "(<(?:\\w+:)?sync-token[^>]*>)[^<]+"


@pytest.mark.parametrize(
    "fault",
    [
        change_token(TOKEN, r"\1http://example.org/ns/sync/expired"),
        change_token(TOKEN, r"\1not a token at all"),
        answer(403, '<error xmlns="DAV:"><valid-sync-token/></error>', Content_Type="application/xml"),
        answer(409),
        answer(412),
        answer(500),
        change_body(lambda body: re.sub(rb"</(\w+:)?multistatus>", b"", body)),
        failing(slice(None), "500 Oops"),
        change_body(lambda body: re.sub(rb"(<(\w+:)?sync-token)", FULL + rb"\1", body)),
    ],
    ids=["expired", "malformed", "403", "409", "412", "500", "cut", "failing", "507"],
)
def test_19_a_sync_token_that_is_no_good(world: World, calendar: Calendar, proxy: Proxy, fault: Fault) -> None:
    """Everything is listed in its place: nothing is lost, and nothing invented."""
    world.sync()
    calendar.delete(calendar.find(TITLE))
    moved = edit(calendar, "Wedding: 13 years", ("SUMMARY:Wedding: 13 years", "SUMMARY:Ours"))
    with proxy.doing(on("REPORT", fault, saying="sync-token")):
        run = world.sync()
    report = run.deliveries[0].report
    if report.error is None:
        assert counts(run) == {"kept": 2}
    world.sync()
    assert line(calendar.get(moved), "SUMMARY") == "SUMMARY:Ours"
    assert not [data for data in calendar.objects().values() if TITLE in data]
    assert doubles(calendar.objects()) == []
    assert counts(world.sync()) == {"kept": 2}


LYING = on("REPORT", without(slice(None)), saying="sync-token")  # it tells of no changes


def test_19_a_token_that_lies(world: World, calendar: Calendar, proxy: Proxy) -> None:
    """A server that tells less than all that changed is found out by our own writes, and by the daily listing."""

    with proxy.doing(LYING):
        world.sync()
        calendar.delete(calendar.find(TITLE))
        assert counts(world.sync()) == {"kept": 1}
        edit(calendar, "Wedding: 13 years", ("SUMMARY:Wedding: 13 years", "SUMMARY:Ours"))
        assert counts(world.sync()) == {"kept": 2}


def test_19_a_token_that_begins_to_lie(world: World, calendar: Calendar, proxy: Proxy) -> None:
    """Where nothing is written, nothing finds it out before the whole listing of the next day."""
    world.sync()
    world.sync()
    with proxy.doing(LYING):
        calendar.delete(calendar.find(TITLE))
        assert counts(world.sync()) == {}
        world.now += dt.timedelta(days=1)
        assert counts(world.sync()) == {"kept": 1}
