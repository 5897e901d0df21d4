"""Living with fondly: what one asks of it, what one says of what comes, and rest, as a person types it.

Every command runs whole, in this process, with real files and, where a sync is meant, a real CalDAV server beside them.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import icalendar
import pytest

from fondly.cli import main
from fondly_calendar.identity import uid_for
from fondly_hooks import practices
from fondly_hooks.practices.catalogue import read_practice
from fondly_hooks.types.content import Practice
from servers import Calendar
from support import BERLIN, RELATIONSHIP, config_text, write_config
from world import caldav_output

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=BERLIN)
SLUGS = (
    "affection boundaries celebration challenges communication empathy forgiveness gratitude presence "
    "professional-help quality-time romance shared-experiences support vulnerability"
).split()
DATES = """
  dates:
    - {id: wedding, name: Wedding, date: 2015-06-20, kind: wedding}
    - {id: move, name: First flat, date: 2020-12-01, kind: custom}
    - {id: party, name: Surprise party, date: 2016-12-09, kind: custom, people: [ana], secret_from: [ben]}"""
FILE = "\n  - {name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}"
MINE = "\n  - {name: mine, kind: ics, path: mine.ics, seen_by: [ana]}"
ANNA = "\n  - {id: ana, name: Ana}"
MUCH = {  # a life with more in it, so that there is something to let go
    "practices": "{gratitude: 2 per week, communication: weekly, affection: weekly}",
    "rhythm": "{most_per_week: 5}",
}
WORDS = ("done", "skip", "not-now", "loved", "never")
PRACTICE_KEYS = "slug name about state every at minutes with next".split()
WHOLE_KEYS = "evidence grade studies caution rather_not safety suggestions".split()
SUGGESTION_KEYS = "id practice slug title text minutes with energy setting depth touch seasons tags word".split()


def at(day: int, hour: int = 9, minute: int = 0) -> dt.datetime:
    """So many days after the first one, on the clock of Berlin."""
    return dt.datetime.combine(NOW.date() + dt.timedelta(days=day), dt.time(hour, minute), BERLIN)


@dataclass(frozen=True)
class Answer:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


class Life:
    """The commands of one relationship, its config file in ``folder``. ``now`` is the clock that is handed in."""

    def __init__(self, folder: Path, state: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch):
        self.folder, self.state, self.capsys, self.patch = folder, state, capsys, patch
        self.now = NOW
        self.configure()

    def configure(self, **keys: str | None) -> None:
        """Write the config file anew: the smallest one, with one file that Ana and Ben see, and these keys changed."""
        write_config(self.folder, config_text(**{"anniversaries": DATES, "outputs": FILE} | keys))

    def __call__(self, *arguments: str) -> Answer:
        """Run a command, whatever comes of it."""
        config = str(self.folder / "fondly.yaml")
        self.patch.setattr(sys, "argv", ["fondly", "--config", config, "--now", self.now.isoformat(), *arguments])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        assert isinstance(left.value.code, int)
        return Answer(left.value.code, *self.capsys.readouterr())

    def text(self, *arguments: str) -> str:
        """What a command that does all that it should prints for people."""
        done = self(*arguments)
        assert (done.code, done.err) == (0, ""), done
        return done.out

    def json(self, *arguments: str) -> dict[str, Any]:
        """The one document that a command prints with ``--json``, when all goes well."""
        document: dict[str, Any] = json.loads(self.text("--json", *arguments))
        assert document["fondly"] == 1
        assert list(document)[-1] == "failures"
        assert document["failures"] == []
        return document

    def refusal(self, *arguments: str, code: int = 2) -> str:
        """The one clear line that is said where a command does nothing."""
        done = self(*arguments)
        assert done.code == code, done
        assert done.out == ""
        return one_line(done.err)

    def plan(self, days: int = 28, *arguments: str) -> dict[str, dict[str, Any]]:
        """The coming entries by id."""
        return {entry["id"]: entry for entry in self.json("plan", "--days", str(days), *arguments)["entries"]}

    def turns(self, days: int = 28) -> dict[str, dict[str, Any]]:
        """The coming entries of practices that everybody may see, by id."""
        return {id: one for id, one in self.plan(days).items() if one["practice"] and not one["secret_from"]}

    def journal(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that the journal keeps, by table; nothing where there is none."""
        path = self.state / RELATIONSHIP / "journal.db"
        if not path.exists():
            return {}
        db = sqlite3.connect(path)
        try:
            names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
            return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
        finally:
            db.close()

    def files(self) -> dict[str, bytes]:
        """Every file of this life, by its path."""
        return {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@cache
def read_once(data: bytes, name: str) -> Practice:
    """A practice of the catalogue. Reading all of it takes longer than what most commands do with it."""
    return read_practice(data, name)


@pytest.fixture
def life(
    tmp_path: Path, own_state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Life]:
    """Ana and Ben on Ana's machine. What the command tells the garbage collector is meant for a process that ends."""
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(practices, "read_practice", read_once)
    before = gc.get_threshold()
    yield Life(tmp_path, own_state, capsys, monkeypatch)
    gc.set_threshold(*before)


def one_line(text: str) -> str:
    """That text, which is one clear line: no traceback, nothing that a terminal would act upon, no whole novel."""
    assert text.startswith("fondly: "), text
    assert text.endswith("\n"), text
    line = text.removesuffix("\n")
    assert line.isprintable(), text
    assert "Traceback" not in line
    assert "mistake in fondly" not in line
    assert len(line) < 600
    return line


def key(life: Life, practice: str = "gratitude", number: int = 0) -> str:
    """A suggestion of that practice, whichever the catalogue has."""
    (found,) = life.json("practices", practice)["practices"]
    return str(found["suggestions"][number]["id"])


def word_of(life: Life, suggestion: str) -> str | None:
    """What the catalogue shows as said of a suggestion."""
    (found,) = life.json("practices", suggestion.partition("/")[0])["practices"]
    words: dict[str, str | None] = {one["id"]: one["word"] for one in found["suggestions"]}
    return words[suggestion]


# Documents and text


def test_practices_document(life: Life) -> None:
    """All fifteen with how often, when and what comes next; the next one is an entry of the plan."""
    document = life.json("practices")
    assert list(document) == ["fondly", "practices", "failures"]
    assert [one["slug"] for one in document["practices"]] == SLUGS
    plan = life.plan(92)
    for one in document["practices"]:
        assert list(one) == PRACTICE_KEYS
        assert one["state"] == ("on request" if one["slug"] == "forgiveness" else "planned")
        assert one["with"] in ("together", "solo")
        mine = [entry for entry in plan.values() if entry["practice"] == one["slug"]]
        assert one["next"] == (mine[0] if mine else None)


def test_one_practice_document(life: Life) -> None:
    """One practice comes whole: what is known of it, and its suggestions with what was said of them."""
    for slug in SLUGS:
        (one,) = life.json("practices", slug)["practices"]
        assert list(one) == PRACTICE_KEYS + WHOLE_KEYS
        assert one["slug"] == slug
        assert len(one["suggestions"]) > 5
        for suggestion in one["suggestions"]:
            assert list(suggestion) == SUGGESTION_KEYS
            assert suggestion["id"] == f"{slug}/{suggestion['slug']}"
            assert suggestion["word"] is None
    (mine,) = life.json("practices", "gratitude")["practices"]
    life.configure(practices="{gratitude: {every: 2 per month, at: [morning], minutes: 7}, support: off}")
    (changed,) = life.json("practices", "gratitude")["practices"]
    assert (changed["every"], changed["at"], changed["minutes"]) == ("2 per month", ["morning"], 7)
    assert changed["suggestions"] == mine["suggestions"]
    (off,) = life.json("practices", "support")["practices"]
    assert (off["state"], off["next"]) == ("off", None)


def test_practices_as_text(life: Life) -> None:
    """A line for each; one of them with its hours, its evidence, its suggestions and their ids."""
    text = life.text("practices")
    assert [line.split()[0] for line in text.splitlines()[:15]] == sorted(SLUGS, key=lambda slug: slug == "forgiveness")
    assert not any(line.endswith(" ") for line in text.splitlines())
    (one,) = life.json("practices", "gratitude")["practices"]
    page = life.text("practices", "gratitude")
    assert page.startswith(one["name"])
    assert f"{one['every']}, {one['minutes']} minutes, alone, " in page
    assert one["next"]["title"] in page
    assert f"{len(one['suggestions'])} suggestions" in page
    words = " ".join(page.split())
    for suggestion in one["suggestions"]:
        assert suggestion["title"] in words
        assert suggestion["id"] in words
        assert " ".join(suggestion["text"].split()) in words
    life.configure(practices="{gratitude: off}")
    assert "switched off" in life.text("practices", "gratitude")
    life.configure()
    life.text("loved", one["suggestions"][0]["id"])
    assert f"{one['suggestions'][0]['title']}  loved" in life.text("practices", "gratitude")


def test_the_practices_are_on_the_viewers_clock(life: Life) -> None:
    """Ben, in London, reads his own hour: one less than Berlin's, as in the plan."""
    london = "\n  - {id: ana, name: Ana}\n  - {id: ben, name: Ben, timezone: Europe/London}"
    life.configure(people=london)
    ours, theirs = life.text("practices"), life.text("practices", "--for", "ben")
    hours = [re.findall(r"^quality-time .* (\d\d):\d\d ", text, re.M) for text in (ours, theirs)]
    assert int(hours[0][0]) == int(hours[1][0]) + 1


def test_suggest_document(life: Life) -> None:
    """One suggestion, of those that the catalogue has, and why it is this one."""
    document = life.json("suggest")
    assert list(document) == ["fondly", "suggestions", "failures"]
    (one,) = document["suggestions"]
    assert list(one) == [*SUGGESTION_KEYS, "why"]
    assert all(why.endswith(".") for why in one["why"])
    (practice,) = life.json("practices", one["practice"])["practices"]
    assert {name: one[name] for name in SUGGESTION_KEYS} in practice["suggestions"]
    text = life.text("suggest")
    assert text.startswith(one["title"])
    assert f"done {one['id']}" in text
    assert one["why"][0] not in " ".join(text.split())
    assert one["why"][0] in " ".join(life.text("-v", "suggest").split())
    life.text("loved", one["id"])
    assert {found["word"] for found in life.json("suggest", one["practice"])["suggestions"]} <= {None, "loved"}


def test_words_document_and_text(life: Life) -> None:
    """What was written down, as one document, or in a line that says what comes of it. Quiet says nothing."""
    life.configure(**MUCH)
    life.text("sync")
    turn = next(iter(life.turns()))
    told = {
        "loved": "Glad to hear it: ",
        "never": "will not come again.\nThe next sync puts another one in its place.",
        "done": "Noted: ",
        "not-now": "It may come again from Thu 21 Jan 2027 on.\nThe next sync takes it away.",
        "skip": "Nothing piles up.\nThe next sync takes it away.",
    }
    for word, words in told.items():
        document = life.json(word, turn)
        assert list(document) == ["fondly", "said", "failures"]
        (said,) = document["said"]
        assert list(said) == ["word", "entry", "suggestion", "day"]
        assert (said["word"], said["entry"], said["day"]) == (word, turn, "2026-11-22")
        text = life.text(word, turn)
        assert words in text
        assert text.count("\n") == words.count("\n") + 1
        assert life.text("-q", word, turn) == ""


def test_rest_documents_and_text(life: Life) -> None:
    """Each rest is told with its days; waking up says that there is no backlog."""
    for kind, until, arguments in (
        ("pause", None, ()),
        ("pause", None, ("--until-further-notice",)),
        ("pause", "2026-12-24", ("--until", "2026-12-24")),
        ("pause", "2026-11-22", ("--until", "2026-11-22")),
        ("quieter", None, ()),
        ("quieter", "2026-12-24", ("--until", "2026-12-24")),
    ):
        document = life.json(kind, *arguments)
        assert list(document) == ["fondly", "rests", "failures"]
        assert document["rests"] == [{"kind": kind, "from": "2026-11-22", "until": until}]
        text = life.text(kind, *arguments)
        assert ("until further notice" if until is None else "up to and including") in text
        assert "fondly resume" in text
        assert life.text("-q", kind, *arguments) == ""
    assert "Thu 24 Dec 2026" in life.text("pause", "--until", "2026-12-24")
    assert "nothing has piled up" in life.text("resume")
    assert life.text("resume") == "Nothing was resting.\n"
    assert life.json("resume")["rests"] == []


# Exit codes


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["done", "gratitud"], "did you mean 'gratitude'?"),
        (["skip", "zzz"], "'fondly -v plan' shows the ids"),
        (["practices", "gratitud"], "there is no practice 'gratitud'; did you mean 'gratitude'?"),
        (["suggest", "gratitud"], "there is no practice 'gratitud'; did you mean 'gratitude'?"),
        (["practices", "zzz"], "known are affection, boundaries,"),
        (["practices", "--for", "cleo"], "there is no person 'cleo'"),
        (["pause", "--until", "2026-11-21"], "2026-11-21 is over"),
        (["quieter", "--until", "2026-11-21"], "2026-11-21 is over"),
        (["pause", "--until", "2026-12-01", "--until-further-notice"], "exclude each other"),
        (["never", "gratitude"], "write 'practices: {gratitude: off}' in the file"),
        (["done", "forgiveness"], "nothing of 'forgiveness' came lately"),
    ],
)
def test_what_cannot_be_meant(life: Life, arguments: list[str], words: str) -> None:
    """It ends with 2 and one line that says what would be right, and leaves nothing behind."""
    before = life.files()
    assert words in life.refusal(*arguments)
    assert words in life.refusal("--json", *arguments)
    assert life.files() == before
    assert not life.state.exists()


def test_words_for_what_has_no_suggestion(life: Life) -> None:
    """A date night and an anniversary can be skipped or done, but hold nothing to be loved or never had again."""
    life.text("sync")
    plan = life.plan(56)
    night = next(id for id, entry in plan.items() if entry["kind"] == "date")
    before = life.journal()
    for id in (night, "anniversary/move/yearly/2026"):
        for word in ("loved", "never"):
            line = life.refusal(word, id)
            assert f"'{id}' has no suggestion" in line
    assert life.journal() == before
    for word in ("done", "skip"):
        assert life.json(word, night)["said"][0] == {
            "word": word,
            "entry": night,
            "suggestion": None,
            "day": "2026-11-22",
        }


def test_an_entry_almost_named(life: Life) -> None:
    """A slip in an entry's id, a suggestion's key or a slug is told with what may have been meant."""
    turn = next(iter(life.turns()))
    some = key(life)
    for wrong, right in ((turn.replace("practice", "practise"), turn), (f"{some}x", some), ("romanse", "romance")):
        assert f"did you mean '{right}'?" in life.refusal("done", wrong)
    assert turn in life.text("-v", "plan")  # where the refusals send people for the ids


# Every form of an id


def test_every_form_of_an_id(life: Life) -> None:
    """An entry's id, a suggestion's key, its slug, a practice's slug: each means what a person would think."""
    life.text("sync")
    turn, entry = next((id, one) for id, one in life.turns().items() if id.startswith("practice/gratitude/"))
    idle = key(life, "forgiveness")
    for word in WORDS:
        (said,) = life.json(word, idle)["said"]
        assert (said["entry"], said["suggestion"]) == (None, idle)
        (said,) = life.json(word, idle.partition("/")[2])["said"]
        assert (said["entry"], said["suggestion"]) == (None, idle)
    for id in (turn, entry["suggestion"], entry["suggestion"].partition("/")[2]):
        (said,) = life.json("skip", id)["said"]
        assert (said["entry"], said["suggestion"]) == (turn, entry["suggestion"])


def test_a_practice_stands_for_its_entry_of_today_or_the_nearest(life: Life) -> None:
    """Today's; else, of what was done, the last one, and of what is to be let go, the next one."""
    life.configure(**MUCH)
    life.text("sync")
    turns = [(id, one) for id, one in life.turns().items() if one["practice"] == "gratitude"]
    first, second = turns[0], turns[1]
    day = dt.datetime.fromisoformat(first[1]["start"]).date()
    assert day < dt.datetime.fromisoformat(second[1]["start"]).date() - dt.timedelta(days=1)

    def meant(word: str) -> str:
        """The entry that the practice stands for."""
        return str(life.json(word, "gratitude")["said"][0]["entry"])

    assert {meant("done"), meant("skip")} == {first[0]}  # nothing is past yet
    life.text("done", "gratitude")
    for hour in (0, 23):
        life.now = dt.datetime.combine(day, dt.time(hour, 30), BERLIN)
        life.text("sync")
        assert {meant(word) for word in ("done", "loved")} == {first[0]}
    life.now += dt.timedelta(days=1)
    life.text("sync")
    assert {meant(word) for word in ("done", "loved")} == {first[0]}
    assert {meant(word) for word in ("not-now", "skip")} == {second[0]}


def test_a_slug_of_two_suggestions(life: Life) -> None:
    """Where two practices have a suggestion of one slug, both are named, and nothing is written."""
    slug = key(life).partition("/")[2]
    hooks = life.folder / "hooks"
    hooks.mkdir(mode=0o700)
    (hooks / "mine.py").write_text(
        "from fondly import Practice, Suggestion, hookimpl\n"
        "from fondly_hooks.types.cadence import parse_cadence\n"
        "from fondly_hooks.types.times import parse_time_window\n\n"
        "@hookimpl\n"
        "def fondly_practices(relationship):\n"
        f"    one = Suggestion(slug={slug!r}, title='Sit', text='Sit still.', minutes=5, together=False)\n"
        "    yield Practice(slug='zen', name='Sit', neutral_title='Sit', about='Sit.', minutes=5, together=False,\n"
        "        every=parse_cadence('off'), at=(parse_time_window('evening'),), suggestions=(one,))\n",
        encoding="utf-8",
    )
    assert life.refusal("loved", slug).endswith(f"'{slug}' may be gratitude/{slug} or zen/{slug}; write which")
    assert life.json("loved", f"zen/{slug}")["said"][0]["suggestion"] == f"zen/{slug}"
    assert word_of(life, f"gratitude/{slug}") is None


def test_what_the_commands_show_can_be_named(life: Life) -> None:
    """Whatever `practices` says comes next can be skipped by its practice's name, however far ahead it is."""
    life.text("sync")
    for one in life.json("practices")["practices"]:
        if one["next"]:
            assert life.json("skip", one["slug"])["said"][0]["entry"] == one["next"]["id"]


# Twice, and against each other


@pytest.mark.parametrize("word", WORDS)
def test_saying_it_twice_changes_nothing(life: Life, word: str) -> None:
    """Before and after the next sync, the second time leaves journal, file and plan as they were."""
    life.configure(**MUCH)
    life.text("sync")
    turn = next(iter(life.turns()))
    life.text(word, turn)
    journal, plan = life.journal(), life.plan()
    life.text(word, turn)
    assert life.journal() == journal
    assert life.plan() == plan
    if word != "never":  # where another one has come, a second never is about that one
        life.text("sync")
        journal, plan = life.journal(), life.plan()
        life.text(word, turn)
        assert life.journal() == journal
        assert life.plan() == plan
        life.text("sync")
        assert life.plan() == plan


def test_resting_twice_changes_nothing(life: Life) -> None:
    """A second pause, or a second waking, finds everything as it is."""
    life.text("sync")
    for command in ("pause", "quieter", "resume"):
        life.text(command)
        journal = life.journal()
        life.text(command)
        assert life.journal() == journal


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("never", "loved"), "loved"),
        (("loved", "never"), "never"),
        (("not-now", "loved"), "loved"),
        (("never", "not-now"), "not-now"),
        (("not-now", "never"), "never"),
        (("not-now", "done"), None),
        (("not-now", "skip"), None),
    ],
)
def test_the_last_word_on_a_suggestion_counts(life: Life, words: tuple[str, str], shown: str | None) -> None:
    """Of words that exclude each other the catalogue shows the last one alone."""
    some = key(life)
    for word in words:
        life.text(word, some)
    assert word_of(life, some) == shown


def test_the_last_word_on_an_entry_counts(life: Life) -> None:
    """Never, then loved: it stays. Skip, then done: it stays. Done, then skip: it goes."""
    life.configure(**MUCH)
    life.text("sync")
    before = life.plan()
    first, second, third = list(life.turns())[:3]
    for word, id in (("never", first), ("loved", first), ("skip", second), ("done", second)):
        life.text(word, id)
    life.text("sync")
    assert life.plan() == before
    for word in ("done", "skip"):
        life.text(word, third)
    life.text("sync")
    assert life.plan().keys() == before.keys() - {third}
    life.text("done", third)  # it was done after all, and need not come back for that
    life.text("sync")
    assert life.plan().keys() == before.keys() - {third}


# A file, a note and a calendar at once


Mark = tuple[str, str]


class Places:
    """The same entries in an .ics file, a Markdown note and a CalDAV calendar, all of which Ana alone sees."""

    def __init__(self, life: Life, calendar: Calendar, **keys: str) -> None:
        self.life, self.calendar = life, calendar
        self.note = life.folder / "us.md"
        note = "\n  - {name: note, kind: markdown, path: us.md, seen_by: [ana]}"
        ours = "\n  - " + caldav_output(calendar, seen_by="[ana]")
        life.configure(outputs=f"{MINE}{note}{ours}", **{**MUCH, **keys})

    def sync(self) -> dict[str, Counter[str]]:
        """The main job; what it did in each place."""
        counted = "created updated deleted kept completed".split()
        reports = self.life.json("sync")["outputs"]
        assert [report["error"] for report in reports] == [None] * 3
        return {report["name"]: +Counter({name: report[name] for name in counted}) for report in reports}

    def in_file(self) -> list[Mark]:
        """What stands in the .ics file: beginning and title of each, in order."""
        return marks((self.life.folder / "mine.ics").read_text(encoding="utf-8"))

    def in_calendar(self) -> list[Mark]:
        """What stands in the calendar on the server."""
        return sorted(mark for text in self.calendar.objects().values() for mark in marks(text))

    def in_note(self) -> list[Mark]:
        """What stands in the note, which shows four weeks."""
        found = []
        for line in self.note.read_text(encoding="utf-8").splitlines():
            match = re.fullmatch(r"- (?:\[ \] )?\w{3} (\d+ \w{3})(?:, (\d\d:\d\d))?: (.*)", line)
            if match:
                years = (f"{match[1]} {year}" for year in (self.life.now.year, self.life.now.year + 1))
                days = [dt.datetime.strptime(text, "%d %b %Y").date() for text in years]  # noqa: DTZ007
                day = next(day for day in days if day >= self.life.now.date())
                start = f"{day}T{match[2]}" if match[2] else str(day)
                found.append((start, re.sub(r"\\(.)", r"\1", match[3])))
        return sorted(found)

    def standing(self) -> list[Mark]:
        """What stands everywhere: the note has what the file has of its weeks, the calendar the same as the file."""
        found = self.in_file()
        last = str(self.life.now.date() + dt.timedelta(days=28))
        ahead = [mark for mark in found if str(self.life.now.date()) <= mark[0] < last]
        assert self.in_note() == ahead
        assert [mark for mark in self.in_calendar() if mark not in self.theirs] == found
        return found

    theirs: tuple[Mark, ...] = ()

    def has(self, id: str) -> bool:
        """Whether an entry, whatever its text, stands in the file or in the calendar."""
        text = (self.life.folder / "mine.ics").read_text(encoding="utf-8") + " ".join(self.calendar.hrefs())
        uids = [uid_for(RELATIONSHIP, name, id, step) for name in ("mine", "ours") for step in range(4)]
        return any(uid in text for uid in uids)


def marks(text: str) -> list[Mark]:
    """Beginning (on Berlin's clock) and title of each event, in order."""
    found = []
    for event in icalendar.Calendar.from_ical(text).walk("VEVENT"):
        start = event["DTSTART"].dt
        begin = f"{start.astimezone(BERLIN):%Y-%m-%dT%H:%M}" if isinstance(start, dt.datetime) else str(start)
        found.append((begin, str(event["SUMMARY"])))
    return sorted(found)


def mark(entry: Mapping[str, Any]) -> Mark:
    """Beginning and title of an entry of the plan."""
    return str(entry["start"])[: 10 if entry["all_day"] else 16], str(entry["title"])


@pytest.fixture
def places(life: Life, calendar: Calendar) -> Places:
    """All three places, empty."""
    return Places(life, calendar)


def test_what_is_let_go_stays_away_and_never_leaves_its_time(places: Places) -> None:
    """Skip and not now take an entry out of every place for good, never puts another one at its time."""
    life = places.life
    places.sync()
    before = life.plan()
    assert [mark(entry) for entry in before.values()] == [m for m in places.standing() if m[0] < str(at(28).date())]
    skipped, later, unwanted = list(life.turns())[1:4]
    assert places.has(skipped)
    night = next(id for id, entry in before.items() if entry["kind"] == "date")
    gone = (skipped, later, night, "anniversary/move/yearly/2026")
    life.text("skip", skipped)
    life.text("not-now", later)
    life.text("never", unwanted)
    life.text("skip", night)
    life.text("skip", gone[-1])
    for report in places.sync().values():
        assert report == {"deleted": 4, "updated": 1}
    new = life.plan()
    assert new.keys() == before.keys() - set(gone)
    assert {id for id in new if new[id] != before[id]} == {unwanted}
    assert (new[unwanted]["start"], new[unwanted]["end"]) == (before[unwanted]["start"], before[unwanted]["end"])
    assert new[unwanted]["suggestion"] != before[unwanted]["suggestion"]
    standing = places.standing()
    assert [mark(entry) for entry in new.values()] == [m for m in standing if m[0] < str(at(28).date())]
    assert mark(before[unwanted]) not in standing
    assert all(report == {} for report in places.sync().values())
    tired = {before[later]["title"], before[unwanted]["title"]}
    for day in range(1, 31):
        life.now = at(day)
        places.sync()
        assert not any(places.has(id) for id in gone)
        assert not tired & {title for _, title in places.in_note()}
        if day % 10 == 0:
            places.standing()
            assert not life.plan(56).keys() & set(gone)


def others_things(places: Places) -> Callable[[], list[object]]:
    """Put things of somebody else's into every place; what is given back says what they are by now."""
    event = (
        "BEGIN:VEVENT\r\nUID:dentist@example.org\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261204T090000Z\r\n"
        "DTEND:20261204T100000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\n"
    )
    path = places.life.folder / "mine.ics"
    path.write_bytes(path.read_bytes().replace(b"END:VCALENDAR", event.encode() + b"END:VCALENDAR"))
    href = f"{places.calendar.url}dentist.ics"
    whole = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{event}END:VCALENDAR\r\n"
    places.calendar.put(href, whole)
    places.note.write_text(f"# Us\n\n{places.note.read_text(encoding='utf-8')}\nMilk, bread.\n", encoding="utf-8")
    os.utime(places.note, (1, 1))  # it was not saved just now
    places.theirs = (("2026-12-04T10:00", "Dentist"),)

    def now() -> list[object]:
        text = places.note.read_text(encoding="utf-8")
        return [
            event.encode() in path.read_bytes(),
            places.calendar.get(href),
            text.startswith("# Us\n\n"),
            text.endswith("\nMilk, bread.\n"),
        ]

    return now


def bytes_of(places: Places) -> tuple[bytes, bytes, dict[str, str]]:
    """All that stands in all three places."""
    file = (places.life.folder / "mine.ics").read_bytes()
    return file, places.note.read_bytes(), places.calendar.objects()


def own(places: Places, found: list[Mark]) -> list[Mark]:
    """What of that is fondly's."""
    return [mark for mark in found if mark not in places.theirs]


def test_a_pause_stops_everything_and_waking_up_brings_the_future_alone(places: Places) -> None:
    """All that is ahead goes, from every place, and comes back whole; what is past, or somebody else's, stays."""
    life = places.life
    for day in (0, 4, 8, 10):
        life.now = at(day)
        places.sync()
    theirs = others_things(places)
    untouched = theirs()
    assert untouched == [True, untouched[1], True, True]
    here = f"{life.now:%Y-%m-%dT%H:%M}"
    ours = own(places, places.in_file())
    past = [mark for mark in ours if mark[0] < here]
    assert ("2026-12-01", "First flat: 6 years") in past
    assert len(past) > 4
    assert {one["kind"] for one in life.plan(90).values()} == {"practice", "date", "anniversary"}

    life.text("pause", "--until-further-notice")
    for report in places.sync().values():
        assert set(report) == {"deleted"}
    assert own(places, places.in_file()) == own(places, places.in_calendar()) == past
    assert places.in_note() == []
    assert theirs() == untouched
    still = bytes_of(places)
    assert all(report == {} for report in places.sync().values())
    assert bytes_of(places) == still
    assert life.plan(365) == {}

    for day in (13, 16, 19):
        life.now = at(day)
        assert not any(report["created"] for report in places.sync().values())
    assert "Welcome back" in life.text("resume")
    here = f"{life.now:%Y-%m-%dT%H:%M}"
    plan = life.plan(1000)
    assert all(entry["start"][:10] >= here[:10] for entry in plan.values())
    for report in places.sync().values():
        assert set(report) == {"created"}
    back = own(places, places.in_file())
    assert own(places, places.in_calendar()) == back
    assert len(back) == len(set(back))
    over = {mark for mark in back if mark[0] < here[:10]}
    assert {mark for mark in past if mark[0] >= str(at(6).date())} <= over <= set(past)  # older ones are tidied away
    near = [mark for mark in back if here[:10] <= mark[0] < str(at(19 + 28).date())]
    assert near == places.in_note() == [mark(one) for one in life.plan().values()]
    days = [m for m in ours if m[0] > here and len(m[0]) == 10]
    assert [m for m in back if len(m[0]) == 10 and m in days] == days
    weeks = Counter(
        dt.datetime.fromisoformat(one["start"]).isocalendar()[:2]
        for one in plan.values()
        if one["kind"] != "anniversary" and not one["secret_from"]
    )
    assert max(weeks.values()) <= 5
    assert theirs() == untouched
    assert all(report == {} for report in places.sync().values())


@pytest.mark.parametrize("calendar", ["radicale"], indirect=True)
def test_a_pause_that_ends_by_itself(places: Places) -> None:
    """Up to and including its last day nothing stands anywhere; what comes after it stays, and comes."""
    life = places.life
    places.sync()
    before = places.standing()
    life.text("pause", "--until", "2026-12-06")
    places.sync()
    after = places.standing()
    assert after
    assert all(mark[0] >= "2026-12-07" for mark in after)
    assert {mark for mark in before if len(mark[0]) == 10 and mark[0] > "2026-12-06"} <= set(after)
    assert all(report == {} for report in places.sync().values())
    assert life.text("plan").startswith("Everything rests up to and including Sun 6 Dec 2026.\n")
    for day in range(3, 20, 4):
        life.now = at(day)
        places.sync()
        assert all(mark[0] >= "2026-12-07" for mark in places.in_file())
    assert "rests" not in life.text("plan")
    assert set(after) & set(places.standing())


@pytest.mark.parametrize("calendar", ["xandikos"], indirect=True)
def test_quieter_days_halve_what_is_ahead_and_stay_as_they_are(places: Places) -> None:
    """About half goes, the same half on every day, and waking up brings it back. Anniversaries and secrets stay."""
    life = places.life
    places.sync()
    full, whole = places.standing(), life.plan(60)
    life.text("quieter")
    places.sync()
    half = places.standing()
    assert set(half) < set(full)
    turns = [mark(one) for one in life_turns(whole) if one["start"] < str(at(28).date())]
    assert len(turns) > 15
    assert abs(sum(turn in half for turn in turns) - len(turns) / 2) <= 1
    assert [m for m in full if m not in turns and len(m[0]) == 10] == [m for m in half if len(m[0]) == 10]
    secret = [mark(one) for one in whole.values() if one["secret_from"] and one["start"] < str(at(28).date())]
    assert secret
    assert set(secret) <= set(half)
    for day in range(1, 21):
        life.now = at(day)
        places.sync()
        ahead = [m for m in places.in_note() if str(life.now.date()) < m[0] < str(at(28).date())]
        assert ahead == [m for m in half if str(life.now.date()) < m[0] < str(at(28).date())]
    places.standing()
    life.text("resume")
    places.sync()
    places.standing()
    start, end = str(at(21).date()), str(at(48).date())
    expected = {id: one["start"] for id, one in whole.items() if start <= one["start"] < end}
    assert {id: one["start"] for id, one in life.plan().items() if start <= one["start"] < end} == expected
    assert all(report == {} for report in places.sync().values())


def life_turns(plan: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The practices and date nights among these entries that everybody may see."""
    return [one for one in plan.values() if one["kind"] != "anniversary" and not one["secret_from"]]


# Rest, as one is told of it


def test_a_pause_in_the_file_is_named(life: Life) -> None:
    """Waking up says that the config file's pause stays, since no command ends it; `plan` and `suggest` say so too."""
    life.configure(rhythm="{pauses: [{from: 2026-11-20, to: 2026-12-06}]}")
    for ended in (False, True):
        if ended:
            life.text("quieter")
        text = life.text("resume")
        assert "The config file has a pause up to and including Sun 6 Dec 2026" in text
        assert "Nothing was resting" not in text
        assert "Welcome back" not in text
        assert ("has ended" in text) == ended
    assert life.json("resume")["rests"] == [{"kind": "pause", "from": "2026-11-20", "until": "2026-12-06"}]
    assert life.text("plan").startswith("Everything rests up to and including Sun 6 Dec 2026.\n")
    assert "the config file says so" in life.text("suggest")
    assert "fondly resume" not in life.text("suggest")


def test_while_everything_rests(life: Life) -> None:
    """Plan, suggest, practices and sync say so kindly; a practice that is named still has something to offer."""
    life.text("sync")
    life.text("pause")
    assert life.text("plan") == "Everything rests until further notice.\n"
    assert life.plan() == {}
    text = life.text("suggest")
    assert text.startswith("Everything rests until further notice")
    assert "'fondly resume' wakes it" in text
    assert life.json("suggest")["suggestions"] == []
    assert life.text("practices").startswith("Everything rests until further notice.\n")
    assert "in these days nothing is planned" in life.text("sync")
    for slug in SLUGS:
        (one,) = life.json("suggest", slug)["suggestions"]
        assert one["practice"] == slug
        assert one["title"] in life.text("suggest", slug)
    life.now = at(400)
    assert life.text("plan") == "Everything rests until further notice.\n"


# What others may see


def seen_by_ben(life: Life) -> dict[str, str]:
    """Everything that the commands say to Ben, and every byte of the file that he sees."""
    asked = ["plan --days 60 --why", "--json plan --days 60", "practices", "--json practices", "export"]
    asked += ["practices professional-help", "--json practices professional-help"]
    found = {command: life.text(*command.split(), "--for", "ben") for command in asked}
    file = life.folder / "us.ics"
    return found | {"file": file.read_text(encoding="utf-8") if file.exists() else ""}


def test_ben_sees_nothing_that_is_not_for_him(life: Life) -> None:
    """No entry of professional help and no surprise; of the practice he reads what the catalogue says, nothing else."""
    life.configure(**MUCH)
    mine = life.plan(60)
    private = {id for id, one in mine.items() if one["practice"] == "professional-help"}
    assert private
    assert "anniversary/party/yearly/2026" in mine
    theirs = life.plan(60, "--for", "ben")
    assert theirs.keys() == mine.keys() - private - {"anniversary/party/yearly/2026"}
    listed = {one["slug"]: one for one in life.json("practices", "--for", "ben")["practices"]}
    assert list(listed) == SLUGS
    assert listed["professional-help"]["next"] is None
    ours = {one["slug"]: one for one in life.json("practices")["practices"]}
    assert ours["professional-help"]["next"]["id"] in private
    (before,) = life.json("practices", "professional-help", "--for", "ben")["practices"]
    for word, number in (("loved", 0), ("never", 1), ("not-now", 2), ("done", 3)):
        life.text(word, key(life, "professional-help", number))
        life.text(word, key(life, "affection", number))
    life.configure(practices="{professional-help: {every: weekly, minutes: 55, at: [morning], with: together}}")
    (after,) = life.json("practices", "professional-help", "--for", "ben")["practices"]
    assert after == before
    assert {one["word"] for one in before["suggestions"]} == {None}
    (tender,) = life.json("practices", "affection", "--for", "ben")["practices"]
    assert {one["word"] for one in tender["suggestions"]} == {None}  # else he knew who said it
    for text in seen_by_ben(life).values():
        assert "Surprise" not in text
        assert "/professional-help/2026" not in text


def test_a_word_about_a_secret_changes_nothing_for_the_others(life: Life, tmp_path: Path, own_state: Path) -> None:
    """Whatever Ana says of a surprise or of her appointments, Ben's plan, practices and file are the same bytes."""
    often = "{gratitude: weekly, professional-help: 3 per month}"

    def days(*words: str) -> list[dict[str, str]]:
        """What Ben sees on some days of a life in which Ana says these words, each about another secret."""
        life.configure(outputs=FILE + MINE, practices=often)
        for path in (tmp_path / "us.ics", tmp_path / "mine.ics"):
            path.unlink(missing_ok=True)
        shutil.rmtree(own_state, ignore_errors=True)
        life.now = NOW
        life.text("sync")
        secret = [id for id, one in life.plan(40).items() if one["secret_from"] and one["practice"]]
        for word, id in zip(words, ["anniversary/party/yearly/2026", *secret], strict=False):
            life.text(word, id)
        assert len(life.journal()["words"]) >= len(words)
        found = [seen_by_ben(life)]
        for day in (1, 21):
            life.now = at(day)
            life.text("sync")
            found.append(seen_by_ben(life))
        return found

    silent = days()
    assert silent[0] != silent[-1]
    assert days("skip", "skip", "skip") == silent
    assert days("not-now", "not-now", "never", "loved") == silent


def test_the_journal_keeps_no_name(life: Life) -> None:
    """After every word and every rest, no person's name or id stands in what is kept of them; a day is all."""
    people = "\n  - {id: quirinus, name: Quirin Q}\n  - {id: zelda-z, name: Zelda Z}"
    outputs = FILE.replace("ana, ben", "quirinus, zelda-z")
    life.configure(people=people, me="quirinus", outputs=outputs, anniversaries=None)
    life.text("sync")
    turns = list(life.turns())
    for word, id in zip(WORDS, turns, strict=False):
        life.text(word, id)
        life.text(word, key(life, "support", WORDS.index(word)))
    life.text("skip", next(id for id in life.plan(56) if id.startswith("date/")))
    for command in (("quieter",), ("pause", "--until", "2026-12-24"), ("pause",)):
        life.text(*command)
    life.text("sync")
    kept = life.journal()
    assert len(kept["words"]) >= 8
    assert len(kept["rests"]) == 2
    assert len(kept["done"]) == 1
    for table in ("words", "rests", "done"):
        text = repr(kept[table]).lower()
        assert not any(name in text for name in ("quirin", "zelda"))


# One suggestion for this moment


def test_suggest_keeps_to_what_was_asked(life: Life) -> None:
    """The minutes are a maximum, at a distance nothing needs the same place, and nobody is touched unasked."""
    offered = 0
    for slug in SLUGS:
        (practice,) = life.json("practices", slug)["practices"]
        for minutes, apart in ((5, ()), (5, ("--apart",)), (20, ("--apart",)), (90, ())):
            found = life.json("suggest", slug, "--minutes", str(minutes), *apart)["suggestions"]
            fits = [one for one in practice["suggestions"] if one["minutes"] <= minutes and one["depth"] == 1]
            assert bool(found) <= bool(fits)
            for one in found:
                offered += 1
                assert one["practice"] == slug
                assert one["minutes"] <= minutes
                assert not one["touch"]
                assert not apart or one["setting"] in ("apart", "anywhere")
        least = min(one["minutes"] for one in practice["suggestions"])
        if least > 1:
            nothing = life.text("suggest", slug, "--minutes", str(least - 1))
            assert nothing == "Nothing in the catalogue suits that. More minutes, or another practice, may.\n"
    assert offered > 30


def test_suggest_touch_only_where_it_is_welcome(life: Life) -> None:
    """With `touch: yes` some of it comes; without, and at a distance, none does, at whatever minute one asks."""
    catalogue = [life.json("practices", slug)["practices"][0] for slug in SLUGS]
    ratio = {
        one["slug"]: sum(s["touch"] for s in one["suggestions"] if s["depth"] == 1) / len(one["suggestions"])
        for one in catalogue
    }
    most = max(ratio, key=lambda slug: ratio[slug])
    assert ratio[most] > 0

    def comes(*arguments: str) -> bool:
        """Whether it comes at one of many minutes."""
        touched = False
        for minute in range(20):
            life.now = at(0, 20, minute)
            (one,) = life.json("suggest", most, "--minutes", "720", *arguments)["suggestions"]
            touched = touched or one["touch"]
            if touched:
                break
        return touched

    assert not comes()
    life.configure(rhythm="{touch: yes}")
    assert comes()
    assert not comes("--apart")


@pytest.mark.parametrize("people", [ANNA, f"{ANNA}\n  - {{id: ben, name: Ben, takes_part: no}}"])
def test_suggest_to_somebody_alone(life: Life, people: str) -> None:
    """Who is alone in it gets what one can do alone, of any practice, at any hour."""
    outputs = FILE.replace("ana, ben", "ana")
    life.configure(people=people, anniversaries=None, outputs=outputs)
    found = [life.json("suggest", slug, "--minutes", "720")["suggestions"] for slug in SLUGS]
    for hour in range(0, 24, 3):
        life.now = at(1, hour)
        found.append(life.json("suggest")["suggestions"])
        assert found[-1]
    assert {one["with"] for listed in found for one in listed} == {"solo"}
    assert sum(map(bool, found)) > 16


def test_the_same_minute_has_the_same_answer_and_nothing_is_written(life: Life) -> None:
    """Asking is free: again within the minute it says the same, and no file is any different for it."""
    for synced in (False, True):
        if synced:
            life.text("sync")
            life.text("loved", key(life))
        before = life.files()
        answers = [life.text("--json", "suggest", *words) for words in ((), ("gratitude",), ("--apart",)) * 2]
        assert answers[:3] == answers[3:]
        life.now = NOW.replace(second=59)
        assert life.text("--json", "suggest") == answers[0]
        life.now = NOW
        life.text("practices")
        life.text("practices", "romance")
        life.text("plan")
        assert life.files() == before
    life.text("never", json.loads(answers[1])["suggestions"][0]["id"])
    assert life.json("suggest", "gratitude")["suggestions"] != json.loads(answers[1])["suggestions"]


# Where help is


def test_the_safety_text_stands_in_its_practice_and_nowhere_else(life: Life) -> None:
    """Who looks professional help up reads where to turn; no entry, suggestion, note or calendar has a line of it."""
    note = "\n  - {name: note, kind: markdown, path: us.md, seen_by: [ana]}"
    always = ", ".join(f"{slug}: weekly" for slug in SLUGS)
    life.configure(outputs=FILE + MINE + note, practices=f"{{{always}}}", rhythm="{most_per_week: 20, most_per_day: 4}")
    (help,) = life.json("practices", "professional-help")["practices"]
    words = " ".join(life.text("practices", "professional-help").split())
    assert " ".join(help["safety"].split()) in words
    sentences = [" ".join(one.split()) for one in re.split(r"(?<=[.!?])\s+", help["safety"].strip())]
    assert len(sentences) > 3
    life.text("sync")
    places = [event for name in ("us.ics", "mine.ics") for event in events(life.folder / name)]
    assert any("professional" in entry["id"] for entry in life.plan().values())
    texts = [places, (life.folder / "us.md").read_text(encoding="utf-8"), life.text("plan", "--days", "90", "--why")]
    texts += [life.text("export"), life.text("practices"), life.text("suggest", "professional-help")]
    texts += [life.json("plan", "--days", "180"), life.json("practices"), life.json("suggest", "professional-help")]
    for slug in SLUGS:
        (one,) = life.json("practices", slug)["practices"]
        assert bool(one.pop("safety")) == (slug == "professional-help")
        texts.append([one["about"], one["suggestions"], one["next"]])
    for text in texts:
        flat = " ".join(str(text).split())
        assert not [sentence for sentence in sentences if sentence in flat]


def events(path: Path) -> list[tuple[str, ...]]:
    """Every text of every event in an .ics file."""
    found = icalendar.Calendar.from_ical(path.read_text(encoding="utf-8")).walk("VEVENT")
    assert found
    return [tuple(str(value) for _, value in event.property_items()) for event in found]


# Wrong input


ODD = ["", " ", "../x", "/", "gratitude/", "practice//", "a" * 5000, "a\nb", "\x1b[31mred", "\x00", "x\u202ey"]
ODD += ["%s{0}", "'; DROP TABLE words; --", "GRATITUDES", "\N{ZERO WIDTH JOINER}", "date/2026-W99", "-1", "\udcff"]


@pytest.mark.parametrize("id", ODD, ids=range(len(ODD)))
def test_odd_ids(life: Life, id: str) -> None:
    """Whatever is typed in the place of an id: one clear line, and nothing is touched."""
    before = life.files()
    for command in ("done", "never", "practices", "suggest"):
        life.refusal(command, "--", id)
    assert life.files() == before
    assert not life.state.exists()


def damaged(how: str, path: Path) -> None:
    """Do that to the journal."""
    raw = path.read_bytes()
    if how == "garbage":
        path.write_bytes(b"this was a journal once\n" * 400)
    elif how == "zeros":
        path.write_bytes(bytes(len(raw)))
    elif how == "torn":
        path.write_bytes(raw[: len(raw) // 3])
    else:
        db = sqlite3.connect(path)
        db.execute(how)
        db.commit()
        db.close()


@pytest.mark.parametrize(
    "how",
    [
        "garbage",
        "zeros",
        "torn",
        "PRAGMA user_version = 99",
        "UPDATE commitments SET entry = '{}'",
        "INSERT INTO words VALUES ('gratitude/x', 'had', 'soon', 'soon')",
    ],
)
def test_a_damaged_journal(life: Life, how: str) -> None:
    """One line names it and what to do; nothing is written over it, and its backup, put in its place, serves again."""
    life.text("sync")
    life.text("skip", next(iter(life.turns())))
    journal, backup = (life.state / RELATIONSHIP / name for name in ("journal.db", "journal.backup.db"))
    damaged(how, journal)
    before = journal.read_bytes(), backup.read_bytes()
    for command in (["practices", "gratitude"], ["suggest"], ["plan"], *([word, "gratitude"] for word in WORDS)):
        line = life.refusal(*command, code=1)
        assert str(journal) in line
        assert ("update fondly" if "version" in how else str(backup)) in line
        assert (journal.read_bytes(), backup.read_bytes()) == before
    gc.collect()  # in a process of its own nothing would hold the damaged one open any more
    shutil.copy(backup, journal)
    assert "Let go" in life.text("skip", "gratitude")
    assert len(life.journal()["words"]) == 4


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder and all in it for reading alone, as somebody whom that keeps from writing."""
    root = os.geteuid() == 0
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        if root:
            os.chown(path, 65534, 65534)
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        if root:
            os.seteuid(65534)
        yield
    finally:
        if root:
            os.seteuid(0)
        for path in everything:
            path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders are closed in another way there")
@pytest.mark.parametrize("synced", [False, True])
def test_a_read_only_state_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, life: Life, synced: bool
) -> None:
    """What would have to write says that it cannot, and leaves everything as it was."""
    commands = [[word, "one-small-thing"] for word in WORDS[:-1]] + [["pause"], ["quieter"], ["resume"]]
    for command in [*commands, ["sync"], ["plan"], ["suggest"]]:
        life.text(*command)  # whoever may not write may not even be allowed to read the program
    with tempfile.TemporaryDirectory() as name:  # tests' own folders are closed to everybody else
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "state").mkdir()
        monkeypatch.setenv("FONDLY_STATE_DIR", str(folder / "state"))
        closed = Life(folder, folder / "state", capsys, monkeypatch)
        if synced:
            closed.text("sync")
        before = closed.files()
        with read_only(folder):
            for command in commands:
                assert str(folder / "state") in closed.refusal(*command, code=1)
            if not synced:
                assert "Next week" in closed.text("plan")
                assert closed.text("suggest")
            assert closed.files() == before


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_full_disk(life: Life, tmp_path: Path) -> None:
    """Where the disk fills up on the way, a word is kept whole or not at all, and one line says what could not be."""
    import resource

    life.text("sync")
    turn = next(iter(life.turns()))
    seen = set()
    for size in (0, 40_000, 80_000, 400_000):
        shutil.copytree(life.state, tmp_path / f"state-{size}")
        done = subprocess.run(
            [*f"{sys.executable} -m fondly --config {tmp_path}/fondly.yaml --now {NOW.isoformat()} skip".split(), turn],
            capture_output=True,
            text=True,
            env={**os.environ, "FONDLY_STATE_DIR": str(tmp_path / f"state-{size}")},
            preexec_fn=lambda size=size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
            check=False,
        )
        seen.add(done.returncode)
        assert (done.returncode, done.stdout != "") in ((0, True), (1, False))
        if done.returncode:
            assert str(tmp_path / f"state-{size}") in one_line(done.stderr)
        life.state = tmp_path / f"state-{size}"
        words = [word for _, word, *_ in life.journal()["words"]]
        assert sorted(words) in ([], ["had", "skip"])
    assert seen == {0, 1}
