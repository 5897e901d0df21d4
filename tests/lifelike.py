"""A state machine: years in the life of a calendar, with people, plans, bad networks, lost journals, and a model of it.

After every step nothing foreign is changed and no entry stands twice; after every sync that went well, each field is
what a person made it, else what the plan wants.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from faults import HTML, Fault, Proxy, answer, drop_after, drop_before, faulty, nth, truncate
from fondly.journal import Journal
from fondly.outputs.guarding import Consent
from fondly.run import Run
from fondly_calendar.canonical import TICKS, fields_of
from fondly_calendar.identity import uid_for
from fondly_hooks.types.delivery import Action
from servers import Calendar
from support import RELATIONSHIP, component_of
from world import NOW, World, caldav_output

OFF = "communication quality-time affection shared-experiences support empathy challenges boundaries vulnerability"
EXTRA = (
    f"dates: off\npractices: {{{', '.join(f'{slug}: off' for slug in OFF.split())}, celebration: off, romance: off, "
)
EXTRA += "presence: off, professional-help: off, gratitude: weekly}"
NAMES = ["Wedding", "Our wedding", "The day, and how; we met\\, again"]
DAYS = ["2015-06-20", "2015-06-21", "2012-12-01"]
FOREIGN = """\
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody//Else//EN\r
BEGIN:VEVENT\r
UID:{uid}\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20261205\r
DTEND;VALUE=DATE:20261206\r
SUMMARY:Not fondly's {uid}\r
END:VEVENT\r
END:VCALENDAR\r
"""
FAULTS: dict[str, Fault] = {
    "drop before": drop_before,
    "drop after": drop_after,
    "500": answer(500),
    "500, but done": answer(500, forwarded=True),
    "503": answer(503),
    "503, later": answer(503, Retry_After="300"),
    "429, later": answer(429, Retry_After="300"),
    "404": answer(404),
    "401": answer(401),
    "403": answer(403),
    "302": answer(302, Location="https://elsewhere.example/"),
    "507": answer(507),
    "HTML": HTML,
    "cut": truncate,
}


class KilledError(BaseException):
    """What stands for the machine that goes down."""


def entry_ids() -> Iterator[str]:
    """All ids that may come up."""
    for anniversary, year in itertools.product(["wedding", "move", "birthday-ana", "birthday-ben"], range(2026, 2032)):
        yield f"anniversary/{anniversary}/yearly/{year}"
    for year, week in itertools.product(range(2026, 2030), range(1, 54)):
        yield f"practice/gratitude/{year}-W{week:02d}/1"


KNOWN = {uid_for(RELATIONSHIP, "ours", id, step): id for id in entry_ids() for step in range(12)}


class Life(RuleBasedStateMachine):
    """One couple, one calendar, two machines, and everything that may happen."""

    server: Calendar
    folder: Path
    steps = 0
    numbers = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.number = next(self.numbers)
        base = self.server.url.rstrip("/").rpartition("/")[0]
        self.calendar = replace(self.server, url=f"{base}/life-{self.number}/")
        status, _, body = self.calendar.request("MKCALENDAR", self.calendar.url)
        assert status == 201, body
        self.faults = faulty(self.calendar)
        self.proxy: Proxy = self.faults.__enter__()
        home = self.folder / f"life-{self.number}"
        home.mkdir()
        output = caldav_output(self.proxy.calendar)
        self.world = World(home, [output], extra=EXTRA)
        self.name, self.day, self.move = NAMES[0], DAYS[0], True
        self.edits: dict[str, dict[str, str]] = {}
        self.deleted: set[str] = set()
        self.stripped: set[str] = set()
        self.blurred: set[str] = set()
        self.foreign: dict[str, str] = {}
        self.patches = [
            patch("fondly.outputs.carrying.WAITS", (0.0, 0.0)),
            patch("fondly_calendar.dav.READ_WAITS", (0.0,)),
            # One write after the other: what others had begun would go on after a death that is none of the process.
            patch("fondly.outputs.caldavwrite.NEAR", 1000.0),
        ]
        for one in self.patches:
            one.start()

    def teardown(self) -> None:
        """Give everything back."""
        for one in self.patches:
            one.stop()
        self.faults.__exit__(None, None, None)

    # What fondly does

    @initialize()
    def begin(self) -> None:
        """The first sync."""
        self.sync()

    @rule()
    def sync(self) -> None:
        """A sync that goes well."""
        type(self).steps += 1
        self.settle()

    @rule(name=st.sampled_from(sorted(FAULTS)), number=st.integers(0, 6))
    def sync_on_a_bad_network(self, name: str, number: int) -> None:
        """A sync in which one request goes wrong, or all from there on."""
        type(self).steps += 1
        with self.proxy.doing(nth(number, FAULTS[name])):
            self.run()

    @rule(after=st.integers(0, 4))
    def sync_and_die(self, after: int) -> None:
        """A sync that dies between a write and its record."""
        type(self).steps += 1
        left = [after]
        settle = Journal.settle

        def dying(journal: Journal, *arguments: Any) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise KilledError
            settle(journal, *arguments)

        with patch.object(Journal, "settle", dying), contextlib.suppress(KilledError):
            self.run()

    @rule()
    def sync_on_the_other_machine(self) -> None:
        """Another machine with a journal of its own."""
        type(self).steps += 1
        if not self.ours():
            return  # a machine that never was here begins anew in a calendar without anything of ours
        mine, self.world.state = self.world.state, "the-other-machine"
        if not (self.world.folder / self.world.state).exists():
            self.forgive()
        self.run()
        self.world.state = mine

    # What happens to the journal

    @rule(backup=st.booleans())
    def lose_the_journal(self, backup: bool) -> None:
        """The disk died."""
        type(self).steps += 1
        if not self.ours():
            return
        folder = self.world.folder / self.world.state
        for path in folder.glob("journal.db*" if backup else "journal*"):
            path.unlink()
        if not backup:
            self.forgive()
        self.blurred |= self.stripped

    def forgive(self) -> None:
        """A journal that begins now knows nothing of earlier deletions. It asks about all that is wanted now; what
        somebody wants again later, though they deleted it once, is a new wish."""
        if not self.move:
            self.deleted = {id for id in self.deleted if not id.startswith("anniversary/move/")}

    @rule()
    def roll_the_journal_back(self) -> None:
        """An old backup of the whole disk was put back."""
        type(self).steps += 1
        folder, old = self.world.folder / self.world.state, self.world.folder / "old"
        if old.exists() and self.ours():
            shutil.rmtree(folder)
            shutil.copytree(old, folder)
            self.blurred |= self.stripped
        elif folder.exists() and not old.exists():
            shutil.copytree(folder, old)

    # What people change in the config

    @rule(name=st.sampled_from(NAMES), day=st.sampled_from(DAYS), move=st.booleans())
    def change_the_config(self, name: str, day: str, move: bool) -> None:
        """Another name, another date, an anniversary less or more."""
        type(self).steps += 1
        self.name, self.day, self.move = name, day, move

    @rule(hours=st.sampled_from([1, 5, 24, 24 * 9]))
    def time_passes(self, hours: int) -> None:
        """Nobody did anything for a while."""
        type(self).steps += 1
        if self.world.now < NOW + dt.timedelta(days=400):
            self.world.now += dt.timedelta(hours=hours)

    # What people do in the calendar

    def pick(self, data: st.DataObject) -> tuple[str, str, str] | None:
        """Something of ours: its href, its UID and its body."""
        ours = sorted(self.ours().items())
        if not ours:
            return None
        uid, (href, body) = data.draw(st.sampled_from(ours))
        return href, uid, "\r\n".join(body.replace("\r\n ", "").split("\r\n"))

    @rule(
        data=st.data(),
        what=st.sampled_from(["title", "time", "status", "attach", "place", "tick"]),
        strip=st.integers(0, 4),
    )
    def edit(self, data: st.DataObject, what: str, strip: int) -> None:
        """A change in another program, which drops what it does not know (X- properties) or not."""
        type(self).steps += 1
        found = self.pick(data)
        if found is None:
            return
        href, uid, body = found
        title = f"Edited {next(self.numbers)}"
        changes = {
            "title": (r"\r\nSUMMARY:[^\r]*", f"\r\nSUMMARY:{title}"),
            "time": (r"\r\nDTEND", "\r\nX-MOVED:yes\r\nDTEND"),
            "status": (r"\r\nSTATUS:[^\r]*", "\r\nSTATUS:TENTATIVE"),
            "attach": (r"\r\nSUMMARY", "\r\nATTACH:https://example.org/a.pdf\r\nSUMMARY"),
            "place": (r"\r\nSUMMARY", f"\r\nLOCATION:{title}\r\nSUMMARY"),
            "tick": (r"\r\nSUMMARY:", f"\r\nSUMMARY:{TICKS[1]} "),
        }
        pattern, new = changes[what]
        if what == "place" and "LOCATION:" in body:
            return
        before = fields_of(component_of(body))
        body = re.sub(pattern, new.replace("\\", r"\\"), body, count=1)
        if what == "time":
            body = re.sub(r"DTEND(;[^:]*)?:(\d{8})", lambda m: f"DTEND{m[1] or ''}:{int(m[2]) + 1}", body)
            body = body.replace("X-MOVED:yes\r\n", "")
            if fields_of(component_of(body))["ti"].startswith("202") is False:
                return
        if strip == 0:
            body = "\r\n".join(line for line in body.split("\r\n") if not line.startswith(("X-REF", "X-BASE")))
            self.stripped.add(uid)
        self.calendar.put(href, body)
        after = fields_of(component_of(self.calendar.get(href)))
        changed = {name: value for name, value in after.items() if before[name] != value}
        self.edits.setdefault(uid, {}).update(changed)
        if strip == 0:
            # Until the next sync nobody knows any more what fondly wrote there.
            self.settle_quietly(uid)

    def settle_quietly(self, uid: str) -> None:
        """What was not synced before its marks were dropped may pass for a person's."""
        self.blurred.add(uid)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """A deletion."""
        type(self).steps += 1
        found = self.pick(data)
        if found is not None:
            self.calendar.delete(found[0])
            self.deleted.add(KNOWN[found[1]])
            self.edits.pop(found[1], None)

    @rule(data=st.data())
    def copy(self, data: st.DataObject) -> None:
        """A copy of ours under another UID, marks and all: it is theirs."""
        type(self).steps += 1
        found = self.pick(data)
        if found is not None:
            uid = f"copy-{next(self.numbers)}"
            self.add(uid, re.sub("UID:[^\r]+", f"UID:{uid}", found[2]))

    @rule()
    def add_something(self) -> None:
        """Something of their own."""
        type(self).steps += 1
        uid = f"foreign-{next(self.numbers)}"
        self.add(uid, FOREIGN.format(uid=uid))

    def add(self, uid: str, body: str) -> None:
        """Put it there, and remember how the server keeps it."""
        href = f"{self.calendar.url}{uid}.ics"
        self.calendar.put(href, body)
        self.foreign[href] = self.calendar.get(href)

    @precondition(lambda self: self.foreign)
    @rule(data=st.data())
    def remove_something(self, data: st.DataObject) -> None:
        """Something of their own goes."""
        type(self).steps += 1
        href = data.draw(st.sampled_from(sorted(self.foreign)))
        self.calendar.delete(href)
        del self.foreign[href]

    # The model

    def ours(self) -> dict[str, tuple[str, str]]:
        """What fondly made and stands there: href and body by UID."""
        found: dict[str, tuple[str, str]] = {}
        for href, body in self.calendar.objects().items():
            uid = component_of(body).text("UID").strip()
            if uid in KNOWN:
                assert uid not in found, f"{KNOWN[uid]} stands twice"
                found[uid] = (href, body)
        return found

    def run(self, consent: Consent = Consent()) -> Run:  # noqa: B008
        """The main job."""
        self.forgive_the_ignorant()
        self.world.dates = [f"{{id: wedding, name: '{self.name}', date: {self.day}, kind: wedding}}"]
        if self.move:
            self.world.dates.append("{id: move, name: First flat, date: 2020-12-01, kind: custom}")
        return self.world.sync(consent=consent)

    def forgive_the_ignorant(self) -> None:
        """A journal that never heard of an entry, and finds no stranger that could make it suspicious, cannot know that
        it was there and was deleted; nor can one that was about to make it, or to take it away, when the machine went
        down, or that took it away itself and knows nothing of its having been made again."""
        path = self.world.folder / self.world.state / "journal.db"
        if not path.exists():
            return
        journal = Journal(path, copy=True)
        rows = journal.remembered("ours")
        journal.close()
        self.deleted -= {
            id
            for id, row in rows.items()
            if row.gone == "us" or row.pending == "delete" or (row.pending == "create" and row.version is None)
        }
        marked = {uid for uid, (_, body) in self.ours().items() if "X-REF" in body}
        if rows and marked <= {row.uid for row in rows.values()}:
            self.deleted &= rows.keys()

    def settle(self) -> None:
        """A sync on a good network, after which all has to be as the plan and the people want it."""
        run = self.run(Consent(force=True))  # also before the time that a server asked for
        report = run.deliveries[0].report
        if report.error and "--recreate" in report.error:
            run = self.run(Consent(force=True, emptied="forget"))
            report = run.deliveries[0].report
        assert report.error is None, report.error
        ours = self.ours()
        for action in run.deliveries[0].actions:
            self.check(action, ours)
        again = self.run().deliveries[0].report
        assert again.error is None, again.error
        assert (again.created, again.updated, again.deleted) == (0, 0, 0), "a second sync writes something"
        assert again.requests == 1

    def check(self, action: Action, ours: dict[str, tuple[str, str]]) -> None:
        """Whether what stands for that entry is what it should be."""
        if action.wanted is None:
            return
        standing = ours.get(action.uid)
        if action.entry_id in self.deleted:
            assert standing is None, f"{action.entry_id} is back"
            return
        if standing is None:
            assert action.verb in ("wait", "keep", "bury"), action
            return
        fields = fields_of(component_of(standing[1]))
        if fields["su"].startswith(TICKS) or action.adopted:
            return
        mine = self.edits.get(action.uid, {})
        for name, wanted in action.wanted.fields.items():
            if name in mine:
                assert fields[name] == mine[name], f"a person's {name} of {action.entry_id} was changed"
            elif action.uid not in self.blurred:
                assert fields[name] == wanted, f"{name} of {action.entry_id} is not as it is wanted"

    @invariant()
    def nothing_foreign_is_changed(self) -> None:
        """What others put there is there, to the byte."""
        objects = self.calendar.objects()
        by_path = {href.rpartition("/")[2]: data for href, data in objects.items()}
        for href, body in self.foreign.items():
            assert by_path.get(href.rpartition("/")[2]) == body, f"{href} was changed"

    @invariant()
    def nothing_stands_twice(self) -> None:
        """One object for each entry, and every edit is where it was made."""
        ours = self.ours()
        ids = [KNOWN[uid] for uid in ours]
        assert len(ids) == len(set(ids)), sorted(id for id in ids if ids.count(id) > 1)
        back = self.deleted.intersection(ids)
        assert not back, f"what a person deleted is back: {back}"
        for uid, fields in self.edits.items():
            if uid in ours:
                standing = fields_of(component_of(ours[uid][1]))
                assert {name: standing[name] for name in fields} == fields, "a person's edit is gone"
            else:
                assert KNOWN[uid] in self.deleted, "what a person had changed was removed"


def live(calendar: Calendar, folder: Path, steps: int, *, derandomize: bool) -> int:
    """At least so many steps, in lives of fifty; how many there were."""

    class Here(Life):
        server = calendar

    Here.folder = folder
    Here.steps = 0
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=steps // 40,
            stateful_step_count=50,
            derandomize=derandomize,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Here.steps
