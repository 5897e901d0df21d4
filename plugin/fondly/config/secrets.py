"""Secrets: fetched when they are used, never shown, never kept."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Any

from fondly_hooks.errors import ConfigError

TIME_LIMIT = 20  # seconds for a password command; some of them ask the person to touch a key


def resolve_secret(secret: Any, base: Path, *, what: str) -> str:
    """The secret that ``{env: …}``, ``{command: […]}``, ``{keyring: …}``, ``{file: …}`` or a literal text names.

    ``what`` names it in errors, which never hold a part of it. Raises `ConfigError` with what to do.
    """
    if isinstance(secret, str):
        return secret
    ((kind, source),) = secret.items()
    if kind == "env":
        value = os.environ.get(source)
        if not value:
            raise ConfigError(f"{what}: the environment variable {source} is not set")
        return value
    if kind == "command":
        return _from_command(source, what)
    if kind == "file":
        return _from_file(base / Path(source).expanduser(), what)
    return _from_keyring(source, what)


def _from_command(argv: list[str], what: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # the person's own command, without a shell
            argv, check=True, capture_output=True, timeout=TIME_LIMIT, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(f"{what}: the command '{argv[0]}' gave no answer within {TIME_LIMIT} seconds") from None
    except subprocess.CalledProcessError as problem:
        raise ConfigError(f"{what}: the command '{argv[0]}' ended with exit code {problem.returncode}") from None
    except OSError as problem:
        raise ConfigError(f"{what}: the command '{argv[0]}' cannot be run: {problem.strerror}") from None
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    if not lines or not lines[0]:
        raise ConfigError(f"{what}: the command '{argv[0]}' printed nothing")
    return lines[0]


def _from_file(path: Path, what: str) -> str:
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(f"{what}: others can read {path}; run: chmod 600 {path}")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{what}: {path} cannot be read: {getattr(problem, 'strerror', 'is not UTF-8')}") from None
    if not lines or not lines[0]:
        raise ConfigError(f"{what}: {path} is empty; its first line is taken")
    return lines[0]


def _from_keyring(service: str, what: str) -> str:
    try:
        import keyring
    except ImportError:
        raise ConfigError(f"{what}: the keyring needs one more package: pip install 'fondly[keyring]'") from None
    value = keyring.get_password(service, "fondly")
    if not value:
        raise ConfigError(f"{what}: the keyring holds nothing for '{service}'; run: keyring set {service} fondly")
    return str(value)
