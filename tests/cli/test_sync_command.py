"""``fondly sync`` as a person types it: what it shows, what it asks, how it goes on and how it stops."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from faults import faulty
from fondly.cli.rounds import seconds_of
from fondly_hooks.errors import ConfigError
from servers import Calendar, serving
from world import MOVE, NOW, WEDDING, World, caldav_output


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Calendar]:
    """A real server."""
    with serving("radicale", tmp_path) as found:
        yield found


@pytest.fixture
def world(radicale: Calendar, tmp_path: Path) -> World:
    """A couple with one calendar of days to remember."""
    return World(tmp_path, [caldav_output(radicale, include="[anniversaries]")])


def words(world: World, *arguments: str) -> list[str]:
    """The command line."""
    world.write()
    return [sys.executable, "-m", "fondly", "--config", str(world.config), "--now", NOW.isoformat(), *arguments]


def env(world: World) -> dict[str, str]:
    """The surroundings of the command."""
    return {**os.environ, "FONDLY_STATE_DIR": str(world.folder / "states"), "NO_COLOR": "1", "TERM": "dumb"}


def fondly(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, away from a terminal."""
    return subprocess.run(
        words(world, *arguments), env=env(world), capture_output=True, text=True, timeout=60, check=False
    )


def at_a_terminal(world: World, *arguments: str, **more: str) -> pexpect.spawn[str]:
    """The command at a terminal."""
    program, *rest = words(world, *arguments)
    return pexpect.spawn(program, rest, env={**env(world), **more}, encoding="utf-8", timeout=60, dimensions=(40, 120))


def test_a_dry_run_says_what_when_which_field_and_why(world: World, radicale: Calendar) -> None:
    """Each intended write is a line that a person understands."""
    assert "ours  add 2026-12-01 First flat: 6 years\n" in fondly(world, "sync", "--dry-run").stdout
    fondly(world, "sync")
    before = radicale.objects()
    world.dates = [WEDDING.replace("2015-06-20", "2015-06-21").replace("name: Wedding", "name: Our wedding")]
    out = fondly(world, "sync", "--dry-run").stdout
    assert (
        "ours  change 2027-06-20 Wedding: 12 years (title: Wedding: 12 years → Our wedding: 12 years; "
        "description changed; time: 2027-06-20 → 2027-06-21)\n"
    ) in out
    assert "ours  remove 2026-12-01 First flat: 6 years (it is no longer planned)\n" in out
    assert radicale.objects() == before


@pytest.mark.parametrize("first", [("sync",), ("sync", "--every", "5s")])
def test_the_first_sync_to_a_place_asks_at_a_terminal(world: World, radicale: Calendar, first: tuple[str, ...]) -> None:
    """It shows what it would do; 'no' writes nothing, 'yes' goes on, and the next one does not ask."""
    child = at_a_terminal(world, *first)
    child.expect("ours  add 2026-12-01 First flat: 6 years")
    child.expect("This is the first time there. Go on?")
    child.sendline("n")
    child.expect("Nothing was written.")
    child.expect(pexpect.EOF)
    assert radicale.hrefs() == []
    child = at_a_terminal(world, "sync")
    child.expect("Go on?")
    child.sendline("y")
    child.expect("ours  8 new")
    child.expect(pexpect.EOF)
    assert len(radicale.hrefs()) == 8
    child = at_a_terminal(world, "sync")
    child.expect("ours  8 as they were")
    child.expect(pexpect.EOF)
    assert "Go on?" not in (child.before or "")


def test_elsewhere_and_with_yes_nothing_is_asked(world: World, radicale: Calendar) -> None:
    """A timer has nobody to ask."""
    assert fondly(world, "sync").returncode == 0
    assert len(radicale.hrefs()) == 8
    for path in (world.folder / "states").rglob("journal*"):
        path.unlink()
    child = at_a_terminal(world, "sync", "--yes")
    child.expect("8 as they were")
    child.expect(pexpect.EOF)


def test_it_asks_before_it_fills_an_emptied_calendar(world: World, radicale: Calendar) -> None:
    """The error names the way out, and the way out works; both need the place to be named."""
    fondly(world, "sync")
    for href in radicale.hrefs():
        radicale.delete(href)
    done = fondly(world, "sync")
    assert done.returncode == 1
    assert "'fondly sync --only ours --recreate' makes them again" in done.stderr
    assert fondly(world, "sync", "--recreate").returncode == 2
    assert fondly(world, "sync", "--only", "ours", "--recreate", "--forget").returncode == 2
    assert fondly(world, "sync", "--only", "ours", "--recreate").stdout == "ours  8 new\n"
    assert len(radicale.hrefs()) == 8


def test_a_place_that_is_named_no_longer(world: World, radicale: Calendar) -> None:
    """It is told until a person says that what stands there may stay."""
    world.outputs.append("{name: file, kind: ics, path: us.ics, seen_by: [ana]}")
    fondly(world, "sync")
    outputs, world.outputs = world.outputs, world.outputs[1:]
    assert "'ours' is not in the config any more" in fondly(world, "sync").stderr
    assert fondly(world, "sync", "--only", "nowhere", "--forget").returncode == 2
    assert fondly(world, "sync", "--only", "ours", "--forget").stdout.startswith("Forgotten: 'ours'.")
    assert fondly(world, "sync").stderr == ""
    assert len(radicale.hrefs()) == 8
    world.outputs = outputs
    assert "ours  8 as they were" in fondly(world, "sync").stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_goes_on_until_it_is_told_to_stop(world: World, radicale: Calendar, number: signal.Signals) -> None:
    """--every asks once in each round while nothing changes, takes a changed config up, and ends well."""
    with faulty(radicale) as proxy:
        world.outputs = [caldav_output(proxy.calendar, include="[anniversaries]")]
        with subprocess.Popen(
            words(world, "-v", "sync", "--every", "5s"),
            env=env(world),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
        ) as process:
            assert process.stdout is not None
            seen, asked = [], []
            for line in process.stdout:
                seen.append(line)
                if line.startswith("ours  8 as they were"):
                    asked = proxy.methods
                    world.dates = [WEDDING.replace("name: Wedding", "name: Our wedding"), MOVE]
                    world.write()
                if line.startswith("ours  2 changed"):
                    process.send_signal(number)
            assert process.wait(30) == 0
        assert seen[-1] == "Stopped.\n"
        quiet = asked[max(index for index, method in enumerate(asked) if method == "PUT") + 1 :]
        assert quiet == ["REPORT"] * len(quiet), "a round in which nothing changed is one poll"
    assert len(radicale.hrefs()) == 8


def test_a_round_that_fails_is_told_and_the_next_one_tries_again(world: World) -> None:
    """A config that is broken for a while does not end it."""
    with subprocess.Popen(
        words(world, "-v", "sync", "--every", "5s"),
        env=env(world),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        broken = False
        for line in process.stdout:
            if line.startswith("ours  8 new"):
                world.config.write_text("nonsense: yes\n", encoding="utf-8")
            if "nonsense" in line:
                broken = True
                world.write()
            if line.startswith("ours  8 as they were"):
                process.terminate()
        assert broken
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    ("text", "seconds"), [("1h", 3600), ("30m", 1800), ("1h30m", 5400), ("90s", 90), ("1 h", 3600)]
)
def test_lengths_of_time(text: str, seconds: int) -> None:
    """As people write them."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "1", "h", "0s", "1s", "100d", "-1h", "one hour", "1h1h"])
def test_what_is_no_length_of_time(text: str) -> None:
    """It is said, with what would be right."""
    with pytest.raises(ConfigError, match="--every: "):
        seconds_of(text)


def test_every_goes_neither_with_a_dry_run_nor_with_json(world: World) -> None:
    """They end, and it does not."""
    for arguments in (["sync", "--every", "1h", "--dry-run"], ["--json", "sync", "--every", "1h"]):
        done = fondly(world, *arguments)
        assert done.returncode == 2
        assert "goes on for ever" in done.stderr


def test_a_bar_for_each_output(world: World) -> None:
    """At a terminal there is something to look at while it writes; its end is one line."""
    child = at_a_terminal(world, "sync", "--yes", TERM="xterm")
    child.expect(pexpect.EOF)
    text = child.before or ""
    assert re.search(r"ours\s+.*\d/8", text)
    assert text.rstrip().endswith("ours  8 new")
    assert "\x1b[" not in fondly(world, "sync").stderr


def test_doctor(world: World, radicale: Calendar) -> None:
    """What works and what does not, in words and as JSON, without a write."""
    wrong = caldav_output(Calendar(radicale.url + "x/", "ana", radicale.password), name="wrong", seen_by="[ana]")
    world.outputs += [wrong, "{name: file, kind: ics, path: us.ics, seen_by: [ana]}"]
    world.outputs += ["{name: note, kind: markdown, path: us.md, seen_by: [ana]}"]
    world.extra = "busy:\n  - {person: ben, kind: ics, url: nowhere.ics}"
    done = fondly(world, "doctor")
    assert done.returncode == 1
    assert "output 'ours' works\n    takes events and to-dos\n" in done.stdout
    assert "who can see it is not verified" in done.stdout
    assert "output 'wrong' does not work\n    the server 127.0.0.1 has no calendar at that address (404)" in done.stdout
    assert "output 'file' works\n    it is made with the next sync\n" in done.stdout
    assert "output 'note' works\n    it is made with the next sync\n" in done.stdout
    assert "busy times 'ben' does not work" in done.stdout
    assert radicale.hrefs() == []
    assert not list((world.folder / "states").rglob("journal.db"))
    document = json.loads(fondly(world, "--json", "doctor").stdout)
    assert [finding["ok"] for finding in document["findings"]] == [True, True, False, True, True, False]
    fondly(world, "sync")
    out = fondly(world, "doctor").stdout
    assert re.search(r"output 'note' works\n    \d+ entries of fondly's stand there\n", out), out
    world.outputs, world.extra = world.outputs[:1], ""
    assert fondly(world, "doctor").stdout.endswith("All is well.\n")


def test_doctor_lists_what_else_is_there(world: World, radicale: Calendar) -> None:
    """Where the address is a server's, it says which calendar that is, and what others there are."""
    radicale.request("MKCALENDAR", radicale.url.replace("/ours/", "/work/"))
    server = radicale.url.partition("/ana/")[0] + "/"
    everywhere = Calendar(server, radicale.user, radicale.password)
    world.outputs = [caldav_output(everywhere, calendar="Ours")]
    out = fondly(world, "doctor").stdout
    assert f"the calendar is {radicale.url}\n" in out
    assert re.search(r"also there: \S*work \(events and to-dos\)\n", out)
