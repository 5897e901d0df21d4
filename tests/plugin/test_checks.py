"""Records that are of the right class and still wrong: refused by name, everything else stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fondly.checks import faults
from fondly.config import load_config
from fondly.gate import visible
from fondly.planner import Horizons, Past
from fondly.preparing import make_plan, prepare
from fondly.run import sync
from fondly_hooks.types.content import Anniversary, Practice
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.types.entries import Busy, Entry
from fondly_hooks.types.people import Person, Relationship
from fondly_hooks.types.times import Span
from world import CONFIG, NOW

PEOPLE = Relationship(
    id="7c9e6679-7425-40de-944b-e07fc1f90ae7",
    people=(Person("ana", "Ana", "Europe/Berlin"), Person("ben", "Ben", "Europe/London")),
    me="ana",
    timezone="Europe/Berlin",
)
START = dt.datetime(2026, 11, 24, 18, tzinfo=ZoneInfo("Europe/Berlin"))


def entry(**changes: object) -> Entry:
    """A sound entry, changed."""
    values: dict[str, object] = {
        "id": "custom/x/1",
        "kind": "custom",
        "title": "X",
        "neutral_title": "X",
        "start": START,
        "end": START + dt.timedelta(hours=1),
    }
    return Entry(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (entry(secret_from="ben"), "people's ids"),
        (entry(secret_from=("Ben",)), "people's ids (ana, ben)"),
        (entry(people=["ana"]), "people"),
        (entry(title=None), "title must be text"),
        (entry(kind="party"), "kind must be one of"),
        (entry(component="VJOURNAL"), "component"),
        (entry(start=START.replace(tzinfo=None)), "time zone"),
        (entry(end=START - dt.timedelta(hours=1)), "ends before it begins"),
        (entry(end=dt.date(2026, 11, 25)), "two datetimes or two dates"),
        (entry(start=dt.date(2026, 11, 24), end=dt.date(2026, 11, 24)), "after its first day"),
        (entry(alarms="-PT5M"), "alarms must be a tuple"),
        (Anniversary(id="a", name="A", origin="2020-01-01", kind="custom"), "origin"),  # type: ignore[arg-type]
        (Anniversary(id="a", name="A", origin=PartialDate(1, 1), kind="custom", secret_from="ben"), "secret_from"),  # type: ignore[arg-type]
        (Practice(slug="p", name="P", neutral_title="P", about="", every="weekly", at=(), minutes=5, together=True,
                  suggestions=()), "every must be of the type Cadence"),  # type: ignore[arg-type]
        (Busy("ana", dt.datetime(2026, 1, 1), START), "time zone"),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_faults_are_named(record: object, words: str) -> None:
    """Each says which record it is and what would be right."""
    assert words in "; ".join(faults(record, PEOPLE))


def test_a_sound_record_has_no_fault() -> None:
    """What the documentation shows passes."""
    assert faults(entry(secret_from=("ben",)), PEOPLE) == []
    assert faults(entry(start=dt.date(2026, 11, 24), end=dt.date(2026, 11, 25)), PEOPLE) == []


def test_a_mistyped_secret_reaches_nobody(tmp_path: Path) -> None:
    """An entry whose `secret_from` cannot be read as it was meant is shown to no one, and reported."""
    (tmp_path / "hooks").mkdir(mode=0o755)
    (tmp_path / "hooks/gift.py").write_text(
        "import datetime as dt\nfrom fondly import Entry, hookimpl\n\n\n@hookimpl\n"
        "def fondly_entries(relationship, window):\n"
        "    day = dt.date(2026, 12, 1)\n"
        "    yield Entry(id='custom/gift/1', kind='custom', title='Buy the ring', neutral_title='Errand', start=day,\n"
        "                end=day + dt.timedelta(days=1), secret_from='ben')\n",
        encoding="utf-8",
    )
    (tmp_path / "fondly.yaml").write_text(CONFIG, encoding="utf-8")
    prepared = prepare(load_config(tmp_path / "fondly.yaml"))
    window = Span(NOW.date(), NOW.date() + dt.timedelta(days=28))
    _, plan = make_plan(prepared, Past(), Horizons.all_in(window), NOW)
    assert len(visible(plan.entries, ["ben"])) > 5
    assert not any("ring" in entry.title for entry in plan.entries)
    (failure,) = prepared.plugins.failures
    assert (failure.plugin, failure.hook) == ("gift", "fondly_entries")
    assert "secret_from" in failure.error


def test_an_output_kind_that_breaks_spares_the_others(tmp_path: Path) -> None:
    """Whatever an output of somebody's does, it is named, and the next one is served."""
    (tmp_path / "hooks").mkdir(mode=0o755)
    (tmp_path / "hooks/printer.py").write_text(
        "from pydantic import BaseModel\nfrom fondly import OutputKind, hookimpl\n\n\n"
        "class Options(BaseModel):\n    tray: int = 1\n\n\n"
        "class Printer:\n    requests = 0\n    ahead = None\n\n"
        "    def read(self, remembered, state):\n        raise ZeroDivisionError('out of paper')\n\n"
        "    def close(self):\n        raise ValueError('and jammed')\n\n\n"
        "@hookimpl\ndef fondly_output_kinds():\n"
        "    yield OutputKind(name='printer', options=Options, open=lambda options, context: Printer())\n",
        encoding="utf-8",
    )
    outputs = (
        "outputs:\n  - {name: paper, kind: printer, tray: 2, seen_by: [ana]}\n"
        "  - {name: file, kind: ics, path: us.ics, seen_by: [ana]}\n"
    )
    (tmp_path / "fondly.yaml").write_text(CONFIG + outputs, encoding="utf-8")
    run = sync(prepare(load_config(tmp_path / "fondly.yaml")), tmp_path / "state", NOW)
    paper, file = (delivery.report for delivery in run.deliveries)
    assert paper.error is not None
    assert run.exit_code == 1
    assert file.error is None
    assert file.created > 10
