"""The first config file: answers become a text that says just that, and nothing that stands there is touched."""

from __future__ import annotations

import os
import re
import resource
import stat
import subprocess
import sys
import zoneinfo
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly.beginning import (
    Answers,
    Target,
    config_text,
    ids_of,
    machine_zone,
    quoted,
    read_names,
    read_zone,
    refuse_taken,
    write_new,
)
from fondly.config import Config, load_config
from fondly.preparing import prepare
from fondly_hooks.errors import ConfigError, FondlyError
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.yamlfile import load_yaml
from support import RELATIONSHIP

ZONES = zoneinfo.available_timezones()
FILE = Target("file", "ics", "us.ics")
NOTE = Target("note", "markdown", "us.md")
SERVER = Target("ours", "caldav", "https://cloud.example.org/dav/ours/", "ana", "ours.password", "digest")
# What a terminal can give: anything but control characters, halves of characters, and the comma between names.
LETTERS = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters=",")
NAMES = (
    st.lists(st.text(LETTERS, min_size=1, max_size=30), min_size=1, max_size=4)
    .map(lambda names: [" ".join(name.split()) for name in names])
    .filter(all)
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)
PATHS = TEXTS.map(lambda text: "x" + text.replace("\0", ""))
DAYS = st.one_of(
    st.none(),
    st.dates().map(lambda day: PartialDate(day.month, day.day, day.year)),
    st.just(PartialDate(2, 29)),
)


def answers(names: str = "Ana, Ben", target: Target = FILE, day: PartialDate | None = None) -> Answers:
    """Answers of a couple in Berlin."""
    return Answers(read_names(names), "Europe/Berlin", day, target)


def loaded(folder: Path, text: str) -> Config:
    """What fondly reads in that text."""
    path = folder / "fondly.yaml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return load_config(path)


def switched_on(text: str) -> str:
    """The text with the # of each example taken away."""
    return re.sub(r"(?m)^( *)#(?=\S)", r"\1", text)


@given(
    names=NAMES, zone=st.sampled_from(sorted(ZONES)), day=DAYS, address=PATHS, username=TEXTS, kind=st.integers(0, 2)
)
def test_the_text_says_what_was_answered(
    names: list[str],
    zone: str,
    day: PartialDate | None,
    address: str,
    username: str,
    kind: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever the names, the zone, the day and the place are, the file holds these very values."""
    target = (
        Target("file", "ics", address),
        Target("note", "markdown", address),
        Target("ours", "caldav", "https://x.example/", username, "ours.password"),
    )[kind]
    folder = tmp_path_factory.getbasetemp()
    text = config_text(Answers(tuple(names), zone, day, target), RELATIONSHIP)
    config = loaded(folder, text)
    relationship = config.relationship
    assert relationship.id == RELATIONSHIP
    assert {person.id: person.name for person in relationship.people} == dict(zip(ids_of(names), names, strict=True))
    assert {person.timezone for person in relationship.people} == {zone}
    assert relationship.me == ids_of(names)[0]
    assert [remembered.date for remembered in relationship.remembered] == ([day] if day else [])
    (output,) = config.outputs
    assert output.seen_by == set(ids_of(names))
    where = {"path": address}
    if kind == 2:
        where = {"url": "https://x.example/", "username": username, "password": {"file": "ours.password"}}
    (written,) = load_yaml(text)["outputs"]
    assert {key: value for key, value in written.items() if key not in ("name", "kind", "seen_by")} == where
    assert loaded(folder, switched_on(text)).relationship.id == RELATIONSHIP


@pytest.mark.parametrize("names", ["Ana", "Ana, Ben", "Zoë, José María, 美咲", "null, 1990, 0x10, ~"])
@pytest.mark.parametrize("day", [None, PartialDate(6, 20, 2015), PartialDate(2, 29)])
@pytest.mark.parametrize("target", [FILE, NOTE, SERVER])
def test_each_example_is_valid(names: str, day: PartialDate | None, target: Target, tmp_path: Path) -> None:
    """All examples together make a valid config whose outputs can be opened, and so does each one alone."""
    text = config_text(answers(names, target, day), RELATIONSHIP)
    (tmp_path / "ours.password").write_text("x\n", encoding="utf-8")
    (tmp_path / "ours.password").chmod(0o600)
    whole = loaded(tmp_path, switched_on(text))
    assert len(whole.outputs) == 3
    assert len(prepare(whole).outputs) == 3
    assert all(person.birthday for person in whole.relationship.people)
    assert {date.id for date in whole.relationship.remembered} >= {"wedding"}
    lines = text.split("\n")
    examples = [number for number, line in enumerate(lines) if switched_on(line) != line]
    assert len(examples) >= 7
    headings = {number for number in examples if lines[number].strip() in ("#anniversaries:", "#dates:")}
    for number in examples:
        needed = headings | {number} if lines[number].lstrip().startswith("#- {id") else {number}
        if number in headings:
            continue  # a heading without anything below it
        alone = [switched_on(line) if other in needed else line for other, line in enumerate(lines)]
        assert loaded(tmp_path, "\n".join(alone)).relationship.me


def test_a_party_that_is_switched_on_is_secret(tmp_path: Path) -> None:
    """The example of a surprise is one."""
    config = loaded(tmp_path, switched_on(config_text(answers(), RELATIONSHIP)))
    (party,) = [date for date in config.relationship.remembered if date.id == "party"]
    assert party.secret_from == ("ben",)
    assert "party" not in config_text(answers("Ana"), RELATIONSHIP)


def test_the_text_reads_well() -> None:
    """The same answers give the same text; its lines are short, and it speaks plainly."""
    for target in (FILE, NOTE, SERVER):
        text = config_text(answers("Ana, Ben", target, PartialDate(6, 20, 2015)), RELATIONSHIP)
        assert text == config_text(answers("Ana, Ben", target, PartialDate(6, 20, 2015)), RELATIONSHIP)
        assert max(len(line) for line in text.splitlines()) <= 150
        assert text.endswith("\n")
        assert "\N{EM DASH}" not in text


@given(TEXTS)
def test_quoted_text_is_read_back(text: str) -> None:
    """Quotes, colons, line separators, emoji: all come back as they were."""
    assert load_yaml(f"key: {quoted(text)}\n") == {"key": text}
    assert len(f"key: {quoted(text)}".splitlines()) == 1


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("Ana, Ben", ["ana", "ben"]),
        ("Zoë, José María", ["zoe", "jose-maria"]),
        ("美咲, さくら", ["person-1", "person-2"]),
        ("Ana, Ana, ana-2", ["ana", "ana-2", "ana-2-2"]),
        ("美咲, Person 1, Person-1", ["person-1", "person-1-2", "person-1-3"]),
        ("O'Neil Jr., Łukasz, Søren, Straße", ["oneil-jr", "lukasz", "soren", "strasse"]),
        ("1990, null, No, ~, 🦊", ["person-1990", "person-null", "person-no", "person-4", "person-5"]),
        ("x" * 200, ["x" * 50]),
    ],
)
def test_ids(names: str, expected: list[str]) -> None:
    """A name's plain letters, or its number where it has none; each its own."""
    assert ids_of(read_names(names)) == expected


@given(NAMES)
def test_ids_are_slugs_of_their_own(names: list[str]) -> None:
    """Whatever people are called, the ids are valid, different, and text to every reader of YAML."""
    ids = ids_of(names)
    assert len(set(ids)) == len(names)
    for id in ids:
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", id)
        assert load_yaml(f"[{id}]") == [id]


@pytest.mark.parametrize("text", ["", " , ", "Ana, B\x1b[31mn", "Ana, \udce9", "x" * 201])
def test_no_names(text: str) -> None:
    """What is no name is said in words that show nothing odd."""
    with pytest.raises(ValueError, match=r"name"):
        read_names(text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("Asia/Kolkata", "Asia/Kolkata"),
    ],
)
def test_zones_as_people_write_them(text: str, zone: str) -> None:
    """Small letters, blanks and a city alone are understood."""
    assert read_zone(text, ZONES) == zone


@pytest.mark.parametrize(
    ("text", "words"),
    [("Europe/Berln", "did you mean 'Europe/Berlin'?"), ("xyzzy", "a name such as"), ("", "is no time zone")],
)
def test_no_zone(text: str, words: str) -> None:
    """What is no zone is answered with the nearest one."""
    with pytest.raises(ValueError, match="is no time zone") as caught:
        read_zone(text, ZONES)
    assert words in str(caught.value)


def test_the_zone_of_the_machine(tmp_path: Path) -> None:
    """$TZ counts first, then what the machine's files say; without any of them it is UTC."""
    assert machine_zone({}, ZONES, tmp_path) == "UTC"
    (tmp_path / "localtime").symlink_to("/var/db/timezone/zoneinfo/Asia/Tokyo")
    assert machine_zone({}, ZONES, tmp_path) == "Asia/Tokyo"
    (tmp_path / "timezone").write_text("Europe/Paris\n", encoding="utf-8")
    assert machine_zone({}, ZONES, tmp_path) == "Europe/Paris"
    (tmp_path / "timezone").write_bytes(b"\xff\xfe")
    for wrong in ("CET-1CEST,M3.5.0", "Nowhere/City", ":", ""):
        assert machine_zone({"TZ": wrong}, ZONES, tmp_path) == "Asia/Tokyo"
    for right in ("Africa/Cairo", ":Africa/Cairo", "/usr/share/zoneinfo/Africa/Cairo"):
        assert machine_zone({"TZ": right}, ZONES, tmp_path) == "Africa/Cairo"


def everything(folder: Path) -> list[str]:
    """All that is in a folder, hidden things too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_files_for_their_owner_alone(tmp_path: Path) -> None:
    """The files and the folders that were made for them are private, whatever the umask says."""
    old = os.umask(0)
    try:
        write_new({tmp_path / "a/b/one": "1\n", tmp_path / "a/b/two": "ü\n"})
        os.umask(0o377)
        write_new({tmp_path / "three": "3\n"})
    finally:
        os.umask(old)
    assert everything(tmp_path) == ["a", "a/b", "a/b/one", "a/b/two", "three"]
    for path in tmp_path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert (tmp_path / "a/b/two").read_text(encoding="utf-8") == "ü\n"


def put(path: Path, what: str) -> None:
    """Something that stands there already."""
    if what == "file":
        path.write_text("theirs", encoding="utf-8")
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to(path.with_name("nowhere") if what == "dangling link" else path.parent)


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("what", ["file", "folder", "link", "dangling link"])
def test_what_stands_there_stays(what: str, links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is overwritten, where the file system knows hard links and where it does not; nothing is left behind."""
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    put(tmp_path / "two", what)
    before = (tmp_path / "two").lstat()
    with pytest.raises(ConfigError, match="two stands there already and stays as it is; name another folder"):
        refuse_taken(tmp_path / "two")
    with pytest.raises(ConfigError, match="two stands there already and stays as it is; nothing was written"):
        write_new({tmp_path / "one": "1", tmp_path / "two": "2"})
    assert (tmp_path / "two").lstat() == before
    assert everything(tmp_path) == ["two"]


def no_links(*_: object) -> None:
    """What a FAT or a network file system says."""
    raise PermissionError(1, "Operation not permitted")


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links gets the file all the same."""
    monkeypatch.setattr(os, "link", no_links)
    write_new({tmp_path / "one": "1"})
    assert everything(tmp_path) == ["one"]
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600


def test_somebody_was_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that appears in the last moment is not overwritten either."""
    link = os.link

    def late(source: Any, target: Any) -> None:
        Path(target).write_text("theirs", encoding="utf-8")
        link(source, target)

    refuse_taken(tmp_path / "one")
    monkeypatch.setattr(os, "link", late)
    with pytest.raises(ConfigError):
        write_new({tmp_path / "one": "1"})
    assert (tmp_path / "one").read_text(encoding="utf-8") == "theirs"
    assert everything(tmp_path) == ["one"]


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("problem", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_all_or_nothing(problem: BaseException, links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second file cannot be written, or the person stops it, neither the first nor a folder stays."""
    fsync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        fsync(descriptor)
        if len(calls) == (2 if links else 4):
            raise problem

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FondlyError if isinstance(problem, OSError) else KeyboardInterrupt) as caught:
        write_new({tmp_path / "a/b/one": "1", tmp_path / "a/b/two": "2"})
    if isinstance(problem, OSError):
        assert str(caught.value) == f"{tmp_path}/a/b/two cannot be written: No space left on device; nothing was left"
        assert caught.value.exit_code == 1  # type: ignore[attr-defined]
    assert everything(tmp_path) == []


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    """A real refusal of the kernel in the middle of the second file leaves nothing behind."""
    code = (
        "import sys; from pathlib import Path; from fondly.beginning import write_new\n"
        "folder = Path(sys.argv[1])\n"
        "try: write_new({folder / 'new/one': 'x' * 10, folder / 'new/two': 'x' * 5000})\n"
        "except Exception as problem: print(type(problem).__name__, problem)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert done.stdout.startswith(f"FondlyError {tmp_path}/new/two cannot be written: ")
    assert everything(tmp_path) == []


def test_no_place_for_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written to is told before anything is asked."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"file is no folder"):
        refuse_taken(tmp_path / "file/deep/fondly.yaml")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"link is no folder"):
        refuse_taken(tmp_path / "link/fondly.yaml")
    refuse_taken(tmp_path / "new/deep/fondly.yaml")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ConfigError, match=r"cannot be written to; name another with --path"):
        refuse_taken(tmp_path / "new/deep/fondly.yaml")
    assert everything(tmp_path) == ["file", "link"]
