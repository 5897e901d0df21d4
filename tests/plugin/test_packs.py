"""Packs: the commands show what they add, change and switch off; a wrong one is told, and stops everything."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_wrong_files import everything_in, fondly
from wrong_files import Wrong, wrong

from fondly.planner import Past
from fondly.preparing import delivery_horizons, make_plan, open_config
from fondly.service.catalogue import practices_of
from fondly_hooks import practices
from fondly_hooks.types.cadence import Cadence, parse_cadence
from fondly_hooks.types.content import Practice, Study, Suggestion
from fondly_hooks.types.times import parse_time_window
from support import BERLIN, built_in_practices, config_text, write_config

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=BERLIN)
FILES = sorted(Path(practices.__file__).parent.glob("*.yaml"))
SLUGS = [practice.slug for practice in built_in_practices()]
OUTPUT = "[{name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}]"
NAMES = ("packs/ours.yaml", "packs/more.yaml", "packs/third.yaml")
TEA = """\
slug: tea
name: Tea for two
neutral_title: Tea
about: A pot of tea, and no hurry.
every: weekly
at: [afternoon]
minutes: 20
with: together
suggestions:
  - {slug: pot, title: Make a pot of tea, text: Warm the pot first., minutes: 5}
"""
TEA_RECORD = Practice(
    slug="tea",
    name="Tea for two",
    neutral_title="Tea",
    about="A pot of tea, and no hurry.",
    every=parse_cadence("weekly"),
    at=(parse_time_window("afternoon"),),
    minutes=20,
    together=True,
    suggestions=(
        Suggestion(slug="pot", title="Make a pot of tea", text="Warm the pot first.", minutes=5, together=True),
    ),
)
ROOMY = "{most_per_week: 30, most_per_day: 5}"  # so that everything that is on comes


@dataclass(frozen=True)
class Home:
    """A folder with a config that names packs, and the command line that reads it."""

    folder: Path
    command: Callable[..., tuple[int, str, list[str]]]

    @property
    def config(self) -> Path:
        """The config file."""
        return self.folder / "fondly.yaml"

    def write(self, *packs: str | bytes, **keys: str | None) -> None:
        """Write these packs under `NAMES`, and a config that names them in this order, with more top keys."""
        (self.folder / "packs").mkdir(exist_ok=True)
        for name, pack in zip(NAMES, packs, strict=False):
            (self.folder / name).write_bytes(pack.encode() if isinstance(pack, str) else pack)
        listed = f"{{packs: [{', '.join(NAMES[: len(packs)])}]}}" if packs else None
        write_config(self.folder, config_text(**{"catalogue": listed, "outputs": OUTPUT, **keys}))

    def practices(self) -> dict[str, Practice]:
        """The practices as everything that plans or shows them has them, by slug."""
        prepared = open_config(self.config)
        assert prepared.plugins.failures == []
        return {practice.slug: practice for practice in practices_of(prepared)}

    def with_packs(self, *packs: str | bytes, **keys: str | None) -> dict[str, Practice]:
        """The practices with these packs."""
        self.write(*packs, **keys)
        return self.practices()

    def changed_by(self, *packs: str | bytes, **keys: str | None) -> dict[str, Practice]:
        """Those of them that are not as they are without packs, as whole as they were before."""
        before = self.with_packs()
        after = self.with_packs(*packs, **keys)
        assert before.keys() <= after.keys()
        return {slug: practice for slug, practice in after.items() if before.get(slug) != practice}

    def says(self, *arguments: str) -> str:
        """What a command prints that has nothing to complain of."""
        code, out, errors = self.command(self.config, *arguments)
        assert (code, errors) == (0, [])
        return out

    def document(self, *arguments: str) -> Any:
        """The same as the JSON document."""
        return json.loads(self.says("--json", *arguments))

    def plan(self, practice: str, *arguments: str) -> list[dict[str, Any]]:
        """The entries of that practice in the coming sixty days."""
        entries = self.document("plan", "--days", "60", *arguments)["entries"]
        return [entry for entry in entries if entry["practice"] == practice]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Home:
    """A home without packs as yet."""
    folder = tmp_path / "home"
    folder.mkdir()
    found = Home(folder, lambda path, *arguments: fondly(monkeypatch, capsys, path, *arguments))
    found.write()
    return found


def suggestions_of(practice: Practice) -> dict[str, Suggestion]:
    """Its suggestions, by slug."""
    return {one.slug: one for one in practice.suggestions}


# The built-in practices are packs themselves


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_copy_of_a_built_in_practice(home: Home, path: Path) -> None:
    """A built-in file under another slug is a practice of its own, in all like the one it was copied from."""
    slug, text = path.stem, path.read_text(encoding="utf-8")
    assert text.count(f"\nslug: {slug}\n") + text.startswith(f"slug: {slug}\n") == 1
    found = home.with_packs(text.replace(f"slug: {slug}\n", f"slug: copy-of-{slug}\n", 1))
    assert found[f"copy-of-{slug}"] == replace(found[slug], slug=f"copy-of-{slug}")
    assert sorted([*SLUGS, f"copy-of-{slug}"]) == list(found)
    copy, original = (json.dumps(home.document("practices", name)) for name in (f"copy-of-{slug}", slug))
    pages = [json.loads(page.replace("copy-of-", ""))["practices"][0] for page in (copy, original)]
    assert {**pages[0], "next": None} == {**pages[1], "next": None}


def test_all_built_in_files_as_packs_change_nothing(home: Home) -> None:
    """Who names copies of the fifteen files as packs, or one pack with all of them, has the same plan."""
    before, plan = home.practices(), home.document("plan", "--days", "60")
    names = ", ".join(str(path) for path in FILES)
    write_config(home.folder, config_text(catalogue=f"{{packs: [{names}]}}", outputs=OUTPUT))
    assert home.practices() == before
    assert home.document("plan", "--days", "60") == plan
    texts = [path.read_text(encoding="utf-8").replace("\n", "\n    ") for path in FILES]
    assert home.with_packs("practices:\n" + "".join(f"  - {text.rstrip()}\n" for text in texts)) == before
    assert len(FILES) == 15


# What packs change


def test_add_a_suggestion(home: Home) -> None:
    """A new suggestion comes after the others; what it does not say is light, and done as its practice is."""
    before = home.practices()["gratitude"]
    changed = home.changed_by(
        "slug: gratitude\nsuggestions:\n  - {slug: postcard, title: Send a card, text: ' Write it. ', minutes: 5}\n"
    )
    new = Suggestion(slug="postcard", title="Send a card", text="Write it.", minutes=5, together=before.together)
    assert changed == {"gratitude": replace(before, suggestions=(*before.suggestions, new))}


def test_add_a_suggestion_with_every_key(home: Home) -> None:
    """All that can be said of a suggestion is taken as it is written."""
    changed = home.changed_by(
        "slug: gratitude\nsuggestions:\n  - slug: postcard\n    title: >-\n      Send\n      a card\n    text: |\n"
        "      Write it.\n      Send it.\n    minutes: 10\n    with: together\n    energy: high\n    setting: out\n"
        "    depth: 3\n    touch: yes\n    seasons: [spring, winter]\n    tags: [post, no]\n"
    )
    assert suggestions_of(changed["gratitude"])["postcard"] == Suggestion(
        slug="postcard",
        title="Send a card",
        text="Write it.\nSend it.",
        minutes=10,
        together=True,
        energy="high",
        setting="out",
        depth=3,
        touch=True,
        seasons=("spring", "winter"),
        tags=("post", "no"),
    )


@pytest.mark.parametrize(
    ("keys", "values"),
    [
        ("title: Say it", {"title": "Say it"}),
        ("text: Only say it.", {"text": "Only say it."}),
        ("minutes: 1", {"minutes": 1}),
        ("with: together", {"together": True}),
        ("energy: high", {"energy": "high"}),
        ("setting: apart", {"setting": "apart"}),
        ("depth: 3", {"depth": 3}),
        ("touch: yes", {"touch": True}),
        ("seasons: [winter]", {"seasons": ("winter",)}),
        ("tags: [a, b]", {"tags": ("a", "b")}),
        ("tags: [], seasons: []", {"tags": (), "seasons": ()}),
        ("off: no, depth: 2", {"depth": 2}),
        (
            "title: Say it, text: So., minutes: 2, tags: []",
            {"title": "Say it", "text": "So.", "minutes": 2, "tags": ()},
        ),
    ],
)
def test_replace_fields_of_a_suggestion(home: Home, keys: str, values: dict[str, Any]) -> None:
    """What a pack says of a suggestion takes the place of what was said; the rest, its place and its word stay."""
    before = home.practices()["gratitude"]
    changed = home.changed_by(f"slug: gratitude\nsuggestions: [{{slug: one-small-thing, {keys}}}]\n")
    wanted = tuple(replace(one, **values) if one.slug == "one-small-thing" else one for one in before.suggestions)
    assert changed == {"gratitude": replace(before, suggestions=wanted)}


def test_replace_a_suggestion_wholly(home: Home) -> None:
    """A suggestion with all its keys leaves nothing of the one whose slug it has."""
    new = Suggestion(
        slug="one-small-thing",
        title="Write it down",
        text="On paper.",
        minutes=4,
        together=True,
        energy="medium",
        setting="home",
        depth=2,
        touch=True,
        seasons=("autumn",),
        tags=("paper",),
    )
    keys = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(new).items()}
    keys["with"] = "together" if keys.pop("together") else "solo"
    changed = home.changed_by(json.dumps({"slug": "gratitude", "suggestions": [keys]}))
    assert suggestions_of(changed["gratitude"])["one-small-thing"] == new
    (shown,) = home.document("practices", "gratitude")["practices"]
    (shown,) = [one for one in shown["suggestions"] if one["slug"] == "one-small-thing"]
    assert (shown["title"], shown["minutes"], shown["with"]) == ("Write it down", 4, "together")


def test_switch_a_suggestion_off(home: Home) -> None:
    """It is gone, from the catalogue and from every plan; the others stay."""
    keep = "slug: tea\nsuggestions:\n  - {slug: cup, title: Rinse the cups, text: Twice., minutes: 5}\n"
    home.write(TEA, keep, rhythm=ROOMY)
    assert {entry["title"] for entry in home.plan("tea")} == {"Make a pot of tea", "Rinse the cups"}
    home.write(TEA, keep, "slug: tea\nsuggestions: [{slug: pot, off: yes}]\n", rhythm=ROOMY)
    assert {entry["title"] for entry in home.plan("tea")} == {"Rinse the cups"}
    assert "Make a pot" not in home.says("practices", "tea")
    before = home.practices()["gratitude"]
    changed = home.changed_by("slug: gratitude\nsuggestions: [{slug: one-small-thing, off: yes}]\n")
    kept = tuple(one for one in before.suggestions if one.slug != "one-small-thing")
    assert changed == {"gratitude": replace(before, suggestions=kept)}
    assert len(kept) == len(before.suggestions) - 1


def test_a_whole_practice(home: Home) -> None:
    """A practice of one's own is one like the others, in each command."""
    assert home.changed_by(TEA, rhythm=ROOMY) == {"tea": TEA_RECORD}
    entries = home.plan("tea")
    assert len(entries) >= 8
    for entry in entries:
        assert (entry["title"], entry["neutral_title"], entry["minutes"]) == ("Make a pot of tea", "Tea", 20)
        assert (entry["suggestion"], entry["people"]) == ("tea/pot", ["ana", "ben"])
        assert 14 <= dt.datetime.fromisoformat(entry["start"]).hour < 18
    assert "Make a pot of tea" in home.says("plan")
    assert "Tea for two" in home.says("practices", "tea")
    assert home.document("suggest", "tea")["suggestions"][0]["id"] == "tea/pot"
    assert "tea" in home.says("check")
    home.says("sync")
    assert "SUMMARY:Make a pot of tea\r\n" in (home.folder / "us.ics").read_bytes().decode()


def test_a_practice_with_every_key(home: Home) -> None:
    """All that can be said of a practice is taken as it is written."""
    more = (
        "evidence: ' Nobody knows. '\ngrade: fair\nstudies: [{author: Algoe, year: 2010, kind: a trial}]\n"
        "caution: Hot.\nrather_not: Not late.\nsafety: |\n  Call.\n  112\ncolor: khaki\nprivate: yes\n"
    )
    wanted = replace(
        TEA_RECORD,
        evidence="Nobody knows.",
        grade="fair",
        studies=(Study(author="Algoe", year=2010, kind="a trial"),),
        caution="Hot.",
        rather_not="Not late.",
        safety="Call.\n112",
        color="khaki",
        private=True,
    )
    assert home.changed_by(TEA + more) == {"tea": wanted}


@pytest.mark.parametrize(
    ("keys", "values"),
    [
        ("every: 2 per week", {"every": parse_cadence("2 per week")}),
        ("every: on request", {"every": Cadence("request")}),
        ("every: off", {"every": Cadence("off")}),
        ("every: false", {"every": Cadence("off")}),
        ("off: yes", {"every": Cadence("off")}),
        ("off: yes\nevery: weekly", {"every": Cadence("off")}),
        ("at: [morning, sat 10:00-12:00]", {"at": tuple(map(parse_time_window, ("morning", "sat 10:00-12:00")))}),
        ("at: midday", {"at": (parse_time_window("midday"),)}),
        ("minutes: 30", {"minutes": 30}),
        ("name: Give thanks", {"name": "Give thanks"}),
        ("neutral_title: Note", {"neutral_title": "Note"}),
        ("about: Thanks.", {"about": "Thanks."}),
        ("evidence: ''\ncaution: ''", {"evidence": "", "caution": ""}),
        ("studies: []\ngrade: judgement", {"studies": (), "grade": "judgement"}),
        ("color: khaki\nprivate: yes", {"color": "khaki", "private": True}),
        ("off: no", {}),
        ("suggestions: []", {}),
    ],
)
def test_change_a_practice(home: Home, keys: str, values: dict[str, Any]) -> None:
    """What a pack says of a practice takes the place of what was said; the rest stays, in each of the two shapes."""
    before = home.practices()["gratitude"]
    wanted = {"gratitude": replace(before, **values)} if values else {}
    assert home.changed_by(f"slug: gratitude\n{keys}\n") == wanted
    listed = keys.replace("\n", "\n    ")
    assert home.changed_by(f"practices:\n  - slug: gratitude\n    {listed}\n") == wanted


def test_a_change_is_planned(home: Home) -> None:
    """Another rhythm, other hours, another length and name are what the plan, the list and `check` have."""
    home.write(
        "slug: gratitude\nevery: daily\nat: [midday]\nminutes: 15\nname: Give thanks\nneutral_title: Note\n",
        rhythm=ROOMY,
    )
    entries = home.plan("gratitude")
    assert len(entries) >= 50
    for entry in entries:
        assert (entry["minutes"], entry["neutral_title"], entry["categories"]) == (15, "Note", ["Give thanks"])
        assert 12 <= dt.datetime.fromisoformat(entry["start"]).hour < 14
    (listed,) = [one for one in home.document("practices")["practices"] if one["slug"] == "gratitude"]
    assert (listed["name"], listed["every"], listed["at"], listed["minutes"]) == (
        "Give thanks",
        "daily",
        ["midday"],
        15,
    )
    assert "daily: gratitude" in home.says("check")


def test_do_together_what_each_did_alone(home: Home) -> None:
    """Its suggestions go along, as they do where the config says so; a new one may still be for one alone."""
    assert home.practices()["gratitude"].together is False
    alone = "\nsuggestions: [{slug: note, title: Write, text: Now., minutes: 2, with: solo}]\n"
    changed = home.changed_by(f"slug: gratitude\nwith: together{alone}", rhythm=ROOMY)["gratitude"]
    assert changed.together
    assert {one.slug for one in changed.suggestions if not one.together} == {"note"}
    by_pack = [(entry["people"], entry["id"]) for entry in home.plan("gratitude")]
    assert {tuple(people) for people, _ in by_pack} == {("ana", "ben")}
    home.write(rhythm=ROOMY, practices="{gratitude: {with: together}}")
    assert [(entry["people"], entry["id"]) for entry in home.plan("gratitude")] == by_pack


def test_do_alone_what_was_done_together(home: Home) -> None:
    """The suggestions that one can do alone come then, and no others."""
    home.write("slug: communication\nwith: solo\n", rhythm=ROOMY)
    alone = {f"communication/{one.slug}" for one in home.practices()["communication"].suggestions if not one.together}
    entries = home.plan("communication")
    assert entries
    assert all(entry["people"] == ["ana"] and entry["suggestion"] in alone for entry in entries)


def test_switch_a_practice_off(home: Home) -> None:
    """It never comes, and each command says so."""
    home.write(rhythm=ROOMY)
    assert home.plan("gratitude")
    home.write("slug: gratitude\noff: yes\n", rhythm=ROOMY)
    assert home.plan("gratitude") == []
    (line,) = [line for line in home.says("practices").splitlines() if line.startswith("gratitude")]
    assert line.split() == ["gratitude", "off"]
    assert "Here\n  switched off" in home.says("practices", "gratitude")
    assert "not by themselves: forgiveness, gratitude" in home.says("check")
    assert "practice/gratitude: Show gratitude is switched off." in home.says("plan", "--why")


def test_what_is_ones_own_can_be_switched_off_too(home: Home) -> None:
    """A whole practice, or a whole suggestion, that is switched off in the very pack that brings it, just rests."""
    parked = "  - {slug: cup, title: Rinse the cups, text: Twice., minutes: 5, off: yes}\n"
    assert home.changed_by(f"{TEA}{parked}off: yes\n") == {"tea": replace(TEA_RECORD, every=Cadence("off"))}
    assert home.plan("tea") == []


def test_several_packs_in_order(home: Home) -> None:
    """Each pack finds what those before it left; of two that say the same thing, the later wins."""
    more = (
        "practices:\n"
        "  - {slug: tea, minutes: 40, suggestions: [{slug: cake, title: Bake a cake, text: Bake., minutes: 40}]}\n"
        "  - {slug: gratitude, every: monthly, name: Thanks}\n"
    )
    third = "practices:\n  - {slug: gratitude, every: daily}\n  - {slug: tea, suggestions: [{slug: pot, depth: 2}]}\n"
    before = home.practices()["gratitude"]
    cake = Suggestion(slug="cake", title="Bake a cake", text="Bake.", minutes=40, together=True)
    changed = home.changed_by(TEA, more, third)
    assert changed == {
        "tea": replace(TEA_RECORD, minutes=40, suggestions=(replace(TEA_RECORD.suggestions[0], depth=2), cake)),
        "gratitude": replace(before, name="Thanks", every=parse_cadence("daily")),
    }
    swapped = home.changed_by("slug: gratitude\nevery: daily\n", "slug: gratitude\nevery: monthly\n")
    assert swapped == {"gratitude": replace(before, every=parse_cadence("monthly"))}


def test_a_later_pack_switches_on_again(home: Home) -> None:
    """What one pack switched off comes again where a later one gives it a rhythm, and whole suggestions too."""
    off = "slug: gratitude\noff: yes\nsuggestions: [{slug: one-small-thing, off: yes}]\n"
    on = "slug: gratitude\nevery: daily\nsuggestions: [{slug: one-small-thing, title: T, text: T, minutes: 1}]\n"
    found = home.changed_by(off, on)["gratitude"]
    assert str(found.every) == "daily"
    assert found.suggestions[-1] == Suggestion(slug="one-small-thing", title="T", text="T", minutes=1, together=False)


def test_the_same_pack_twice_is_as_good_as_once(home: Home) -> None:
    """A pack that is named twice changes no more than once."""
    once = home.with_packs(TEA)
    write_config(home.folder, config_text(catalogue=f"{{packs: [{NAMES[0]}, {NAMES[0]}]}}", outputs=OUTPUT))
    assert home.practices() == once


def test_packs_are_found_from_the_folder_of_the_config(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Relative paths start at the config's folder, `~` at the home, and others are whole."""
    (tmp_path / "tea.yaml").write_text(TEA, encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir("/")
    for name in ("../tea.yaml", "~/tea.yaml", str(tmp_path / "tea.yaml")):
        write_config(home.folder, config_text(catalogue=f"{{packs: ['{name}']}}"))
        assert home.practices()["tea"] == TEA_RECORD


def test_a_new_suggestion_moves_nothing(home: Home) -> None:
    """Who adds suggestions has all entries at the times where they were."""
    before = [(entry["id"], entry["start"], entry["end"]) for entry in home.document("plan", "--days", "60")["entries"]]
    home.write(
        "practices:\n"
        "  - {slug: gratitude, suggestions: [{slug: z, title: Z, text: Z, minutes: 1}]}\n"
        "  - {slug: romance, suggestions: [{slug: z, title: Z, text: Z, minutes: 1}]}\n"
    )
    after = [(entry["id"], entry["start"], entry["end"]) for entry in home.document("plan", "--days", "60")["entries"]]
    assert before == after


@pytest.mark.parametrize("slug", [practice.slug for practice in built_in_practices() if practice.private])
def test_a_private_practice_stays_private(home: Home, slug: str) -> None:
    """Whatever a pack says of it, nobody else sees it, nor what the pack adds."""
    pack = (
        f"slug: {slug}\nname: Changed\nneutral_title: Changed\nevery: weekly\nwith: together\n"
        "suggestions: [{slug: own, title: Changed, text: Changed., minutes: 1}]\n"
    )
    home.write(rhythm=ROOMY)
    bens = home.says("plan", "--why", "--days", "60", "--for", "ben")
    home.write(pack, rhythm=ROOMY)
    assert home.practices()[slug].private
    assert home.says("plan", "--why", "--days", "60", "--for", "ben") == bens
    home.says("sync")
    assert "Changed" not in (home.folder / "us.ics").read_text(encoding="utf-8")
    assert "Changed" in home.says("practices", slug)


def test_a_practice_is_made_private(home: Home) -> None:
    """`private: yes` takes a practice out of what others see, and a later pack cannot undo it."""
    home.write("slug: gratitude\nprivate: yes\n", rhythm=ROOMY)
    assert home.plan("gratitude")
    assert home.plan("gratitude", "--for", "ben") == []
    home.write("slug: gratitude\nprivate: yes\n", "slug: gratitude\nprivate: no\n")
    code, _, lines = home.command(home.config, "plan")
    assert code == 2
    assert lines == [
        "packs/more.yaml:2:10: private: 'gratitude' is for you alone, and stays so; take this line away",
    ]


# The config has the last word


def test_the_config_wins_over_a_pack(home: Home) -> None:
    """`practices:` can name what only a pack brings, and what it says there counts."""
    wish = "{tea: {every: daily, at: [midday], minutes: 10, with: solo}, gratitude: off}"
    alone = TEA.replace("minutes: 5}", "minutes: 5, with: solo}")
    home.write(alone, "slug: gratitude\nevery: daily\n", practices=wish, rhythm=ROOMY)
    entries = home.plan("tea")
    assert len(entries) >= 50
    for entry in entries:
        assert (entry["minutes"], entry["people"]) == (10, ["ana"])
        assert 12 <= dt.datetime.fromisoformat(entry["start"]).hour < 14
    assert home.plan("gratitude") == []
    shown = home.says("check")
    assert "daily: tea" in shown
    assert "not by themselves: forgiveness, gratitude" in shown
    assert "daily, 10 minutes, alone, midday" in home.says("practices", "tea")
    assert "switched off" in home.says("practices", "gratitude")


def test_the_config_switches_on_what_a_pack_switched_off(home: Home) -> None:
    """A rhythm in the config counts more than `off` in a pack."""
    home.write("slug: gratitude\noff: yes\n", practices="{gratitude: 2 per week}", rhythm=ROOMY)
    assert len(home.plan("gratitude")) >= 14
    assert "2 per week: gratitude" in home.says("check")


def test_a_slip_in_the_config_is_measured_at_the_packs_too(home: Home) -> None:
    """A practice that neither the catalogue nor a pack has is told with what may have been meant."""
    home.write(TEA, practices="{tae: weekly}")
    code, _, lines = home.command(home.config, "plan")
    assert code == 2
    assert lines == ["fondly.yaml:9:13: practices.tae: there is no practice 'tae'; did you mean 'tea'?"]


# Wrong packs


def tea(id: str, old: str, instead: str, words: str) -> Wrong:
    """A whole practice with one thing wrong."""
    assert old in TEA
    return wrong(id, TEA.replace(old, instead, 1), words)


def gratitude(id: str, keys: str, words: str) -> Wrong:
    """Gratitude with more keys."""
    return wrong(id, f"slug: gratitude\n{keys}\n", words)


def small(id: str, keys: str, words: str) -> Wrong:
    """The suggestion one-small-thing of gratitude with more keys."""
    return gratitude(id, f"suggestions:\n  - {{slug: one-small-thing, {keys}}}", f"suggestions[0].{words}")


def several(id: str, *rows: str, words: str) -> Wrong:
    """A list of practices, one in each row."""
    return wrong(id, "practices:\n" + "".join(f"  - {row}\n" for row in rows), words)


RHYTHM = "is no rhythm: write 'N per day|week|month|quarter|year', 'daily', 'weekly'"
WINDOW = "write a part of the day (morning, midday, afternoon, evening) or 'DAYS HH:MM-HH:MM'"
SLUG = "use small letters, digits and hyphens, such as 'first-date'"
NOTHING = "holds nothing; write its value"
TAKE_AWAY = "or take the line away"
FILLED = f"must not be empty; write its value, {TAKE_AWAY}"
NO_QUOTES = "needs a whole number, not '3'; take the quotes away"
AT_THE_TOP = (
    "must be keys with values at the top, such as 'slug: gratitude'; put 'practices:' above a list of practices"
)
EMPTY = "is empty; write a practice into it, beginning with 'slug: ', or take it out of catalogue.packs"
DEEP = "is nested more than 30 levels deep, or never ends because of a '*'; six are enough"
UNSEEN = "holds a character that nobody sees; type the whole text anew"
LIKE = "such as 'suggestions: [{slug: one-small-thing, off: yes}]'"
PRACTICES = "practices: needs a list, such as 'practices: [{slug: gratitude}]', not keys with values"
LIKE_STUDIES = (
    "studies: needs a list, such as 'studies: [{author: Algoe, year: 2010, kind: observational}]', not 'Algoe'"
)
KEPT = "is kept for fondly itself; choose another slug"
NEW = "is a new practice, so it also needs"
NEW_SUGGESTION = "suggestions[0].slug: is a new suggestion, so it also needs"
ALL = "neutral_title, about, every, at, minutes, with, suggestions"
KNOWN = f"known are {', '.join(sorted(SLUGS))}"
GRATITUDE = next(practice for practice in built_in_practices() if practice.slug == "gratitude")
KEEPS, TAKES = GRATITUDE.minutes, suggestions_of(GRATITUDE)["one-small-thing"].minutes

NO_PACKS = (
    gratitude("bracket", "at: §[evening", "a bracket is not closed, or a comma is missing"),
    gratitude(
        "second-colon", "about: Thanks§: for all", "a second ':' has no place here; put a text with ': ' in quotes"
    ),
    gratitude("tab", "suggestions:\n§\t- slug: a", "a tab stands here; indent with blanks, YAML knows no tabs"),
    gratitude(
        "exclamation-mark",
        "name: §!thanks",
        "name: begins with '!', which means something else in YAML; put it in quotes",
    ),
    gratitude(
        "odd-quotes", "name: §„Thanks“", "name: begins with a quote that YAML does not know; type plain quotes, or none"
    ),
    gratitude(
        "key-twice", "every: daily\n§every: weekly", "every: stands here twice, first on line 2; keep one of them"
    ),
    gratitude(
        "two-documents",
        "§---\nslug: romance",
        "another document begins here; a pack is a single one, so take this line away",
    ),
    wrong("empty", "§", EMPTY),
    wrong("only-comments", "§# nothing yet\n", EMPTY),
    wrong("list-at-the-top", "§- slug: gratitude\n", AT_THE_TOP),
    wrong("text-at-the-top", "§gratitude\n", AT_THE_TOP),
    wrong(
        "latin-1",
        "slug: gratitude\nname: Gr§üße\n",
        "is not UTF-8 here; save the file with the encoding UTF-8",
        encoding="latin-1",
    ),
    wrong("too-large", f"§slug: gratitude\n# {'x' * 1_000_000}\n", "is larger than 1 MB; a pack has a few kilobytes"),
    gratitude("too-deep", f"about: {'[' * 29}§{'[' * 11}{']' * 40}", DEEP),
    gratitude("far-too-deep", f"about: {'[' * 29}§{'[' * 3971}{']' * 4000}", DEEP),
)
KEYS = (
    gratitude("unknown-key", "§minuts: 5", "minuts: is not known here; did you mean 'minutes'?"),
    gratitude("unknown-and-far", "§zzz: 5", "zzz: is not known here; known are about, at, caution, color, every"),
    small("unknown-key-of-a-suggestion", "§tittle: Say it", "tittle: is not known here; did you mean 'title'?"),
    gratitude(
        "unknown-key-of-a-study",
        "studies: [{author: A, year: 2010, kind: trial, §titel: A}]",
        "studies[0].titel: is not known here; known are author, kind, year",
    ),
    several(
        "unknown-key-in-a-list",
        "{slug: romance}",
        "{slug: gratitude, §evry: weekly}",
        words="practices[1].evry: is not known here; did you mean 'every'?",
    ),
    wrong(
        "practices-mistyped",
        "§practises:\n  - {slug: romance}\n",
        "practises: is not known here; did you mean 'practices'?",
    ),
    wrong("both-shapes", "§slug: tea\npractices: [{slug: romance}]\n", "slug: is not known here; known are practices"),
    wrong(
        "practices-by-slug", "practices:\n  §gratitude: {every: weekly}\n", f"{PRACTICES}; begin each entry with '- '"
    ),
    wrong("no-slug", "§every: weekly\n", "slug: is missing; add it, such as 'slug: gratitude'"),
    gratitude(
        "no-slug-of-a-suggestion",
        "suggestions:\n  - §{title: Say it, text: So., minutes: 2}",
        "suggestions[0].slug: is missing; add it, such as 'slug: one-small-thing'",
    ),
    gratitude(
        "no-kind-of-a-study",
        "studies: [§{author: A, year: 2010}]",
        "studies[0].kind: is missing; add it, such as 'kind: observational'",
    ),
    gratitude("key-without-a-value", "every:§", f"every: {NOTHING}, {TAKE_AWAY}"),
    gratitude("suggestions-without-a-value", "suggestions:§", f"suggestions: {NOTHING}, {LIKE}, {TAKE_AWAY}"),
    gratitude("off-without-a-value", "off:§", "off: needs 'yes' or 'no', not nothing"),
    small("title-without-a-value", "title: §", f"title: {NOTHING}, {TAKE_AWAY}"),
)
TYPES = (
    gratitude("minutes-in-quotes", "minutes: §'3'", f"minutes: {NO_QUOTES}"),
    gratitude("minutes-and-a-half", "minutes: §2.5", "minutes: needs a whole number, not '2.5'"),
    gratitude("no-minutes-at-all", "minutes: §0", "minutes: must be at least 1, not '0'"),
    gratitude("a-day-of-minutes", "minutes: §1440", "minutes: must be at most 720, not '1440'"),
    gratitude("number-for-a-name", "name: §5", "name: needs text, not '5'; put it in quotes"),
    gratitude("list-for-a-name", "name: §[Thanks]", "name: needs text, such as 'name: Tea', not a list"),
    gratitude(
        "keys-for-suggestions",
        "suggestions: §{slug: a}",
        f"suggestions: needs a list, {LIKE}, not keys with values; begin each entry with '- '",
    ),
    gratitude(
        "text-for-a-suggestion",
        "suggestions: [§one-small-thing]",
        "suggestions[0]: needs keys with values, such as '{slug: one-small-thing, off: yes}', not 'one-small-thing'",
    ),
    gratitude("text-for-studies", "studies: §Algoe", LIKE_STUDIES),
    gratitude("quotes-for-a-year", "studies: [{author: A, year: §'3', kind: a}]", f"studies[0].year: {NO_QUOTES}"),
    gratitude("number-for-private", "private: §3", "private: needs 'yes' or 'no', not '3'"),
    gratitude("word-for-off", "off: §maybe", "off: needs 'yes' or 'no', not 'maybe'"),
    small("word-for-touch", "touch: §perhaps", "touch: needs 'yes' or 'no', not 'perhaps'"),
    small("text-for-tags", "tags: §thanks", "tags: needs a list, such as 'tags: [thanks]', not 'thanks'"),
    small("number-for-a-tag", "tags: [§5]", "tags[0]: needs text, not '5'; put it in quotes"),
    small("text-for-seasons", "seasons: §winter", "seasons: needs a list, such as 'seasons: [winter]', not 'winter'"),
    small("word-for-depth", "depth: §deep", "depth: needs a whole number, not 'deep'"),
    small("deeper-than-deep", "depth: §4", "depth: must be at most 3, not '4'"),
    wrong(
        "no-practices",
        "practices: §[]\n",
        "practices: must not be empty; write its value, such as 'practices: [{slug: gratitude}]'",
    ),
    wrong(
        "text-for-a-practice",
        "practices: [§tea]\n",
        "practices[0]: needs keys with values, such as '{slug: gratitude}', not 'tea'",
    ),
)
WORDS = (
    gratitude("rhythm", "every: §sometimes", f"every: 'sometimes' {RHYTHM}"),
    gratitude(
        "rhythm-out-of-range",
        "every: §99 per week",
        "every: '99 per week' is out of range: between 1 and 70 weeks or times",
    ),
    gratitude("number-for-a-rhythm", "every: §3", "every: needs a rhythm such as 'weekly', not '3'"),
    gratitude("window", "at: [morning, §evning]", f"at[1]: 'evning' is no window: {WINDOW}"),
    gratitude(
        "window-backwards",
        "at: [§sat 12:00-10:00]",
        "at[0]: '12:00-10:00' ends before it begins: a window lies within one day",
    ),
    gratitude("no-windows", "at: §[]", "at: must not be empty; write its value, such as 'at: [evening]'"),
    gratitude(
        "grade", "grade: §stronk", "grade: 'stronk' is none of strong, fair, weak, judgement; did you mean 'strong'?"
    ),
    gratitude("with-whom", "with: §alone", "with: 'alone' is none of solo, together"),
    gratitude("colour", "color: §'#ffd700'", "color: needs the CSS name of a colour in small letters, such as 'khaki'"),
    small("energy", "energy: §lo", "energy: 'lo' is none of low, medium, high; did you mean 'low'?"),
    small(
        "setting", "setting: §outside", "setting: 'outside' is none of home, out, apart, anywhere; did you mean 'out'?"
    ),
    small("season", "seasons: [winter, §fall]", "seasons[1]: 'fall' is none of spring, summer, autumn, winter"),
)
TEXTS = (
    small("title-too-long", f"title: §{'x' * 81}", "title: is longer than 80 letters; shorten it"),
    small("title-of-blanks", "title: §'  '", f"title: {FILLED}"),
    small("title-that-a-terminal-obeys", 'title: §"\\e[2J"', f"title: {UNSEEN}"),
    small("text-of-nothing", "text: §''", f"text: {FILLED}"),
    gratitude("name-of-nothing", "name: §''", f"name: {FILLED}"),
    gratitude("name-too-long", f"name: §{'x' * 81}", "name: is longer than 80 letters; shorten it"),
    gratitude("about-too-long", f"about: §{'x' * 2001}", "about: is longer than 2000 letters; shorten it"),
    gratitude("about-with-a-bell", 'about: §"Ring\\a"', f"about: {UNSEEN}"),
)
SLUGS_AND_SENSE = (
    wrong("capitals", "slug: §Gratitude\n", f"slug: 'Gratitude' cannot be a name here; {SLUG}"),
    wrong("slug-too-long", f"slug: §{'a' * 65}\n", f"slug: this is longer than 64 letters; {SLUG}"),
    wrong("number-for-a-slug", "slug: §5\n", "slug: needs a name in small letters, not '5'; put it in quotes"),
    gratitude(
        "capitals-in-a-suggestion",
        "suggestions: [{slug: §One-small-thing, off: yes}]",
        f"suggestions[0].slug: 'One-small-thing' cannot be a name here; {SLUG}",
    ),
    tea("kept-slug", "slug: tea", "slug: §date", f"slug: 'date' {KEPT}"),
    several("kept-in-a-list", "{slug: romance}", "{slug: §idea, off: yes}", words=f"practices[1].slug: 'idea' {KEPT}"),
    several(
        "practice-twice",
        "{slug: romance}",
        "{slug: gratitude}",
        "{slug: §romance}",
        words="practices[2].slug: 'romance' stands here twice, first on line 2; put both into one",
    ),
    gratitude(
        "suggestion-twice",
        "suggestions:\n  - {slug: a, title: A, text: A, minutes: 2}\n  - {slug: §a, title: B, text: B, minutes: 2}",
        "suggestions[1].slug: 'a' stands here twice; give this one another slug",
    ),
    tea("no-name", "slug: tea\nname: Tea for two\n", "slug: §tea\n", f"slug: {NEW} name"),
    wrong("hardly-anything", "slug: §tea\nname: Tea\n", f"slug: {NEW} {ALL}"),
    wrong("mistyped", "slug: §gratitud\nname: Tea\n", f"slug: {NEW} {ALL}; did you mean 'gratitude'?"),
    several("lacks-in-a-list", "{slug: romance}", "{slug: §tea, name: Tea}", words=f"practices[1].slug: {NEW} {ALL}"),
    wrong("no-suggestions-key", "slug: §tea\n" + TEA[10 : TEA.index("sugg")], f"slug: {NEW} suggestions"),
    wrong(
        "no-suggestions",
        TEA[: TEA.index("sugg")] + "suggestions: §[]\n",
        "suggestions: has no suggestion, so it would never come; write at least one",
    ),
    tea(
        "suggestion-lacks-all",
        "{slug: pot, title",
        "{slug: §pot}\n  - {slug: a, title",
        f"{NEW_SUGGESTION} title, text, minutes",
    ),
    gratitude("suggestion-lacks", "suggestions: [{slug: §pot, title: A}]", f"{NEW_SUGGESTION} text, minutes"),
    gratitude(
        "suggestion-mistyped",
        "suggestions: [{slug: §one-small-thin, title: A}]",
        f"{NEW_SUGGESTION} text, minutes; did you mean 'one-small-thing'?",
    ),
    wrong(
        "off-and-near",
        "slug: §gratitud\noff: yes\n",
        "slug: there is no practice 'gratitud' to switch off; did you mean 'gratitude'?",
    ),
    wrong("off-and-far", "slug: §zzz\noff: yes\n", f"slug: there is no practice 'zzz' to switch off; {KNOWN}"),
    gratitude(
        "suggestion-off-and-near",
        "suggestions: [{slug: §one-small-thin, off: yes}]",
        "suggestions[0].slug: there is no suggestion 'one-small-thin' to switch off; did you mean 'one-small-thing'?",
    ),
    gratitude(
        "suggestion-off-and-far",
        "suggestions: [{slug: §zzz, off: yes}]",
        "suggestions[0].slug: there is no suggestion 'zzz' to switch off",
    ),
    gratitude(
        "too-long-for-its-practice",
        "suggestions: [{slug: a, title: A, text: A, minutes: §60}]",
        f"suggestions[0].minutes: takes 60 minutes, and the practice keeps {KEEPS}; make one of them fit",
    ),
    gratitude(
        "made-too-long-for-its-practice",
        f"suggestions: [{{slug: one-small-thing, minutes: §{KEEPS + 1}}}]",
        f"suggestions[0].minutes: takes {KEEPS + 1} minutes, and the practice keeps {KEEPS}; make one of them fit",
    ),
    gratitude(
        "its-practice-made-too-short",
        f"minutes: {TAKES - 1}\nsuggestions: [§{{slug: one-small-thing, title: A}}]",
        f"suggestions[0].minutes: takes {TAKES} minutes, and the practice keeps {TAKES - 1}; make one of them fit",
    ),
    tea(
        "too-long-for-a-new-one",
        "minutes: 5}",
        "minutes: §25}",
        "suggestions[0].minutes: takes 25 minutes, and the practice keeps 20; make one of them fit",
    ),
    wrong(
        "not-private",
        "slug: forgiveness\nprivate: §no\n",
        "private: 'forgiveness' is for you alone, and stays so; take this line away",
    ),
    wrong(
        "all-at-once",
        "practices:\n  - {slug: gratitude, §minuts: 5, every: §often}\n"
        "  - {slug: §Tea, at: [§noon]}\n  - §{name: Tea}\n",
        "practices[0].minuts: is not known here; did you mean 'minutes'?",
        f"practices[0].every: 'often' {RHYTHM}",
        "practices[1].slug: 'Tea' cannot be a name here",
        "practices[1].at[0]: 'noon' is no window",
        "practices[2].slug: is missing",
    ),
    wrong(
        "all-that-makes-no-sense-at-once",
        "practices:\n  - {slug: gratitude, suggestions: [{slug: §zzz, off: yes}, {slug: §pot}]}\n  - {slug: §tea}\n",
        "practices[0].suggestions[0].slug: there is no suggestion 'zzz' to switch off",
        "practices[0].suggestions[1].slug: is a new suggestion, so it also needs title, text, minutes",
        f"practices[1].slug: {NEW} name, {ALL}",
    ),
)
WRONG = (*NO_PACKS, *KEYS, *TYPES, *WORDS, *TEXTS, *SLUGS_AND_SENSE)


def lines_for(name: str, wrong: Wrong) -> list[str]:
    """How the lines begin that have to be told of this file."""
    return [f"{name}:{line}:{column}: {words}" for line, column, words in wrong.told]


def assert_refused(home: Home, beginnings: list[str]) -> None:
    """`plan`, `check` and `sync` tell just that, each with the exit code 2, and nothing in the folder changes."""
    before = everything_in(home.folder.parent)
    for command in ("plan", "check", "sync"):
        code, out, lines = home.command(home.config, command)
        assert (code, out) == (2, ""), command
        listing = "\n".join(lines)
        assert len(lines) == len(beginnings), listing
        for line, beginning in zip(lines, beginnings, strict=True):
            assert line.startswith(beginning), f"{beginning!r} is expected:\n{listing}"
    assert everything_in(home.folder.parent) == before


@pytest.mark.parametrize("wrong", [pytest.param(wrong, id=wrong.id) for wrong in WRONG])
def test_a_wrong_pack_is_told_and_stops_everything(home: Home, wrong: Wrong) -> None:
    """Each mistake is told under the pack's own name with its line and column, and what would be right."""
    home.write(wrong.content)
    assert_refused(home, lines_for(NAMES[0], wrong))


def test_a_pack_that_became_wrong(home: Home) -> None:
    """What was delivered stays as it is until the pack is mended, and then all is as before."""
    home.write(TEA)
    home.says("sync")
    delivered = (home.folder / "us.ics").read_bytes()
    home.write(TEA.replace("minutes: 20", "minuts: 20"))
    assert_refused(home, [f"{NAMES[0]}:7:1: minuts: is not known here; did you mean 'minutes'?"])
    home.write(TEA)
    home.says("sync")
    assert (home.folder / "us.ics").read_bytes() == delivered


def test_the_table_of_wrong_packs() -> None:
    """The table holds enough of every kind, and no row hides behind another's name."""
    ids = [wrong.id for wrong in WRONG]
    assert len(ids) == len(set(ids)) >= 90
    assert all(words for wrong in WRONG for _, _, words in wrong.told)


@pytest.mark.parametrize(
    ("packs", "words"),
    [
        ("[§packs/none.yaml]", "there is no file {folder}/packs/none.yaml; write the path of a YAML file"),
        ("[§packs]", "{folder}/packs is a folder; write the path of a YAML file in it"),
        ("[§'']", "{folder} is a folder; write the path of a YAML file in it"),
        ("[§/dev/null]", "/dev/null is no plain file; write the path of a YAML file"),
        ("[§~nobody-here/a.yaml]", "'~nobody-here/a.yaml' begins at a home that this machine does not know"),
        ('[§"a\\0.yaml"]', "there is no file {folder}/a?.yaml; write the path of a YAML file"),
        (f"[§{'a' * 300}.yaml]", "cannot be read: File name too long"),
        ("[§5]", "needs text, not '5'; put it in quotes"),
        ("§packs/ours.yaml", "needs a list, such as 'packs: [packs/ours.yaml]', not 'packs/ours.yaml'"),
        ("§", "holds nothing; write its value, such as 'packs: [packs/ours.yaml]'"),
    ],
)
def test_a_pack_that_cannot_be_read(home: Home, packs: str, words: str) -> None:
    """It is told where the config names it; a practice that it may hold is not told as unknown."""
    home.write(TEA)
    text = config_text(catalogue=f"\n  packs: {packs}", practices="{tea: weekly}")
    row, column = 8, len("  packs: ") + packs.index("§") + (1 if packs != "§" else 0)
    write_config(home.folder, text.replace("§", ""))
    key = "catalogue.packs[0]" if packs.startswith("[") else "catalogue.packs"
    assert_refused(home, [f"fondly.yaml:{row}:{column}: {key}: {words.format(folder=home.folder)}"])


def test_two_wrong_packs(home: Home) -> None:
    """Both are told at once, each under its own name, also where one is misspelt and the other makes no sense."""
    typo = wrong("", "slug: gratitude\n§minuts: 5\n", "minuts: is not known here; did you mean 'minutes'?")
    rhythm = wrong("", "slug: gratitude\nevery: §often\n", f"every: 'often' {RHYTHM}")
    sense = wrong("", "slug: §tea\nname: Tea\n", f"slug: {NEW} {ALL}")
    broken = wrong("", "slug: gratitude\nat: §[evening\n", "a bracket is not closed, or a comma is missing")
    home.write(typo.content, rhythm.content)
    assert_refused(home, [*lines_for(NAMES[1], rhythm), *lines_for(NAMES[0], typo)])
    home.write(typo.content, sense.content, broken.content)
    told = [*lines_for(NAMES[1], sense), *lines_for(NAMES[0], typo), *lines_for(NAMES[2], broken)]
    assert_refused(home, told)
    home.write(sense.content, "slug: gratitude\nsuggestions: [{slug: pot}]\n")
    told = [f"{NAMES[1]}:2:22: {NEW_SUGGESTION} title, text, minutes", *lines_for(NAMES[0], sense)]
    assert_refused(home, told)


def test_a_wrong_pack_beside_a_wrong_config(home: Home) -> None:
    """All is told at once: the config's own mistakes, those of its outputs, and those of each pack and its name."""
    typo = wrong("", TEA.replace("minutes: 20", "§minuts: 20"), "minuts: is not known here; did you mean 'minutes'?")
    home.write(
        typo.content,
        catalogue=f"{{packs: [{NAMES[0]}, none.yaml]}}",
        outputs="[{name: file, kind: isc, path: us.ics, seen_by: [ana]}]",
        rythm="{}",
    )
    assert_refused(
        home,
        [
            f"fondly.yaml:7:38: catalogue.packs[1]: there is no file {home.folder}/none.yaml",
            "fondly.yaml:8:30: outputs[0].kind: there is no kind 'isc'; did you mean 'ics'?",
            "fondly.yaml:9:1: rythm: is not known here; did you mean 'rhythm'?",
            *lines_for(NAMES[0], typo),
        ],
    )
    home.write("slug: tea\nname: Tea\n", outputs="[{name: file, kind: isc, path: us.ics, seen_by: [ana]}]")
    kind = "fondly.yaml:8:30: outputs[0].kind: there is no kind 'isc'; did you mean 'ics'?"
    assert_refused(home, [kind, f"{NAMES[0]}:1:7: slug: {NEW} {ALL}"])


def test_only_what_is_wrong_is_told(home: Home) -> None:
    """What builds upon a wrong pack is not told as wrong itself: when that is mended, it will be right."""
    typo = wrong("", TEA.replace("minutes: 20", "§minuts: 20"), "minuts: is not known here; did you mean 'minutes'?")
    upon = "slug: tea\nsuggestions: [{slug: pot, off: yes}]\n"
    home.write(typo.content, upon, practices="{tea: daily}")
    assert_refused(home, lines_for(NAMES[0], typo))
    lacking = wrong("", TEA.replace("slug: tea\nname: Tea for two\n", "slug: §tea\n"), f"slug: {NEW} name")
    home.write(lacking.content, upon, practices="{tea: daily}")
    assert_refused(home, lines_for(NAMES[0], lacking))
    broken = wrong("", TEA.replace("[afternoon]", "§[afternoon"), "a bracket is not closed, or a comma is missing")
    for wish in ("{tea: daily}", None):
        home.write(broken.content, upon, practices=wish)
        assert_refused(home, lines_for(NAMES[0], broken))


def test_few_suggestions_are_named(home: Home) -> None:
    """Who switches off what a small practice does not have reads what it has."""
    home.write(TEA, "slug: tea\nsuggestions: [{slug: zzz, off: yes}]\n")
    words = "suggestions[0].slug: there is no suggestion 'zzz' to switch off; known are pot"
    assert_refused(home, [f"{NAMES[1]}:2:22: {words}"])


def test_a_pack_full_of_mistakes(home: Home) -> None:
    """A hundred mistakes are told, and that there are more."""
    home.write("practices:\n" + "".join(f"  - {{slug: own-{number}, off: yes}}\n" for number in range(2000)))
    code, _, lines = home.command(home.config, "check")
    assert code == 2
    assert len(lines) == 101
    assert lines[0].startswith(f"{NAMES[0]}:2:12: practices[0].slug: there is no practice 'own-0' to switch off; known")
    assert lines[-1] == f"{NAMES[0]}: and more after these; mend them first"


def test_a_document_of_a_wrong_pack(home: Home) -> None:
    """With --json a program is told the same in one document."""
    home.write("slug: gratitude\n  \nevery: often\n")
    code, out, lines = home.command(home.config, "--json", "check")
    assert (code, lines) == (2, [])
    (problem,) = json.loads(out)["problems"]
    assert (problem["line"], problem["column"], problem["key"]) == (3, 8, "every")
    assert RHYTHM in problem["text"]


# Random packs

Data = dict[str, Any]
Drawn = st.SearchStrategy[Any]
LETTERS = st.characters(categories=["L", "N", "P", "S", "Zs"])
LINES = st.text(LETTERS, min_size=1, max_size=60).filter(str.strip)
PROSE = st.text(st.one_of(LETTERS, st.sampled_from("\n\t")), min_size=1, max_size=200).filter(str.strip)
OWN = ["own", "tea-for-two", "0"]  # slugs that the catalogue has neither for practices nor for suggestions
WITH = {"solo": False, "together": True}
WINDOWS = ["morning", "midday", "afternoon", "evening", "sat 10:00-12:00", "weekdays 17:30-22:00", "mon,thu evening"]
RHYTHMS = ["daily", "2 per week", "monthly", "6 per year", "every 3 weeks", "on request", "off", "quarterly"]
STUDIES = st.fixed_dictionaries({"author": LINES, "year": st.integers(1900, 2030), "kind": LINES})
NEEDED: dict[str, Drawn] = {
    "name": LINES,
    "neutral_title": LINES,
    "about": PROSE,
    "every": st.sampled_from(RHYTHMS),
    "at": st.lists(st.sampled_from(WINDOWS), min_size=1, max_size=3) | st.sampled_from(WINDOWS),
    "minutes": st.integers(1, 120),
    "with": st.sampled_from(list(WITH)),
}
MORE: dict[str, Drawn] = {
    "off": st.sampled_from(["yes", "no"]),
    "evidence": PROSE | st.just(""),
    "caution": PROSE | st.just(""),
    "grade": st.sampled_from(["strong", "fair", "weak", "judgement"]),
    "studies": st.lists(STUDIES, max_size=2),
    "private": st.just("yes"),
    "color": st.sampled_from(["khaki", "plum"]),
}
NEEDED_OF_SUGGESTION: dict[str, Drawn] = {"title": LINES, "text": PROSE}
MORE_OF_SUGGESTION: dict[str, Drawn] = {
    "with": st.sampled_from(list(WITH)),
    "energy": st.sampled_from(["low", "medium", "high"]),
    "setting": st.sampled_from(["home", "out", "apart", "anywhere"]),
    "depth": st.integers(1, 3),
    "touch": st.sampled_from(["yes", "no", True, False]),
    "seasons": st.lists(st.sampled_from(["spring", "summer", "autumn", "winter"]), max_size=2),
    "tags": st.lists(LINES, max_size=2),
}


@dataclass
class Lengths:
    """How long a practice is kept, and how long each of its suggestions takes: what a valid pack has to mind."""

    minutes: int
    suggestions: dict[str, int]


@st.composite
def random_packs(draw: st.DrawFn) -> list[list[Data]]:
    """One to three packs, each a list of practices and valid after those before it."""
    known = {
        practice.slug: Lengths(practice.minutes, {one.slug: one.minutes for one in practice.suggestions})
        for practice in built_in_practices()
    }
    slugs = st.lists(st.sampled_from([*SLUGS, *OWN]), min_size=1, max_size=3, unique=True)
    return [[random_practice(draw, slug, known) for slug in draw(slugs)] for _ in range(draw(st.integers(1, 3)))]


def random_practice(draw: st.DrawFn, slug: str, known: dict[str, Lengths]) -> Data:
    """A whole practice where it is not known yet, else some of its keys."""
    is_new = slug not in known
    keys = st.fixed_dictionaries(NEEDED, optional=MORE) if is_new else st.fixed_dictionaries({}, optional=NEEDED | MORE)
    practice: Data = {"slug": slug, **draw(keys)}
    lengths = known.setdefault(slug, Lengths(0, {}))
    lengths.minutes = practice.get("minutes", lengths.minutes)
    options = st.sampled_from([*OWN, *lengths.suggestions])
    chosen = draw(st.lists(options, min_size=int(is_new), max_size=3, unique=True))
    if chosen:
        practice["suggestions"] = [random_suggestion(draw, one, lengths) for one in chosen]
    return practice


def random_suggestion(draw: st.DrawFn, slug: str, lengths: Lengths) -> Data:
    """A whole suggestion where it is not known yet, else some of its keys; it fits into its practice."""
    minutes = lengths.suggestions.get(slug)
    if minutes is not None and draw(st.integers(0, 3)) == 0:
        del lengths.suggestions[slug]
        return {"slug": slug, "off": "yes"}
    needed = NEEDED_OF_SUGGESTION if minutes is None else {}
    more = MORE_OF_SUGGESTION if minutes is None else NEEDED_OF_SUGGESTION | MORE_OF_SUGGESTION
    keys: Data = draw(st.fixed_dictionaries(needed, optional=more))
    if minutes is None or minutes > lengths.minutes or draw(st.booleans()):
        minutes = keys["minutes"] = draw(st.integers(1, lengths.minutes))
    lengths.suggestions[slug] = minutes
    return {"slug": slug, **keys}


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(text.split())


def meant(key: str, value: Any) -> tuple[str, Any]:
    """The field of the record, and what it has to hold, for a key of a pack."""
    if key == "with":
        return "together", WITH[value]
    if key == "every":
        return key, parse_cadence(value)
    if key == "at":
        return key, tuple(map(parse_time_window, [value] if isinstance(value, str) else value))
    if key == "studies":
        lines = [{name: one_line(str(text)) for name, text in study.items()} for study in value]
        return key, tuple(Study(author=one["author"], year=int(one["year"]), kind=one["kind"]) for one in lines)
    if key in ("tags", "seasons"):
        return key, tuple(map(one_line, value))
    if key in ("touch", "private"):
        return key, value in ("yes", True)
    if isinstance(value, str):
        return key, one_line(value) if key in ("title", "name", "neutral_title") else value.strip()
    return key, value


def check_practice(before: Practice | None, after: Practice, said: list[Data]) -> None:
    """That each field is as the last pack that speaks of it says, and each other one as it was."""
    wanted: Data = {}
    for practice in said:
        wanted |= dict(meant(key, value) for key, value in practice.items() if key not in ("off", "suggestions"))
        if practice.get("off") == "yes":
            wanted["every"] = Cadence("off")
    for key in (field.name for field in fields(Practice) if field.name != "suggestions"):
        if key in wanted:
            assert getattr(after, key) == wanted[key], key
        elif before is not None:
            assert getattr(after, key) == getattr(before, key), key


def check_suggestions(before: Practice | None, after: Practice, said: list[Data]) -> None:
    """That each suggestion is as the last pack that speaks of it says, and each other one as it was."""
    found, old = suggestions_of(after), suggestions_of(before) if before else {}
    last: dict[str, Data] = {}
    for one in (one for practice in said for one in practice.get("suggestions", ())):
        merged = last.get(one["slug"], {})
        last[one["slug"]] = one if "off" in one or "off" in merged else merged | one
    on = {slug: one for slug, one in last.items() if "off" not in one}
    assert found.keys() == (old.keys() - last.keys()) | on.keys()
    # What each did alone goes along when the practice is done together.
    shared = any(practice.get("with") == "together" for practice in said)
    for slug in old.keys() - last.keys():
        assert found[slug] == replace(old[slug], together=found[slug].together)
        assert found[slug].together == old[slug].together or shared
    for slug, one in on.items():
        wanted = dict(meant(key, value) for key, value in one.items())
        if shared:
            wanted.pop("together", None)
        assert {key: getattr(found[slug], key) for key in wanted} == wanted


@settings(max_examples=60)
@given(packs=random_packs(), single=st.booleans())
def test_random_packs(tmp_path_factory: pytest.TempPathFactory, packs: list[list[Data]], single: bool) -> None:
    """No valid pack makes a plan fail; what it says counts, and what it does not speak of is unchanged."""
    folder = tmp_path_factory.mktemp("random")
    names = [f"{number}.yaml" for number in range(len(packs))]
    for name, pack in zip(names, packs, strict=True):
        data = pack[0] if single and len(pack) == 1 else {"practices": pack}
        (folder / name).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    prepared = open_config(write_config(folder, config_text(catalogue=f"{{packs: [{', '.join(names)}]}}")))
    found = {practice.slug: practice for practice in practices_of(prepared)}
    old = {practice.slug: practice for practice in built_in_practices()}
    said: dict[str, list[Data]] = {}
    for practice in (practice for pack in packs for practice in pack):
        said.setdefault(practice["slug"], []).append(practice)
    assert list(found) == sorted({*old, *said})
    for slug, after in found.items():
        check_practice(old.get(slug), after, said.get(slug, []))
        check_suggestions(old.get(slug), after, said.get(slug, []))
    _, planned = make_plan(prepared, Past(), delivery_horizons(prepared.relationship, NOW), NOW)
    assert prepared.plugins.failures == []
    entries = [entry for entry in planned.entries if entry.practice]
    assert entries
    for entry in entries:
        practice, key = found[entry.practice or ""], entry.suggestion or ""
        suggestion = suggestions_of(practice)[key.removeprefix(f"{practice.slug}/")]
        assert (entry.title, entry.description) == (suggestion.title, suggestion.text)
        assert suggestion.minutes <= practice.minutes == entry.minutes
        assert practice.every.is_planned
        assert bool(entry.secret_from) == practice.private
