"""Wrong config files of every kind, and what has to be told about each: data for the tests, nothing else.

Where a text holds a ``§``, the problem has to be told at the line and column of what follows it; the first words belong
to the first ``§``, and so on. Where several things are wrong across a file, the places are spelt out as (line, column,
words), both counted from 1. `TOP` has six lines, so that what comes after it begins on line 7.

The words are a part of the message that holds its remedy. ``schema`` says whether the JSON Schema tells it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from support import config_text

PASSWORD = "hunter2-is-my-dog"  # stands in some of the files, and never in what is told about them
TOP = config_text()
Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong file and what is told about it, in that order and nothing else.

    ``conflict``: only `check` tells it, since its parts are right one by one. ``mode``: who else may read the file.
    """

    id: str
    content: bytes
    told: tuple[Place, ...]
    schema: bool = False
    conflict: bool = False
    mode: int = 0o600


def wrong(id: str, text: str, *words: str, encoding: str = "utf-8", **more: bool | int) -> Wrong:
    """A file with a ``§`` before each thing that is wrong."""
    plain = text.replace("§", "")
    found = []
    for mark in re.finditer("§", text):
        before = text[: mark.start()].replace("§", "").removeprefix("\ufeff")
        lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        found.append((len(lines), len(lines[-1]) + 1))
    told = tuple((*place, told) for place, told in zip(found, words, strict=True))
    return Wrong(id, plain.encode(encoding), told, **more)  # type: ignore[arg-type]


def top(name: str, words: str, schema: bool = False, /, **keys: str | None) -> Wrong:
    """The smallest config with some of its top keys changed."""
    return wrong(name, config_text(**keys), words, schema=schema)


def after(id: str, text: str, *words: str, **more: bool | int) -> Wrong:
    """The smallest config with more after it."""
    return wrong(id, TOP + text, *words, **more)


def spelt(id: str, text: str, *told: Place, **more: bool | int) -> Wrong:
    """A file with its places spelt out."""
    return Wrong(id, text.encode(), told, **more)  # type: ignore[arg-type]


def person(id: str, keys: str, words: str, schema: bool = False) -> Wrong:
    """Ana alone, with more keys."""
    return top(id, words, schema, people=f"\n  - {{id: ana, name: Ana, {keys}}}")


def day(id: str, keys: str, *words: str, **more: bool | int) -> Wrong:
    """One day to remember, with more keys."""
    return after(id, f"anniversaries:\n  dates:\n    - {{id: met, name: Met, {keys}}}\n", *words, **more)


def ics(id: str, keys: str, *words: str, **more: bool | int) -> Wrong:
    """One .ics file that Ana sees, with more keys."""
    return after(id, f"outputs:\n  - {{name: us, kind: ics, path: us.ics, seen_by: [ana], {keys}}}\n", *words, **more)


def caldav(id: str, keys: str, *words: str, **more: bool | int) -> Wrong:
    """One calendar on a server that Ana sees, with more keys."""
    return after(id, f"outputs:\n  - {{name: us, kind: caldav, seen_by: [ana], {keys}}}\n", *words, **more)


def two(id: str, second: str, words: str) -> Wrong:
    """An .ics file as in `ics`, and a second output."""
    first = "{name: us, kind: ics, path: us.ics, seen_by: [ana]}"
    return after(id, f"outputs:\n  - {first}\n  - {second}\n", words)


def calendars(id: str, url: str) -> Wrong:
    """Two outputs with one address."""
    first = "{name: us, kind: caldav, url: 'https://x.org/dav/us/', seen_by: [ana]}"
    second = f"{{name: b, kind: caldav, url: §{url}, seen_by: [ana]}}"
    return after(
        id, f"outputs:\n  - {first}\n  - {second}\n", "the place of the output 'us' already; give each its own"
    )


QUOTES = "has to be put in quotes"
NO_QUOTES = "needs a whole number, not '3'; take the quotes away"
BRACKET = "a bracket is not closed, or a comma is missing"
FIT = "does not line up with what stands above it; indent it like its neighbours"
ODD = "indent it like its neighbours, or give the line above its ':'"
RHYTHM = "write 'N per day|week|month|quarter|year'"
SPAN = "is no span of hours: write HH:MM-HH:MM"
LENGTH = "write 'N days', 'N weeks', 'N months' or 'N years'"
PARTS = "write a part of the day (morning, midday, afternoon, evening) or 'DAYS HH:MM-HH:MM'"
SLUG = "use small letters, digits and hyphens, such as 'first-date'"
SECRET = "write one of {env: NAME}, {command: [PROGRAM, ARGUMENT]}, {keyring: SERVICE}, {file: PATH}"
ADDRESS = "needs the address of a calendar, such as https://"
READABLE = "stands in a file that others can read; run chmod 600 on it, or write {env: NAME}"
TAKE_AWAY = ", or take the line away"
BOMB = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10 if before else ['x'] * 10)}]\n"
    for name, before in zip("abcdef", ["", *"abcde"], strict=True)
)

NO_YAML = (
    wrong("empty", "§", "is empty; it needs at least id, timezone, people and me ('fondly init' makes one)"),
    wrong("only-comments", "§# nothing yet\n\n# more\n", "is empty; it needs at least id, timezone"),
    wrong("only-a-byte-order-mark", "\ufeff§", "is empty; it needs at least id, timezone"),
    wrong("list-at-the-top", "§- a\n- b\n", "keys with values at the top, such as 'timezone: Europe/Berlin'"),
    wrong("plain-words", "§just words\n", "keys with values at the top, such as"),
    wrong("a-number", "§42\n", "keys with values at the top, such as"),
    wrong("an-ini-file", "§timezone = Europe/Berlin\n", "keys with values at the top, such as"),
    wrong("a-beginning-alone", "§---", "is empty; it needs at least id, timezone, people and me"),
    wrong("a-page", "§<html>\n", "keys with values at the top, such as"),
    wrong("over-1-mb", f"§{TOP}# {'x' * 1_000_000}", "is larger than 1 MB; a config file has a few kilobytes"),
    after("too-deep", "dates: " + "[" * 29 + "§" + "[" * 100_000, "more than 30 levels deep, or never ends"),
    wrong(
        "too-deep-keys", "".join(f"{' ' * i}{'§' * (i == 30)}k{i}:\n" for i in range(40)), "more than 30 levels deep"
    ),
    wrong("bomb", BOMB.replace("x, x]", "§x, x]"), "what is behind '*' counted each time"),
    wrong("alias-circle", "a: §&a [*a]\n", "is nested more than 30 levels deep"),
    wrong("latin-1", TOP.replace("Ben", "Zo§ë"), "is not UTF-8 here; save the file with", encoding="latin-1"),
    wrong("utf-16", f"§{TOP}", "is not UTF-8 here; save the file with", encoding="utf-16"),
    Wrong("half-a-letter", TOP.encode() + b"x: \xed\xa0\x80\n", ((7, 4, "is not UTF-8 here; save the file with"),)),
    after("bell", "x: §\a\n", "holds a character that no text has; remove it"),
    after("nul", "dates: of§\0f\n", "holds a character that no text has; remove it"),
    after("delete-character", "§\x7fdates: off\n", "holds a character that no text has; remove it"),
    after("two-documents", f"§---\n{TOP}", "another document begins here; a config file is a single one"),
    after("text-after-the-end", "...\n§dates: off\n", "a line '...' above has ended the file; take that line away"),
    wrong("directive", f"§%fondly\n{TOP}", f"'%' {QUOTES}"),
    wrong("yaml-of-the-future", f"§%YAML 3.0\n---\n{TOP}", "names another version; take it away"),
    after("percent-key", "§%x: y\n", f"'%' {QUOTES}"),
    after("tab", "rhythm:\n§\tdepth: 3\n", "a tab stands here; indent with blanks, YAML knows no tabs"),
    after("tab-after-blanks", "rhythm:\n  depth: 3\n  §\ttouch: yes\n", "a tab stands here; indent with blanks"),
    after("tab-after-dash", "outputs:\n  -§\tname: us\n    kind: ics\n", "a tab stands here; indent with blanks"),
    after("tab-before-dash", "busy:\n§\t- {person: ana}\n", "a tab stands here; indent with blanks"),
    wrong("byte-order-mark-and-error", "\ufeff" + TOP + "busy: §]\n", "this bracket or comma is too many"),
    wrong("windows-lines-and-error", (TOP + "busy: §]\n").replace("\n", "\r\n"), "this bracket or comma is too many"),
    wrong("old-mac-lines-and-error", (TOP + "busy: §]\n").replace("\n", "\r"), "this bracket or comma is too many"),
    after("unclosed-quote", "language: §'en\ndates: off\n", "is never closed; close it at the end of the text"),
    after("unclosed-double-quote", 'language: §"en\n', "is never closed; close it at the end of the text"),
    after("unclosed-bracket", "busy: §[a, b\noutputs: []\n", BRACKET),
    after("unclosed-brace", "rhythm: §{depth: 3\ndates: off\n", BRACKET),
    after("unclosed-at-the-end", "dates:\n  never: §[alcohol,\n", BRACKET),
    after(
        "comment-in-brackets",
        "busy:\n  - §{person: ana, url: a #1.ics, kind: ics}\n",
        "mind that ' #' begins a comment",
    ),
    after("wrong-bracket", "dates: {never: [alcohol§}\n", "does not fit the one that was opened; close that one first"),
    after("one-bracket-too-many", "busy: []§]\n", "this bracket is one too many; take it away"),
    after("bracket-alone", "busy: §]\n", "this bracket or comma is too many"),
    after("comma-twice", "rhythm: {depth: 3,§, touch: yes}\n", "this bracket or comma is too many"),
    after("missing-comma", "rhythm: {depth: 3 touch§: yes}\n", "a comma is missing before this key"),
    after("missing-comma-after-quote", "dates: {never: ['a' §'b']}\n", "a comma is missing before this"),
    after("less-indented", "rhythm:\n    depth: 3\n  §touch: yes\n", FIT),
    after("more-indented", "rhythm:\n  depth: 3\n    §touch: yes\n", ODD),
    after(
        "key-of-an-item-indented-less",
        "outputs:\n  - name: us\n   §kind: ics\n",
        "this stands in a list; begin it with '- '",
    ),
    after("item-indented-less", "outputs:\n  - name: us\n §- name: them\n", FIT),
    wrong("first-line-indented", f"  dates: off\n§{TOP}", FIT),
    after(
        "missing-colon", "§rhythm\n  depth: 3\n", "here a key lacks its ':', or the blank after it; write 'key: value'"
    ),
    after("missing-colon-in-the-middle", "rhythm:\n  depth 3\n  §touch: yes\n", ODD),
    after("missing-colon-below", "rhythm:\n  touch: yes\n  §depth 3\n", "here a key lacks its ':'"),
    after("no-blank-after-colon", "§language:en\ndates: off\n", "or the blank after it; write 'key: value'"),
    wrong("colon-in-text", TOP.replace("Europe/Berlin", "Europe§: Berlin"), "put a text with ': ' in quotes"),
    after("colon-in-brackets", "dates: {never: [a: b§: c]}\n", "a text with ': ' lacks its quotes"),
    after(
        "apostrophe",
        "dates:\n  never: ['Ana'§s party']\n",
        "the whole text belongs in one pair of quotes",
    ),
    after("apostrophe-in-a-line", "catalogue: 'Ana'§s'\n", "the double ones where it holds an apostrophe"),
    after("text-after-quote", 'language: "en" §or de\n', "put the whole text in one pair of quotes"),
    after("backslashes", 'hooks: {folder: "C:§\\Users\\ana"}\n', "put the text in 'single quotes'"),
    after("unknown-escape", 'hooks: {folder: "a§\\hooks"}\n', "put the text in 'single quotes'"),
    after("at-sign", "dates: {never: [§@home]}\n", f"'@' {QUOTES}"),
    after("backtick", "dates: §`off`\n", f"'`' {QUOTES}"),
    after("star", "dates: {never: [§*all]}\n", f"'*' {QUOTES}"),
    after("ampersand", "dates: {never: [§& co]}\n", f"'&' {QUOTES}"),
    after("question-mark", "dates: §? off\n", f"'?' {QUOTES}"),
    after("pipe", "dates: §| off\n", f"'|' or '>' {QUOTES}"),
    after("greater-than", "dates: §>off\n", f"'|' or '>' {QUOTES}"),
    day("exclamation-mark", "date: 2020-01-01, kind: §!secret", f"'!' {QUOTES}"),
    after("two-exclamation-marks", "dates: §!a!b\n", f"'!' {QUOTES}"),
    after("list-beside-its-key", "outputs: §- name: us\n", "a list begins on a line of its own, below its key"),
    after("alias-of-nothing", "dates: §*off\n", f"'*' {QUOTES}"),
)

FORM = (
    after("key-twice", "dates: off\n§dates: weekly\n", "stands here twice, first on line 7; keep one of them"),
    after("key-thrice", "dates: off\n§dates: weekly\n§dates: daily\n", "first on line 7; keep one", "first on line 7"),
    after("people-twice", "§people: []\n", "stands here twice, first on line 3; keep one of them"),
    after("practice-twice", "practices:\n  romance: off\n  §romance: weekly\n", "first on line 8; keep one of them"),
    after("key-twice-in-braces", "rhythm: {depth: 2, §depth: 3}\n", "first on line 7; keep one of them"),
    person("name-twice", "§name: Anna", "first on line 4; keep one of them"),
    after(
        "merge-key",
        "dates: &d {every: weekly}\npractices:\n  romance:\n    §<<: *d\n",
        "write the keys out",
        schema=True,
    ),
    after("merge-key-at-the-top", "§<<: {dates: off}\n", "write the keys out", schema=True),
    after(
        "anchor-of-a-wrong-value",
        "rhythm: {pauses: [&p {from: §soon, to: 2026-12-02}, *p]}\n",
        "write YYYY-MM-DD",
        schema=True,
    ),
    after("list-as-key", "§[a, b]: c\n", "a key must be plain text; brackets begin a value"),
    after("mapping-as-key", "? §{a: b}\n: c\n", "a key must be plain text; brackets begin a value"),
    after("template", "dates: {§{ every }}\n", "a key must be plain text; brackets begin a value"),
    after("key-without-a-name", "§'': 3\n", "write one before the ':', or take the line away", schema=True),
    day(
        "tag",
        "date: 2020-01-01, kind: §!secret one",
        "begins with '!', which means something else in YAML; put it in",
        schema=True,
    ),
    top("tag-of-a-number", "cannot be read as its kind of value; put it in quotes", True, me="§!!int ''"),
    top("tag-of-a-moment", "means something else in YAML; put it in quotes", True, me="§!!timestamp 2026-01-01"),
    after("tag-of-a-list", "busy: §!foo [x]\n", "means something else in YAML; put it in quotes", schema=True),
    after("tag-of-a-set", "dates: §!!set {a, b}\n", "means something else in YAML; put it in quotes", schema=True),
    after("tag-of-a-program", "dates: §!!python/object:os.system {}\n", "put it in quotes", schema=True),
    after("anchor-for-a-name", "hooks: {folder: §&Co}\n", "begins with '&'", schema=False),
    after("lonely-tag", "hooks: {folder: §! important}\n", "begins with '!'", schema=False),
    after("tag-of-a-key", "§!x hooks: {}\n", "begins with '!'", schema=False),
    after("nothing-optional", "rhythm: {}\ndates: {budget: §}\n", "holds nothing; write its value", schema=True),
    after("quotes-of-a-letter", "hooks: {folder: §„hooks“}\n", "type plain quotes, or none", schema=True),
    after("nothing-included", "outputs: [{name: a, kind: feed, include: §[]}]\n", "must not be empty", schema=True),
    caldav(
        "password-with-a-comma",
        f"url: 'https://x.org/', password: ge, §{PASSWORD}",
        "put a password in quotes",
        schema=True,
    ),
    after(
        "path-that-is-an-address",
        "outputs: [{name: a, kind: ics, path: §'https://x.org/us.ics'}]\n",
        "an address and no path",
        schema=False,
    ),
    after("path-with-a-variable", "outputs: [{name: a, kind: ics, path: §$HOME/us.ics}]\n", "write ~/", schema=False),
    after("nothing-at-all", "dates:§\n", "dates: holds nothing", schema=True),
    after("a-dash-alone", "dates:\n  never:\n    -§\n", "never[0]: holds nothing", schema=True),
    after(
        "misspelt-and-missing",
        "outputs:\n  - {§nam: us, kind: feed}\n",
        "nam: is not known here; did you mean 'name'?",
        schema=True,
    ),
    wrong("tag-at-the-top", f"§!foo\n{TOP}", "begins with '!'", schema=False),
    after(
        "invisible-blanks",
        "dates: off\n§\u00a0\u00a0language: en\n",
        "that nobody sees; type the whole line anew",
        schema=True,
    ),
)

TRAPS = (
    after("off-for-a-number", "rhythm: {depth: §off}\n", "needs a whole number, not 'off'", schema=True),
    after("no-for-a-list", "outputs: §no\n", "needs a list, such as 'outputs: [{name: file", schema=True),
    after("on-for-keys", "practices: §on\n", "needs keys with values, such as 'practices: {gratitude", schema=True),
    after("yes-for-a-rhythm", "practices: {romance: §yes}\n", RHYTHM, schema=True),
    after("true-for-a-rhythm", "dates: §true\n", "needs keys with values or a rhythm, such as 'weekly'", schema=True),
    after("false-for-keys", "rhythm: §false\n", "needs keys with values, such as 'rhythm: {most_per_week", schema=True),
    after("time-for-a-span", "rhythm: {quiet: §18:30}\n", SPAN, schema=True),
    after("time-for-a-number", "rhythm: {most_per_day: §18:30}\n", "needs a whole number, not '18:30'", schema=True),
    after("octal", "rhythm: {most_per_week: §010}\n", "needs a whole number, not '010'; write 10", schema=True),
    after("hexadecimal", "rhythm: {most_per_week: §0x10}\n", "needs a whole number, not '0x10'", schema=True),
    after("underscore", "dates: {budget: §1_000}\n", "needs a number, not '1_000'", schema=True),
    after(
        "comma-in-a-number",
        "dates: {budget: 1,§000}\n",
        "write a number without one, such as 1000 or 52.5",
        schema=True,
    ),
    after("not-a-number", "dates: {budget: §.nan}\n", "needs a number, not '.nan'", schema=True),
    after("number-with-its-currency", "dates: {budget: §60 EUR}\n", "needs a number, not '60 EUR'", schema=True),
    person("no-leap-year", "birthday: §1990-02-29", "'1990-02-29' is no day of the calendar"),
    after(
        "tilde", "rhythm: §~\n", f"such as 'rhythm: {{most_per_week: 5, quiet: 22:00-07:30}}'{TAKE_AWAY}", schema=True
    ),
    top("null-for-a-person", "holds nothing; write its value, such as 'me: ana'", True, me="§null"),
    top("null-for-a-zone", "needs a time zone such as Europe/Berlin, not nothing", True, timezone="§null"),
    ics("tilde-in-a-list", "include: [dates, §~]", f"such as 'anniversaries'{TAKE_AWAY}", schema=True),
    after("nothing-for-a-list", "outputs:§\n", "holds nothing; write its value, such as 'outputs: [{name", schema=True),
    after("nothing-for-keys", "rhythm:\n  depth:§\n", f"such as 'depth: 3'{TAKE_AWAY}", schema=True),
    after("nothing-for-a-practice", "practices:\n  romance:§\n", "or a rhythm, such as 'weekly', or take", schema=True),
    after("nothing-in-a-list", "outputs:\n  -§\n", "such as '{name: file, kind: ics, path: us.ics", schema=True),
    after(
        "nothing-for-a-path",
        "outputs:\n  - {name: us, kind: ics, path: §, seen_by: [ana]}\n",
        "'path: us.ics'",
        schema=True,
    ),
    day("nothing-for-a-date", "date: §", "needs a date such as 2015-06-20, not nothing", schema=True),
)

KEYS = (
    wrong(
        "unknown-key",
        "id: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n§tiemzone: Europe/Berlin\npeople:\n"
        "  - {id: ana, name: Ana}\nme: ana\n",
        "did you mean 'timezone'?",
        schema=True,
    ),
    after(
        "unknown-key-far-from-all", "§nonsense: 3\n", "is not known here; known are anniversaries, busy,", schema=True
    ),
    after("path-of-keys", "§rhythm.depth: 3\n", "did you mean 'rhythm'?", schema=True),
    after("capital", "§Rhythm: {depth: 3}\n", "did you mean 'rhythm'?", schema=True),
    person("unknown-key-of-a-person", "§brithday: 1992-02-29", "did you mean 'birthday'?", True),
    person(
        "unknown-key-of-a-visit", "visits: [{from: 2026-01-01, §too: 2026-02-01, timezone: UTC}]", "mean 'to'?", True
    ),
    after(
        "unknown-key-of-a-pause", "rhythm: {pauses: [{§form: 2026-12-01, to: 2026-12-02}]}\n", "'from'?", schema=True
    ),
    after("unknown-key-of-the-rhythm", "rhythm: {§most-per-week: 3}\n", "did you mean 'most_per_week'?", schema=True),
    after("unknown-key-of-a-practice", "practices: {romance: {§minuts: 3}}\n", "did you mean 'minutes'?", schema=True),
    after("unknown-key-of-the-catalogue", "catalogue: {§pack: []}\n", "did you mean 'packs'?", schema=True),
    after("unknown-key-of-date-nights", "dates: {§bugdet: 3}\n", "did you mean 'budget'?", schema=True),
    after(
        "beginnings-of-keys", "dates: {place: {§lat: 52.5, §lon: 13.4}}\n", "'latitude'?", "'longitude'?", schema=True
    ),
    after("unknown-key-of-the-anniversaries", "anniversaries: {§date: []}\n", "did you mean 'dates'?", schema=True),
    day("unknown-key-of-a-day", "date: 2020-01-01, §remnid: [7 days]", "did you mean 'remind'?", schema=True),
    day("unknown-key-of-another-calendar", "date: {calendar: chinese, month: 1, §dya: 1}", "'day'?", schema=True),
    after("unknown-key-of-hooks", "hooks: {§foldr: x}\n", "did you mean 'folder'?", schema=True),
    after("unknown-key-of-busy-times", "busy: [{§preson: ana, kind: ics, url: a.ics}]\n", "'person'?", schema=True),
    ics("unknown-key-of-all-outputs", "§titel: full", "did you mean 'titles'?", schema=True),
    after(
        "unknown-key-of-an-output",
        "outputs:\n  - {name: us, kind: ics, §pth: us.ics, seen_by: [ana]}\n",
        "'path'?",
        schema=True,
    ),
    ics("key-of-another-kind", "§url: 'https://x.org/'", "is no key of 'ics' but of caldav; take it away", schema=True),
    caldav("unknown-key-of-a-calendar", f"url: 'https://x.org/', §pasword: {PASSWORD}", "'password'?", schema=True),
    wrong("missing-id", f"§{config_text(id=None)}", "id: is missing; add it, such as 'id: ", schema=True),
    wrong("missing-zone", f"§{config_text(timezone=None)}", "such as 'timezone: Europe/Berlin'", schema=True),
    wrong("missing-people", f"§{config_text(people=None)}", "such as 'people: [{id: ana, name: Ana}", schema=True),
    wrong("missing-me", f"§{config_text(me=None)}", "is missing; add it, such as 'me: ana'", schema=True),
    top("missing-name", "name: is missing; add it, such as 'name: Ana'", True, people="\n  - §{id: ana}"),
    after("missing-end", "rhythm: {pauses: [§{from: 2026-12-21}]}\n", "add it, such as 'to: 2027-01-03'", schema=True),
    after("missing-kind", "outputs:\n  - §{name: us, seen_by: [ana]}\n", "such as 'kind: caldav'", schema=True),
    after("missing-path", "outputs:\n  - §{name: us, kind: ics, seen_by: [ana]}\n", "'path: us.ics'", schema=True),
    after("missing-url", "outputs:\n  - §{name: us, kind: caldav}\n", "such as 'url: https://", schema=True),
)

NAMES = (
    top("zone", "did you mean 'Europe/Berlin'?", True, timezone="§Europe/Berln"),
    top("zone-without-its-continent", "did you mean 'Europe/Berlin'?", True, timezone="§Berlin"),
    top("zone-in-small-letters", "did you mean 'Europe/Berlin'?", True, timezone="§europe/berlin"),
    top("zone-that-is-a-path", "is no time zone; write a name such as Europe/Berlin", True, timezone="§/etc/passwd"),
    top("zone-with-a-nul", "write a name such as Europe/Berlin", True, timezone='§"a\\0b"'),
    person("zone-of-a-person", "timezone: §Europe/Pari", "did you mean 'Europe/Paris'?", True),
    person(
        "zone-of-a-visit", "visits: [{from: 2026-01-01, to: 2026-02-01, timezone: §Asia/Toky}]", "'Asia/Tokyo'?", True
    ),
    after("practice", "practices: {§gratitud: weekly}\n", "did you mean 'gratitude'?", schema=True),
    after("practice-with-a-line", "practices: {§quality_time: weekly}\n", "did you mean 'quality-time'?", schema=True),
    after("practice-far-from-all", "practices: {§jogging: weekly}\n", "known are affection, boundaries,", schema=True),
    after("kind", "outputs:\n  - {name: us, kind: §icss, path: a}\n", "did you mean 'ics'?", schema=True),
    after("kind-in-capitals", "outputs:\n  - {name: us, kind: §CalDAV}\n", "did you mean 'caldav'?", schema=True),
    after(
        "kind-far-from-all", "outputs:\n  - {name: us, kind: §google}\n", "known are caldav, feed, ics,", schema=True
    ),
    after(
        "kind-of-busy-times", "busy: [{person: ana, kind: §caldav, url: x}]\n", "can only be 'ics' as yet", schema=True
    ),
    after("language", "language: §de\n", "can only be 'en' as yet, not 'de'", schema=True),
    person("leap-day", "leap_day: §feb28", "feb-28, mar-1, both, leap-years; did you mean 'feb-28'?", True),
    ics("titles", "titles: §ful", "full, neutral, busy; did you mean 'full'?", schema=True),
    ics("include", "include: [§practice]", "did you mean 'practices'?", schema=True),
    ics("practices-as", "practices_as: §task", "'task' is none of event, todo", schema=True),
    caldav("auth", "url: 'https://x.org/', auth: §oauth", "is none of basic, digest, bearer", schema=True),
    after("company", "practices: {romance: {with: §both}}\n", "is none of solo, together", schema=True),
    day("repeat", "date: 2020-01-01, repeat: [§week]", "is none of year, month", schema=True),
    day("calendar", "date: {calendar: §chines, month: 1, day: 1}", "did you mean 'chinese'?", schema=True),
)

TYPES = (
    top("text-for-a-list", "needs a list, such as 'people: [{id: ana, name: Ana}", True, people="§ana"),
    top("list-of-texts-for-keys", "such as '{id: ana, name: Ana}', not 'ana'", True, people="[§ana]"),
    after("keys-for-a-list", "outputs:\n  §name: us\n  kind: ics\n", "begin each entry with '- '", schema=True),
    after(
        "list-for-keys",
        "rhythm: §[depth]\n",
        "'rhythm: {most_per_week: 5, quiet: 22:00-07:30}', not a list",
        schema=True,
    ),
    after("list-for-practices", "practices: §[romance]\n", "'practices: {gratitude: 2 per week", schema=True),
    after("text-for-keys", "outputs: [§us.ics]\n", "such as '{name: file, kind: ics, path: us.ics", schema=True),
    after("text-for-a-place", "dates: {place: §Berlin}\n", "'place: {name: Berlin, latitude: 52.52,", schema=True),
    after("keys-without-blanks", f"outputs:\n  - §password:{PASSWORD}\n", "write a blank after each ':'", schema=True),
    top("list-for-text", "needs text, such as 'me: ana', not a list", True, me="§[ana]"),
    top("number-for-text", "needs text, not '42'; put it in quotes", True, me="§42"),
    person("true-for-a-word", "leap_day: §true", "'true' is none of feb-28, mar-1", True),
    top("true-for-text", "needs text, not 'true'; put it in quotes", True, people="\n  - {id: ana, name: §true}"),
    top("keys-for-text", "needs text, such as 'name: Ana', not keys", True, people="\n  - {id: ana, name: §{a: b}}"),
    top("empty-text", "such as 'name: Ana'", True, people="\n  - {id: ana, name: §''}"),
    top("long-text", "longer than 200 letters; shorten it", True, people=f"\n  - {{id: ana, name: §{'x' * 201}}}"),
    top("no-people", "must not be empty; write its value, such as 'people: [{", True, people="§[]"),
    after("true-for-a-number", "rhythm: {depth: §true}\n", "needs a whole number, not 'true'", schema=True),
    after("quoted-number", 'rhythm: {depth: §"3"}\n', NO_QUOTES, schema=True),
    after("half-a-number", "rhythm: {depth: §2.5}\n", "needs a whole number, not '2.5'", schema=True),
    after(
        "quoted-budget", 'dates: {budget: §"60.5"}\n', "needs a number, not '60.5'; take the quotes away", schema=True
    ),
    after("number-for-yes", "rhythm: {touch: §1}\n", "needs 'yes' or 'no', not '1'", schema=True),
    after("word-for-yes", "rhythm: {touch: §maybe}\n", "needs 'yes' or 'no', not 'maybe'", schema=True),
    after(
        "list-for-a-rhythm", "dates: {every: §[weekly]}\n", "needs a rhythm such as 'weekly', not a list", schema=True
    ),
    after("number-for-a-rhythm", "dates: §2\n", "needs keys with values or a rhythm, such as 'weekly'", schema=True),
    after("number-for-windows", "dates: {at: §18}\n", "needs a list, such as 'at: [fri 18:00-23:00,", schema=True),
    after(
        "keys-for-windows",
        "dates: {at: [§fri: 18:00-23:00]}\n",
        "needs a window such as 'evening', not keys",
        schema=True,
    ),
    after("no-windows", "practices: {romance: {at: §[]}}\n", "such as 'at: [evening, sat 10:00-12:00]'", schema=True),
    after("number-for-a-length", "rhythm: {tidy: §7}\n", "needs a length such as '14 days', not '7'", schema=True),
    after(
        "list-for-a-span",
        "rhythm: {quiet: §[22:00, 07:00]}\n",
        "needs a span such as 22:00-07:30, not a list",
        schema=True,
    ),
    after(
        "day-for-a-pause",
        "rhythm: {pauses: [§2026-12-21]}\n",
        "such as '{from: 2026-12-21, to: 2027-01-03}'",
        schema=True,
    ),
    day("number-for-a-date", "date: §2020", "needs a date such as 2015-06-20, not '2020'", schema=True),
    day("text-for-reminders", "date: 2020-01-01, remind: §7 days", "such as 'remind: [30 days, 1 week]'", schema=True),
    day("text-for-people", "date: 2020-01-01, people: §ben", "needs a list, such as 'people: [ben]'", schema=True),
    after(
        "text-for-seen-by",
        "outputs:\n  - {name: us, kind: feed, seen_by: §ana}\n",
        "'seen_by: [ana]'",
        schema=True,
    ),
    after(
        "list-of-plugins", "hooks: {settings: §[notes]}\n", "such as 'settings: {cinema-listings: {town:", schema=True
    ),
    after(
        "number-for-an-address", "outputs:\n  - {name: us, kind: caldav, url: §5}\n", "put it in quotes", schema=True
    ),
)

RANGES = (
    after("depth-4", "rhythm: {depth: §4}\n", "must be at most 3, not '4'", schema=True),
    after("fewer-than-none", "rhythm: {most_per_week: §-1}\n", "must be at least 0, not '-1'", schema=True),
    after("eleven-a-day", "rhythm: {most_per_day: §11}\n", "must be at most 10, not '11'", schema=True),
    after("no-time-at-all", "practices: {romance: {minutes: §0}}\n", "must be at least 1, not '0'", schema=True),
    after("longer-than-a-day", "dates: {minutes: §1441}\n", "must be at most 1440", schema=True),
    after("budget-below-zero", "dates: {budget: §-0.5}\n", "must be at least 0, not '-0.5'", schema=True),
    after(
        "off-the-map", "dates: {place: {latitude: §95, longitude: §-181}}\n", "at most 90", "at least -180", schema=True
    ),
    after(
        "page-of-no-days", "outputs:\n  - {name: us, kind: markdown, path: a.md, days: §0}\n", "at least 1", schema=True
    ),
    after("no-days", "rhythm: {horizon: §0 days}\n", "is out of range: between 1 day and 100 years", schema=True),
    after("a-century-and-more", "rhythm: {horizon: §101 years}\n", "between 1 day and 100 years"),
    after("never-a-week", "practices: {romance: §0 per week}\n", "out of range: between 1 and 70", schema=True),
    after("each-hour-and-more", "practices: {romance: §25 per day}\n", "out of range: between 1 and 24"),
    day("month-14", "date: {calendar: hebrew, month: §14, day: §32}", "at most 13", "at most 31", schema=True),
    day("month-13-of-twelve", "date: §{calendar: islamic, month: 13, day: 1}", "has months from 1 to 12"),
    day("day-31-of-thirty", "date: §{calendar: persian, month: 12, day: 31}", "has at most 30 days"),
    day(
        "leap-month-elsewhere", "date: §{calendar: hebrew, month: 1, day: 1, leap_month: yes}", "chinese calendar alone"
    ),
    after(
        "pause-before-its-time", "rhythm: {pauses: [§{from: 1800-01-01, to: 1800-01-02}]}\n", "the years 1900 to 9000"
    ),
    after(
        "pause-backwards", "rhythm: {pauses: [§{from: 2026-12-21, to: 2026-12-01}]}\n", "write the earlier day first"
    ),
)

GRAMMARS = (
    after("rhythm", "practices: {romance: §sometimes}\n", RHYTHM, schema=True),
    after("rhythm-in-words", "practices: {romance: {every: §twice a week}}\n", RHYTHM, schema=True),
    after("rhythm-of-date-nights", "dates: §every second friday\n", RHYTHM, schema=True),
    after("rhythm-of-years", "practices: {romance: §every 2 years}\n", RHYTHM, schema=True),
    after("part-of-the-day", "dates: {at: [§evning]}\n", PARTS, schema=True),
    after("day-alone", "dates: {at: [§fri]}\n", PARTS, schema=True),
    after("day-in-full", "dates: {at: §friday evening}\n", "'friday' names no days: write a part of", schema=True),
    after("hours-alone", "dates: {at: [§18:00-22:00]}\n", PARTS, schema=True),
    after("hours-with-blanks", "dates: {at: [§fri 18:00 - 23:00]}\n", PARTS, schema=True),
    after("hours-of-12", "dates: {at: [§fri 6pm-9pm]}\n", SPAN, schema=True),
    after("hour-25", "dates: {at: [§fri 25:00-26:00]}\n", "hours go from 00:00 to 24:00", schema=True),
    after(
        "window-over-midnight", "dates: {at: [§fri 22:00-01:00]}\n", "before it begins: a window lies within one day"
    ),
    after("list-of-days", "dates: {at: [§fri, sat 11:00-23:00]}\n", PARTS, schema=True),
    after("quiet-without-minutes", "rhythm: {quiet: §22-7}\n", SPAN, schema=True),
    after("quiet-in-words", "rhythm: {quiet: §night}\n", SPAN, schema=True),
    after("quiet-with-points", "rhythm: {quiet: §22.00-07.00}\n", SPAN, schema=True),
    after("quiet-after-24", "rhythm: {quiet: §22:00-24:30}\n", "hours go from 00:00 to 24:00", schema=True),
    after("length-in-fortnights", "rhythm: {horizon: §4 fortnights}\n", LENGTH, schema=True),
    after("length-in-words", "rhythm: {tidy: §a week}\n", LENGTH, schema=True),
    day("length-in-hours", "date: 2020-01-01, milestones: [§1000 hours]", LENGTH, schema=True),
    person("date-of-the-day-first", "birthday: §20.6.2015", "YYYY-MM-DD, or --MM-DD where the year is not known", True),
    person("date-without-zeros", "birthday: §2015-6-20", "write YYYY-MM-DD, or --MM-DD", True),
    person("date-without-its-dashes", "birthday: §07-04", "or --MM-DD where the year is not known", True),
    person("month-13", "birthday: §--13-01", "is no day of the calendar", True),
    day("thirtieth-of-february", "date: §2015-02-30", "is no day of the calendar", schema=True),
    after("day-in-words", "rhythm: {pauses: [{from: §tomorrow, to: 2026-12-01}]}\n", "write YYYY-MM-DD", schema=True),
    after(
        "day-without-a-year", "rhythm: {pauses: [{from: §--12-01, to: 2026-12-01}]}\n", "write YYYY-MM-DD", schema=True
    ),
    day("day-of-another-calendar", "date: {calendar: chinese, month: 1, day: §first}", "a whole number", schema=True),
    day("lack-of-another-calendar", "date: §{month: 1, day: 1}", "such as 'calendar: chinese'", schema=True),
    after("currency", "dates: {currency: §euro}\n", "write three capital letters such as EUR", schema=True),
    after("currency-in-small-letters", "dates: {currency: §eur}\n", "write three capital letters", schema=True),
    top("uuid", "is no UUID; put back the one that stood here. This is a new one", True, id="§hello"),
    top("uuid-cut-short", "is no UUID", True, id="§7c9e6679-7425-40de-944b-e07fc1f90ae"),
    top("number-for-a-uuid", "is no UUID; put back the one that stood here", True, id="§42"),
    top("name-in-capitals", SLUG, True, people="\n  - {id: §Ana, name: Ana}"),
    after("slug-with-blanks", "outputs:\n  - {name: §My calendar, kind: feed}\n", SLUG, schema=True),
    after(
        "slug-with-a-line", "anniversaries:\n  dates: [{id: §our_day, name: A, date: 2015-02-03}]\n", SLUG, schema=True
    ),
    top("slug-with-an-accent", SLUG, True, people="\n  - {id: §zoë, name: Zoë}"),
    caldav("secret-of-no-kind", "url: 'https://x.org/', password: §{envv: X}", SECRET, schema=True),
    caldav("secret-that-is-a-list", f"url: 'https://x.org/', password: §[{PASSWORD}]", SECRET, schema=True),
    caldav("secret-that-is-empty", "url: 'https://x.org/', password: §''", SECRET, schema=True),
    caldav("secret-from-two-places", "url: 'https://x.org/', password: §{env: A, file: b}", SECRET, schema=True),
    caldav("secret-command-in-one-text", "url: 'https://x.org/', password: §{command: pass show}", SECRET, schema=True),
    caldav("secret-in-braces", f"url: 'https://x.org/', password: §{{{PASSWORD}}}", SECRET, schema=True),
    caldav(
        "secret-in-braces-twice",
        f"url: 'https://x.org/', password: §{{{PASSWORD}, §{PASSWORD}}}",
        SECRET,
        "stands here twice, first on line 8; keep one of them",
        schema=True,
    ),
    caldav("secret-that-is-a-number", "url: 'https://x.org/', password: §12345", SECRET, schema=True),
    caldav("secret-with-a-tag", f"url: 'https://x.org/', password: §!{PASSWORD} ", "put it in quotes", schema=True),
)

STRANGERS = (
    top("me", "did you mean 'ana'?", me="§anna"),
    top("me-in-capitals", "there is no person 'Ana'; did you mean 'ana'?", me="§Ana"),
    top("me-far-from-all", "there is no person 'cleo'; known are ana, ben", me="§cleo"),
    day("people", "date: 2020-01-01, people: [§bem]", "did you mean 'ben'?"),
    day("secret-from", "date: 2020-01-01, secret_from: [ana, §bob]", "there is no person 'bob'; known are ana, ben"),
    day("people-twice-in-a-list", "date: 2020-01-01, people: [ben, §ben]", "once is enough"),
    after("busy-person", "busy: [{person: §bob, kind: ics, url: a.ics}]\n", "known are ana, ben"),
    after("seen-by", "outputs:\n  - {name: us, kind: feed, seen_by: [§anna]}\n", "did you mean 'ana'?"),
    after(
        "seen-by-in-two-places",
        "outputs:\n  - {name: us, kind: feed, seen_by: &s [§anna]}\n  - {name: them, kind: feed, seen_by: *s}\n",
        "did you mean 'ana'?",
    ),
)

DOUBLES = (
    top(
        "person-twice",
        "is taken already, on line 4; give this one another id",
        people="\n  - {id: ana, name: Ana}\n  - {id: §ana, name: Anna}",
    ),
    after(
        "day-twice",
        "anniversaries:\n  dates:\n    - {id: met, name: Met, date: 2020-01-01}\n"
        "    - {id: §met, name: Met, date: 2020-01-02}\n",
        "taken already, on line 9; give this one another id",
    ),
    after(
        "birthday-as-a-day",
        "anniversaries:\n  dates: [{id: §birthday-ana, name: B, date: --02-03}]\n",
        "is a person's birthday already; choose another id",
    ),
    two("output-twice", "{name: §us, kind: ics, path: b.ics, seen_by: [ana]}", "on line 8; give this one another name"),
    after("kept-name", "outputs:\n  - {name: §export, kind: feed, seen_by: [ana]}\n", "choose another name"),
    two("path-twice", "{name: b, kind: ics, path: §./us.ics, seen_by: [ana]}", "of the output 'us' already; give each"),
    two("path-by-a-detour", "{name: b, kind: ics, path: §a/../us.ics, seen_by: [ana]}", "give each its own"),
    two("path-of-a-note", "{name: b, kind: markdown, path: §us.ics, seen_by: [ana]}", "give each its own"),
    two(
        "path-of-the-config",
        "{name: b, kind: markdown, path: §fondly.yaml, seen_by: [ana]}",
        "this config file already",
    ),
    after(
        "path-of-busy-times",
        "busy: [{person: ana, kind: ics, url: ana.ics}]\noutputs:\n"
        "  - {name: us, kind: ics, path: §./ana.ics, seen_by: [ana]}\n",
        "is read for busy times already",
    ),
    calendars("address-twice", "'https://x.org/dav/us/'"),
    calendars("address-without-its-slash", "'https://x.org/dav/us'"),
    calendars("address-with-its-port", "'https://x.org:443/dav/us/'"),
    calendars("address-in-capitals", "'HTTPS://X.ORG/dav/us/'"),
)

OUTPUTS = (
    caldav("address-without-a-scheme", "url: §x.org/dav", ADDRESS, schema=True),
    caldav("address-to-subscribe", "url: §'webcal://x.org/dav/'", ADDRESS, schema=True),
    caldav("empty-address", "url: §''", ADDRESS, schema=True),
    caldav("half-an-address", "url: §'https://[::1/'", "is no address; write it such as https://"),
    caldav("port-in-words", "url: §'https://x.org:secure/'", "is no address; write it such as https://"),
    caldav("address-with-a-password", f"url: §'https://ana:{PASSWORD}@x.org/'", "write them under 'username' and"),
    caldav("odd-address-with-a-password", f"url: §'https://ana:{PASSWORD}\u2100@x.org/'", "is no address; write it"),
    after(
        "busy-address",
        f"busy: [{{person: ana, kind: ics, url: §'https://ana:{PASSWORD}@x.org/a.ics'}}]\n",
        "name the path of an .ics file",
        schema=True,
    ),
    after(
        "home-of-nobody", "hooks: {folder: §~no-such-person/hooks}\n", "that this machine does not know; write it out"
    ),
    after("path-of-nobody", "outputs:\n  - {name: us, kind: ics, path: §~no-such-person/us.ics}\n", "write it out"),
    after("path-with-a-nul", 'outputs:\n  - {name: us, kind: ics, path: §"a\\0b"}\n', "write the path of a file"),
    caldav("insecure", "url: 'https://x.org/', insecure: §maybe", "needs 'yes' or 'no', not 'maybe'", schema=True),
    caldav("password-for-all-to-read", f"url: 'https://x.org/', password: §{PASSWORD}", READABLE, mode=0o644),
    caldav("password-for-the-group", f"url: 'https://x.org/', password: §{PASSWORD}", READABLE, mode=0o640),
    caldav("password-of-one-letter", "url: 'https://x.org/', password: §e", READABLE, mode=0o644),
    caldav("password-that-is-a-word-of-the-message", "url: 'https://x.org/', password: §others", READABLE, mode=0o604),
)

# Several things at once. Where a file begins with TOP, what is written here begins on line 7.
MANY = (
    spelt(
        "unknown-wrong-and-strange",
        TOP
        + "tiemzone: Europe/Paris\n"
        + "rhythm: {depth: 4, touch: maybe, detph: 1}\n"
        + "busy: [{person: bob, kind: ics, url: x}]\n",
        (7, 1, "did you mean 'timezone'?"),
        (8, 17, "must be at most 3, not '4'"),
        (8, 27, "needs 'yes' or 'no', not 'maybe'"),
        (8, 34, "did you mean 'depth'?"),
        (9, 17, "there is no person 'bob'; known are ana, ben"),
        schema=True,
    ),
    spelt(
        "one-person-wrong-all-over",
        "id: hello\n"
        + "timezone: Europe/Berln\n"
        + "people:\n"
        + "  - {id: Ana, name: '', birthday: 1990-02-29}\n"
        + "me: ana\n",
        (1, 5, "is no UUID"),
        (2, 11, "did you mean 'Europe/Berlin'?"),
        (4, 10, "use small letters, digits and hyphens"),
        (4, 21, "must not be empty; write its value"),
        (4, 35, "is no day of the calendar"),
        schema=True,
    ),
    spelt(
        "doubles-and-strangers",
        TOP
        + "outputs:\n"
        + "  - {name: us, kind: ics, path: us.ics, seen_by: [ana]}\n"
        + "  - {name: us, kind: ics, path: us.ics, seen_by: [anna, ana, ana]}\n",
        (9, 12, "'us' is taken already, on line 8; give this one another name"),
        (9, 33, "is the place of the output 'us' already; give each its own"),
        (9, 51, "did you mean 'ana'?"),
        (9, 62, "'ana' stands in this list already; once is enough"),
    ),
    spelt(
        "form-and-meaning",
        TOP
        + "rhythm: {depth: 2, depth: 9}\n"
        + "dates: !weekly x\n"
        + "<<: {language: en}\n"
        + "practices: {romance: 0 per week}\n",
        (7, 20, "depth: stands here twice, first on line 7; keep one of them"),
        (8, 8, "dates: begins with '!', which means something else in YAML; put it in quotes"),
        (9, 1, "write the keys out that it would bring along"),
        (10, 22, "out of range: between 1 and 70"),
        schema=True,
    ),
    spelt(
        "outputs-of-several-kinds",
        TOP
        + "outputs:\n"
        + "  - {name: a, kind: icss}\n"
        + "  - {name: b, kind: ics}\n"
        + "  - {name: c, kind: caldav, url: x}\n"
        + "  - {kind: feed, path: x}\n",
        (8, 21, "did you mean 'ics'?"),
        (9, 5, "is missing; add it, such as 'path: us.ics'"),
        (10, 34, "needs the address of a calendar, such as https://"),
        (11, 5, "is missing; add it, such as 'name: ours'"),
        (11, 18, "path: is no key of 'feed' but of ics, "),
        schema=True,
    ),
    spelt(
        "passwords",
        TOP
        + "rhythm: {depth: 9}\n"
        + "outputs:\n"
        + f"  - {{name: a, kind: caldav, url: 'https://x.org/', password: {PASSWORD}}}\n"
        + "  - {name: b, kind: caldav, url: 'https://x.org', password: {envv: X}}\n"
        + f"  - {{name: c, kind: caldav, url: 'https://x.org/c/', password: '{PASSWORD}', seen_by: [bob]}}\n",
        (7, 17, "must be at most 3, not '9'"),
        (9, 62, "run chmod 600 on it, or write {env: NAME}"),
        (10, 34, "is the place of the output 'a' already; give each its own"),
        (10, 61, "write one of {env: NAME}"),
        (11, 64, "run chmod 600 on it, or write {env: NAME}"),
        (11, 95, "there is no person 'bob'; known are ana, ben"),
        mode=0o644,
        schema=True,
    ),
    spelt(
        "days-to-remember",
        TOP
        + "anniversaries:\n"
        + "  horizon: soon\n"
        + "  dates:\n"
        + "    - {id: met, name: Met, date: 2015-02-30}\n"
        + "    - {id: met, name: Met, date: 2015-02-03, remind: [7]}\n"
        + "    - {id: birthday-ben, name: Ben, date: --07-04, kind: Birthday}\n",
        (8, 12, "write 'N days', 'N weeks', 'N months' or 'N years'"),
        (10, 34, "is no day of the calendar"),
        (11, 12, "'met' is taken already, on line 10; give this one another id"),
        (11, 55, "needs a length such as '14 days', not '7'"),
        (12, 12, "is a person's birthday already; choose another id"),
        (12, 58, "use small letters, digits and hyphens"),
        schema=True,
    ),
    spelt(
        "practices",
        TOP
        + "practices:\n"
        + "  gratitud: weekly\n"
        + "  romance: {evry: weekly, minutes: 0}\n"
        + "  support: {at: [evning], with: both}\n",
        (8, 3, "did you mean 'gratitude'?"),
        (9, 13, "did you mean 'every'?"),
        (9, 36, "must be at least 1, not '0'"),
        (10, 18, "write a part of the day (morning,"),
        (10, 33, "'both' is none of solo, together"),
        schema=True,
    ),
    spelt(
        "sources",
        TOP
        + "hooks: {foldr: x, disable: notes}\n"
        + "busy:\n"
        + "  - {person: bob, kind: isc, url: 'https://x.org/a.ics'}\n",
        (7, 9, "did you mean 'folder'?"),
        (7, 28, "needs a list, such as 'disable: [gratitude-wall]', not 'notes'"),
        (9, 14, "there is no person 'bob'; known are ana, ben"),
        (9, 25, "can only be 'ics' as yet, not 'isc'"),
        (9, 35, "name the path of an .ics file"),
        schema=True,
    ),
    spelt(
        "a-language-alone",
        "language: de\n",
        (1, 1, "id: is missing; add it, such as 'id: "),
        (1, 1, "me: is missing; add it, such as 'me: ana'"),
        (1, 1, "people: is missing; add it, such as 'people: [{id: ana, name: Ana},"),
        (1, 1, "timezone: is missing; add it, such as 'timezone: Europe/Berlin'"),
        (1, 11, "can only be 'en' as yet, not 'de'"),
        schema=True,
    ),
    spelt(
        "a-traveller",
        "id: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n"
        + "timezone: Europe/Berlin\n"
        + "people:\n"
        + "  - id: ana\n"
        + "    name: Ana\n"
        + "    leap_day: march\n"
        + "    timezone: Berlin\n"
        + "    visits:\n"
        + "      - {from: 2026-01-01, to: 2026-02-01}\n"
        + "      - {from: 2026-03-02, to: 2026-03-01, timezone: UTC}\n"
        + "me: anna\n",
        (6, 15, "did you mean 'mar-1'?"),
        (7, 15, "did you mean 'Europe/Berlin'?"),
        (9, 9, "timezone: is missing; add it, such as 'timezone: Europe/Berlin'"),
        (10, 9, "before it begins on 2026-03-02; write the earlier day first"),
        (11, 5, "did you mean 'ana'?"),
        schema=True,
    ),
    spelt(
        "numbers-with-commas",
        TOP + "dates: {place: {latitude: 52,52, longitude: 13,4}}\n",
        (7, 30, "write a number without one, such as 1000 or 52.5"),
        (7, 48, "write a number without one, such as 1000 or 52.5"),
        schema=True,
    ),
    spelt(
        "keys-misspelt-on-three-floors",
        TOP
        + "anniversarys:\n"
        + "  dates: []\n"
        + "rhythm:\n"
        + "  mostperweek: 3\n"
        + "outputs:\n"
        + "  - name: us\n"
        + "    kind: ics\n"
        + "    pth: us.ics\n"
        + "    seenby: [ana]\n",
        (7, 1, "did you mean 'anniversaries'?"),
        (10, 3, "did you mean 'most_per_week'?"),
        (14, 5, "did you mean 'path'?"),
        (15, 5, "did you mean 'seen_by'?"),
        schema=True,
    ),
    spelt(
        "twice-and-strange",
        TOP.replace("me: ana", "me: bem") + "me: ana\nlanguage: en\nlanguage: de\n",
        (6, 5, "did you mean 'ben'?"),
        (7, 1, "me: stands here twice, first on line 6; keep one of them"),
        (9, 1, "language: stands here twice, first on line 8; keep one of them"),
    ),
    spelt(
        "nothing-in-many-places",
        TOP + "rhythm:\n" + "dates:\n" + "  minutes:\n" + "outputs:\n" + "  - name:\n" + "    kind: feed\n",
        (7, 8, "holds nothing; write its value, such as 'rhythm: {most_per_week: 5,"),
        (9, 11, "holds nothing; write its value, such as 'minutes: 180', or take the line away"),
        (11, 10, "needs a name in small letters, not nothing"),
        schema=True,
    ),
    spelt(
        "places-of-nobody",
        TOP
        + "hooks: {folder: ~no-such-person/hooks}\n"
        + "busy: [{person: ana, kind: ics, url: ~no-such-person/a.ics}]\n"
        + "outputs:\n"
        + "  - {name: a, kind: ics, path: fondly.yaml, seen_by: [ana]}\n"
        + "  - {name: export, kind: ics, path: ~no-such-person/b.ics, seen_by: []}\n",
        (7, 17, "begins at a home that this machine does not know; write it out"),
        (8, 38, "begins at a home that this machine does not know; write it out"),
        (10, 32, "is the place of this config file already"),
        (11, 12, "'export' is kept for the command; choose another name"),
        (11, 37, "begins at a home that this machine does not know; write it out"),
    ),
    spelt(
        "two-wrong-windows-and-a-key-that-is-a-list",
        TOP + "dates: {at: [fry 10:00-12:00, sat 12:00-11:00]}\n[a]: b\n",
        (7, 14, "'fry' names no days: write a part of the day"),
        (7, 31, "ends before it begins: a window lies within one day"),
        (8, 1, "a key must be plain text; brackets begin a value"),
        schema=True,
    ),
)

QUIET = "lies wholly inside the quiet hours"
NO_ROOM = "make the quiet hours shorter, or write other windows"
UNSEEN = "nobody is said to see it, so nothing goes there; write who does, such as seen_by: [ana, ben]"
VISITS = "{from: 2026-01-01, to: 2026-02-01, timezone: UTC}"
AUCKLAND = "\n  - {id: ana, name: Ana}\n  - {id: ben, name: Ben, timezone: §Pacific/Auckland}"


def conflict(id: str, text: str, *words: str) -> Wrong:
    """The smallest config with something after it that only `check` tells."""
    return after(id, text, *words, conflict=True)


CONFLICTS = (
    conflict(
        "window-in-quiet-hours", "dates:\n  at: [§fri 22:00-23:30]\n", f"'fri 22:00-23:30' {QUIET} 22:00-07:00; choose"
    ),
    conflict("one-window-of-two", "practices: {romance: {at: [evening, §mon 05:00-06:30]}}\n", f"{QUIET} 22:00-07:00"),
    conflict("window-alone", "practices: {romance: {at: §daily 23:00-24:00}}\n", "or change rhythm.quiet"),
    conflict(
        "part-of-the-day-in-quiet-hours",
        "rhythm: {quiet: 00:00-12:00}\ndates: {at: [§morning], minutes: 30}\n",
        f"'morning (07:00-10:00)' {QUIET} 00:00-12:00; choose other hours, or change rhythm.quiet",
    ),
    conflict("quiet-evenings", "rhythm: {quiet: §19:00-12:00}\n", f"leaves no time for vulnerability; {NO_ROOM}"),
    conflict("quiet-all-day", "rhythm: {quiet: §00:00-24:00}\n", f"vulnerability, date nights; {NO_ROOM}"),
    conflict(
        "too-late-to-begin",
        "dates: {at: §[fri 21:00-23:00], minutes: 90}\n",
        "leaves no 90 minutes outside the quiet hours 22:00-07:00; choose other hours",
    ),
    conflict("longer-than-the-day", "dates: {minutes: §720}\n", "leaves no 720 minutes outside the quiet hours"),
    conflict(
        "longer-than-each-window",
        "dates: {at: [evening], minutes: §240}\n",
        "240 minutes are longer than each window (evening); make one of them wider",
    ),
    conflict("window-of-ten-minutes", "practices:\n  romance: §{at: [sun 10:00-10:10]}\n", "make one of them wider"),
    conflict("output-that-nobody-sees", "outputs:\n  - §{name: us, kind: ics, path: us.ics}\n", UNSEEN),
    conflict("output-with-an-empty-list", "outputs:\n  - {name: us, kind: ics, path: us.ics, seen_by: §[]}\n", UNSEEN),
    conflict(
        "secret-from-everybody",
        "anniversaries:\n  dates:\n    - {id: met, name: Met, date: 2020-01-01, secret_from: §[ben, ana]}\n",
        "it is secret from everybody, so nobody would ever see it; leave out who may",
    ),
    conflict(
        "plugin-to-disable", "hooks: {disable: [§gratitude-wall]}\n", "there is no plugin 'gratitude-wall'; known are"
    ),
    conflict("plugin-misspelt", "hooks: {optional: [§note]}\n", "did you mean 'notes'?"),
    conflict("settings-of-nobody", "hooks: {settings: {§cinema: {town: Berlin}}}\n", "there is no plugin 'cinema'"),
    conflict(
        "password-in-the-clear",
        "outputs:\n  - {name: us, kind: caldav, seen_by: [ana], url: §http://x.org/dav/}\n",
        "write https://, or 'insecure: yes' beside it",
    ),
    wrong(
        "overlapping-visits",
        config_text(
            people=f"\n  - {{id: ana, name: Ana, visits: [{VISITS}, §"
            "{from: 2026-02-01, to: 2026-03-01, timezone: Asia/Tokyo}]}"
        ),
        "a day has one time zone, so make one of them shorter",
        conflict=True,
    ),
    wrong(
        "born-in-the-future",
        TOP.replace("1992-02-29", "§2062-02-03"),
        "look at the year, or write --MM-DD",
        conflict=True,
    ),
    wrong("born-tomorrow", TOP.replace("1992-02-29", "§2026-11-23"), "'2026-11-23' is in the future", conflict=True),
    wrong(
        "never-day-for-all",
        config_text(people=AUCKLAND, rhythm="{quiet: 20:00-09:00}"),
        "never day for all of you at once, so there is no time for shared-experiences, date nights; make",
        conflict=True,
    ),
    spelt(
        "conflicts-of-many-kinds",
        "id: 7c9e6679-7425-40de-944b-e07fc1f90ae7\n"
        + "timezone: Europe/Berlin\n"
        + "people:\n"
        + "  - {id: ana, name: Ana, birthday: 2062-02-03}\n"
        + "  - {id: ben, name: Ben}\n"
        + "me: ana\n"
        + "hooks: {disable: [x]}\n"
        + "dates: {at: [fri 22:30-23:30]}\n"
        + "outputs: [{name: a, kind: feed}]\n",
        (4, 36, "look at the year, or write --MM-DD where it is not known"),
        (7, 19, "there is no plugin 'x'; known are anniversaries"),
        (8, 14, "choose other hours, or change rhythm.quiet"),
        (9, 11, "write who does, such as seen_by: [ana, ben]"),
        conflict=True,
    ),
    spelt(
        "quiet-hours-and-windows",
        TOP
        + "rhythm: {quiet: 18:00-07:00}\n"
        + "practices:\n"
        + "  romance: {at: [evening], minutes: 30}\n"
        + "  support: {minutes: 500, at: [midday]}\n",
        (7, 17, "'18:00-07:00' leaves no time for celebration, communication, empathy, gratitude, vulnerability; make"),
        (9, 18, "'evening (18:30-21:30)' lies wholly inside the quiet hours 18:00-07:00; choose other hours"),
        (10, 22, "500 minutes are longer than each window (midday); make one of them wider"),
        conflict=True,
    ),
    spelt(
        "secrets-and-places",
        TOP
        + "anniversaries:\n"
        + "  dates:\n"
        + "    - {id: met, name: Met, date: 2020-01-01, secret_from: [ana, ben]}\n"
        + "outputs:\n"
        + "  - {name: a, kind: caldav, url: 'http://x.org/', seen_by: []}\n",
        (9, 59, "it is secret from everybody, so nobody would ever see it; leave out who may know"),
        (11, 34, "anybody on the way could read the password; write https://"),
        (11, 60, "nobody is said to see it, so nothing goes there"),
        conflict=True,
    ),
)

WRONG = (
    *NO_YAML,
    *FORM,
    *TRAPS,
    *KEYS,
    *NAMES,
    *TYPES,
    *RANGES,
    *GRAMMARS,
    *STRANGERS,
    *DOUBLES,
    *OUTPUTS,
    *MANY,
    *CONFLICTS,
)
