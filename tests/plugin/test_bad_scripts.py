"""Scripts that break: each is named with its hook and its file, ends in time, and changes nothing of the others'."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from bad_scripts import ADD, BAD, SH

from fondly.testing import MakeWorld, World, world  # noqa: F401  # a fixture

FILE = "{name: ours, kind: ics, path: ours.ics, seen_by: [ana, ben]}"
HOOK = "fondly_entries"
GOOD_FILE = """\
import datetime as dt
from fondly import Entry, hookimpl

@hookimpl
def fondly_entries():
    day = dt.date(2026, 12, 1)
    yield Entry(id="custom/zgood/x", kind="custom", title="Good file", neutral_title="Good",
                start=day, end=day + dt.timedelta(days=1))
"""
GOOD_SCRIPT = (
    '#!/bin/sh\ncat >/dev/null\necho \'{"add": [{"id": "x", "title": "Good script", "start": "2026-12-02"}]}\'\n'
)
DAEMON = """\
import os, sys, time
if os.fork() == 0:
    os.setsid()
    with open(sys.argv[1], "w") as file:
        file.write(str(os.getpid()))
    time.sleep(60)
"""


def make(world: MakeWorld, *, bad: str | None = None, config: str = "") -> World:  # noqa: F811
    """A world with a file and a script that work, and perhaps a bad script."""
    here = world(outputs=[FILE], config=config)
    hooks = here.folder / "hooks"
    folder = hooks / f"{HOOK}.d"
    folder.mkdir(mode=0o755, exist_ok=True)
    write(hooks / "zgood.py", GOOD_FILE, 0o644)
    write(folder / "zscript.sh", GOOD_SCRIPT)
    if bad is not None:
        write(folder / "bad.sh", bad)
    return here


def write(path: Path, text: str, mode: int = 0o755) -> None:
    """A file with that mode."""
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


@pytest.fixture
def survivors(tmp_path: Path) -> Iterator[None]:
    """After the test no process of a script is left, and none has outlived it."""
    yield
    alive = [pid for pid in _pids(tmp_path) if _is_alive(pid)]
    for pid in alive:
        with suppress(ProcessLookupError):
            os.kill(pid, 9)
    assert alive == []


def _pids(folder: Path) -> list[int]:
    return [int(line) for path in folder.rglob("pids") for line in path.read_text(encoding="utf-8").split()]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # what has ended and waits to be noted by the system is not alive
    try:
        return state.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self").exists()


def shown(here: World) -> tuple[list[str], bytes]:
    """The ids in the plan, and the bytes of the output, which a real sync wrote."""
    run = here.sync()
    assert run.deliveries[0].report.error is None
    return [entry.id for entry in here.plan()], (here.folder / "ours.ics").read_bytes()


@pytest.mark.parametrize("name", BAD)
@pytest.mark.usefixtures("survivors")
def test_it_is_named_and_all_else_stands(
    world: MakeWorld,  # noqa: F811
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One failure with plugin, hook and path; the same plan, and the same bytes in the output."""
    source, words = BAD[name]
    expected = shown(make(world))
    assert {"custom/zgood/x", "custom/zscript/x"} <= set(expected[0])
    here = make(world, bad=source)
    (here.folder / "ours.ics").unlink()
    run = here.sync()
    (failure,) = run.failures
    path = here.folder / "hooks" / f"{HOOK}.d" / "bad.sh"
    assert (failure.plugin, failure.hook, failure.source) == ("bad", HOOK, str(path))
    assert words in failure.error
    assert "\n" not in failure.error
    assert run.exit_code == 1
    assert (here.folder / "ours.ics").read_bytes() == expected[1]
    if "timeout" not in source:
        assert [entry.id for entry in here.plan()] == expected[0]
    assert capsys.readouterr().out == ""


def test_a_child_that_keeps_standard_output_is_not_waited_for(world: MakeWorld, survivors: None) -> None:  # noqa: F811
    """The answer of a script that has ended counts, and what it left behind is ended."""
    child = "sh -c 'echo $$ >> \"$FONDLY_CACHE/pids\"; exec sleep 600' &\n"
    wait = 'while ! [ -s "$FONDLY_CACHE/pids" ]; do :; done\n'
    here = make(world, bad=f"{SH}cat >/dev/null\n{child}{wait}echo '{ADD}'\n")
    assert here.sync().exit_code == 0
    assert "custom/bad/bad" in [entry.id for entry in here.plan()]
    assert _pids(here.folder)


def test_a_daemon_in_a_session_of_its_own_keeps_nobody(world: MakeWorld, tmp_path: Path) -> None:  # noqa: F811
    """One that left its group cannot be ended; it is not waited for either, though it holds standard output."""
    write(tmp_path / "daemon.py", DAEMON)
    start = f"{sys.executable} {tmp_path}/daemon.py {tmp_path}/daemon.pid\n"
    wait = f'while ! [ -s "{tmp_path}/daemon.pid" ]; do :; done\n'
    here = make(world, bad=f"{SH}cat >/dev/null\n{start}{wait}echo '{ADD}'\n")
    try:
        assert here.sync().exit_code == 0
        assert "Bad" in (tmp_path / "ours.ics").read_text(encoding="utf-8")
    finally:
        os.kill(int((tmp_path / "daemon.pid").read_text(encoding="ascii")), 9)


@pytest.mark.parametrize(
    ("given", "name"),
    [("cat >/dev/null\n", "reads"), ("exec <&-\n", "closes it"), ("", "does not read")],
)
def test_a_large_question_stops_nobody(world: MakeWorld, given: str, name: str) -> None:  # noqa: F811
    """Whether a script reads its question or not, its answer counts."""
    dates = "".join(f"    - {{id: d{n}, name: '{'long ' * 40}', date: 2000-01-01}}\n" for n in range(900))
    here = make(world, bad=f"{SH}{given}echo '{ADD}'\n", config=f"anniversaries:\n  dates:\n{dates}")
    assert not here.ask(HOOK, "bad").faults, name


def test_a_gigabyte_of_prose_is_no_fault(world: MakeWorld) -> None:  # noqa: F811
    """Standard error is read to its end, and nearly all of it forgotten."""
    here = make(world, bad=f"{SH}cat >/dev/null\nhead -c 30000000 /dev/zero >&2\necho '{ADD}'\n")
    assert not here.ask(HOOK, "bad").faults


def test_optional_ones_leave_the_exit_code(world: MakeWorld) -> None:  # noqa: F811
    """It is told all the same."""
    here = make(world, bad=f"{SH}exit 1\n")
    text = here.config.read_text(encoding="utf-8").replace("hooks:\n", "hooks:\n  optional: [bad]\n")
    here.config.write_text(text, encoding="utf-8")
    run = here.sync()
    assert len(run.failures) == 1
    assert run.exit_code == 0


def test_who_stops_fondly_stops_its_scripts(world: MakeWorld, tmp_path: Path) -> None:  # noqa: F811
    """Ctrl-C ends a run at once, and no script outlives it, of those that run beside others too."""
    fifos = [tmp_path / f"fifo-{number}" for number in range(3)]
    here = make(world)
    for fifo in fifos:
        os.mkfifo(fifo)
        text = f'{SH}# fondly: timeout=600\necho $$ > "{fifo}"\nexec sleep 600\n'
        write(here.folder / "hooks" / f"{HOOK}.d" / f"{fifo.name}.sh", text)
    # Who starts the tests in the background has them ignore the signal, and what they start does too.
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from fondly.cli import main; main()"
    )
    command = [sys.executable, "-c", code, "--config", str(here.config), "plan"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            pids = [int(fifo.read_text(encoding="ascii")) for fifo in fifos]  # waits until each has begun
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=60)[1].strip() == "Stopped."
        finally:
            process.kill()
    assert process.returncode == 130
    assert [pid for pid in pids if _is_alive(pid)] == []


# Files that are not run at all


def _no_run_bit(folder: Path) -> Path:
    write(folder / "bad.sh", f"{SH}echo\n", 0o644)
    return folder / "bad.sh"


def _others_can_write(folder: Path) -> Path:
    write(folder / "bad.sh", f"{SH}touch ran\n", 0o757)
    return folder / "bad.sh"


def _in_a_folder_that_others_can_write(folder: Path) -> Path:
    (folder / "sub").mkdir()
    (folder / "sub").chmod(0o777)
    write(folder / "sub/bad.sh", f"{SH}touch ran\n")
    return folder / "sub/bad.sh"


def _name_that_is_none(folder: Path) -> Path:
    write(folder / "bad name.sh", f"{SH}touch ran\n")
    return folder / "bad name.sh"


def _name_of_another(folder: Path) -> Path:
    write(folder / "zgood.sh", f"{SH}touch ran\n")
    return folder / "zgood.sh"


def _name_of_a_built_in(folder: Path) -> Path:
    write(folder / "practices.sh", f"{SH}touch ran\n")
    return folder / "practices.sh"


def _second_of_one_name(folder: Path) -> Path:
    write(folder / "zscript.zsh", f"{SH}touch ran\n")
    return folder / "zscript.zsh"


def _misspelt_hook(folder: Path) -> Path:
    other = folder.parent / "fondly_entrys.d"
    other.mkdir()
    write(other / "bad.sh", f"{SH}touch ran\n")
    return other


def _hook_for_python(folder: Path) -> Path:
    other = folder.parent / "fondly_commands.d"
    other.mkdir()
    write(other / "bad.sh", f"{SH}touch ran\n")
    return other


NOT_RUN = {
    "has no run bit": (_no_run_bit, "has no run bit, so it is not run; give it one with: chmod +x"),
    "can be written by others": (_others_can_write, "so it is not run; mend it with: chmod go-w"),
    "is in a folder of others": (_in_a_folder_that_others_can_write, "so it is not run; mend it with: chmod go-w"),
    "has a name that is none": (_name_that_is_none, "cannot be a name here"),
    "has the name of a file": (_name_of_another, "the name 'zgood' is taken by"),
    "has the name of a built-in": (_name_of_a_built_in, "the name 'practices' is taken by fondly"),
    "is the second of its name": (_second_of_one_name, "'zscript' is zscript.sh already"),
    "is in a misspelt folder": (_misspelt_hook, "there is no such hook; did you mean 'fondly_entries'?"),
    "is for Python alone": (_hook_for_python, "is for Python alone"),
}


@pytest.mark.parametrize("name", NOT_RUN)
def test_what_is_not_run_is_named(world: MakeWorld, name: str) -> None:  # noqa: F811
    """With its path and what to do, before a line of it has run; all else stands."""
    prepare, words = NOT_RUN[name]
    expected = shown(make(world))
    here = make(world)
    path = prepare(here.folder / "hooks" / f"{HOOK}.d")
    run = here.sync()
    (failure,) = run.failures
    assert failure.source == str(path)
    assert words in failure.error
    assert shown(here) == expected
    assert not list(here.folder.rglob("ran"))


def test_a_dangling_link_is_left_alone(world: MakeWorld) -> None:  # noqa: F811
    """It is no executable; an editor's lock is one such."""
    here = make(world)
    (here.folder / "hooks" / f"{HOOK}.d" / ".#bad.sh").symlink_to("nowhere")
    (here.folder / "hooks" / f"{HOOK}.d" / "data.csv").write_text("no script", encoding="utf-8")
    assert here.failures() == []


def test_there_are_more_than_fifty() -> None:
    """Together with those in Python."""
    from test_plugins import FAULTS

    assert len(BAD) + len(NOT_RUN) + len(FAULTS) > 70
