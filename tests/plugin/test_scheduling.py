"""What makes a machine run fondly by itself, as text: each word arrives as it was, all else stays."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fondly.scheduling import cron, launchd, systemd
from fondly.scheduling.job import MARK, Job, sign_of
from support import RELATIONSHIP

PATHS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30) | st.sampled_from(
    ["a b", "100 %", "it's", 'say "no"', "$HOME", "back\\slash", "ünï", "%h", "$$", "a;b&c|d", "#x", "*", "~"]
)
CRONTABS = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), max_size=5).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


def job(*words: str, **variables: str) -> Job:
    """A job that prints its words."""
    code = "import sys, os; print(repr(sys.argv[1:]), repr(os.environ.get('FONDLY_STATE_DIR')))"
    return Job((sys.executable, "-c", code, *words), sign_of(RELATIONSHIP), variables)


def test_the_sign_is_stable_and_tells_nothing() -> None:
    """The same for the same people, another for others, and no part of the id."""
    sign = sign_of(RELATIONSHIP)
    assert sign == sign_of(RELATIONSHIP)
    assert sign != sign_of(RELATIONSHIP.replace("7", "8"))
    assert sign not in RELATIONSHIP
    assert job().minute in range(60)


@settings(max_examples=40)
@given(words=st.lists(PATHS, max_size=3), state=PATHS)
def test_cron_runs_what_was_meant(words: list[str], state: str) -> None:
    """A real shell gets each word as it was, after cron has turned its percent signs back."""
    line = cron.block(job(*words, FONDLY_STATE_DIR=state)).split("\n")[1]
    minute, rest = line.split(" * * * * ")
    assert int(minute) in range(60)
    command = rest.replace("\\%", "%")
    assert rest.count("%") == rest.count("\\%"), "cron would cut the line there"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{words!r} {state!r}"


@given(crontab=CRONTABS, words=st.lists(PATHS, max_size=2))
def test_every_other_line_of_a_crontab_stays(crontab: str, words: list[str]) -> None:
    """Putting the job in twice is once, taking it out leaves what was there, to the byte."""
    one = job(*words)
    inside = cron.with_block(crontab, one)
    assert cron.with_block(inside, one) == inside
    assert cron.without_block(inside, one) == crontab
    assert cron.without_block(crontab, one) == crontab
    other = Job(("x",), "00000000")
    both = cron.with_block(inside, other)
    assert cron.without_block(cron.without_block(both, one), other) == crontab


def test_a_crontab_without_a_last_line_end() -> None:
    """What lacks the end of its last line gets one, or the line would run into ours."""
    assert cron.with_block("0 1 * * * x", job()).startswith("0 1 * * * x\n# fondly-")


@given(words=st.lists(PATHS, max_size=3), state=PATHS)
def test_launchd_gets_what_was_meant(words: list[str], state: str) -> None:
    """The property list holds the words and the variables."""
    one = job(*words, FONDLY_STATE_DIR=state)
    found = plistlib.loads(launchd.plist(one))
    assert tuple(found["ProgramArguments"]) == one.words
    assert found["EnvironmentVariables"] == {"FONDLY_STATE_DIR": state}
    assert found["StartCalendarInterval"] == {"Minute": one.minute}
    assert found["Label"] == launchd.label(one)


def unquoted(text: str) -> list[str]:
    """The words of a command line of a unit, as systemd.service(5) says that it reads them."""
    words, current, inside, index = [], "", False, 0
    while index < len(text):
        letter = text[index]
        if inside and letter == "\\":
            index += 1
            current += text[index]
        elif letter == '"':
            if inside:
                words.append(current)
                current = ""
            inside = not inside
        elif inside:
            current += letter
        index += 1
    return [word.replace("%%", "%").replace("$$", "$") for word in words]


@given(words=st.lists(PATHS, max_size=3))
def test_systemd_gets_what_was_meant(words: list[str]) -> None:
    """Quotes, specifiers and variables are written so that they mean themselves."""
    one = job(*words)
    (line,) = [line for line in systemd.service(one).split("\n") if line.startswith("ExecStart=")]
    assert unquoted(line.removeprefix("ExecStart=")) == list(one.words)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("word", ["a b", "100 %", 'say "no"', "$HOME", "back\\slash", "ünï", "%h"])
def test_systemd_takes_the_units(tmp_path: Path, word: str) -> None:
    """systemd's own reader finds nothing wrong in them."""
    one = job(word, FONDLY_STATE_DIR=word)
    for kind, text in (("service", systemd.service(one)), ("timer", systemd.timer(one))):
        (tmp_path / f"{one.name}.{kind}").write_text(text, encoding="utf-8")
    units = [str(tmp_path / f"{one.name}.{kind}") for kind in ("service", "timer")]
    command = ["systemd-analyze", "verify", "--user", "--man=no", *units]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"XDG_RUNTIME_DIR": str(tmp_path)})
    wrong = [line for line in done.stderr.splitlines() if one.name in line]
    assert wrong == []


def test_a_line_break_cannot_be_scheduled() -> None:
    """It would be a line of its own in a crontab."""
    with pytest.raises(ValueError, match="line break"):
        job("a\nb")
    assert shlex.quote(MARK)
