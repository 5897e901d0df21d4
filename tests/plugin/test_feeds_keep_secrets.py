"""What is secret from a person leaves no trace in any feed, page, header, published file or log line that they see."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import test_gate
from hypothesis import given, settings
from hypothesis import strategies as st
from test_gate import DAY, NOW, read_catalogues_once

from fondly.config import load_config
from fondly.feeds.access import FILE, Access, Link, change_access, leave, linked, pause, read_access
from fondly.feeds.page import render
from fondly.feeds.publishing import publish
from fondly.feeds.shelf import fill
from fondly.feeds.viewing import view_of
from fondly.preparing import Prepared, local_now, prepare
from fondly.run import sync

Case = tuple[test_gate.World, str, tuple[int, ...], tuple[str, str]]
__all__ = ["read_catalogues_once"]  # a fixture that every test here uses
KEY = "the same in every world, so that pages can be compared"


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A world whose places are feeds and a file, the person who looks, days, and what one of the readers asks for."""
    world, person, days = draw(test_gate.cases())
    outputs = []
    for output in world.outputs:
        taken = {key: value for key, value in output.items() if key != "path"} | {"kind": "feed"}
        outputs.append(taken if output["kind"] == "markdown" or draw(st.booleans()) else output)
    if not any(output["kind"] == "feed" and person in output.get("seen_by", ()) for output in outputs):
        outputs.append({"name": "theirs", "kind": "feed", "seen_by": [person]})
    feeds = [output["name"] for output in outputs if output["kind"] == "feed"]
    wish = (draw(st.sampled_from(["", "", "pause", "pause for a week", "leave"])), draw(st.sampled_from(feeds)))
    return replace(world, outputs=tuple(outputs)), person, days, wish


@contextmanager
def folder_of(world: test_gate.World) -> Iterator[Path]:
    """A folder with that world in it, and links that are the same in every world."""
    with test_gate.folder_of(world) as folder:
        config = folder / "fondly.yaml"
        config.write_text(f"{config.read_text()}serve: {{address: 'https://example.org'}}\n", encoding="utf-8")
        feeds = [output["name"] for output in world.outputs if output["kind"] == "feed"]
        access = Access(KEY, {name: Link(f"token-of-{name}") for name in feeds}, None)
        change_access(folder / "state", lambda before: access)
        yield folder


def asked(prepared: Prepared, folder: Path, wish: tuple[str, str], now: dt.datetime) -> None:
    """What a reader asks for on the page of a feed."""
    what, name = wish
    if what == "leave":
        change_access(folder, lambda access: leave(access, name, now))
    elif what:
        last = now.date() + 7 * DAY if what == "pause for a week" else None
        change_access(folder, lambda access: pause(access, name, now, last))


def seen(world: test_gate.World, person: str, days: tuple[int, ...], wish: tuple[str, str]) -> dict[str, Any]:
    """All that this person can see of their feeds, after syncs on those days; the wish is made before the last one."""
    found: dict[str, Any] = {}
    with folder_of(world) as folder:
        state, web = folder / "state", folder / "web"
        written: dict[str, int] = {}
        for day in days:
            prepared = prepare(load_config(folder / "fondly.yaml"))
            now = local_now(prepared.relationship, NOW + day * DAY)
            if day == days[-1]:
                asked(prepared, state, wish, now)
            run = sync(prepared, state, now)
            assert run.failures == ()
            names = [ready.spec.name for ready in prepared.outputs if ready.spec.kind == "feed"]
            shelf = fill(prepared, linked(state, names), state, None)
            if day == days[-1]:
                publish(prepared, state, web, now)
            for name, served in shelf.feeds.items():
                if person not in served.spec.seen_by:
                    continue
                where = f"{name} on day {day}"
                found[f"{where}: feed"] = served.body
                kept = [pair for pair in served.plain_headers + served.packed_headers if pair[0] != b"last-modified"]
                found[f"{where}: headers"] = kept
                found[f"{where}: changed"] = written.get(name) != served.file[0]
                written[name] = served.file[0]
                found[f"{where}: page"] = render(view_of(shelf, served, now))
                report = next(one.report for one in run.deliveries if one.report.name == name)
                found[f"{where}: error"] = report.error
            mine = {f"token-of-{name}" for name, served in shelf.feeds.items() if person in served.spec.seen_by}
            files = {path: path.read_bytes() for path in web.rglob("*") if path.parent.name in mine}
            found[f"published on day {day}"] = {str(path.relative_to(web)): data for path, data in files.items()}
            found[f"links on day {day}"] = sorted(read_access(state).links)
        found |= {f"file {name}": data for name, data in files_of(world, folder, person).items()}
        assert KEY in (state / FILE).read_text()
    return found


def files_of(world: test_gate.World, folder: Path, person: str) -> dict[str, bytes]:
    """The files of the outputs that this person sees."""
    return test_gate.places(
        replace(world, outputs=tuple(output for output in world.outputs if "path" in output)), folder, person
    )


def check(case: Case) -> None:
    """With and without what is secret from that person, they see the same, to the byte."""
    world, person, days, wish = case
    told = seen(world, person, days, wish)
    untold = seen(world.without_secrets_from(person), person, days, wish)
    assert told.keys() == untold.keys()
    for name, what in told.items():
        assert what == untold[name], f"{person} can tell from {name}"
    if all(person in thing["secret_from"] for thing in (*world.dates, *world.entries)) and person != world.me:
        assert "TOKEN" not in json.dumps(told, default=repr)


@pytest.mark.parametrize("part", range(6))
def test_feeds_tell_nothing(part: int) -> None:
    """For 300 random worlds, nobody can tell from any byte of their feeds that something is kept from them."""

    @settings(max_examples=50)
    @given(case=cases())
    def holds(case: Case) -> None:
        check(case)

    holds()
