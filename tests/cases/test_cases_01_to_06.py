"""Cases 1 to 6 of DESIGN §9: answers that are lost, versions that cannot be relied on, servers that rewrite."""

from __future__ import annotations

import datetime as dt
from functools import partialmethod

import pytest

from faults import (
    Fault,
    Forward,
    Proxy,
    Request,
    Response,
    answer,
    change_token,
    delay,
    drop_after,
    on,
    strip_etags,
    weaken_etags,
    with_etags,
)
from fondly.journal import Journal
from fondly_calendar.connection import Connection
from hands_of import RENAMED, TITLE, conditional, doubles, edit, line, lines, managed, quiet
from servers import Calendar
from world import MOVE, World, counts, error


class Killed(BaseException):
    """What stands for the machine that goes down."""


@pytest.mark.parametrize("after", [1, 5])
def test_01_killed_after_a_put_before_it_was_settled(
    world: World, calendar: Calendar, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored and not recorded is known again as ours: nothing twice, and nothing passes for an edit."""
    left = [after]
    settle = Journal.settle

    def dying(self: Journal, *arguments: object) -> None:
        left[0] -= 1
        if not left[0]:
            raise Killed
        settle(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "settle", dying)
        with pytest.raises(Killed):
            world.sync()
    assert len(calendar.hrefs()) == after
    assert "kept" not in counts(world.sync())
    assert doubles(calendar.objects()) == []
    assert quiet(world)
    world.dates = [RENAMED, MOVE]
    assert counts(world.sync()) == {"updated": 2}


@pytest.mark.parametrize("fault", [drop_after, "too slow"], ids=["broken", "timed out"])
def test_02_a_put_times_out_but_was_stored(
    world: World, calendar: Calendar, proxy: Proxy, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read and adopted, never blindly repeated: each object is sent once."""
    slow = fault == "too slow"
    if slow:
        monkeypatch.setattr(Connection, "send", partialmethod(Connection.send, time_limit=0.7))
    late: Fault = delay(1.5, after=True) if slow else fault
    with proxy.doing(on("PUT", late, 2)):
        report = world.sync().deliveries[0].report
    assert report.error is None
    assert report.created == len(calendar.hrefs())
    sent = [request.path for request in proxy.seen if request.method == "PUT"]
    assert len(sent) == len(set(sent))
    assert doubles(calendar.objects()) == []
    assert quiet(world)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_03_a_retry_after_5xx_meets_our_own_first_write(
    world: World, calendar: Calendar, proxy: Proxy, status: int
) -> None:
    """The server stored it and said that it failed: what stands there is recognised, for new and changed entries."""
    with proxy.doing(on("PUT", answer(status, forwarded=True), 3)):
        first = world.sync()
    assert counts(first) == {"created": len(calendar.hrefs())}
    world.dates = [RENAMED, MOVE]
    with proxy.doing(on("PUT", answer(status, forwarded=True), 3)):
        assert counts(world.sync()) == {"updated": 2}
    assert doubles(calendar.objects()) == []
    assert quiet(world)


def test_04_no_etag_or_a_weak_one(world: World, calendar: Calendar, proxy: Proxy) -> None:
    """Versions are read again where the answer to a write names none, and nothing is overwritten without one."""
    with proxy.doing(on("PUT", strip_etags)):
        created = counts(world.sync())["created"]
        assert world.sync().deliveries[0].report.requests == 1
        world.dates = [RENAMED, MOVE]
        assert counts(world.sync()) == {"updated": 2}
    with proxy.doing(weaken_etags):
        world.dates = [RENAMED.replace("Our", "Their"), MOVE]
        assert counts(world.sync()) == {"updated": 2}
        report = world.sync().deliveries[0].report
        assert (report.updated, report.requests) == (0, 1)
    assert conditional(proxy)
    before = calendar.objects()
    assert len(before) == created
    world.dates = [RENAMED, MOVE]
    world.now += dt.timedelta(days=1)
    with proxy.doing(strip_etags):
        assert "names no version" in error(world.sync())
    assert {href: data for href, data in calendar.objects().items() if href in before} == before
    assert conditional(proxy)
    assert counts(world.sync())["updated"] == 2


def rewriting(request: Request, forward: Forward) -> Response:
    """A server that stores what it likes: another order, other folds, a duration, its own defaults and stamps."""
    if request.method == "PUT":
        text = request.body.decode().replace("\r\n ", "")
        head, begin, rest = text.partition("BEGIN:VEVENT\r\n")
        inner, end, tail = rest.partition("END:VEVENT\r\n")
        own, alarm, alarms = inner.partition("BEGIN:VALARM\r\n")
        kept = [
            one for one in own.split("\r\n") if one and not one.startswith(("CLASS", "DTSTAMP", "X-SERVER", "PRIORITY"))
        ]
        kept = [*reversed(kept), "DTSTAMP:20300101T000000Z", "CLASS:PUBLIC", "X-SERVER-OWN:yes", "PRIORITY:0"]
        body = "\n".join([(head + begin).replace("\r\n", "\n").rstrip("\n"), *kept])
        body = f"{body}\n{(alarm + alarms + end + tail)}".replace("\r\n", "\n").encode()
        request = Request(request.method, request.path, {**request.headers, "Content-Length": str(len(body))}, body)
    response = forward(request)
    headers = {n: v for n, v in response.headers.items() if request.method != "PUT" or n.lower() != "etag"}
    return Response(response.status, headers, response.body)


def test_05_the_server_rewrites_the_body(world: World, calendar: Calendar, proxy: Proxy) -> None:
    """The second run writes nothing, and what the plan changes is still ours to change."""
    with proxy.doing(rewriting):
        world.sync()
        assert "X-SERVER-OWN:yes" in lines(calendar.get(calendar.find(TITLE)))
        assert counts(world.sync()) == {}
        world.dates = [RENAMED, MOVE]
        assert counts(world.sync()) == {"updated": 2}
        assert counts(world.sync()) == {}
    world.state = "another-machine"
    assert counts(world.sync()) == {}


def test_06_etags_change_and_the_content_does_not(world: World, calendar: Calendar, proxy: Proxy) -> None:
    """After a restore or a migration nothing is written, the journal is refreshed, and the next run asks once."""
    world.sync()
    before = calendar.objects()
    moved = with_etags(lambda value: f'"moved-{value.strip(chr(34))}"')
    forgotten = change_token("(<(?:\\w+:)?sync-token[^>]*>)[^<]+", r"\1http://example.org/ns/sync/no-such-token")
    with proxy.doing(on("REPORT", forgotten, 1), moved):
        assert counts(world.sync()) == {}
    with proxy.doing(moved):
        report = world.sync().deliveries[0].report
    assert (report.requests, report.error) == (1, None)
    assert calendar.objects() == before
    href = edit(calendar, TITLE, (f"SUMMARY:{TITLE}", "SUMMARY:Ours"))
    assert counts(world.sync()) == {"kept": 1}
    assert line(calendar.get(href), "SUMMARY") == "SUMMARY:Ours"
    assert managed(calendar).keys() == before.keys()
