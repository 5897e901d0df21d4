"""Who may sign in to fondly's own CalDAV server: one login for each person, its password known to that person alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from fondly.state import waiting_for
from fondly_hooks.errors import FondlyError
from fondly_hooks.files import replace_atomically

SERVER = "server"  # the server's folder in the state folder
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for each other
GROUPS, EACH = 5, 4  # of a password: 99 bits, fit to be typed on a phone
COST = 10  # of bcrypt: a tenth of a second on a small machine


def users_file(folder: Path) -> Path:
    """Where the logins stand; ``folder`` is the state folder."""
    return folder / SERVER / "users"


def read_logins(folder: Path) -> dict[str, str]:
    """The hash of each person's password, by their id."""
    try:
        lines = users_file(folder).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise FondlyError(f"{users_file(folder)} cannot be read: {problem}") from None
    return dict(line.split(":", 1) for line in lines if ":" in line)


def new_login(folder: Path, person: str) -> str:
    """A new password for that person, which is kept as a hash alone; the old one is worth nothing from now on."""
    try:
        import bcrypt
    except ImportError:
        raise FondlyError("this needs bcrypt: pip install 'fondly[server]'") from None
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(EACH)) for _ in range(GROUPS))
    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()
    _change(folder, person, hashed)
    return password


def end_login(folder: Path, person: str) -> bool:
    """That person cannot sign in any more; whether they could before."""
    known = person in read_logins(folder)
    if known:
        _change(folder, person, None)
    return known


def _change(folder: Path, person: str, hashed: str | None) -> None:
    with waiting_for(folder / SERVER, "users.lock"):
        logins = {name: one for name, one in read_logins(folder).items() if name != person}
        if hashed is not None:
            logins[person] = hashed
        text = "".join(f"{name}:{one}\n" for name, one in sorted(logins.items()))
        try:
            replace_atomically(users_file(folder), text.encode(), mode=0o600)
        except OSError as problem:
            raise FondlyError(f"{users_file(folder)} cannot be written: {problem.strerror or problem}") from None
