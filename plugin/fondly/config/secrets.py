"""Secrets: fetched when they are used, never shown, never kept."""

from __future__ import annotations

import os
import selectors
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

from fondly_hooks.errors import ConfigError

TIME_LIMIT = 20  # seconds for a password command; some of them ask the person to touch a key
LONGEST = 65_536  # bytes of a secret
MOST_BYTES = 1_000_000  # that a command may print in all; the first line of it is taken
PATIENCE = 0.05  # seconds between two looks whether a command that keeps silent has ended
USER = "fondly"  # whose passwords the keyring holds, for each service


def resolve_secret(secret: Any, base: Path, *, what: str, time_limit: float = TIME_LIMIT) -> str:
    """The secret that ``{env: …}``, ``{command: […]}``, ``{keyring: …}``, ``{file: …}`` or a literal text names.

    ``base`` is where the path of a file starts; ``what`` names the secret in errors, which never hold a part of it;
    ``time_limit`` is how many seconds a command may take. Raises `ConfigError` with what to do.
    """
    if isinstance(secret, str):
        return secret
    ((kind, source),) = secret.items()
    if kind == "env":
        value = os.environ.get(source)
        if not value:
            raise ConfigError(f"{what}: the environment variable {source} is not set; set it where fondly runs")
        return value
    if kind == "command":
        return _from_command(source, what, time_limit)
    if kind == "file":
        return _from_file(base, source, what)
    return _from_keyring(source, what)


def file_problem(base: Path, source: str) -> str | None:
    """Why a secret cannot be read from that file, as far as that can be told without reading it."""
    try:
        path = base / Path(source).expanduser()
        status = path.stat()
    except RuntimeError:
        return f"'{source}' begins at a home that this machine does not know; write it out"
    except FileNotFoundError:
        return f"there is no file {path}; write the password on its first line, and run: chmod 600 {path}"
    except (OSError, ValueError) as problem:
        return f"{source} cannot be read: {getattr(problem, 'strerror', None) or problem}"
    if not stat.S_ISREG(status.st_mode):
        return f"{path} is no file; name one with the password on its first line"
    if os.name == "posix" and stat.S_IMODE(status.st_mode) & 0o077:
        return f"others can read {path}; run: chmod 600 {path}"
    return None


def _from_command(argv: list[str], what: str, time_limit: float) -> str:
    try:
        process = subprocess.Popen(  # noqa: S603  # the person's own command, without a shell
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "it has a character that no command has"
        raise ConfigError(f"{what}: the command '{argv[0]}' cannot be run: {why}") from None
    with process:
        try:
            printed = _first_line(process, time_limit)
            code = process.wait(time_limit)
        except (TimeoutError, subprocess.TimeoutExpired):
            raise ConfigError(f"{what}: the command '{argv[0]}' gave no answer within {time_limit:g} seconds") from None
        except OverflowError:
            raise ConfigError(f"{what}: the command '{argv[0]}' printed more than a password") from None
        finally:
            process.kill()  # nothing happens where it has ended
    if code:
        raise ConfigError(f"{what}: the command '{argv[0]}' ended with exit code {code}; try it in a terminal")
    return _text(printed, f"{what}: the command '{argv[0]}'")


def _first_line(process: subprocess.Popen[bytes], time_limit: float) -> bytes:
    """What the process prints up to the first line's end.

    It is over when the process is, even where a child of it, such as an agent, holds its output open. Raises
    ``TimeoutError``, and ``OverflowError`` where it prints without an end.
    """
    assert process.stdout is not None  # noqa: S101  # it was opened with a pipe
    deadline = time.monotonic() + time_limit
    printed, total = b"", 0
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if time.monotonic() > deadline:
                raise TimeoutError
            if not selector.select(PATIENCE):
                if process.poll() is not None:
                    break
                continue
            chunk = os.read(process.stdout.fileno(), LONGEST)
            if not chunk:
                break
            total += len(chunk)
            if b"\n" not in printed:
                printed += chunk
            if total > MOST_BYTES or len(printed.partition(b"\n")[0]) > LONGEST:
                raise OverflowError
    return printed.partition(b"\n")[0]


def _from_file(base: Path, source: str, what: str) -> str:
    problem = file_problem(base, source)
    if problem:
        raise ConfigError(f"{what}: {problem}")
    path = base / Path(source).expanduser()
    try:
        with path.open("rb") as stream:
            line = stream.readline(LONGEST)
    except OSError as error:
        raise ConfigError(f"{what}: {path} cannot be read: {error.strerror or error}") from None
    return _text(line, f"{what}: {path}")


def _text(line: bytes, source: str) -> str:
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ConfigError(f"{source} gives no UTF-8 text; its first line has to be the password") from None
    if not text:
        raise ConfigError(f"{source} gives nothing; its first line has to be the password")
    return text


def _from_keyring(service: str, what: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise ConfigError(f"{what}: the keyring needs one more package: pip install 'fondly[keyring]'") from None
    try:
        value = keyring.get_password(service, USER)
    except keyring.errors.KeyringError as problem:  # its words may come from any backend
        raise ConfigError(f"{what}: the keyring cannot be used ({type(problem).__name__})") from None
    if not value:
        raise ConfigError(f"{what}: the keyring holds nothing for '{service}'; run: keyring set {service} {USER}")
    return str(value)
