"""Any bytes at all are a config or are refused in words; the worst of them with little time and 200 MB."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from configs import HARMLESS_NAMES, SECRET_TEXT, STRANGE, Writer, config_data, plain_data
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fondly.preparing import open_config
from fondly_hooks.errors import ConfigError
from support import RELATIONSHIP, config_text, write_config

EXAMPLE = (Path(__file__).parents[2] / "examples" / "fondly.yaml").read_bytes()
Folder = pytest.TempPathFactory
LINE = re.compile(r"fondly\.yaml:([1-9][0-9]*):([1-9][0-9]*): \S.*")
LAST = re.compile(r"fondly\.yaml: and more after these; mend them first")
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")  # what a terminal may obey
LONGEST_LINE = 1000  # letters; people have to read it


def check_refusal(told: str) -> list[tuple[int, int]]:
    """That each line of a refusal says where and what, in order; gives the places."""
    *lines, last = told.split("\n")
    if not LAST.fullmatch(last) or not lines:
        lines.append(last)
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), told
    assert all(len(line) < LONGEST_LINE and not CONTROLS.search(line) for line in lines), told
    places = [(int(match[1]), int(match[2])) for match in found if match]
    assert places == sorted(places)
    return places


def check(folder: Path, data: bytes) -> str:
    """That these bytes are a config that can be used, or are refused with places that are in the file."""
    told = None
    try:
        prepared = open_config(write_config(folder, data))
    except ConfigError as problem:
        told = problem
    if told is None:
        assert prepared.relationship.person(prepared.relationship.me)
        return ""
    assert told.exit_code == 2
    lines = re.split("\r\n|[\n\r]", data.decode("utf-8-sig", "replace"))
    for line, column in check_refusal(str(told)):
        assert line <= len(lines), told
        assert column <= len(lines[line - 1]) + 1, told
    return str(told)


# Random files


@given(data=st.binary(max_size=400))
@example(data=b"")
@example(data=b"\x00")
@example(data=b"\xef\xbb\xbf")
@example(data=b"\xef\xbb\xbf\xef\xbb\xbfa: b")
@example(data=b"\xff\xfea\x00")
@example(data=b"a: \xed\xa0\x80")
@example(data=b"a: '\\ud800'\nb: \"\\ud800\"")
@example(data=b"!!int " + EXAMPLE)
@example(data=b"\xef\xbb\xbfa\x85: b")
@example(data=b"\xef\xbb\xbf\xef")
@example(data=b"!x {a: b}")
@example(data=b"!!map " + EXAMPLE.partition(b"\n")[2])
@example(data=b'a: "\\U00110000"')
def test_random_bytes(tmp_path_factory: Folder, data: bytes) -> None:
    """Bytes that nobody typed are refused in one line that says where."""
    assert check(tmp_path_factory.getbasetemp(), data) or data.endswith(EXAMPLE.partition(b"\n")[2])


SIGNS = [*"[]{},:-?&*!|>'\"%@`#~=\n\t\r ", ": ", "- ", "? ", "---\n", "...\n", "|\n ", "<<: ", "&a ", "*a", "!!int "]
SIGNS += ['"\\x4', '"\\\n']
WORDS = ["id", "people", "outputs", "hooks", "a", "1", "yes", "\x85", "\u2028", "\ufeff", "💕", "\x07", *STRANGE]


@given(parts=st.lists(st.sampled_from([*SIGNS, *SIGNS, *WORDS]), max_size=30))
def test_random_signs(tmp_path_factory: Folder, parts: list[str]) -> None:
    """What looks like YAML here and there is refused, or read, like any other file."""
    folder, text = tmp_path_factory.getbasetemp(), "".join(parts)
    assert check(folder, text.encode())
    check(folder, f"{config_text()}{text}".encode())


PROBLEMS = ["me: §nobody", "z: '\u2028'\nrhythm: {depth: §4}", "me: §*a", "z: '' §'", "z: §\x07"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["# \u2028 \x85", "# 💕\u2029", "a: 'x\u2028y'", "# a"])
@pytest.mark.parametrize("wrong", PROBLEMS)
def test_places_are_those_of_an_editor(tmp_path: Path, end: str, before: str, wrong: str) -> None:
    """Lines are counted as editors do, whatever YAML and Python take for the end of a line."""
    start, _, rest = f"{config_text(me=None)}{before}\n{wrong}\n".partition("§")
    line, column = start.count("\n") + 1, len(start) - start.rindex("\n")
    told = check(tmp_path, f"{start}{rest}".replace("\n", end).encode())
    assert f"fondly.yaml:{line}:{column}: " in told


FRAGMENTS = [
    *SIGNS,
    *STRANGE,
    "!!timestamp x",
    "!!binary x",
    "!x y",
    "&a [*a]",
    "1e9",
    "9" * 5000,
    "~x/y",
    "[[[[",
    "{}",
]


@settings(max_examples=200)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 12), st.sampled_from(FRAGMENTS)), min_size=1, max_size=4
    )
)
def test_damaged_example(tmp_path_factory: Folder, cuts: list[tuple[int, int, str]]) -> None:
    """The full example with some of it overwritten is read, or refused with places that are in it."""
    check_damaged(tmp_path_factory.getbasetemp(), cuts)


def check_damaged(folder: Path, cuts: list[tuple[int, int, str]]) -> None:
    """That the example, overwritten at these places, is read or refused."""
    data = EXAMPLE
    for at, length, fragment in cuts:
        data = data[:at] + fragment.encode() + data[at + length :]
    check(folder, data)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of each value in the data."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(item, (dict, list)):
            yield from places_in(item, (*path, key))


@st.composite
def nearly_right(draw: st.DrawFn) -> bytes:
    """A file that would be right, but for some keys or values that were changed, added, doubled or taken away."""
    data = deepcopy(draw(config_data()))
    for _ in range(draw(st.integers(1, 3))):
        places = list(places_in(data))
        if not places:
            break
        *path, last = draw(st.sampled_from(places))
        around: Any = data
        for key in path:
            around = around[key]
        what = draw(st.sampled_from(["change", "change", "change", "add", "double", "remove"]))
        if what == "change":
            around[last] = draw(plain_data())
        elif what == "remove":
            del around[last]
        elif isinstance(around, list):
            around.insert(last, deepcopy(around[last]) if what == "double" else draw(plain_data()))
        else:
            around[draw(st.sampled_from([*HARMLESS_NAMES, "kind", "password", "every", "date"]))] = draw(plain_data())
    return Writer(draw(st.integers(0, 2**32))).document(data).encode()


@given(data=nearly_right())
def test_nearly_right(tmp_path_factory: Folder, data: bytes) -> None:
    """A slip in a file that is right is told, or makes another config; no password in it is told."""
    assert SECRET_TEXT not in check(tmp_path_factory.getbasetemp(), data)


@pytest.mark.long
@settings(max_examples=10_000)
@given(data=nearly_right())
def test_10000_files_that_are_nearly_right(tmp_path_factory: Folder, data: bytes) -> None:
    """The same for many more files."""
    assert SECRET_TEXT not in check(tmp_path_factory.getbasetemp(), data)


@pytest.mark.long
@settings(max_examples=10_000)
@given(
    cuts=st.lists(
        st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 12), st.sampled_from(FRAGMENTS)), min_size=1, max_size=6
    )
)
def test_10000_damaged_examples(tmp_path_factory: Folder, cuts: list[tuple[int, int, str]]) -> None:
    """The same for many more damages."""
    check_damaged(tmp_path_factory.getbasetemp(), cuts)


# Files that are made to be slow or large

BASE = f"id: {RELATIONSHIP}\ntimezone: Europe/Berlin\nme: ana\n"
SMALL = f"{BASE}people: [{{id: ana, name: Ana}}, {{id: ben, name: Ben}}]\n"
FILE = "outputs: [{name: a, kind: ics, path: x, seen_by: [ana]"
CALDAV = "outputs: [{name: a, kind: caldav, seen_by: [ana]"
REMEMBERED = "anniversaries: {dates: [{id: a, name: a, date: 2000-01-01"
MOST = 900_000
MANY = 29_000  # values, a little below the limit


def times(count: int, pattern: str, between: str = ", ") -> str:
    """The pattern that many times, with its number in the place of "#"."""
    return between.join(pattern.replace("#", str(number)) for number in range(count))


def bomb(width: int, names: str) -> str:
    """Each list holds the one before it ``width`` times."""
    lists = [f"{names[0]}: &{names[0]} [x]"]
    for before, name in pairwise(names):
        lists.append(f"{name}: &{name} [{times(width, f'*{before}')}]")
    return "\n".join(lists)


def behind_aliases(text: str, around: str, count: int) -> str:
    """One long text, and many that refer to it where it is wrong."""
    return f"{SMALL}language: &a '{text}'\n{around.replace('@', times(count, '*a'))}\n"


def signs(letters: str) -> str:
    """Random signs."""
    return "".join(random.Random(1).choices(letters, k=MOST))


FAMILIES: dict[str, Callable[[], str | bytes]] = {
    # Nested, and never closed
    "open brackets": lambda: "[" * 999_999,
    "open brackets below a key": lambda: "a: " + "[" * MOST,
    "open braces": lambda: "{" * MOST,
    "open braces with keys": lambda: "{a: " * 225_000,
    "dashes in dashes": lambda: "- " * 450_000,
    "question marks": lambda: "? " * 450_000,
    "deeper than a config, wide": lambda: f"{SMALL}busy: [{times(1_000, '[' * 28 + ']' * 28)}]\n",
    "mappings, deep and wide": lambda: f"{SMALL}busy: [{times(550, '{a: ' * 25 + 'x' + '}' * 25)}]\n",
    "mappings as keys, deep": lambda: SMALL + "{" * 28 + "a" + "}: x" * 28 + "\n",
    "mappings as keys, many": lambda: f"{SMALL}busy: [{times(550, '{' * 25 + 'a' + '}: x' * 24 + '}')}]\n",
    "a list of 45000 as a key": lambda: f"{SMALL}? [{'a,' * 45_000}a]\n: b\n",
    "a list of 25000 as a key": lambda: f"{SMALL}? [{'a,' * 25_000}a]\n: b\n",
    "lists as keys": lambda: f"{SMALL}busy: {{{times(9_000, '[a]: b')}}}\n",
    # Many values
    "half a million values": lambda: f"{SMALL}busy: [{'a,' * 499_000}a]\n",
    "half a million keys": lambda: f"{SMALL}busy: {{{'a,' * 499_000}a}}\n",
    "many texts where mappings belong": lambda: f"{SMALL}busy: [{'a,' * MANY}]\n",
    "many numbers where people belong": lambda: f"{BASE}people: [{'1,' * MANY}]\n",
    "many empty people": lambda: f"{BASE}people: [{'{},' * MANY}]\n",
    "many empty outputs": lambda: f"{SMALL}outputs: [{'{},' * MANY}]\n",
    "many empty dates": lambda: f"{SMALL}anniversaries: {{dates: [{'{},' * MANY}]}}\n",
    "many empty sources": lambda: f"{SMALL}busy: [{'{},' * MANY}]\n",
    "many empty texts": lambda: f"{SMALL}busy: [{chr(39) * 2 + ','}" + "''," * MANY + "]\n",
    "many pairs in a list": lambda: f"{SMALL}busy: [{times(14_000, 'a: b')}]\n",
    "many nothings": lambda: f"{SMALL}hooks: {{disable: [{'~,' * MANY}]}}\n",
    "many tags": lambda: f"{SMALL}hooks: {{disable: [{'!x y,' * MANY}]}}\n",
    "many wrong windows": lambda: f"{SMALL}dates: {{at: [{'evningevningevningevning,' * MANY}]}}\n",
    "many wrong lengths": lambda: f"{SMALL}{REMEMBERED}, milestones: [{'5 dys,' * MANY}]}}]}}\n",
    "many wrong words": lambda: f"{SMALL}{FILE}, include: [{'anniversaris,' * MANY}]}}]\n",
    "many wrong days": lambda: f"{SMALL}rhythm: {{pauses: [{times(9_000, '{from: 2027-02-29, to: 1}')}]}}\n",
    "many windows": lambda: f"{SMALL}dates: {{at: [{'evening,' * MANY}]}}\n",
    "many settings": lambda: f"{SMALL}hooks: {{settings: {{a: {{{times(14_000, 'x#: #')}}}}}}}\n",
    "many numbers as settings": lambda: f"{SMALL}hooks: {{settings: {{{times(14_000, 'x#: #')}}}}}\n",
    "many wrong values below a long key": lambda: (
        f"{SMALL}practices: {{{'💕' * 100}: {{at: [{'evning,' * 28_000}]}}}}\n"
    ),
    "many wrong values below a huge key": lambda: (
        f"{SMALL}practices: {{? {'k' * 700_000} : {{at: [{'evning,' * 28_000}]}}}}\n"
    ),
    # Keys
    "100000 unknown keys": lambda: SMALL + times(100_000, "k#: 1", "\n"),
    "14000 unknown keys": lambda: SMALL + times(14_000, "k#: 1", "\n"),
    "14000 keys that are nearly right": lambda: SMALL + times(14_000, "timezon#: 1", "\n"),
    "14000 unknown keys of an output": lambda: f"{SMALL}{CALDAV}, {times(14_000, 'passwor#: 1')}}}]\n",
    "unknown practices": lambda: f"{SMALL}practices: {{{times(14_000, 'gratitud#: off')}}}\n",
    "unknown practices with keys": lambda: f"{SMALL}practices: {{{times(9_000, 'gratitud#: {every: a}')}}}\n",
    "100000 times the same key": lambda: SMALL + "a: 1\n" * 100_000,
    "14000 times the same key": lambda: SMALL + "a: 1\n" * 14_000,
    "a huge key": lambda: f"{SMALL}{'k' * MOST}: 1\n",
    "a huge key in quotes": lambda: f"{SMALL}'{'k' * MOST}': 1\n",
    "a huge key after a question mark": lambda: f"{SMALL}? {'k' * MOST}\n: 1\n",
    # One huge value
    "a huge value": lambda: f"{SMALL}language: {'v' * MOST}\n",
    "a huge name": lambda: f"{BASE}people: [{{id: ana, name: {'v' * MOST}}}]\n",
    "a huge person id": lambda: f"{BASE}people: [{{id: {'a' * MOST}, name: Ana}}]\n",
    "a huge me": lambda: SMALL.replace("me: ana", f"me: {'a' * MOST}"),
    "a huge number": lambda: f"{SMALL}rhythm: {{most_per_week: {'9' * MOST}}}\n",
    "a huge number with a point": lambda: f"{SMALL}dates: {{budget: 0.{'9' * MOST}}}\n",
    "a huge exponent": lambda: f"{SMALL}dates: {{budget: 1.0e{'9' * MOST}}}\n",
    "many large numbers": lambda: f"{SMALL}hooks: {{settings: {{a: {{x: [{times(220, '9' * 4_299)}]}}}}}}\n",
    "a huge date": lambda: f"{BASE}people: [{{id: ana, name: Ana, birthday: {'1' * MOST}-01-01}}]\n",
    "a huge zone": lambda: SMALL.replace("Europe/Berlin", f"Europe/{'B' * MOST}"),
    "a zone of slashes": lambda: SMALL.replace("Europe/Berlin", "a/" * 450_000),
    "a zone that climbs": lambda: SMALL.replace("Europe/Berlin", "../" * 300_000),
    "a huge entry of seen_by": lambda: SMALL + FILE.replace("[ana]", f"[{'b' * MOST}]") + "}]\n",
    "a huge kind": lambda: f"{SMALL}outputs: [{{name: a, kind: {'b' * MOST}}}]\n",
    "a huge path": lambda: SMALL + FILE.replace("path: x", f"path: {'b/' * 450_000}") + "}]\n",
    "a path that climbs": lambda: SMALL + FILE.replace("path: x", f"path: {'../' * 300_000}") + "}]\n",
    "a huge home": lambda: SMALL + FILE.replace("path: x", f"path: ~{'b' * MOST}") + "}]\n",
    "a huge folder": lambda: f"{SMALL}hooks: {{folder: {'b/' * 450_000}}}\n",
    "a huge address": lambda: f"{SMALL}{CALDAV}, url: 'http://x/{'b/' * 440_000}'}}]\n",
    "a huge host": lambda: f"{SMALL}{CALDAV}, url: 'http://{'b.' * 440_000}'}}]\n",
    "a huge host in brackets": lambda: f"{SMALL}{CALDAV}, url: 'http://[{':' * MOST}]/'}}]\n",
    "a huge port": lambda: f"{SMALL}{CALDAV}, url: 'http://x:{'9' * MOST}/'}}]\n",
    "a host of ligatures": lambda: f"{SMALL}{CALDAV}, url: 'http://{'ﷺ' * 300_000}/'}}]\n",
    "a huge password": lambda: f"{SMALL}{CALDAV}, url: 'http://x/', password: {'b' * MOST}}}]\n",
    "a huge window": lambda: f"{SMALL}dates: {{at: '{'tue-mon,' * 110_000}mon evening'}}\n",
    "a huge wrong window": lambda: f"{SMALL}dates: {{at: '{'mon,' * 220_000}non evening'}}\n",
    "a window of many words": lambda: f"{SMALL}dates: {{at: '{'mon ' * 220_000}'}}\n",
    "a rhythm of many words": lambda: f"{SMALL}dates: '{'every ' * 150_000}'\n",
    "a rhythm of many words that may be secret": lambda: (
        f"{SMALL}practices: {{password: '{times(100_000, 'a#', ' ')}'}}\n"
    ),
    "a password of many words that others can read": lambda: (
        f"{SMALL}{CALDAV}, url: 'http://x/', password: [{times(14_000, 'a#')}]}}]\n"
    ),
    "a rhythm of many blanks": lambda: f"{SMALL}dates: '2{' ' * MOST}per week'\n",
    "a length of many blanks": lambda: f"{SMALL}rhythm: {{tidy: '2{' ' * MOST}days'}}\n",
    "quiet hours of many blanks": lambda: f"{SMALL}rhythm: {{quiet: '{' ' * MOST}22:00-07:00'}}\n",
    # Aliases
    "a bomb, wide": lambda: f"{SMALL}{bomb(10, 'abcdefgh')}\n",
    "a bomb, narrow": lambda: f"{SMALL}{bomb(2, 'abcdefghijklmnopqrstuvwxy')}\n",
    "a bomb of mappings": lambda: (
        f"{SMALL}a: &a0 {{x: 1}}\n" + "\n".join(f"b{n}: &a{n + 1} {{{times(10, f'k#: *a{n}')}}}" for n in range(9))
    ),
    "a large list many times": lambda: f"{SMALL}a: &a [{'x,' * 1_000}]\nb: [{'*a,' * 9_000}]\n",
    "a list in itself": lambda: f"{SMALL}a: &a [*a]\n",
    "a list in itself many times": lambda: f"{SMALL}a: &a [{'*a, ' * 20_000}]\n",
    "an alias as a key": lambda: f"{SMALL}a: &a x\n" + "? *a\n: 1\n" * 9_000,
    "a mapping's alias as a key": lambda: f"{SMALL}a: &a {{b: c}}\n" + "? *a\n: 1\n" * 9_000,
    "a huge key many times": lambda: f"{SMALL}a: &a {{? {'k' * 700_000} : 1}}\nbusy: [{'*a,' * 9_000}]\n",
    "an empty mapping many times": lambda: f"{SMALL}busy: [&a {{}}, {'*a,' * MANY}]\n",
    "a wrong date many times": lambda: f"{SMALL}anniversaries: {{dates: [&a {{a: b}}, {'*a,' * 14_000}]}}\n",
    "a stranger many times": lambda: behind_aliases("v" * 800_000, f"{FILE}, include: [@]}}]", 20_000),
    "a stranger's path many times": lambda: behind_aliases(
        "v/" * 400_000, f"outputs: [{times(3_000, '{name: a#, kind: ics, path: *a}')}]", 0
    ),
    "an address many times": lambda: behind_aliases(
        "http://x/" + "v/" * 390_000, f"outputs: [{times(3_000, '{name: a#, kind: caldav, url: *a}')}]", 0
    ),
    "a rhythm many times": lambda: behind_aliases("every " * 120_000, f"practices: {{{times(8_000, 'a#: *a')}}}", 0),
    "a window many times": lambda: behind_aliases("mon," * 200_000 + "mon evening", "dates: {at: [@]}", 16_000),
    "a length many times": lambda: behind_aliases("m " * 400_000 + "days", REMEMBERED + ", remind: [@]}]}", 16_000),
    "a zone many times": lambda: behind_aliases("v/" * 400_000, f"hooks: [{times(9_000, '{timezone: *a}')}]", 0),
    "a number many times": lambda: f"{SMALL}a: &a {'9' * 4_299}\nbusy: [{'*a,' * 20_000}]\n",
    "a number with a point many times": lambda: f"{SMALL}a: &a 0.{'9' * 800_000}\nbusy: [{'*a,' * 20_000}]\n",
    "anchors": lambda: SMALL + "&a " * 300_000,
    "anchors and aliases": lambda: f"{SMALL}busy: [{times(14_000, '&a# x, *a#')}]\n",
    "aliases of nobody": lambda: f"{SMALL}busy: [{'*a,' * 300_000}]\n",
    "a huge anchor": lambda: f"{SMALL}x: [&{'a' * MOST} b]\n",
    "a huge alias": lambda: f"{SMALL}x: *{'a' * MOST}\n",
    # Lines, blanks, quotes
    "300000 comments": lambda: SMALL + "#\n" * 300_000,
    "300000 comments in the middle": lambda: "people:\n" + "#\n" * 300_000 + f"  - {{id: ana, name: Ana}}\n{BASE}",
    "empty lines": lambda: "\n" * MOST + SMALL,
    "other empty lines": lambda: "\r" * 300_000 + "\x85" * 200_000 + "\u2028" * 60_000 + SMALL,
    "a huge block": lambda: f"{SMALL}language: |\n" + "  x\n" * 220_000,
    "a huge folded block": lambda: f"{SMALL}language: >\n" + "  x\n   y\n\n" * 90_000,
    "a block of empty lines": lambda: f"{SMALL}language: |+\n" + "\n" * MOST,
    "many blocks": lambda: f"{SMALL}busy:\n" + "- |\n x\n" * MANY,
    "a value of many lines": lambda: f"{SMALL}language: a\n" + "  b\n" * 220_000,
    "quotes over many lines": lambda: f'{SMALL}language: "a\n' + "  b\\\n" * 180_000 + '"\n',
    "blanks": lambda: SMALL + " " * MOST,
    "blanks before a value": lambda: f"{SMALL}language:{' ' * MOST}en\n",
    "blanks before a key": lambda: f"{SMALL}rhythm:\n{' ' * MOST}depth: 1\n",
    "tabs": lambda: SMALL + "\t" * MOST,
    "single quotes": lambda: f"{SMALL}language: {chr(39) * (MOST + 1)}\n",
    "double quotes": lambda: f"{SMALL}language: {chr(34) * MOST}\n",
    "backslashes": lambda: f'{SMALL}language: "{chr(92) * MOST}"\n',
    "escapes": lambda: f'{SMALL}language: "{chr(92) + "U0001F495"}' + "\\x41" * 220_000 + '"\n',
    "colons": lambda: SMALL + ":" * MOST,
    "colons and blanks": lambda: SMALL + "a: " * 300_000,
    "commas": lambda: f"{SMALL}busy: [{',' * MOST}",
    "question marks in braces": lambda: f"{SMALL}busy: {{{'? , ' * 200_000}}}\n",
    "documents": lambda: "--- a\n" * 150_000,
    "ends of documents": lambda: SMALL + "...\n" * 220_000,
    "directives": lambda: "%FOO bar\n" * 100_000 + f"---\n{SMALL}",
    "tag directives": lambda: times(45_000, "%TAG !a#! tag:x", "\n") + f"\n---\n{SMALL}",
    "a huge directive": lambda: f"%{'F' * MOST}\n---\n{SMALL}",
    "a huge tag": lambda: f"{SMALL}x: !{'%41' * 300_000} y\n",
    # Many people, outputs, dates
    "many people": lambda: f"{BASE}people: [{times(7_000, '{id: p#, name: A}')}]\n",
    "50000 people": lambda: f"{BASE}people: [{times(50_000, '{id: p#}')}]\n",
    "many people of one id": lambda: f"{BASE}people: [{times(9_000, '{id: ana, name: A}')}]\n",
    "many people with wrong ids": lambda: f"{BASE}people: [{times(9_000, '{id: A A, name: A}')}]\n",
    "many wrong birthdays": lambda: f"{BASE}people: [{times(7_000, '{id: p#, name: A, birthday: x}')}]\n",
    "many wrong zones of people": lambda: f"{BASE}people: [{times(14_000, '{timezone: Europe/Berln#}')}]\n",
    "many wrong zones of visits": lambda: (
        f"{BASE}people: [{{id: ana, name: A, visits: "
        f"[{times(14_000, '{timezone: America/North_Dakota/Nw_Salem#}')}]}}]\n"
    ),
    "20000 wrong zones": lambda: f"{BASE}people: [{{visits: [{times(20_000, '{timezone: Erope/Berlin#}')}]}}]\n",
    "many visits": lambda: (
        f"{BASE}people: [{{id: ana, name: A, visits: "
        f"[{times(7_000, '{from: 2027-05-03, to: 2027-05-17, timezone: Asia/Tokyo}')}]}}]\n"
    ),
    "10000 strangers": lambda: f"{SMALL}{FILE[:-5]}{times(10_000, 'pp#')}]}}]\n",
    "strangers among many people": lambda: (
        f"{BASE}people: [{times(4_000, '{id: person-number-#, name: A}')}]\n"
        f"{FILE[:-5]}{times(17_000, 'persn-numbr-x#')}]}}]\n"
    ),
    "friends among many people": lambda: (
        f"{BASE}people: [{times(4_000, '{id: person-number-#, name: A}')}]\n"
        f"{FILE[:-5]}{times(4_000, 'person-number-#')}, {times(4_000, 'person-number-#')}]}}]\n"
    ),
    "strangers in many outputs": lambda: (
        f"{BASE}people: [{times(5_000, '{id: person-number-#}')}]\noutputs: [{times(5_000, '{seen_by: [persn-#]}')}]\n"
    ),
    "one person many times": lambda: f"{SMALL}{FILE[:-5]}{'ana,' * MANY}]}}]\n",
    "many wrong kinds": lambda: f"{SMALL}outputs: [{times(14_000, '{kind: marcdown#}')}]\n",
    "50000 wrong kinds": lambda: f"{SMALL}outputs: [{times(50_000, '{kind: k#}')}]\n",
    "many outputs": lambda: f"{SMALL}outputs: [{times(7_000, '{name: p#, kind: ics, path: x#}')}]\n",
    "many outputs at one place": lambda: f"{SMALL}outputs: [{times(7_000, '{name: p#, kind: ics, path: x}')}]\n",
    "many outputs with wrong keys": lambda: f"{SMALL}outputs: [{times(7_000, '{name: p#, kind: caldav, urll: x}')}]\n",
    "many outputs of one name": lambda: f"{SMALL}outputs: [{times(14_000, '{name: a}')}]\n",
    "many homes of outputs": lambda: f"{SMALL}outputs: [{times(14_000, '{path: ~nobody#}')}]\n",
    "many homes of sources": lambda: f"{SMALL}busy: [{times(14_000, '{url: ~nobody#}')}]\n",
    "many sources": lambda: f"{SMALL}busy: [{times(7_000, '{person: ana, kind: ics, url: a#.ics}')}]\n",
    "many wrong sources": lambda: f"{SMALL}busy: [{times(7_000, '{person: anna, kind: icss, url: a}')}]\n",
    "many dates": lambda: f"{SMALL}anniversaries: {{dates: [{times(7_000, '{id: d#, name: D, date: 2015-06-20}')}]}}\n",
    "many wrong dates": lambda: (
        f"{SMALL}anniversaries: {{dates: [{times(7_000, '{id: D, nam: D, date: 2015-06-31}')}]}}\n"
    ),
    "many wrong dates of other calendars": lambda: (
        f"{SMALL}anniversaries: {{dates: "
        f"[{times(4_000, '{id: d#, name: D, date: {calendar: chinese, month: 14, day: 1}}')}]}}\n"
    ),
    # No text at all
    "larger than 1 MB": lambda: SMALL + "#" * 1_100_000,
    "three million brackets": lambda: "[" * 3_000_000,
    "bytes of another encoding": lambda: b"\xff" * MOST,
    "another encoding in the last line": lambda: b"#\n" * 450_000 + b"\xff",
    "nul bytes": lambda: b"\0" * MOST,
    "a control character in the last line": lambda: "💕\n".encode() * 180_000 + b"\x01",
    "an open bracket in the last line": lambda: "#\n" * 450_000 + "a: [\n",
    "a tab in the last line": lambda: "#\n" * 450_000 + "a:\n\tb: c\n",
    "emoji": lambda: "💕" * 240_000,
    "random letters": lambda: signs("abcdefghijklmnopqrstuvwxyz0123456789 .,:;-_'\"\n"),
    "random signs of YAML": lambda: signs("[]{},:-?&*!|>'\"% \n#a"),
    "random bytes": lambda: random.Random(1).randbytes(MOST),
}

# Imports what the commands do, and is set up as they are; then reads one file for each line of its input, each in a
# child of its own, whose CPU seconds count from its birth: the kernel ends it when it has used as many as ten sums of a
# fixed length take here and now. What the child did not have to copy from its parent is added to its memory.
READER = """
import gc, json, os, resource, sys, time, zoneinfo
from pathlib import Path
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
from fondly.preparing import open_config
from fondly_hooks.errors import ConfigError
gc.set_threshold(200_000, 20, 20)
zoneinfo.reset_tzpath(to=())

def resident():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))

def seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

def read(path, writer, around):
    around -= resident()
    sum(range(10_000_000))  # a tenth of a second or two, and as much longer as this machine is slow at this moment
    floor = seconds()
    limit = 1 + int(10 * floor)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    told, error = "", None
    try:
        open_config(path)
    except ConfigError as problem:
        told, code = str(problem), problem.exit_code
    except BaseException as problem:
        error = f"{type(problem).__name__}: {str(problem)[:200]}"
    answer = {"told": told, "error": error, "seconds": seconds() - floor}
    answer["megabytes"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + max(around, 0)) / 1024
    with os.fdopen(writer, "w") as stream:
        json.dump(answer, stream)
    os._exit(0)

print("ready", flush=True)
for line in sys.stdin:
    reader, writer = os.pipe()
    around = resident()
    child = os.fork()
    if not child:
        try:
            read(Path(line.rstrip("\\n")), writer, around)
        finally:
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader) as stream:
        answer = stream.read()
    _, status = os.waitpid(child, 0)
    print(json.dumps({"status": status, **json.loads(answer or "{}")}), flush=True)
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Callable[[Path], dict[str, Any]]]:
    """Reads a file in a process of its own, with little CPU time, and says what came of it."""
    with subprocess.Popen(
        [sys.executable, "-c", READER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdin
        assert run.stdout
        assert run.stdout.readline() == "ready\n"

        def read(path: Path) -> dict[str, Any]:
            print(path, file=run.stdin, flush=True)
            return dict(json.loads(run.stdout.readline()))

        yield read
        run.stdin.close()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures as Linux does")
@pytest.mark.parametrize("family", FAMILIES)
def test_worst_files(tmp_path: Path, reader: Callable[[Path], dict[str, Any]], family: str) -> None:
    """The worst file that fits is read or refused with little time and 200 MB, and in lines that a person can read."""
    text = FAMILIES[family]()
    answer = reader(write_config(tmp_path, text))
    assert answer["status"] == 0, "took longer than ten times the sum"
    print(f"{family}: {answer['seconds']:.2f} s, {answer['megabytes']:.0f} MB, {answer['told'][:100]!r}")
    assert answer["error"] is None
    assert answer["megabytes"] < 200
    if answer["told"]:
        check_refusal(answer["told"])


@pytest.mark.parametrize("family", ["open brackets", "a bomb, wide", "larger than 1 MB", "random bytes"])
def test_worst_files_from_the_shell(tmp_path: Path, family: str) -> None:
    """The command refuses them with exit code 2 and one line, and nothing on standard output."""
    path = write_config(tmp_path, FAMILIES[family]())
    done = subprocess.run(
        [sys.executable, "-m", "fondly", "--config", str(path), "config", "show"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert check_refusal(done.stderr.removeprefix("fondly: ").rstrip("\n"))
