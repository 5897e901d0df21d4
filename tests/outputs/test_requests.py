"""How many requests a sync costs: one where nothing changed, and few beside the writes."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from faults import HTML, Fault, Forward, Request, Response, answer, drop_before, faulty, on, truncate
from fondly_hooks.practices import built_in
from hands_of import edit
from servers import Calendar
from world import MOVE, NOW, WEDDING, World, caldav_output, counts

MANY = [f"{{id: day-{n}, name: Day {n}, date: 2001-{1 + n % 12:02}-{1 + n % 28:02}, kind: dating}}" for n in range(40)]


@pytest.fixture
def world(calendar: Calendar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A couple with one calendar and many days to remember. However slow this machine is, its servers are near: a far
    one that takes one write at a time costs some repeated writes until that is known."""
    monkeypatch.setattr("fondly.outputs.caldavwrite.NEAR", 1000.0)
    return World(tmp_path, [caldav_output(calendar)], dates=[WEDDING, MOVE, *MANY])


def test_new_entries(world: World) -> None:
    """N new entries cost N and at most four more; so do those that come later."""
    report = world.sync().deliveries[0].report
    assert report.created > 90
    assert report.requests <= report.created + 4
    world.dates += ["{id: dog, name: The dog came, date: 2021-03-02, kind: custom}"]
    report = world.sync().deliveries[0].report
    assert report.created == 2
    assert report.requests <= 2 + 4


@pytest.mark.parametrize("hours", [0, 1, 14, 23])
def test_nothing_changed(world: World, hours: int) -> None:
    """One request for each calendar, on the same day as on any later one."""
    world.extra = "\n".join(["dates: off", "rhythm: {most_per_week: 0}"])
    world.sync()
    world.now += dt.timedelta(hours=hours)
    for _ in range(2):
        report = world.sync().deliveries[0].report
        assert (report.created, report.updated, report.deleted) == (0, 0, 0)
        assert report.requests == 1


def test_two_calendars_cost_one_each(calendar: Calendar, tmp_path: Path) -> None:
    """Each calendar is asked once."""
    other = calendar.url.rstrip("/") + "-other/"
    calendar.request("MKCALENDAR", other)
    outputs = [caldav_output(calendar), caldav_output(Calendar(other, calendar.user, calendar.password), name="other")]
    world = World(tmp_path, outputs)
    world.sync()
    assert [delivery.report.requests for delivery in world.sync().deliveries] == [1, 1]


@pytest.mark.parametrize("hours", [0, 26])
@pytest.mark.parametrize("many", [1, 3, 20])
def test_changes(world: World, many: int, hours: int) -> None:
    """A change of k entries costs k and at most three more, whoever made it."""
    world.extra = "\n".join(["dates: off", "rhythm: {most_per_week: 0}"])
    world.sync()
    world.now = NOW + dt.timedelta(hours=hours)
    for number in range(many):
        index = world.dates.index(MANY[number])
        world.dates[index] = MANY[number].replace("name: Day", "name: The day of")
    report = world.sync().deliveries[0].report
    assert report.error is None
    assert report.updated >= 2 * many
    assert report.requests <= report.updated + 3


def test_a_persons_changes(world: World, calendar: Calendar) -> None:
    """Reading what k hands did costs two requests."""
    world.sync()
    edit(calendar, "Wedding: 12 years", ("SUMMARY:Wedding: 12 years", "SUMMARY:Ours"))
    edit(calendar, "Wedding: 13 years", ("SUMMARY:Wedding: 13 years", "SUMMARY:Ours too"))
    calendar.delete(calendar.find("First flat: 7 years"))
    run = world.sync()
    assert counts(run) == {"kept": 3}
    assert run.deliveries[0].report.requests <= 2
    assert world.sync().deliveries[0].report.requests == 1


def test_somebody_elses_with_a_name_like_ours(world: World, calendar: Calendar) -> None:
    """It is read once, not after every listing; once it changed it is read again."""
    world.extra = f"dates: off\npractices: {{{', '.join(f'{practice.slug}: off' for practice in built_in())}}}"
    world.dates = [WEDDING]
    world.sync()
    uid = "4bf92f35-77b3-5da6-a3ce-929d0e0e4736"
    body = "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//Else//EN", "BEGIN:VEVENT", f"UID:{uid}",
         "DTSTAMP:20260101T000000Z", "DTSTART:20261205T100000Z", "SUMMARY:Theirs", "END:VEVENT", "END:VCALENDAR", ""]
    )  # fmt: skip
    calendar.put(f"{calendar.url}{uid}.ics", body)
    costs = []
    for number in range(4):
        world.now += dt.timedelta(days=1)  # so that everything is listed
        if number == 2:
            calendar.put(f"{calendar.url}{uid}.ics", body.replace("Theirs", "Theirs too"))
        report = world.sync().deliveries[0].report
        assert (report.created, report.updated, report.deleted) == (0, 0, 0)
        costs.append(report.requests)
    assert costs == [2, 1, 2, 1]


class Together:
    """Holds each write back until as many are under way as are looked for; one more each time, up to eight."""

    def __init__(self) -> None:
        self.under_way, self.most, self.goal, self.turns = 0, 0, 1, 0
        self.changed = threading.Condition()

    def __call__(self, request: Request, forward: Forward) -> Response:
        """What the server says, later."""
        if request.method != "PUT":
            return forward(request)
        with self.changed:
            turn = self.turns
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            if self.under_way == self.goal:
                self.goal, self.turns = self.goal + 1, self.turns + 1
                self.changed.notify_all()
            if not self.changed.wait_for(lambda: self.turns > turn or self.goal > 8, timeout=20):
                self.goal = 100  # nobody else comes: enough waited
        try:
            return forward(request)
        finally:
            with self.changed:
                self.under_way -= 1


def test_up_to_eight_writes_under_way(world: World, calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Far from the server the writes go one, then two, then more at once, never more than eight."""
    monkeypatch.setattr("fondly.outputs.caldavwrite.NEAR", 0.0)
    together = Together()
    with faulty(calendar) as proxy, proxy.doing(together):
        world.outputs = [caldav_output(proxy.calendar)]
        report = world.sync().deliveries[0].report
    assert report.error is None
    assert report.created == len(calendar.hrefs()) > 90
    assert together.most == together.goal - 1 == 8


def test_one_at_a_time_where_the_server_says_so(
    world: World, calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that answers 423 to two writes at once gets one after the other from then on."""
    monkeypatch.setattr("fondly.outputs.caldavwrite.NEAR", 0.0)
    monkeypatch.setattr("fondly.outputs.carrying.WAITS", (0.0, 0.0))
    under_way, refused = threading.BoundedSemaphore(1), []

    def jealous(request: Request, forward: Forward) -> Response:
        if request.method != "PUT":
            return forward(request)
        if not under_way.acquire(blocking=False):
            refused.append(request)
            return answer(423)(request, forward)
        try:
            return forward(request)
        finally:
            under_way.release()

    with faulty(calendar) as proxy, proxy.doing(jealous):
        world.outputs = [caldav_output(proxy.calendar)]
        report = world.sync().deliveries[0].report
    assert report.error is None
    assert report.created == len(calendar.hrefs()) > 90
    assert len(refused) <= 8


def test_the_last_question_fails(world: World, calendar: Calendar) -> None:
    """What was written is written: a poll that fails behind it costs the next run one listing, and nobody a worry."""
    with faulty(calendar) as proxy, proxy.doing(on("REPORT", HTML, saying="sync-collection")):
        world.outputs = [caldav_output(proxy.calendar)]
        run = world.sync()
        assert run.deliveries[0].report.error is None
        assert (run.exit_code, "REPORT" in proxy.methods) == (0, True)
        proxy.seen.clear()
        report = world.sync().deliveries[0].report
        assert (report.error, report.created, report.requests) == (None, 0, 1)
        assert proxy.methods == ["PROPFIND"]


def test_the_last_question_comes_too_often(world: World, calendar: Calendar) -> None:
    """A server that asks to be left alone is left alone, whatever was asked last."""
    busy = on("REPORT", answer(429, Retry_After="600"), saying="sync-collection")
    with faulty(calendar) as proxy, proxy.doing(busy):
        world.outputs = [caldav_output(proxy.calendar)]
        assert "come back later" in str(world.sync().deliveries[0].report.error)
        proxy.seen.clear()
        assert "the server asked to come back later" in str(world.sync().deliveries[0].report.error)
        assert proxy.methods == []


def test_a_server_that_fails_all_the_time(world: World, calendar: Calendar) -> None:
    """After some failures in a row it is left alone, however much there is to write."""
    with faulty(calendar) as proxy, proxy.doing(on("PUT", answer(500))):
        world.outputs = [caldav_output(proxy.calendar)]
        assert "failed to write an entry (500)" in str(world.sync().deliveries[0].report.error)
        assert proxy.methods.count("PUT") < 20


@pytest.mark.parametrize("fault", [answer(502), answer(503, Retry_After="1"), drop_before, truncate])
def test_a_question_is_asked_again(world: World, calendar: Calendar, fault: Fault) -> None:
    """What only reads is sent again where that may help, and nobody hears of it."""
    world.sync()
    with faulty(calendar) as proxy, proxy.doing(on("PROPFIND REPORT", fault, times=1)):
        world.outputs = [caldav_output(proxy.calendar)]
        report = world.sync().deliveries[0].report
        assert report.error is None
        assert (report.created, report.unchanged > 50) == (0, True)
