"""The merge by field, pure: the marks in an object, a person's changes, the plan's changes, in any order."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fondly.outputs.reconcile import reconcile
from fondly_calendar.canonical import fields_of
from fondly_calendar.patch import patched
from fondly_calendar.render import Identity, Revision, calendar_object, managed_fields
from fondly_calendar.standing import thing_in
from fondly_hooks.types.delivery import Remembered, Standing, Thing, Wanted
from fondly_hooks.types.entries import Entry
from support import BERLIN, KEY, component_of, entry, identity

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
TITLES = st.sampled_from(["Tea, and talk", "A walk; slowly", "Sit\nby the water", "100 % \\ quiet"])
STARTS = st.sampled_from([dt.datetime(2026, 11, 24, hour, 30, tzinfo=BERLIN) for hour in (7, 19)])
PERSON = {
    "su": (r"\r\nSUMMARY:[^\r]*", "\r\nSUMMARY:By hand {n}"),
    "de": (r"\r\nSUMMARY:", "\r\nDESCRIPTION:By hand {n}\r\nSUMMARY:"),
    "lo": (r"\r\nSUMMARY:", "\r\nLOCATION:By hand {n}\r\nSUMMARY:"),
    "st": (r"\r\nSTATUS:[^\r]*", "\r\nSTATUS:TENTATIVE"),
    "tr": (r"\r\nTRANSP:[^\r]*", "\r\nTRANSP:OPAQUE"),
    "cl": (r"\r\nSUMMARY:", "\r\nCLASS:PRIVATE\r\nSUMMARY:"),
}
OTHERS = ["ATTACH:https://example.org/a.pdf", "COMMENT:kept  as;it\\, is", "X-APPLE-SORT-ORDER:5", "CONTACT:Nona"]


def unfolded(text: str) -> str:
    """The object without its folds."""
    return text.replace("\r\n ", "")


class Merge(RuleBasedStateMachine):
    """One object, as it stands on a server that keeps marks or not."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: Entry = entry(description="Twenty minutes.", alarms=("-PT15M",), location=None)
        self.mark: Identity = identity(id=self.plan.id)
        self.body = calendar_object(self.plan, self.mark)
        self.row = self.remember(self.thing(), frozenset())
        self.theirs: dict[str, str] = {}
        self.others: list[str] = []
        self.number = 0

    def thing(self) -> Thing:
        """What stands there, as an output reads it."""
        found = thing_in(self.body, KEY, self.mark.output, place="/a.ics", version="1")
        assert found is not None
        return found

    def remember(self, thing: Thing, theirs: frozenset[str]) -> Remembered:
        """What the journal keeps of it."""
        return Remembered(entry_id=self.plan.id, uid=self.mark.uid, fields=thing.fields, theirs=theirs, version="1")

    @rule(
        title=TITLES,
        start=STARTS,
        place=st.sampled_from([None, "Home", "Café Ü"]),
        alarm=st.sampled_from(["-PT5M", "-P1D"]),
    )
    def the_plan_changes(self, title: str, start: dt.datetime, place: str | None, alarm: str) -> None:
        """Another title, time, place or alarm is wanted from now on."""
        end = start + dt.timedelta(minutes=20)
        self.plan = replace(self.plan, title=title, start=start, end=end, location=place, alarms=(alarm,))

    @rule(name=st.sampled_from(sorted(PERSON)))
    def a_person_changes(self, name: str) -> None:
        """A field by hand."""
        self.number += 1
        pattern, new = PERSON[name]
        text = unfolded(self.body)
        before = fields_of(component_of(text))
        if name in ("de", "lo", "cl"):
            text = re.sub(
                r"\r\n" + {"de": "DESCRIPTION", "lo": "LOCATION", "cl": "CLASS"}[name] + r"[;:][^\r]*", "", text
            )
        text = re.sub(pattern, lambda _: new.format(n=self.number), text, count=1)
        after = fields_of(component_of(text))
        self.body = text
        if after[name] != before[name]:
            self.theirs[name] = after[name]

    @rule(line=st.sampled_from(OTHERS))
    def a_person_adds(self, line: str) -> None:
        """Something that fondly does not manage."""
        if line not in self.others:
            self.others.append(line)
            self.body = unfolded(self.body).replace("\r\nSUMMARY:", f"\r\n{line}\r\nSUMMARY:", 1)

    @rule()
    def a_program_rewrites(self) -> None:
        """Another order of lines, other stamps."""
        head, begin, rest = unfolded(self.body).partition("BEGIN:VEVENT\r\n")
        own, alarm, tail = rest.partition("BEGIN:VALARM")
        lines = sorted(line for line in own.split("\r\n") if line and not line.startswith("DTSTAMP"))
        self.body = f"{head}{begin}DTSTAMP:20300101T000000Z\r\n" + "\r\n".join(lines) + f"\r\n{alarm}{tail}"

    @rule()
    def the_marks_are_dropped(self) -> None:
        """A program that keeps no X- properties saved it; the journal decides from then on."""
        self.sync()
        self.body = re.sub(r"\r\nX-(REF|BASE):[^\r]*", "", unfolded(self.body))

    @rule()
    def the_journal_is_lost(self) -> None:
        """The object decides, as long as it bears its marks."""
        if "X-BASE" in self.body:
            self.row = None

    row: Remembered | None

    @rule()
    def sync(self) -> None:
        """What fondly decides and writes; a second look finds nothing to do."""
        for writes in (True, False):
            thing = self.thing()
            want = Wanted(entry=self.plan, uid=self.mark.uid, generation=0, fields=managed_fields(self.plan))
            rows = {self.plan.id: self.row} if self.row else {}
            (action,) = reconcile(Standing(things=(thing,)), rows, [want], NOW)
            assert action.verb in (("update", "keep", "unchanged") if writes else ("keep", "unchanged"))
            if action.verb == "update":
                changed = [name for name, value in action.fields.items() if thing.fields[name] != value]
                revision = Revision(action.sequence, NOW)
                self.body = patched(self.body, self.plan, self.mark, revision, changed, action.theirs)
                assert thing.sequence < self.thing().sequence
            self.row = self.remember(self.thing(), action.theirs)
        self.agree()

    def agree(self) -> None:
        """Each field is the person's, or as it is wanted."""
        standing = fields_of(component_of(self.body))
        for name, wanted in managed_fields(self.plan).items():
            assert standing[name] == self.theirs.get(name, wanted), name

    @invariant()
    def nothing_of_theirs_is_lost(self) -> None:
        """What they wrote and what they added is there."""
        standing: dict[str, Any] = fields_of(component_of(self.body))
        assert {name: standing[name] for name in self.theirs} == self.theirs
        lines = unfolded(self.body).split("\r\n")
        assert all(lines.count(line) == 1 for line in self.others)
        assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
        assert sum(line.startswith("X-BASE:") for line in lines) <= 1


def test_a_plan_that_agrees_for_a_while() -> None:
    """What a person chose stays theirs, also where the plan had the same once."""
    one = Merge()
    one.body = one.body.replace("\r\nSUMMARY:Take turns to let off steam", "\r\nSUMMARY:A walk")
    one.theirs = {"su": "A walk"}
    for title, hour in (("A walk", 7), ("Tea", 8)):
        one.the_plan_changes(title, dt.datetime(2026, 11, 24, hour, 30, tzinfo=BERLIN), None, "-PT5M")
        one.sync()
    assert "\r\nSUMMARY:A walk\r\n" in one.body


TestMerge = Merge.TestCase
TestMerge.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
