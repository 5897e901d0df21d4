"""The config file: read as typed, judged as a whole, every problem with its place and a remedy."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fondly.config import Config, WrongConfigError, find_config, load_config
from fondly.preparing import Prepared, open_config, prepare
from fondly.run import sync
from fondly_hooks.errors import ConfigError
from fondly_hooks.types.cadence import Cadence
from fondly_hooks.types.dates import PartialDate
from fondly_hooks.types.times import DayRange
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
    for file in (EXAMPLES / "fondly.yaml", EXAMPLES / "ana-work.ics"):
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

CALDAV = "\n  - {name: us, kind: caldav, url: %s}"


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
    assert [re.match(r"fondly\.yaml:\d+:\d+: ", line) is not None for line in told] == [True, True]


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


# A password in the file itself; test_secrets.py has where else it may come from

LITERAL = CALDAV % f'http://127.0.0.1:9/, password: "{PASSWORD}", seen_by: [ana]'  # nobody listens there


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_literal_password_in_a_readable_file(tmp_path: Path, mode: int) -> None:
    """A password typed into a file that others can read is refused at its place, and not repeated."""
    path = write_config(tmp_path, config_text(outputs=LITERAL), mode)
    with pytest.raises(WrongConfigError) as caught:
        open_config(path)
    assert str(caught.value).startswith("fondly.yaml:8:66: outputs[0].password: stands in a file that others can read;")
    assert "chmod 600" in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_literal_password_in_a_private_file(tmp_path: Path) -> None:
    """A password typed into a file of its owner alone is used; the errors of the server do not repeat it."""
    path = write_config(tmp_path, config_text(outputs=LITERAL), 0o600)
    run = sync(open_config(path), tmp_path / "state", NOW)
    error = run.deliveries[0].report.error or ""
    assert run.exit_code == 1
    assert "127.0.0.1" in error
    assert "chmod" not in error
    assert PASSWORD not in error
