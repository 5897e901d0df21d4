"""The config file: read as typed, judged as a whole, every problem with its place and a remedy."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fondly.config import Config, find_config, load_config
from fondly.config.secrets import resolve_secret
from fondly.preparing import Prepared, prepare
from fondly.run import Run, sync
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.times import DayRange, PartialDate
from support import RELATIONSHIP, config_text, write_config

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = dt.datetime.fromisoformat("2026-11-22T09:00:00+01:00")
PASSWORD = "hunter2-is-my-dog"


def load(folder: Path, text: str | bytes, mode: int = 0o600) -> Prepared:
    """The config that the text makes, with its outputs validated."""
    return prepare(load_config(write_config(folder, text, mode)))


def refusal(folder: Path, text: str | bytes) -> list[str]:
    """The lines in which a wrong file is refused."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    assert caught.value.exit_code == 2
    return str(caught.value).splitlines()


# What is right


def test_smallest_file(tmp_path: Path) -> None:
    """The smallest file of the contract is enough, and its defaults are gentle."""
    text = config_text(
        anniversaries="\n  dates:\n    - {id: wedding, name: Wedding, date: 2015-06-20, kind: wedding}",
        outputs="\n  - {name: file, kind: ics, path: us.ics, seen_by: [ana, ben]}",
    )
    prepared = load(tmp_path, text)
    people = prepared.relationship
    assert (people.id, people.timezone, people.me) == (RELATIONSHIP, "Europe/Berlin", "ana")
    assert [(person.id, person.timezone) for person in people.people] == [
        ("ana", "Europe/Berlin"),
        ("ben", "Europe/Berlin"),
    ]
    assert people.person("ana").birthday == PartialDate(2, 29, 1992)
    assert people.person("ben").birthday == PartialDate(7, 4, None)
    assert people.remembered[0].date == PartialDate(6, 20, 2015)
    assert (people.rhythm.most_per_week, people.rhythm.depth, people.rhythm.touch) == (3, 2, False)
    assert people.dates.every == Cadence("every", 2, "week")
    assert [(ready.spec.name, ready.spec.seen_by) for ready in prepared.outputs] == [("file", {"ana", "ben"})]


def test_full_example(tmp_path: Path) -> None:
    """The example that uses every part means what a reader of it expects."""
    for file in EXAMPLES.iterdir():
        shutil.copy(file, tmp_path)
    config = load_config(tmp_path / "fondly.yaml")
    people, rhythm = config.relationship, config.relationship.rhythm
    assert people.person("ana").leap_day == "mar-1"
    assert people.person("ben").timezone == "Europe/London"
    assert people.person("ben").zone_on(dt.date(2027, 5, 17)) == "Europe/Berlin"
    assert people.person("ben").zone_on(dt.date(2027, 5, 18)) == "Europe/London"
    assert (rhythm.most_per_week, rhythm.most_per_day, rhythm.touch, rhythm.depth) == (5, 1, True, 2)
    assert rhythm.quiet == (22 * 60, 7 * 60 + 30)
    assert (rhythm.horizon, rhythm.tidy) == (28, 14)
    assert rhythm.pauses == (DayRange(dt.date(2026, 12, 21), dt.date(2027, 1, 3)),)
    assert people.practices["gratitude"].every == Cadence("per", 2, "week")
    assert [(window.start, window.end) for window in people.practices["gratitude"].at or ()] == [(1110, 1290)]
    assert people.practices["forgiveness"].every == Cadence("request")
    assert people.practices["support"].every == Cadence("off")
    assert people.practices["presence"].minutes == 10
    assert (people.dates.budget, people.dates.never) == (60, {"alcohol", "heights"})
    assert people.dates.sitter is False
    assert people.dates.place is not None
    assert people.dates.place.latitude == 52.52
    remembered = {date.id: date for date in people.remembered}
    assert remembered["party"].secret_from == ("ben",)
    assert remembered["wedding"].remind == (dt.timedelta(days=30), dt.timedelta(days=7))
    assert config.busy[0].path == tmp_path / "ana-work.ics"
    outputs = {ready.spec.name: ready.spec for ready in prepare(config).outputs}
    assert list(outputs) == ["ours", "mine", "work", "phone", "file", "vault", "page"]
    assert outputs["ours"].include == {"practices", "dates", "anniversaries"}
    assert (outputs["mine"].alarms, outputs["ours"].alarms) == (True, False)
    assert (outputs["mine"].todo, outputs["ours"].todo) == (True, False)
    assert (outputs["work"].titles, outputs["work"].details, outputs["ours"].details) == ("busy", False, True)


def test_text_stays_as_typed(tmp_path: Path) -> None:
    """What YAML 1.1 would turn into False, 1110, 8 or a date stays what the person typed."""
    text = config_text(
        people='\n  - {id: ana, name: off}\n  - {id: ben, name: 010}\n  - {id: "007", name: 2015-06-20}',
        practices='{romance: {at: ["daily 18:30-20:00"], every: off}, support: off}',
        rhythm="{quiet: 18:30-07:30}",
    )
    people = load(tmp_path, text).relationship
    assert {person.id: person.name for person in people.people} == {"ana": "off", "ben": "010", "007": "2015-06-20"}
    assert people.rhythm.quiet == (1110, 450)
    assert people.practices["romance"].every == Cadence("off")
    assert people.practices["support"].every == Cadence("off")


def test_octal_looking_number_is_never_eight(tmp_path: Path) -> None:
    """A number with a leading zero is read as people read it, or refused."""
    try:
        rhythm = load(tmp_path, config_text(rhythm="{most_per_week: 010}")).relationship.rhythm
    except ConfigError:
        return
    assert rhythm.most_per_week == 10


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("yes", True), ("true", True), ("on", True), ("Yes", True), ("no", False), ("false", False), ("off", False)],
)
def test_truth_values(tmp_path: Path, typed: str, meant: bool) -> None:
    """Each usual word for yes and no is understood where a truth is asked for."""
    assert load(tmp_path, config_text(rhythm=f"{{touch: {typed}}}")).relationship.rhythm.touch is meant


def test_false_switches_a_practice_off(tmp_path: Path) -> None:
    """Who writes ``every: false`` means off."""
    people = load(tmp_path, config_text(practices="{romance: {every: false}}")).relationship
    assert people.practices["romance"].every == Cadence("off")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2 per week", Cadence("per", 2, "week")),
        ("daily", Cadence("per", 1, "day")),
        ("yearly", Cadence("per", 1, "year")),
        ("every 3 days", Cadence("every", 3, "day")),
        ("every 2 weeks", Cadence("every", 2, "week")),
        ("every 18 months", Cadence("every", 18, "month")),
        ("on request", Cadence("request")),
        ("off", Cadence("off")),
    ],
)
def test_rhythms(tmp_path: Path, typed: str, meant: Cadence) -> None:
    """Every form of the grammar is read, and what is printed is read back as the same."""
    assert load(tmp_path, config_text(dates=f"{{every: {typed}}}")).relationship.dates.every == meant
    assert load(tmp_path, config_text(dates=f"{{every: {meant}}}")).relationship.dates.every == meant


def test_people_stand_in_one_order(tmp_path: Path) -> None:
    """The order in which people are written means nothing."""
    ana, ben = "{id: ana, name: Ana, birthday: 1992-02-29}", "{id: ben, name: Ben, birthday: --07-04}"
    first = load(tmp_path, config_text(people=f"[{ana}, {ben}]")).relationship
    assert load(tmp_path, config_text(people=f"[{ben}, {ana}]")).relationship == first


def test_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    """A file as Windows editors save it is read as any other."""
    plain = load(tmp_path, config_text()).relationship
    assert load(tmp_path, ("\ufeff" + config_text()).replace("\n", "\r\n").encode()).relationship == plain


def test_find_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option wins over the variable, and a file that is not there is named."""
    path = write_config(tmp_path, config_text())
    monkeypatch.setenv("FONDLY_CONFIG", str(path))
    assert find_config(None) == path
    with pytest.raises(ConfigError, match="elsewhere"):
        find_config(str(tmp_path / "elsewhere.yaml"))


# What is wrong

PEOPLE = "\n  - {id: ana, name: Ana%s}"
DATES = "\n  dates:\n    - {id: met, name: Met, %s}"
OUTPUT = "\n  - {name: us, kind: ics, path: us.ics%s}"
CALDAV = "\n  - {name: us, kind: caldav, url: %s}"
CALDAV_URL = CALDAV.replace("url", "§url")

# The top keys as in `config_text`, with "§" where the problem must be placed; then a word of the remedy.
WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"§tiemzone": "Europe/Berlin"}, "did you mean 'timezone'"),
    ({"§nonsense": "3"}, "known are "),
    ({"me": "§anna"}, "did you mean 'ana'"),
    ({"me": "§42"}, "text; put it in quotes"),
    ({"timezone": "§Europe/Berln"}, "did you mean 'Europe/Berlin'"),
    ({"timezone": "§/etc/passwd"}, "such as Europe/Berlin"),
    ({"timezone": '§"a\\0b"'}, "such as Europe/Berlin"),
    ({"language": "§tlh"}, "known are en"),
    ({"id": "§hello"}, "This is a new one"),
    ({"people": "§[]"}, "must not be empty"),
    ({"people": "§ana"}, "a list, such as [a, b]"),
    ({"people": PEOPLE % ", §nam: A"}, "did you mean 'name'"),
    ({"people": "\n  - §{id: ana}"}, "name: is missing; add it"),
    ({"people": "\n  - {id: §Ana, name: Ana}", "me": "ana"}, "small letters"),
    ({"people": PEOPLE % ", birthday: §1990-02-29"}, "no day of the calendar"),
    ({"people": PEOPLE % ", birthday: §20.6.2015"}, "YYYY-MM-DD, or --MM-DD"),
    ({"people": PEOPLE % ", timezone: §Berlin"}, "did you mean 'Europe/Berlin'"),
    ({"people": PEOPLE % ", leap_day: §feb28"}, "did you mean 'feb-28'"),
    ({"people": PEOPLE % ", visits: [§{from: 2026-01-01, to: 2026-02-01}]"}, "timezone: is missing"),
    ({"people": (PEOPLE % "") + "\n  - {id: §ana, name: Other}"}, "taken already"),
    ({"practices": "{§gratitud: weekly}"}, "did you mean 'gratitude'"),
    ({"practices": "{gratitude: §sometimes}"}, "'N per day|week|month|quarter|year'"),
    ({"practices": "{gratitude: {every: §0 per week}}"}, "out of range"),
    ({"practices": "{gratitude: {§evry: weekly}}"}, "did you mean 'every'"),
    ({"practices": "{gratitude: {at: [§evning]}}"}, "morning, midday, afternoon, evening"),
    ({"practices": '{gratitude: {at: [§"fry 10:00-11:00"]}}'}, "names no days"),
    ({"practices": '{gratitude: {at: [§"mon 25:00-26:00"]}}'}, "from 00:00 to 24:00"),
    ({"practices": '{gratitude: {at: [§"mon 12:00-11:00"]}}'}, "ends before it begins"),
    ({"practices": "{gratitude: {minutes: §0}}"}, "at least 1"),
    ({"practices": "{gratitude: {with: §both}}"}, "solo, together"),
    ({"rhythm": "{most_per_week: §many}"}, "a whole number"),
    ({"rhythm": "{most_per_week: §3.5}"}, "a whole number"),
    ({"rhythm": "{most_per_week: §-1}"}, "at least 0"),
    ({"rhythm": "{depth: §4}"}, "at most 3"),
    ({"rhythm": "{touch: §maybe}"}, "'yes' or 'no'"),
    ({"rhythm": "{quiet: §22-7}"}, "write HH:MM-HH:MM"),
    ({"rhythm": "{quiet: §1320}"}, "such as 22:00-07:30"),
    ({"rhythm": "{horizon: §4 fortnights}"}, "'N days'"),
    ({"rhythm": "{pauses: [§{from: 2026-12-21, to: 2026-12-01}]}"}, "before it begins"),
    ({"rhythm": "{pauses: [§{from: 2026-12-21}]}"}, "to: is missing; add it"),
    ({"rhythm": "{pauses: [{from: §tomorrow, to: 2026-12-01}]}"}, "write YYYY-MM-DD"),
    ({"dates": "{currency: §euro}"}, "such as EUR"),
    ({"dates": "{budget: §lots}"}, "a number"),
    ({"dates": "{place: {latitude: §95, longitude: 0}}"}, "at most 90"),
    ({"anniversaries": DATES % "date: §2015-02-30"}, "no day of the calendar"),
    ({"anniversaries": DATES % "date: {calendar: §chines, month: 1, day: 1}"}, "did you mean 'chinese'"),
    ({"anniversaries": DATES % "date: 2015-02-03, secret_from: [§bob]"}, "known are ana, ben"),
    ({"anniversaries": DATES % "date: 2015-02-03, people: [§bem]"}, "did you mean 'ben'"),
    ({"anniversaries": "\n  dates:\n    - {id: §birthday-ana, name: B, date: --02-03}"}, "choose another"),
    ({"hooks": "{folder: §~no-such-person/x}"}, "write it out"),
    ({"busy": "[{person: §bob, kind: ics, url: x.ics}]"}, "known are ana, ben"),
    ({"busy": "[{person: ana, kind: ics, url: §'https://x.org/y.ics'}]"}, "path of an .ics file"),
    ({"outputs": "\n  - {name: us, §kind: icss, path: us.ics}"}, "did you mean 'ics'"),
    ({"outputs": "\n  - {name: §export, kind: ics, path: us.ics}"}, "choose another name"),
    ({"outputs": (OUTPUT % "") + "\n  - {name: §us, kind: ics, path: b.ics}"}, "give this one another name"),
    ({"outputs": (OUTPUT % "") + "\n  - {name: b, kind: ics, §path: us.ics}"}, "give each its own"),
    ({"outputs": OUTPUT % ", seen_by: [§anna]"}, "did you mean 'ana'"),
    ({"outputs": OUTPUT % ", seen_by: §ana"}, "a list, such as [a, b]"),
    ({"outputs": OUTPUT % ", §seenby: [ana]"}, "did you mean 'seen_by'"),
    ({"outputs": OUTPUT % ", §pth: x"}, "did you mean 'path'"),
    ({"outputs": OUTPUT % ", titles: §ful"}, "did you mean 'full'"),
    ({"outputs": OUTPUT % ", include: [§practice]"}, "did you mean 'practices'"),
    ({"outputs": "\n  - §{name: us, kind: ics}"}, "path: is missing; add it"),
    ({"outputs": CALDAV_URL % f"'https://ana:{PASSWORD}@x.org/'"}, "under 'username' and 'password'"),
    ({"outputs": CALDAV_URL % "ftp://x.org/"}, "such as https://"),
    ({"outputs": CALDAV % "'https://x.org/', §password: {envv: X}"}, "{env: NAME}"),
    ({"outputs": CALDAV % f"'https://x.org/', password: §!{PASSWORD} "}, "put it in quotes"),
    ({"outputs": CALDAV % f"'https://x.org/', §password: {{{PASSWORD}}}"}, "{env: NAME}"),
    ({"me": "ana\n§me: ben"}, "twice; keep one of them"),
    ({"me": "§!!timestamp x"}, "put it in quotes"),
    ({"me": "§!!int ''"}, "put it in quotes"),
    ({"me": "§!!bool maybe"}, "put it in quotes"),
    ({"me": "ana\n§---\nme: ben"}, "another document"),
    ({"practices": "\n§\tgratitude: weekly"}, "cannot start"),
    ({"dates": "[" * 29 + "§" + "[" * 100_000}, "more than 30 levels"),
]


@pytest.mark.parametrize(("keys", "remedy"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_problem_has_its_place_and_a_remedy(tmp_path: Path, keys: dict[str, str | None], remedy: str) -> None:
    """Each wrong file is refused in one line: where, what is wrong, what would be right."""
    text = config_text(**keys)
    before, _, after = text.partition("§")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    told = refusal(tmp_path, before + after)
    assert [text for text in told if text.startswith(f"fondly.yaml:{line}:{column}: ") and remedy in text], told
    assert len(told) == 1 or "nam:" in text
    assert PASSWORD not in told[0]


ALIAS_BOMB = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10 if before else ['x'] * 10)}]\n"
    for name, before in zip("abcdef", ["", *"abcde"], strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "fondly.yaml:1:1: is empty; it needs at least id, timezone, people and me"),
        ("# nothing yet\n", "fondly.yaml:1:1: is empty"),
        ("- a\n- b\n", "fondly.yaml:1:1: must be a mapping of keys"),
        ("just words\n", "fondly.yaml:1:1: must be a mapping of keys"),
        ("id: x\nname: Zoë\n".encode("latin-1"), "fondly.yaml:2:1: is not UTF-8; save the file as UTF-8"),
        (config_text() + "# " + "x" * 1_000_000, "fondly.yaml: is larger than 1 MB"),
        (config_text() + "x: \x07\n", "fondly.yaml:7:1: holds a character"),
        (config_text() + "x: 'unclosed\n", "fondly.yaml:8:1: is no YAML here"),
        (config_text() + "x: *nobody\n", "fondly.yaml:7:4: is no YAML here"),
        (config_text() + "? [a, b]\n: c\n", "fondly.yaml:7:3: ?: a key must be plain text"),
        (ALIAS_BOMB, "fondly.yaml: holds more than 100000 values once its aliases are followed"),
        ("a: &a [*a]\n", "fondly.yaml: is nested more than 30 levels deep"),
    ],
    ids=[
        "empty",
        "comment",
        "list",
        "words",
        "latin-1",
        "large",
        "bell",
        "unclosed",
        "no-anchor",
        "list-as-key",
        "alias-bomb",
        "alias-circle",
    ],
)
def test_file_that_is_no_config_at_all(tmp_path: Path, text: str | bytes, told: str) -> None:
    """What cannot be read as YAML, or is no mapping, is refused at once and in one line."""
    lines = refusal(tmp_path, text)
    assert len(lines) == 1
    assert lines[0].startswith(told)


@pytest.mark.parametrize("key", ["id", "timezone", "people", "me"])
def test_missing_key(tmp_path: Path, key: str) -> None:
    """Each of the four required keys is asked for by name."""
    assert f"fondly.yaml:1:1: {key}: is missing; add it" in refusal(tmp_path, config_text(**{key: None}))


def test_several_problems_in_order(tmp_path: Path) -> None:
    """All problems of a file are told at once, in the order in which they stand there, none twice."""
    text = config_text(
        timezone="Europe/Berln",
        people="\n  - {id: ana, name: Ana, birthday: 1990-02-29, nick: A}",
        rhythm="{touch: maybe, depth: 9}",
        practices="{gratitude: {every: sometimes}}",
        outputs="\n  - {name: Us, kind: ics}",
    )
    told = refusal(tmp_path, text)
    places = [tuple(map(int, line.split(":")[1:3])) for line in told]
    assert places == sorted(places)
    assert [line.split(": ")[1] for line in told] == [
        "timezone",
        "people[0].birthday",
        "people[0].nick",
        "rhythm.touch",
        "rhythm.depth",
        "practices.gratitude.every",
        "outputs[0].name",
    ]


def test_several_wrong_outputs_in_order(tmp_path: Path) -> None:
    """What is wrong with the outputs' own options is told at once too."""
    told = refusal(
        tmp_path,
        config_text(
            outputs="\n  - {name: a, kind: icss}\n  - {name: b, kind: ics}\n  - {name: c, kind: caldav, url: x}"
        ),
    )
    assert [line.split(": ")[1] for line in told] == ["outputs[0].kind", "outputs[1].path", "outputs[2].url"]


def test_line_breaks_in_a_value_stay_one_line(tmp_path: Path) -> None:
    """A problem is one line, whatever stands in the file."""
    told = refusal(tmp_path, config_text(me='"ana\\nfondly.yaml:1:1: id: fine"') + '"a\\nb": 1\n')
    assert all(re.match(r"fondly\.yaml:\d+:\d+: ", line) for line in told)
    assert len(told) == 1


# Any bytes at all


def outcome(folder: Path, data: bytes) -> Config | list[str]:
    """What comes of a file with these bytes: a config that can be prepared, or problems. Nothing else may come."""
    try:
        return prepare(load_config(write_config(folder, data))).config
    except ConfigError as problem:
        return str(problem).splitlines()


EXAMPLE = (EXAMPLES / "fondly.yaml").read_bytes()
WORDS = "!!int~'' !!timestamp~x !x &a *a << |- --- -1 1e9 true ~x/y 💕 : - ?".split()
FRAGMENTS = st.sampled_from([*"~[]{}'\"%\n\t0", *WORDS]).map(lambda word: word.replace("~x", " x").replace("~'", " '"))


@given(data=st.binary(max_size=400))
@example(data=b"\x00")
@example(data=b"\xef\xbb\xbf")
@example(data=b"[" * 200_000)
@example(data=b"a: " + b"{b: " * 100_000)
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Any bytes give a config or an error that names the file."""
    told = outcome(tmp_path_factory.getbasetemp(), data)
    assert isinstance(told, Config) or all(line.startswith("fondly.yaml:") for line in told)


@settings(max_examples=300)
@given(cuts=st.lists(st.tuples(st.integers(0, len(EXAMPLE)), st.integers(0, 12), FRAGMENTS), min_size=1, max_size=4))
def test_damaged_example(tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, str]]) -> None:
    """The full example with parts of it overwritten gives a config or an error that names the file."""
    data = EXAMPLE
    for at, length, fragment in cuts:
        data = data[:at] + fragment.encode() + data[at + length :]
    told = outcome(tmp_path_factory.getbasetemp(), data)
    assert isinstance(told, Config) or all(line.startswith("fondly.yaml:") for line in told)


# What no problem may tell

ANYTHING = st.recursive(
    st.sampled_from(["x", "7", "true", "~", "2026-01-01", "[]", "{}", "https://x.org/", "caldav", "ics", "ana"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from(["name", "kind", "url", "path", "id", "x", "password", "seen_by"]), inner, max_size=3
        ).map(lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}")
    ),
    max_leaves=6,
)
SPELLINGS = [f'"{PASSWORD}"', PASSWORD, f"!{PASSWORD} x", f"*{PASSWORD}", f"[{PASSWORD}]", f"{{env: [{PASSWORD}]}}"]
SPELLINGS += [f"!!int {PASSWORD}", f"'{PASSWORD}", f"@{PASSWORD}", f"&{PASSWORD} 3"]


@given(
    key=st.sampled_from(["outputs", "people", "busy", "hooks", "rhythm", "dates", "practices", "anniversaries", "me"]),
    around=st.sampled_from(["{password: %s}", "[{password: %s}]", "[{name: a, kind: caldav, url: x, password: %s}]"])
    | st.tuples(ANYTHING, ANYTHING).map(lambda two: f"[{two[0]}, {{x: {two[1]}, kind: [{{password: %s}}]}}]")
    | ANYTHING.map(lambda value: f"{{x: {value}, dates: [{{path: {{password: %s}}}}], path: {{password: %s}}}}"),
    spelling=st.sampled_from(SPELLINGS),
)
def test_no_problem_tells_a_password(
    tmp_path_factory: pytest.TempPathFactory, key: str, around: str, spelling: str
) -> None:
    """Wherever a password was put and however it was quoted, no problem repeats it."""
    text = config_text(**{key: around.replace("%s", spelling)})
    told = outcome(tmp_path_factory.getbasetemp(), text.encode())
    assert isinstance(told, Config) or PASSWORD not in "\n".join(told)


def test_no_address_tells_its_password(tmp_path: Path) -> None:
    """An address that cannot be taken apart is not repeated with the password in it."""
    told = refusal(tmp_path, config_text(outputs=CALDAV % f"'https://ana:{PASSWORD}\u2100@x.org/'"))
    assert PASSWORD not in "\n".join(told)


# Secrets


def test_secret_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable gives the secret; one that is not set is named."""
    monkeypatch.setenv("FONDLY_TEST_PASSWORD", PASSWORD)
    assert resolve_secret({"env": "FONDLY_TEST_PASSWORD"}, tmp_path, what="us") == PASSWORD
    monkeypatch.delenv("FONDLY_TEST_PASSWORD")
    with pytest.raises(ConfigError, match="us: the environment variable FONDLY_TEST_PASSWORD is not set"):
        resolve_secret({"env": "FONDLY_TEST_PASSWORD"}, tmp_path, what="us")


def test_secret_from_a_command(tmp_path: Path) -> None:
    """The first line that a command prints is the secret; no shell has a part in it."""
    argv = [sys.executable, "-c", "import sys; print(sys.argv[1]); print('more')", f"{PASSWORD} $HOME; ls"]
    assert resolve_secret({"command": argv}, tmp_path, what="us") == f"{PASSWORD} $HOME; ls"


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["-c", "raise SystemExit(3)"], "ended with exit code 3"),
        (["-c", "pass"], "printed nothing"),
    ],
)
def test_command_that_gives_no_secret(tmp_path: Path, argv: list[str], why: str) -> None:
    """A command that fails or is silent is named, its arguments and output are not."""
    noisy = [sys.executable, *argv, PASSWORD]
    with pytest.raises(ConfigError, match=why) as caught:
        resolve_secret({"command": noisy}, tmp_path, what="us")
    assert PASSWORD not in str(caught.value)


def test_command_that_is_not_there(tmp_path: Path) -> None:
    """A program that does not exist is named."""
    with pytest.raises(ConfigError, match="'/no/such/program' cannot be run"):
        resolve_secret({"command": ["/no/such/program"]}, tmp_path, what="us")


def test_secret_from_a_file(tmp_path: Path) -> None:
    """A file's first line is the secret, if its owner alone can read it; paths start at the config's folder."""
    path = tmp_path / "password.txt"
    path.write_text(f"{PASSWORD}\nmore\n")
    path.chmod(0o600)
    assert resolve_secret({"file": "password.txt"}, tmp_path, what="us") == PASSWORD
    for mode in (0o640, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(ConfigError, match="chmod 600"):
            resolve_secret({"file": "password.txt"}, tmp_path, what="us")


@pytest.mark.parametrize(("content", "why"), [(b"", "is empty"), (b"\n", "is empty"), (b"\xff\xfe", "cannot be read")])
def test_file_that_gives_no_secret(tmp_path: Path, content: bytes, why: str) -> None:
    """An empty or unreadable file is named, and so is one that is not there."""
    path = tmp_path / "password.txt"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=why):
        resolve_secret({"file": "password.txt"}, tmp_path, what="us")
    with pytest.raises(ConfigError, match="cannot be read"):
        resolve_secret({"file": "no-such.txt"}, tmp_path, what="us")


def synced(folder: Path, mode: int) -> Run:
    """One sync of a config that holds a literal password, in a file of that mode. Nobody listens at the address."""
    secret = f'http://127.0.0.1:9/, password: "{PASSWORD}", seen_by: [ana]'
    path = write_config(folder, config_text(outputs=CALDAV % secret), mode)
    return sync(prepare(load_config(path)), folder / "state", NOW)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_literal_password_in_a_readable_file(tmp_path: Path, mode: int) -> None:
    """A password typed into a file that others can read is refused before any request, and not repeated."""
    run = synced(tmp_path, mode)
    assert run.exit_code == 1
    error = run.deliveries[0].report.error or ""
    assert "chmod 600" in error
    assert PASSWORD not in error


def test_literal_password_in_a_private_file(tmp_path: Path) -> None:
    """A password typed into a file of its owner alone is used; the errors of the server do not repeat it."""
    error = synced(tmp_path, 0o600).deliveries[0].report.error or ""
    assert "chmod" not in error
    assert PASSWORD not in error
