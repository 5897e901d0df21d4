"""Config files that are right: any of them, as the data that fondly reads and as YAML in the ways people type it."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from hypothesis import strategies as st

from fondly.config.document import QUOTES
from fondly.config.models import PRACTICES
from fondly_hooks.types.dates import LARGEST, LONG_PERSIAN_MONTHS
from fondly_hooks.types.times import DAYS, PARTS
from fondly_hooks.yamlfile import Loader

# Every literal password, and every text and number under a name that speaks of a secret, holds one of these.
SECRET_TEXT, SECRET_NUMBER = "s3cr3t-", 271828182845000
ZONES = "Europe/Berlin Europe/London UTC Asia/Kolkata America/Argentina/Buenos_Aires Etc/GMT+5 Pacific/Apia".split()
KINDS = "ics caldav feed obsidian logseq org markdown".split()
# Built-ins that no output needs; an output of a kind whose plugin is disabled would be wrong.
PLUGINS = ["dates", "anniversaries", "cinema-listings", "no such plugin", "1"]
SECRET_NAMES = "token password api_key PASSPHRASE client-secret cookies PW bearer_of pin credentials".split()
HARMLESS_NAMES = "town 1 yes ~ on 2015-06-20 = << ? x:y null 0x1F a#b".split()

# Texts that YAML, or a careless writer of it, takes for something else.
STRANGE = [
    *"""yes No on OFF true False ~ null NULL y 1 -1 +7 010 0x1F 0x_ 0b1 0o17 1_000 1.5 .5 5. 1e3 1.0e+3 -.inf .nan
    18:30 1:99 2015-06-20 1990-02-29 --07-04 2001-12-14t21:59:43.10-05:00 a: :a # &a *a !a @a `a %a {a} [a] { } [ ] ,
    „a“ » ' " '' "a" 'a' \\ \\n a\\ --- ... - -- ? : > | |- = << Zoë ß İ K 漢字 עברית 💕 👩\u200d👧 e\u0301""".split(),
    *["- a", "? a", "a: b", "a #b", "!!int 1", "a, b", "--- a", " a", "a ", "  ", " - ", "\ta", "a\t"],
    *["a\nb", "\n", "a\n", "\na", "a\r\nb", "\r", "a\x85b", "\x85", "a\u2028b", "\u2029", "\ufeffa", "a\ufeff"],
    *["\xa0", "\u200b", "\x00", "\x07", "\x1b[31m", "\x7f", "\x9f", "\ud7ff", "\U0010ffff", "2001-01-01 99:99:99"],
]


@dataclass(frozen=True)
class Made:
    """A config file that is right: the ``data`` that it says, and one ``text`` that says it."""

    data: dict[str, Any]
    text: str = field(repr=False)


def texts(least: int = 1, most: int = 12) -> st.SearchStrategy[str]:
    """Any text that YAML can carry, and most of all the strange ones."""
    letters = st.characters(exclude_categories=["Cs"]) | st.sampled_from(string.ascii_letters + " :#'\"-\n\u2028\x85")
    return st.sampled_from(STRANGE) | st.text(letters, min_size=least, max_size=most)


def slugs() -> st.SearchStrategy[str]:
    """Short names of the grammar, among them those that look like numbers and truth values."""
    return st.sampled_from(
        ["ana", "ben", "1", "007", "1-2", "no", "on", "null", "true", "0-", "2015-06-20", "a" * 64]
    ) | st.from_regex("[a-z0-9][a-z0-9-]{0,7}", fullmatch=True)


def truths() -> st.SearchStrategy[bool | str]:
    """Yes and no, in each way of writing them."""
    return st.sampled_from([True, False, "yes", "no", "on", "off", "Yes", "NO", "True", "FALSE", "oN"])


def lengths() -> st.SearchStrategy[str]:
    """Lengths of time, in any letters and blanks."""
    units = st.sampled_from([("day", 36_600), ("week", 5_228), ("month", 1_180), ("year", 100)])
    return units.flatmap(
        lambda unit: st.builds(
            lambda count, end, gap: f"{count}{gap}{unit[0]}{end}",
            st.integers(1, unit[1]),
            st.sampled_from(["", "s", "S"]),
            st.sampled_from([" ", "  ", "\t"]),
        )
    )


def rhythms() -> st.SearchStrategy[Any]:
    """Values of ``every``."""
    return st.one_of(
        st.sampled_from([False, "off", "Off", "on request", "daily", "weekly", "monthly", "quarterly", "yearly"]),
        st.builds("{} per {}".format, st.integers(1, 24), st.sampled_from("day week month quarter year".split())),
        st.builds("every {} {}".format, st.integers(1, 24), st.sampled_from("days weeks months".split())),
        st.builds("{} {}".format, st.integers(1, 24), st.sampled_from("days weeks MONTHS".split())),
        st.sampled_from(["every week", " every  day ", "2  per  Week"]),
    )


@st.composite
def hours(draw: st.DrawFn, over_midnight: bool = False) -> str:
    """Spans of hours; a window ends after it begins."""
    start = draw(st.integers(0, 1439))
    end = draw(st.integers(0 if over_midnight else start + 1, 1440))
    pattern = draw(st.sampled_from(["{:02d}:{:02d}-{:02d}:{:02d}", "{}:{:02d}-{}:{:02d}"]))
    return pattern.format(*divmod(start, 60), *divmod(end, 60))


def windows() -> st.SearchStrategy[str]:
    """Windows of ``at``."""
    day = st.sampled_from(DAYS)
    span = st.one_of(day, st.tuples(day, day).map("-".join))
    days = st.sampled_from(["weekdays", "weekend", "daily"]) | st.lists(span, min_size=1, max_size=3).map(",".join)
    parts = st.sampled_from(sorted(PARTS))
    window = parts | st.tuples(days, parts | hours()).map(" ".join)
    return st.one_of(window, window.map(str.upper), window.map(lambda text: f" {text.replace(' ', '  ')} "))


def window_lists() -> st.SearchStrategy[Any]:
    """One window, or a list of them."""
    return windows() | st.lists(windows(), min_size=1, max_size=3)


def days() -> st.SearchStrategy[str]:
    """Days as ``YYYY-MM-DD``."""
    return st.dates(min_value=_day("1900-01-01"), max_value=_day("9000-01-01")).map(str)


def _day(text: str) -> Any:
    import datetime as dt

    return dt.date.fromisoformat(text)


def partial_dates() -> st.SearchStrategy[str]:
    """Days with a year or without; leap days more often than they come."""
    known = st.dates().map(str) | st.sampled_from(["1992-02-29", "0001-01-01", "9999-12-31", " 2015-06-20 "])
    return known | st.dates().map(lambda day: f"--{day:%m-%d}") | st.just("--02-29")


@st.composite
def calendar_dates(draw: st.DrawFn) -> dict[str, Any]:
    """Days of other calendars."""
    calendar = draw(st.sampled_from(sorted(LARGEST)))
    most_months, most_days = LARGEST[calendar]
    month = draw(st.integers(1, most_months))
    if calendar == "persian" and month > LONG_PERSIAN_MONTHS:
        most_days = 30
    date: dict[str, Any] = {"calendar": calendar, "month": month, "day": draw(st.integers(1, most_days))}
    if draw(st.booleans()):
        date["year"] = draw(st.integers(1, 20_000))
    if draw(st.booleans()):
        no = st.sampled_from([False, "no", "OFF"])
        date["leap_month"] = draw(truths() if calendar == "chinese" else no)
    return date


def keys(required: dict[str, Any] | None = None, **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A mapping with these keys; the optional ones there or not. ``from_`` and ``with_`` are written without "_"."""
    return st.fixed_dictionaries(
        required or {}, optional={name.removesuffix("_"): strategy for name, strategy in optional.items()}
    )


@st.composite
def spans(draw: st.DrawFn) -> dict[str, str]:
    """The first and the last day of a pause or a visit."""
    first, last = sorted([draw(days()), draw(days())])
    return {"from": first, "to": last}


def people(ids: list[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """The people of these ids."""
    zones = st.sampled_from(ZONES)
    visit = st.builds(lambda span, zone: {**span, "timezone": zone}, spans(), zones)
    return st.tuples(
        *(
            keys(
                {"id": st.just(id), "name": texts()},
                birthday=partial_dates(),
                leap_day=st.sampled_from(["feb-28", "mar-1", "both", "leap-years"]),
                timezone=zones,
                visits=st.lists(visit, max_size=2),
            )
            for id in ids
        )
    ).map(list)


def numbers(least: float, most: float) -> st.SearchStrategy[Any]:
    """Numbers as people type them, whole or not, tiny ones and a zero below zero too."""
    tiny = [number for number in (0.0, -0.0, 1e-05, 5e-324, 0.1, 52.52, -13.4, 60.0) if least <= number <= most]
    return st.sampled_from(tiny) | st.floats(least, most, allow_nan=False) | st.integers(int(least), int(min(most, 99)))


def plain_data() -> st.SearchStrategy[Any]:
    """What a plugin's settings may hold, without a secret."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), numbers(-1e300, 1e300), texts(0))
    return _nested(leaves, st.sampled_from(HARMLESS_NAMES))


def secret_data() -> st.SearchStrategy[Any]:
    """What stands under a name that speaks of a secret: all of it has to be hidden, but for truth values."""
    text = st.builds(lambda before, number: f"{before}{SECRET_TEXT}{number}", texts(0, 3), st.integers(0, 99))
    number = st.integers(0, 999).map(lambda number: SECRET_NUMBER + number)
    return _nested(st.one_of(text, number, number.map(float), st.booleans(), st.none()), st.sampled_from(["a", "b"]))


def _nested(leaves: st.SearchStrategy[Any], names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
        max_leaves=5,
    )


def sources() -> st.SearchStrategy[dict[str, Any]]:
    """Where a secret comes from; none of it is secret."""
    word = texts()
    return st.one_of(
        st.builds(lambda kind, name: {kind: name}, st.sampled_from(["env", "keyring", "file"]), word),
        st.builds(lambda first, rest: {"command": [first, *rest]}, word, st.lists(texts(0), max_size=2)),
    )


@st.composite
def settings_of_plugins(draw: st.DrawFn) -> dict[str, Any]:
    """Settings of plugins, some under names that speak of a secret."""
    harmless = st.dictionaries(st.sampled_from(HARMLESS_NAMES) | texts(0, 4), plain_data(), max_size=3)
    secret = st.dictionaries(st.sampled_from(SECRET_NAMES), secret_data() | sources(), max_size=2)
    one = st.builds(lambda *parts: {key: item for part in parts for key, item in part.items()}, harmless, secret)
    return draw(st.dictionaries(st.sampled_from(["cinema-listings", "1", "off", "a: b"]), one, max_size=2))


def paths(end: str, number: int) -> st.SearchStrategy[str]:
    """Paths that no two outputs share; none of them begins at a stranger's home."""
    names = texts(0, 6).filter(lambda text: "\0" not in text and "/" not in text and "://" not in text)
    return st.builds(
        lambda start, name: f"{start}{number}{name}{end}", st.sampled_from(["", "./", "~/", "a/b/"]), names
    )


@st.composite
def outputs(draw: st.DrawFn, ids: list[str], number: int, name: str) -> dict[str, Any]:
    """An output of any kind, with any of its keys."""
    kind = draw(st.sampled_from(KINDS))
    required: dict[str, Any] = {"name": st.just(name), "kind": st.just(kind)}
    own: dict[str, Any] = {}
    if kind == "caldav":
        host = draw(st.sampled_from(["127.0.0.1:5232", "cloud.example.org", "[::1]", "bücher.example"]))
        required["url"] = st.just(f"{draw(st.sampled_from(['http', 'https']))}://{host}/ana/{number}/")
        literal = st.builds(lambda before: f"{before}{SECRET_TEXT}", texts(0, 4))
        own = {
            "username": texts(0),
            "password": sources() | literal,
            "auth": st.sampled_from(["basic", "digest", "bearer"]),
            "insecure": truths(),
        }
    elif kind == "markdown":
        required["path"], own = paths(".md", number), {"days": st.integers(1, 366)}
    elif kind != "feed":
        required["path"] = paths(f".{kind}", number)
    what = st.sampled_from(["practices", "dates", "anniversaries", "custom"])
    made: dict[str, Any] = draw(
        keys(
            required,
            **own,
            seen_by=st.permutations(ids).flatmap(lambda seen: st.integers(0, len(seen)).map(lambda n: list(seen[:n]))),
            include=st.lists(what, min_size=1, max_size=4),
            titles=st.sampled_from(["full", "neutral", "busy"]),
            details=truths(),
            alarms=truths(),
            practices_as=st.sampled_from(["event", "todo"]),
        )
    )
    return made


def some_of(ids: list[str]) -> st.SearchStrategy[list[str]]:
    """Some of the people, nobody twice."""
    return st.lists(st.sampled_from(ids), unique=True)


@st.composite
def config_data(draw: st.DrawFn) -> dict[str, Any]:
    """Any config that is right, as plain data."""
    ids = draw(st.lists(slugs(), min_size=1, max_size=4, unique=True))
    practice = keys(
        every=rhythms(),
        at=window_lists(),
        minutes=st.integers(1, 720),
        with_=st.sampled_from(["solo", "together"]),
        energy=st.sampled_from(["low", "medium", "high"]),
    )
    place = keys({"latitude": numbers(-90, 90), "longitude": numbers(-180, 180)}, name=texts(0))
    dates = keys(
        every=rhythms(),
        at=window_lists(),
        minutes=st.integers(15, 1440),
        budget=numbers(0, 1e300),
        currency=st.from_regex("[A-Z]{3}", fullmatch=True),
        place=place,
        never=st.lists(texts(0), max_size=2),
        sitter=truths(),
        turns=truths(),
    )
    remembered_ids = draw(st.lists(slugs().filter(lambda id: not id.startswith("birth")), max_size=3, unique=True))
    remembered = [
        keys(
            {"id": st.just(id), "name": texts(), "date": partial_dates() | calendar_dates()},
            kind=slugs(),
            people=some_of(ids),
            secret_from=some_of(ids),
            leap_day=st.sampled_from(["feb-28", "mar-1", "both", "leap-years"]),
            repeat=st.lists(st.sampled_from(["year", "month"]), min_size=1, max_size=2),
            milestones=st.lists(lengths(), max_size=3),
            remind=st.lists(lengths(), max_size=3),
            gifts=slugs(),
        )
        for id in remembered_ids
    ]
    names = draw(st.lists(slugs().filter(lambda name: name != "export"), max_size=4, unique=True))
    busy = st.integers(0, 2).flatmap(
        lambda count: st.tuples(
            *(
                keys({"person": st.sampled_from(ids), "kind": st.just("ics"), "url": paths(".busy", number)})
                for number in range(count)
            )
        ).map(list)
    )
    whole: dict[str, Any] = draw(
        keys(
            {
                "id": st.uuids().map(str) | st.uuids().map(lambda uuid: str(uuid).upper()),
                "timezone": st.sampled_from(ZONES),
                "people": people(ids),
                "me": st.sampled_from(ids),
            },
            language=st.just("en"),
            rhythm=keys(
                most_per_week=st.integers(0, 70),
                most_per_day=st.integers(0, 10),
                quiet=hours(over_midnight=True),
                horizon=lengths(),
                tidy=lengths(),
                depth=st.integers(1, 3),
                touch=truths(),
                pauses=st.lists(spans(), max_size=2),
            ),
            practices=st.dictionaries(st.sampled_from(PRACTICES), rhythms() | practice, max_size=4),
            catalogue=keys(packs=st.just([])),  # they are files, which have to be there
            dates=rhythms() | dates,
            anniversaries=keys(horizon=lengths(), dates=st.tuples(*remembered).map(list)),
            hooks=keys(
                folder=st.sampled_from(["hooks", "my hooks", "no", "./1", "~/no-such-folder"]),
                disable=st.lists(st.sampled_from(PLUGINS) | texts(0), max_size=2),
                optional=st.lists(texts(0), max_size=2),
                settings=settings_of_plugins(),
            ),
            busy=busy,
            outputs=st.tuples(*(outputs(ids, number, name) for number, name in enumerate(names))).map(list),
        )
    )
    return whole


@st.composite
def configs(draw: st.DrawFn) -> Made:
    """Any config that is right, in any style."""
    data = draw(config_data())
    return Made(data, Writer(draw(st.integers(0, 2**32))).document(data))


# YAML in the ways people type it


BREAKS = "\n\r\x85\u2028\u2029"
PRINTABLE = re.compile("[\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
SHORT = {"\0": "0", "\a": "a", "\t": "t", "\n": "n", "\r": "r", "\x1b": "e", "\x85": "N", "\u2028": "L", "\u2029": "P"}


@cache
def can_be_plain(text: str) -> bool:
    """Whether the text means itself without quotes, wherever it may stand."""
    if not PRINTABLE.fullmatch(text) or len(text) > 100 or text.startswith(tuple(QUOTES)):
        return False
    places = ["a: {}\nb: c", "- {}\n- b", "[x, {}, y]", "{{a: {}, b: c}}", "{}: c", "{{{}: c}}", "a: &a {} # x"]
    try:
        nodes = [list(_scalars(yaml.compose(place.format(text), Loader))) for place in places]
    except yaml.YAMLError:
        return False
    return all([node.value for node in found if node.tag[-4:] == ":str"].count(text) == 1 for found in nodes) and all(
        len(found) == len(list(_scalars(yaml.compose(place.format("word"), Loader))))
        for place, found in zip(places, nodes, strict=True)
    )


def _scalars(node: Any) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    else:
        for item in node.value:
            for part in item if isinstance(item, tuple) else (item,):
                yield from _scalars(part)


class Writer:
    """Writes plain data as YAML. The seed chooses among the ways to write each thing; 0 takes the first each time."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed) if seed else None
        self.anchors: dict[str, str] = {}

    def one_of(self, *ways: Any) -> Any:
        return self.random.choice(ways) if self.random else ways[0]

    def document(self, data: dict[str, Any]) -> str:
        """The whole file."""
        keys = list(data)
        if self.random:
            self.random.shuffle(keys)
        text = self.block({key: data[key] for key in keys}, 0) if self.one_of(1, 1, 1, 0) else self.flow(data)
        text = (
            self.one_of("", "# ours\n", "---\n", "%YAML 1.2\n---\n", "\n\n") + text + self.one_of("\n", "", "\n...\n")
        )
        return self.one_of("", "", "\ufeff") + text.replace("\n", self.one_of("\n", "\n", "\r\n", "\r"))

    def block(self, value: Any, indent: int) -> str:
        """A mapping or a list that is not empty, each item on a line of its own."""
        lines, blank, step = [], " " * indent, self.one_of(2, 2, 1, 4)
        for item in value:
            if self.one_of(*[0] * 19, 1):
                lines.append(self.one_of("", f"{blank}# 'this': {{is}} a \"comment", "   "))
            if isinstance(value, list):
                lines.append(f"{blank}-{self.inner(item, indent, 2, dash=True)}")
            else:
                key, gap = self.text(item), self.one_of("", "", " ")
                lines.append(f"{blank}{key}{gap}:{self.inner(value[item], indent, step)}")
        return "\n".join(lines)

    def inner(self, value: Any, indent: int, step: int, *, dash: bool = False) -> str:
        """What follows a colon or a dash."""
        comment = self.one_of("", "", "", " # why")
        if not isinstance(value, (dict, list)) or not value or not self.one_of(1, 1, 0):
            return self.one_of(" ", " ", "  ") + self.flow(value, alone=True) + comment
        if dash and isinstance(value, dict) and self.one_of(1, 1, 0):
            rest = self.block(value, indent + 2)
            if rest[: indent + 2].isspace() and rest[indent + 2] not in " #\n":
                return f" {rest[indent + 2 :]}"
            return f"\n{rest}"
        if isinstance(value, list) and not dash and self.one_of(0, 1):
            step = 0  # a list may stand right below its key
        return f"{comment}\n{self.block(value, indent + step)}"

    def flow(self, value: Any, *, alone: bool = False) -> str:
        """The value on one line; ``alone`` where nothing else stands on it."""
        known = f"{type(value)}{value!r}"
        if self.random and known in self.anchors and self.one_of(0, 1):
            return f"*{self.anchors[known]}{'' if alone else ' '}"
        anchor = ""
        if isinstance(value, (dict, list, str)) and known not in self.anchors and self.one_of(*[0] * 19, 1):
            self.anchors[known] = f"a{len(self.anchors)}"
            anchor = f"&{self.anchors[known]} "
        if isinstance(value, (dict, list)):
            edge, comma = self.one_of("", "", " "), self.one_of(", ", ", ", " ,  ")
            items = [
                f"{self.text(item)}: {self.flow(value[item])}" if isinstance(value, dict) else self.flow(item)
                for item in value
            ]
            end = self.one_of("", "", ",") if items else ""
            start, close = "{}" if isinstance(value, dict) else "[]"
            written = f"{start}{edge}{comma.join(items)}{end}{edge}{close}"
        elif isinstance(value, str):
            written = self.text(value)
        elif value is None:
            written = self.one_of("~", "null", "NULL", "" if alone else "Null")
        elif isinstance(value, bool):
            word = "true" if value else "false"
            written = self.one_of(word, word.title(), word.upper())
        elif isinstance(value, int):
            written = self.one_of("", "+" if value >= 0 else "") + str(value)
        else:
            written = repr(value) if "." in repr(value) else repr(value).replace("e", ".0e")
        return anchor + written

    def text(self, text: str) -> str:
        """A text, without quotes where it can be."""
        double = self.in_double_quotes(text)
        single = "'" + text.replace("'", "''") + "'" if PRINTABLE.fullmatch(text) else double
        plain = text if can_be_plain(text) else single
        return str(self.one_of(plain, plain, single, double))

    def in_double_quotes(self, text: str) -> str:
        """The text with what cannot stand there, or need not, escaped."""
        far = self.one_of(True, False)  # letters that are not of ASCII may stand for themselves
        letters = []
        for letter in text:
            code = ord(letter)
            if letter in '"\\':
                letters.append(f"\\{letter}")
            elif PRINTABLE.fullmatch(letter) and letter != "\t" and (far or code < 128):
                letters.append(letter)
            elif letter in SHORT and self.one_of(1, 0):
                letters.append(f"\\{SHORT[letter]}")
            else:
                letters.append(
                    f"\\x{code:02x}" if code < 256 else f"\\u{code:04X}" if code < 65536 else f"\\U{code:08X}"
                )
        return '"' + "".join(letters) + '"'
