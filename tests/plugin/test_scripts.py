"""The contract of scripts: what they are given, how they are run, what their answers mean."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fondly.testing import MakeWorld, World, world  # noqa: F401  # a fixture

SH = "#!/bin/sh\n"
TELL = f"#!{sys.executable}\nimport json, os, sys\nasked = json.load(sys.stdin)\n"
KEEP = (
    TELL + "told = {'argv': sys.argv[1:], 'asked': asked, 'env': dict(os.environ), 'cwd': os.getcwd()}\n"
    "json.dump(told, open(os.path.join(os.environ['FONDLY_CACHE'], 'told.json'), 'w'))\n"
)


def write(here: World, hook: str, name: str, text: str) -> Path:
    """A script in the hooks folder."""
    folder = here.folder / "hooks" / f"{hook}.d"
    path = folder / name
    for parent in (folder, path.parent):
        parent.mkdir(mode=0o755, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def told(here: World) -> dict[str, Any]:
    """What the script that keeps it was told."""
    (path,) = (here.folder / "state").rglob("told.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def answer(**keys: Any) -> str:
    """A script that gives this answer."""
    return f"{SH}cat >/dev/null\ncat <<'END'\n{json.dumps(keys)}\nEND\n"


def day(id: str, **more: Any) -> dict[str, Any]:
    """A short entry."""
    return {"id": id, "title": id.capitalize(), "start": "2026-12-03"} | more


def test_what_it_is_given(world: MakeWorld) -> None:  # noqa: F811
    """One JSON object of seven keys, the hook's name as its argument, and its own folder to start in."""
    here = world(settings="{tell: {page: here, deep: {list: [1, two]}}}")
    path = write(here, "fondly_entries", "tell.py", KEEP)
    here.plan()
    found = told(here)
    assert found["argv"] == ["fondly_entries"]
    assert found["cwd"] == str(path.parent)
    asked = found["asked"]
    assert list(asked) == ["fondly_hook", "hook", "relationship", "data", "settings", "dry_run", "now"]
    assert (asked["fondly_hook"], asked["hook"], asked["dry_run"]) == (1, "fondly_entries", False)
    assert asked["data"] == {"window": {"start": "2026-09-28T00:00:00+00:00", "end": "2027-01-05T00:00:00+00:00"}}
    assert asked["settings"] == {"page": "here", "deep": {"list": [1, "two"]}}
    assert asked["now"] == "2026-11-22T09:00:00+01:00"
    assert [person["id"] for person in asked["relationship"]["people"]] == ["ana", "ben"]
    assert "id" not in asked["relationship"], "every identity derives from it"


def test_its_environment(world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """A few variables of the person's, five of fondly's, and nothing else."""
    monkeypatch.setenv("BANK_PIN", "1234")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    here = world()
    write(here, "fondly_entries", "tell.py", KEEP)
    here.plan()
    found = told(here)["env"]
    found.pop("LC_CTYPE", None)  # Python's own, in a plain locale
    fondly = {"FONDLY_HOOK", "FONDLY_PLUGIN", "FONDLY_NOW", "FONDLY_CONFIG", "FONDLY_CACHE"}
    assert set(found) == {"PATH", "HOME", "LANG", "TZ"} | fondly
    assert found["FONDLY_HOOK"] == "fondly_entries"
    assert found["FONDLY_PLUGIN"] == "tell"
    assert found["FONDLY_NOW"] == "2026-11-22T09:00:00+01:00"
    assert found["FONDLY_CONFIG"] == str(here.config)
    cache = Path(found["FONDLY_CACHE"])
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert found["TZ"] == "Asia/Tokyo"


def test_a_dry_run_is_told(world: MakeWorld) -> None:  # noqa: F811
    """In a dry run `dry_run` is true."""
    here = world()
    write(here, "fondly_entries", "tell.py", KEEP)
    here.sync(dry_run=True)
    assert told(here)["asked"]["dry_run"] is True


def test_secrets_of_its_settings_are_fetched(world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Its own, on standard input; in no environment and in no argument."""
    monkeypatch.setenv("TEA_TOKEN", "brewed")
    here = world(settings="{tell: {token: {env: TEA_TOKEN}}, other: {pin: '77'}}")
    write(here, "fondly_entries", "tell.py", KEEP)
    here.plan()
    found = told(here)
    assert found["asked"]["settings"] == {"token": "brewed"}
    assert "brewed" not in json.dumps([found["env"], found["argv"]])


def test_a_secret_that_cannot_be_had_costs_only_its_plugin(world: MakeWorld) -> None:  # noqa: F811
    """It is named, and the others are asked."""
    here = world(settings="{tell: {token: {env: NO_SUCH_TOKEN}}}")
    write(here, "fondly_entries", "tell.py", KEEP)
    write(here, "fondly_entries", "ok.sh", answer(add=[day("ok")]))
    (failure,) = here.failures()
    assert failure.startswith("tell: ")
    assert "NO_SUCH_TOKEN" in failure
    assert [entry.source for entry in here.plan() if entry.kind == "custom"] == ["ok"]


def test_short_entries(world: MakeWorld) -> None:  # noqa: F811
    """What is left out is filled in, and each ends when it should."""
    here = world()
    entries = [
        day("a"),
        day("b", start="2026-12-04T18:00:00+00:00"),
        day("c", start="2026-12-04T18:00:00Z", minutes=45, neutral_title="Catch-up"),
        day("d", start="2026-12-05", end="2026-12-08", secret_from=["ben"], people=["ana"], description=None),
    ]
    write(here, "fondly_entries", "tea.sh", answer(add=entries, message="  Tea is\n served. "))
    found = {entry.id: entry for entry in here.plan() if entry.source == "tea"}
    assert list(found) == [f"custom/tea/{letter}" for letter in "abcd"]
    a, b, c, d = found.values()
    assert (a.start, a.end, a.neutral_title) == (dt.date(2026, 12, 3), dt.date(2026, 12, 4), "Reminder")
    assert isinstance(b.start, dt.datetime)
    assert (b.start.isoformat(), str(b.start.tzinfo)) == ("2026-12-04T19:00:00+01:00", "Europe/Berlin")
    assert b.end.isoformat() == "2026-12-04T19:30:00+01:00"  # type: ignore[union-attr]
    assert (c.end.isoformat(), c.neutral_title) == ("2026-12-04T19:45:00+01:00", "Catch-up")  # type: ignore[union-attr]
    assert (d.end, d.secret_from, d.people) == (dt.date(2026, 12, 8), ("ben",), ("ana",))
    prepared = here.prepare()
    list(prepared.plugins.call_each("fondly_entries", relationship=prepared.relationship, window=None))
    assert [message.text for message in prepared.plugins.messages] == ["Tea is served."]


@pytest.mark.parametrize(
    "text", ["", " \n", "{}", '{"add": []}', '{"add": null, "message": null}', '{"hook": "fondly_entries"}']
)
def test_nothing_to_say(world: MakeWorld, text: str) -> None:  # noqa: F811
    """An answer may be empty in many ways."""
    here = world()
    write(here, "fondly_entries", "quiet.sh", f"{SH}cat >/dev/null\nprintf '%s' '{text}'\n")
    assert here.failures() == []


def test_order_is_that_of_the_bytes_of_their_paths(world: MakeWorld) -> None:  # noqa: F811
    """Capitals before small letters, sub-folders among them, whatever their names as plugins are."""
    here = world()
    for name in ("b.sh", "B.sh", "a/z.sh", "10.sh", "9.sh"):
        write(here, "fondly_entries", name, answer(add=[day("x")]))
    names = here.prepare().plugins.answering("fondly_entries")
    assert names == ["10", "9", "B", "a-z", "b"]


def test_one_level_of_folders_and_no_more(world: MakeWorld) -> None:  # noqa: F811
    """A script may keep what belongs to it beside it."""
    here = world()
    write(here, "fondly_entries", "tea/pot.sh", answer(add=[day("x")]))
    deeper = here.folder / "hooks/fondly_entries.d/tea/data"
    deeper.mkdir()
    (deeper / "cup.sh").write_text(SH, encoding="utf-8")
    (deeper / "cup.sh").chmod(0o755)
    (deeper.parent / "leaves.txt").write_text("green", encoding="utf-8")
    assert here.failures() == []
    assert here.prepare().plugins.answering("fondly_entries") == ["tea-pot"]


def test_one_name_may_answer_many_hooks(world: MakeWorld) -> None:  # noqa: F811
    """It is one plugin then, with one section of settings, blocked by one word."""
    here = world(settings="{tea: {pot: blue}}")
    write(here, "fondly_entries", "tea.sh", answer(add=[day("x")]))
    write(here, "fondly_date_ideas", "tea.py", TELL + "print(json.dumps({'message': asked['settings']['pot']}))\n")
    prepared = here.prepare()
    assert [hook for hook in ("fondly_entries", "fondly_date_ideas") if "tea" in prepared.plugins.answering(hook)] == [
        "fondly_entries",
        "fondly_date_ideas",
    ]
    assert here.failures() == []


def test_they_run_side_by_side(world: MakeWorld) -> None:  # noqa: F811
    """Each waits for the others' sign before it answers, over several hooks: one after the other would never end."""
    here = world()
    hooks = ["fondly_entries", "fondly_entries", "fondly_date_ideas", "fondly_practices"]
    signs = [here.folder / f"sign-{number}" for number in range(len(hooks))]
    for number, hook in enumerate(hooks):
        waits = "".join(f'while ! [ -e "{sign}" ]; do :; done\n' for sign in signs)
        write(
            here, hook, f"s{number}.sh", f'{SH}# fondly: timeout=20\ncat >/dev/null\ntouch "{signs[number]}"\n{waits}'
        )
    assert here.failures() == []


def test_adjusters_run_one_after_the_other(world: MakeWorld) -> None:  # noqa: F811
    """Each gets what the one before it left."""
    here = world()
    change = (
        "entries = [e for e in asked['data']['entries'] if e['kind'] == 'date']\n"
        "print(json.dumps({'change': [{'id': e['id'], 'title': e['title'] + '!'} for e in entries]}))\n"
    )
    write(here, "fondly_adjust_entries", "1.py", TELL + change)
    write(here, "fondly_adjust_entries", "2.py", TELL + change)
    titles = [entry.title for entry in here.plan() if entry.kind == "date"]
    assert titles
    assert all(title.endswith("!!") for title in titles)


def test_what_an_adjuster_may_do(world: MakeWorld) -> None:  # noqa: F811
    """Add, change and drop; what is moved is as long as it was, and keeps its id and its kind."""
    before = {entry.id: entry for entry in world().plan()}
    date = next(entry for entry in before.values() if entry.kind == "date")
    other = next(entry for entry in before.values() if entry.kind == "practice")
    here = world()
    moved = "2026-12-02T18:00:00+01:00"
    change = {"id": date.id, "start": moved, "kind": "custom", "location": "The pier", "categories": None}
    write(
        here, "fondly_adjust_entries", "x.sh", answer(add=[day("new")], change=[change], drop=[other.id, "no/such/1"])
    )
    after = {entry.id: entry for entry in here.plan()}
    assert here.failures() == []
    assert after.keys() == before.keys() - {other.id} | {"custom/x/new"}
    found = after[date.id]
    assert (found.kind, found.location, found.title) == ("date", "The pier", date.title)
    assert found.start.isoformat() == moved  # type: ignore[union-attr]
    assert found.end - found.start == date.end - date.start  # type: ignore[operator]


def test_prose_is_for_who_asks_for_it(world: MakeWorld) -> None:  # noqa: F811
    """Standard error is shown with -v, a message always, with -q neither."""
    here = world()
    text = f"{SH}cat >/dev/null\necho 'asking the page' >&2\necho '{{\"message\": \"The page was slow.\"}}'\n"
    write(here, "fondly_entries", "tea.sh", text)

    def shown(*words: str) -> str:
        command = [sys.executable, "-m", "fondly", "--config", str(here.config), *words, "plan"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
        assert "page" not in done.stdout
        return done.stderr

    assert shown() == "tea: The page was slow.\n"
    assert sorted(shown("-v").splitlines()) == ["tea: The page was slow.", "tea: asking the page"]
    assert shown("-q") == ""


def test_its_message_is_for_me_alone(world: MakeWorld) -> None:  # noqa: F811
    """Who asks as somebody else is not told: it may speak of what is secret from them."""
    here = world()
    write(here, "fondly_entries", "tea.sh", answer(message="The ring is here."))
    command = [sys.executable, "-m", "fondly", "--config", str(here.config), "plan", "--for", "ben"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    assert "ring" not in done.stdout + done.stderr


def test_busy_times_of_a_script(world: MakeWorld) -> None:  # noqa: F811
    """It is asked for each person, and what it gives keeps that time free."""
    here = world()
    window = ("2026-11-22T00:00:00+01:00", "2026-12-24T00:00:00+01:00")
    text = TELL + (
        "me = asked['data']['person']\n"
        f"busy = {{'person': me, 'start': '{window[0]}', 'end': '{window[1]}'}}\n"
        "print(json.dumps({'add': [busy] if me == 'ana' else []}))\n"
    )
    write(here, "fondly_busy", "shift.py", text)
    assert here.failures() == []
    assert not [entry for entry in here.plan() if entry.kind == "practice" and "ana" in entry.people]
