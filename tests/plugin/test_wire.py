"""The JSON of scripts: one schema for both sides, records out and in without loss, errors in plain words."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fondly.config import HooksConfig
from fondly.planner import Past
from fondly.preparing import local_now
from fondly.scripting.asking import Question, as_told, read_answer, request
from fondly.scripting.schema import hooks_schema
from fondly.scripting.wire import changed_entries, read_records, to_wire
from fondly.service.sample import sample
from fondly.service.scaffold import example_of
from fondly.service.trying import try_hook
from fondly_hooks.specs import HOOKS
from fondly_hooks.types.content import Anniversary, DateIdea, Practice
from fondly_hooks.types.context import HookContext
from fondly_hooks.types.entries import Busy, Entry
from fondly_hooks.types.ideas import Forecast
from support import BERLIN, built_in_ideas, built_in_practices, entry, relationship

SCRIPTED = [hook for hook, facts in HOOKS.items() if facts.scripts]
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=BERLIN)


@cache
def validator(side: str) -> jsonschema.Draft202012Validator:
    """What judges one side of a hook."""
    schema = hooks_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    whole = {"$ref": f"#/$defs/{side}", "$defs": schema["$defs"]}
    return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())


def read(record: type[Any], *items: Any) -> list[Any]:
    """The records that a script named tea gave."""
    return read_records(record, json.loads(json.dumps(items)), plugin="tea", zone=BERLIN)


@pytest.mark.parametrize("hook", SCRIPTED)
def test_the_answer_of_the_specification_is_valid_and_read(hook: str) -> None:
    """What the reference shows is what the schema allows and fondly takes."""
    printed = example_of(hook, "Script")
    validator(f"{hook}.output").validate(json.loads(printed))
    entries = tuple(entry(id=id) for id in ("date/2026-W49", "practice/gratitude/2026-W49/1"))
    question = Question(hook, Path("x"), False, 1.0, relationship(), {"entries": entries})
    answer = read_answer(printed.encode(), question, "tea")
    assert answer.given or answer.message


@pytest.mark.parametrize("hook", SCRIPTED)
def test_what_a_script_gets_is_valid(tmp_path: Path, hook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The object on its standard input, for real arguments, is what the schema says."""
    folder = tmp_path / "hooks" / f"{hook}.d"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "x.sh").write_text("#!/bin/sh\ncat >/dev/null\n", encoding="utf-8")
    (folder / "x.sh").chmod(0o755)
    prepared = sample(HooksConfig(tmp_path / "hooks"), tmp_path / "fondly.yaml")
    tried = try_hook(prepared, Past(), local_now(prepared.relationship, NOW), hook, "x")
    assert tried.faults == ()
    validator(f"{hook}.input").validate(json.loads(json.dumps(tried.asked)))


def test_every_built_in_record_survives_the_way() -> None:
    """All practices and ideas that fondly brings along, out as JSON and back."""
    for record, found in ((Practice, built_in_practices()), (DateIdea, built_in_ideas())):
        assert tuple(read(record, *map(to_wire, found))) == found
    day = Anniversary(
        id="dog",
        name="Dog",
        origin=next(iter(relationship().people)).birthday,
        kind="custom",  # type: ignore[arg-type]
        remind=(dt.timedelta(days=7),),
        secret_from=("ben",),
    )
    assert read(Anniversary, to_wire(day)) == [day]
    forecast = Forecast(day=dt.date(2026, 12, 1), dry=False, low=-3.5)
    assert read(Forecast, to_wire(forecast)) == [forecast]
    busy = Busy("ana", NOW, NOW + dt.timedelta(hours=1), uid="u")
    assert read(Busy, to_wire(busy)) == [busy]


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
zones = st.sampled_from([BERLIN, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")])
years = dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1)  # noqa: DTZ001  # hypothesis adds the zones
lengths = st.timedeltas(dt.timedelta(0), dt.timedelta(days=2))
times = st.tuples(st.datetimes(*years, timezones=zones, allow_imaginary=False), lengths)
days = st.tuples(st.dates(years[0].date(), years[1].date()), st.integers(1, 5).map(dt.timedelta))


def later(start: dt.date, length: dt.timedelta) -> dt.date:
    """So much later, never at a time that no clock shows."""
    if isinstance(start, dt.datetime):
        return (start.astimezone(dt.UTC) + length).astimezone(start.tzinfo)
    return start + length


entries = st.builds(
    lambda id, span, **more: Entry(id=f"custom/tea/{id}", kind="custom", start=span[0], end=later(*span), **more),
    texts,
    times | days,
    title=texts,
    neutral_title=texts,
    description=st.none() | texts,
    secret_from=st.sampled_from([(), ("ben",)]),
    categories=st.lists(texts, max_size=2).map(tuple),
    busy=st.booleans(),
    minutes=st.none() | st.integers(0, 999),
    color=st.none() | texts,
    component=st.sampled_from(["VEVENT", "VTODO"]),
)


@settings(max_examples=200)
@given(entries)
def test_every_entry_survives_the_way(one: Entry) -> None:
    """Out as JSON that the schema knows, and back, the same in every field but who gave it."""
    sent = json.loads(json.dumps(to_wire(one)))
    validator("fondly_entries.output").validate({"add": [sent]})
    (back,) = read(Entry, sent)
    assert replace(back, source=one.source) == one
    (unchanged,) = changed_entries([sent], {one.id: one}, zone=BERLIN)
    assert unchanged == one


ENTRY = {"id": "a", "title": "A", "start": "2026-12-01"}
IDEA = {"slug": "a", "title": "A", "text": "A", "minutes": 5, "cost": 0, "setting": "out"}
DAY = {"id": "a", "name": "A", "kind": "custom", "origin": "2019-02-28"}
TEA = {"slug": "a", "name": "A", "neutral_title": "A", "about": "A", "every": "weekly", "at": ["evening"], "minutes": 5}
TEA |= {"together": True, "suggestions": []}
BUSY = {"person": "ana", "start": "2026-12-01", "end": "2026-12-02"}
WRONG: list[tuple[type[Any], Any, str]] = [
    (Entry, "bins", ": needs keys with values, not 'bins'"),
    (Entry, {"id": "a", "title": "A"}, ".start: is missing; add it"),
    (Entry, ENTRY | {"title": None}, ".title: is missing; add it"),
    (
        Entry,
        ENTRY | {"start": 5},
        ".start: needs a day such as 2026-11-30, or a time; write it with its",
    ),
    (Entry, ENTRY | {"kind": "party"}, ".kind: 'party' is none of practice, date, anniversary, preparation, custom"),
    (Entry, ENTRY | {"busy": 1}, ".busy: needs true or false, not '1'"),
    (Entry, ENTRY | {"minutes": 2.5}, ".minutes: needs a whole number, not '2.5'"),
    (Entry, ENTRY | {"people": "ana"}, ".people: needs a list, not 'ana'"),
    (Entry, ENTRY | {"people": [7]}, ".people[0]: needs text, not '7'"),
    (DateIdea, IDEA | {"cost": float("nan")}, ".cost: needs a number, not 'nan'"),
    (DateIdea, IDEA | {"setting": "sea"}, ".setting: 'sea' is none of home, out, apart"),
    (Practice, TEA | {"every": "often"}, ".every: 'often'"),
    (Practice, TEA | {"at": ["midnight"]}, ".at[0]: 'midnight' is no window"),
    (
        Practice,
        TEA | {"suggestions": [{"titel": "B"}]},
        ".suggestions[0]: 'titel' is not known here; did you mean 'title'?",
    ),
    (Anniversary, DAY | {"origin": "2019-02-30"}, ".origin: '2019-02-30'"),
    (Anniversary, DAY | {"remind": [7]}, ".remind[0]: needs a length such as '7 days', not '7'"),
    (Busy, BUSY, ".start: needs a time, not '2026-12-01'; write it with its offset"),
]


@pytest.mark.parametrize(("record", "item", "words"), WRONG)
def test_errors_are_one_plain_line(record: type[Any], item: Any, words: str) -> None:
    """Where, what is wrong, and what would be right."""
    with pytest.raises(ValueError, match=r"^add\[0\]") as problem:
        read_records(record, [item], plugin="tea", zone=BERLIN)
    assert str(problem.value).startswith(f"add[0]{words}"), problem.value
    assert "\n" not in str(problem.value)
    assert "pydantic" not in str(problem.value)


def test_too_many_are_refused() -> None:
    """As from a plugin in Python."""
    with pytest.raises(ValueError, match="'add' holds more than 20000 records"):
        read_records(Entry, [{}] * 20_001, plugin="tea", zone=BERLIN)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ([], "change[0]: needs keys with values, not a list"),
        ({}, "change[0].id: is missing; add it"),
        ({"id": 5}, "change[0].id: needs text, not '5'"),
        ({"id": "custom/x/2"}, "change[0].id: no entry 'custom/x/2' is planned; did you mean 'custom/x/1'?"),
        ({"id": "custom/x/1", "titel": "X"}, "change[0]: 'titel' is not known here; did you mean 'title'?"),
        ({"id": "custom/x/1", "start": "soon"}, "change[0].start: needs a day"),
    ],
)
def test_wrong_changes(item: Any, words: str) -> None:
    """Told as additions are."""
    with pytest.raises(ValueError, match=r"^change\[0\]") as problem:
        changed_entries([item], {"custom/x/1": entry(id="custom/x/1")}, zone=BERLIN)
    assert str(problem.value).startswith(words)


def test_a_changed_day_keeps_its_length_over_a_change_of_the_clock() -> None:
    """Twenty minutes are twenty minutes on the night in which the clock is set."""
    one = entry(id="custom/x/1")
    (moved,) = changed_entries([{"id": one.id, "start": "2027-03-28T01:50:00+01:00"}], {one.id: one}, zone=BERLIN)
    assert moved.end.isoformat() == "2027-03-28T03:10:00+02:00"
    (day,) = changed_entries([{"id": one.id, "start": "2027-03-28"}], {one.id: one}, zone=BERLIN)
    assert (day.start, day.end) == (dt.date(2027, 3, 28), dt.date(2027, 3, 29))


def test_the_request_hides_what_is_not_for_it() -> None:
    """The people without their id and without the days that are secret from somebody."""
    people = relationship()
    question = Question("fondly_practices", Path("x"), False, 1.0, people, {})
    asked = json.dumps(request(as_told(question), HookContext(plugin="tea", now=NOW)))
    assert people.id not in asked
    assert "Ana" in asked
