"""Wrong config files of every kind: each refused with the place and the remedy of all that is wrong, and left alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from wrong_files import MANY, PASSWORD, WRONG, Wrong

from fondly.cli import main
from support import write_config

NOW = "2026-11-22T09:00:00+01:00"
FOUND = [pytest.param(wrong, id=wrong.id) for wrong in WRONG]
REFUSED = [pytest.param(wrong, id=wrong.id) for wrong in WRONG if not wrong.conflict]
NEW_ID = re.compile("[0-9a-f]{8}-[0-9a-f-]{27}")  # another one in each run
SAMPLE = (
    "empty latin-1 unclosed-bracket key-twice unknown-wrong-and-strange password-for-all-to-read "
    "outputs-of-several-kinds conflicts-of-many-kinds"
).split()


def fondly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], path: Path, *arguments: str
) -> tuple[int, str, list[str]]:
    """The command line, in this process: the exit code, standard output, and the lines of standard error."""
    monkeypatch.setattr(sys, "argv", ["fondly", "--config", str(path), "--now", NOW, *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, told.out, told.err.splitlines()


def everything_in(folder: Path) -> dict[str, tuple[bytes | None, int]]:
    """Every file and folder there, with its bytes and its mode."""
    return {
        str(path.relative_to(folder)): (path.read_bytes() if path.is_file() else None, path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def assert_told(lines: list[str], wrong: Wrong) -> None:
    """The lines are the expected ones: in this order, at these places, with these words, no more and no fewer."""
    listing = "\n".join(lines)
    assert len(lines) == len(wrong.told), f"{len(wrong.told)} problems are expected:\n{listing}"
    for line, (row, column, words) in zip(lines, wrong.told, strict=True):
        assert line.startswith(f"fondly.yaml:{row}:{column}: "), f"{row}:{column} is expected:\n{listing}"
        assert words in line, f"{words!r} is expected:\n{listing}"
    assert "Traceback" not in listing
    assert PASSWORD not in listing


@pytest.mark.parametrize("wrong", FOUND)
def test_check_tells_all_that_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: Wrong
) -> None:
    """`check` tells every mistake once, where it stands and what would be right, ends with 2, and writes nothing."""
    path = write_config(tmp_path, wrong.content, wrong.mode)
    before = everything_in(tmp_path)
    code, out, lines = fondly(monkeypatch, capsys, path, "check")
    assert code == 2
    assert_told(lines, wrong)
    if wrong.conflict:
        assert "is not fine yet. But for the above it does this:" in " ".join(out.split())
    else:
        assert out == ""
    assert PASSWORD not in out
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("wrong", REFUSED)
def test_plan_and_sync_refuse_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: Wrong
) -> None:
    """No command goes on with a wrong file: the same lines, 2, nothing touched."""
    path = write_config(tmp_path, wrong.content, wrong.mode)
    before = everything_in(tmp_path)
    for command in ("plan", "sync"):
        code, out, lines = fondly(monkeypatch, capsys, path, command)
        assert (code, out) == (2, "")
        assert_told([lines[0].removeprefix("fondly: "), *lines[1:]], wrong)
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("wrong", [param for param in FOUND if param.id in SAMPLE])
def test_the_command_itself(tmp_path: Path, wrong: Wrong) -> None:
    """The command as a person runs it tells the same, from wherever it is run, and writes nothing."""
    path = write_config(tmp_path, wrong.content, wrong.mode)
    before = everything_in(tmp_path)
    done = subprocess.run(
        [Path(sys.executable).with_name("fondly"), "--config", path, "--now", NOW, "check"],
        cwd="/",
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert_told(done.stderr.splitlines(), wrong)
    assert bool(done.stdout) == wrong.conflict
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize("wrong", [param for param in FOUND if param.values[0] in MANY or param.values[0].conflict])
def test_check_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: Wrong
) -> None:
    """With --json a program gets the same problems in one document, each with its line, column, key and text."""
    path = write_config(tmp_path, wrong.content, wrong.mode)
    _, _, lines = fondly(monkeypatch, capsys, path, "check")
    code, out, errors = fondly(monkeypatch, capsys, path, "--json", "check")
    lines, out = [NEW_ID.sub("a new one", line) for line in lines], NEW_ID.sub("a new one", out)
    document = json.loads(out)
    assert (code, errors, document["fondly"], document["config"]) == (2, [], 1, str(path))
    assert [
        f"fondly.yaml:{one['line']}:{one['column']}: {one['key']}: {one['text']}" for one in document["problems"]
    ] == lines
    assert [set(one) for one in document["problems"]] == [{"file", "line", "column", "key", "text"}] * len(lines)
    assert bool(document["parts"]) == wrong.conflict
    assert PASSWORD not in out


def test_names_are_taken_once() -> None:
    """The table holds enough of every kind, and no row hides behind another's name."""
    ids = [wrong.id for wrong in WRONG]
    assert len(ids) == len(set(ids)) >= 110
    assert sum(len(wrong.told) > 1 for wrong in WRONG) >= 15
    assert set(SAMPLE) <= set(ids)
