"""Every feed is taken by the parsers of others: libical (Debian), ical.js (Thunderbird's, npm), khal."""

from __future__ import annotations

import ctypes
import ctypes.util
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedworlds import OCCASIONS, Made, made, moment

HERE = Path(__file__).parent
pytestmark = pytest.mark.tools


@pytest.fixture(params=OCCASIONS, ids=[name.replace("/", "-") for name in OCCASIONS])
def feed(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """A feed of each occasion."""
    zone, now, horizon = OCCASIONS[request.param]
    return made(tmp_path, zone, now, horizon=horizon)


@pytest.fixture(scope="module")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader script beside an installed ical.js."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed; .ci/run installs it")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "read.mjs"):
        shutil.copy(HERE / name, folder / name)
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    return folder


@pytest.fixture(scope="module")
def khal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """khal in an environment of its own."""
    folder = tmp_path_factory.mktemp("khal")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "khal==0.14.1"], check=True, capture_output=True, timeout=400)
    return folder / "bin/khal"


class Component(ctypes.c_void_p):
    """A component of libical's."""


@pytest.fixture(scope="module")
def libical() -> ctypes.CDLL:
    """The library that Evolution, KDE and GNOME read calendars with."""
    found = ctypes.util.find_library("ical")
    if found is None:
        pytest.skip("libical is not installed; .ci/run installs it")
    library = ctypes.CDLL(found)
    library.icalparser_parse_string.restype = Component
    library.icalcomponent_get_first_component.restype = Component
    library.icalcomponent_get_next_component.restype = Component
    library.icalcomponent_get_summary.restype = ctypes.c_char_p
    library.icalcomponent_as_ical_string_r.restype = ctypes.c_char_p
    library.icalcomponent_get_uid.restype = ctypes.c_char_p
    library.icalrestriction_check.restype = ctypes.c_int
    return library


def test_libical(libical: ctypes.CDLL, feed: Made) -> None:
    """It finds no error, nothing that the standard forbids, and every entry."""
    text = feed.path.read_bytes()
    assert b"X-LIC-ERROR" not in text
    root = libical.icalparser_parse_string(text)
    assert root
    libical.icalcomponent_strip_errors.restype = None
    assert libical.icalcomponent_count_errors(root) == 0
    assert libical.icalrestriction_check(root), libical.icalcomponent_as_ical_string_r(root)
    assert libical.icalcomponent_count_errors(root) == 0
    any_event = libical.icalcomponent_string_to_kind(b"VEVENT")
    titles = []
    event = libical.icalcomponent_get_first_component(root, any_event)
    while event:
        titles.append(libical.icalcomponent_get_summary(event).decode())
        event = libical.icalcomponent_get_next_component(root, any_event)
    assert sorted(titles) == sorted(entry.title for entry in feed.entries)


def test_ical_js(node_modules: Path, feed: Made) -> None:
    """Thunderbird's parser has each entry at its moment, by our own VTIMEZONE."""
    done = subprocess.run(
        ["node", str(node_modules / "read.mjs"), str(feed.path)], check=True, capture_output=True, text=True
    )
    found = [(one["summary"], one["start"][:16] + ("" if one["allDay"] else "Z")) for one in json.loads(done.stdout)]
    assert set(found) == feed.starts
    assert len(found) == len(feed.entries)


@pytest.mark.parametrize("occasion", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "New York in autumn"])
def test_khal(khal: Path, tmp_path: Path, occasion: str) -> None:
    """Imported, then listed: the right title on the right day at the right hour of whoever looks."""
    zone, now, horizon = OCCASIONS[occasion]
    feed = made(tmp_path, zone, now, horizon=horizon)
    config = tmp_path / "khal.conf"
    config.write_text(
        f"[calendars]\n[[us]]\npath = {tmp_path}/us\n[locale]\nlocal_timezone = {zone}\ndefault_timezone = {zone}\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ntimeformat = %H:%M\ndatetimeformat = %Y-%m-%d %H:%M\n"
        f"longdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\npath = {tmp_path}/khal.db\n",
        encoding="utf-8",
    )
    (tmp_path / "us").mkdir()
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "500"}

    def run(*arguments: str) -> str:
        command = [str(khal), "-c", str(config), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("import", "--batch", "-a", "us", str(feed.path))
    first = min(entry.first_day for entry in feed.entries)
    listed = run(
        "list", "--once", "--format", "{start-date} {start-time}|{title}", "--day-format", "", f"{first}", "1200d"
    )
    found = {line.strip() for line in listed.splitlines() if "|" in line}
    assert found == {f"{shown(entry.start, zone)}|{entry.title}" for entry in feed.entries}
    assert moment(feed.entries[0].start)


def shown(start: dt.datetime | dt.date, zone: str) -> str:
    """A moment as khal is told to show it."""
    if isinstance(start, dt.datetime):
        return f"{start.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d} "
