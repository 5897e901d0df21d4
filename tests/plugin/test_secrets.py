"""Secrets: where they come from, what is said when they do not come, and that they are never repeated."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from fondly.config.secrets import LONGEST, MOST_BYTES, resolve_secret
from fondly_hooks.errors import ConfigError

PASSWORD = "hunter2-is-my-dog"
SHORT = 0.3  # seconds that a command which never ends is given


def fetch(folder: Path, **secret: object) -> str:
    """The secret of that kind."""
    return resolve_secret(secret, folder, what="us", time_limit=20)


def refusal(folder: Path, *, time_limit: float = 20, **secret: object) -> str:
    """What is said where it does not come: one line that names whose it is, and no part of it."""
    with pytest.raises(ConfigError) as caught:
        resolve_secret(secret, folder, what="us", time_limit=time_limit)
    text = str(caught.value)
    assert text.startswith("us: ")
    assert "\n" not in text
    assert PASSWORD not in text
    return text


def python(code: str, *arguments: str) -> list[str]:
    """A command that runs this code."""
    return [sys.executable, "-c", code, *arguments]


def test_a_literal_one_is_itself(tmp_path: Path) -> None:
    """Who wrote the password into a file of their own gets it back as it is."""
    assert resolve_secret(PASSWORD, tmp_path, what="us") == PASSWORD


def test_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable gives the secret; one that is not set, or empty, is named."""
    monkeypatch.setenv("OURS", PASSWORD)
    assert fetch(tmp_path, env="OURS") == PASSWORD
    monkeypatch.setenv("OURS", "")
    assert "the environment variable OURS is not set" in refusal(tmp_path, env="OURS")


def test_command(tmp_path: Path) -> None:
    """The first line that a command prints is the secret; no shell has a part in it."""
    argv = python("import sys; print(sys.argv[1]); print('more')", f"{PASSWORD} $HOME; ls")
    assert fetch(tmp_path, command=argv) == f"{PASSWORD} $HOME; ls"


def test_command_that_prints_in_pieces(tmp_path: Path) -> None:
    """A line that comes piece by piece is put together; a Windows line end is no part of it."""
    code = "import sys\nfor part in ('häß', 'lich', '\\r\\n', 'x' * 200000):\n print(part, end='', flush=True)"
    assert fetch(tmp_path, command=python(f"import os; os.environ['PYTHONUTF8'] = '1'\n{code}")) == "häßlich"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(3)", "ended with exit code 3; try it in a terminal"),
        (f"import sys; print({PASSWORD!r}); sys.exit(1)", "ended with exit code 1"),
        ("pass", "gives nothing"),
        ("print()", "gives nothing"),
        ("import os; os.write(1, b'\\xff\\xfe')", "gives no UTF-8 text"),
        (f"print('x' * {LONGEST + 1})", "printed more than a password"),
        (f"print()\nwhile True: print('x' * {MOST_BYTES})", "printed more than a password"),
    ],
)
def test_command_that_gives_none(tmp_path: Path, code: str, why: str) -> None:
    """A command that fails, is silent or never stops is named; its arguments and its output are not."""
    assert why in refusal(tmp_path, command=[*python(code), PASSWORD])


def test_command_that_never_ends(tmp_path: Path) -> None:
    """A command that hangs is ended when its time is over, and told as such."""
    pid = tmp_path / "pid"
    code = f"import os, threading; open({str(pid)!r}, 'w').write(str(os.getpid())); threading.Event().wait()"
    assert "gave no answer within 5 seconds" in refusal(tmp_path, command=python(code), time_limit=5)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_command_whose_line_comes_but_that_does_not_end(tmp_path: Path) -> None:
    """Only a command that ended well is believed."""
    code = f"import threading; print({PASSWORD!r}, flush=True); threading.Event().wait()"
    assert "gave no answer" in refusal(tmp_path, command=python(code), time_limit=SHORT)


def test_agent_that_holds_the_output_open(tmp_path: Path) -> None:
    """A child that lives on, as the agent of a password store does, keeps nobody waiting."""
    code = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()'])\n"
        f"print({PASSWORD!r}); print(child.pid, file=open('pid', 'w'))"
    )
    argv = python(f"import os; os.chdir({str(tmp_path)!r})\n{code}")
    try:
        assert fetch(tmp_path, command=argv) == PASSWORD
    finally:
        os.kill(int((tmp_path / "pid").read_text()), 9)


def test_command_that_is_not_there(tmp_path: Path) -> None:
    """A program that does not exist, or that cannot exist, is named."""
    assert "'/no/such/program' cannot be run" in refusal(tmp_path, command=["/no/such/program"])
    assert "cannot be run" in refusal(tmp_path, command=["a\0b"])


def secret_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    """A file of that mode."""
    path = folder / "password.txt"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_file(tmp_path: Path) -> None:
    """A file's first line is the secret; its path starts at the config's folder."""
    secret_file(tmp_path, f"{PASSWORD}\r\nmore\n".encode())
    assert fetch(tmp_path, file="password.txt") == PASSWORD
    assert fetch(Path("/"), file=str(tmp_path / "password.txt")) == PASSWORD


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644])
def test_file_that_others_can_read(tmp_path: Path, mode: int) -> None:
    """A file that others can read or write is refused, with the command that mends it."""
    path = secret_file(tmp_path, PASSWORD.encode(), mode)
    assert f"run: chmod 600 {path}" in refusal(tmp_path, file="password.txt")


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "gives nothing"), (b"\nx", "gives nothing"), (b"\xff\xfe", "gives no UTF-8 text")]
)
def test_file_that_gives_none(tmp_path: Path, content: bytes, why: str) -> None:
    """An empty or unreadable file is named."""
    path = secret_file(tmp_path, content)
    assert f"{path} {why}" in refusal(tmp_path, file="password.txt")


def test_file_that_is_none(tmp_path: Path) -> None:
    """What is not there, is a folder, a pipe that would never end, or at nobody's home, is told at once."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "there is no file" in refusal(tmp_path, file="no-such.txt")
    assert "is no file" in refusal(tmp_path, file=".")
    assert "is no file" in refusal(tmp_path, file="pipe")
    assert "home that this machine does not know" in refusal(tmp_path, file="~no-such-person/x")
    assert "cannot be read" in refusal(tmp_path, file="a\0b")


class Ring(keyring.backend.KeyringBackend):
    """A keyring that holds one password, in the place of the desktop's."""

    priority = 1  # type: ignore[assignment]  # keyring asks for a number here
    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        """The password of fondly's user."""
        if self.locked:
            raise keyring.errors.KeyringLocked(PASSWORD)
        return PASSWORD if (service, username) == ("ours", "fondly") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Never called: fondly writes no passwords there."""
        raise NotImplementedError


@pytest.fixture
def ring() -> Iterator[Ring]:
    """The desktop's keyring for this test, through the real library."""
    before, ring = keyring.get_keyring(), Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_keyring(tmp_path: Path, ring: Ring) -> None:
    """The keyring gives the secret of that service; one that it does not hold is told with the command to add it."""
    assert fetch(tmp_path, keyring="ours") == PASSWORD
    assert "run: keyring set theirs fondly" in refusal(tmp_path, keyring="theirs")
    ring.locked = True
    assert "the keyring cannot be used (KeyringLocked)" in refusal(tmp_path, keyring="ours")


def test_without_the_keyring_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, the command that installs it is told."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "pip install 'fondly[keyring]'" in refusal(tmp_path, keyring="ours")
