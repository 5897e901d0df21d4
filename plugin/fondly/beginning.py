"""The first config file: what people answer, the text it becomes, and putting it where nothing stands yet."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fondly_hooks.errors import ConfigError, FondlyError
from fondly_hooks.types.dates import PartialDate

Kind = Literal["ics", "caldav", "markdown"]
LONGEST_NAME = 200
# Letters that have no plain letter inside them by Unicode's own tables.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"})
# What some reader of YAML takes for something else than text.
_NO_TEXT = ("null", "true", "false", "yes", "no", "on", "off", "y", "n")


@dataclass(frozen=True, slots=True)
class Target:
    """The first output. ``address`` is a path or a URL, ``secret`` the name of the file that holds the password."""

    name: str
    kind: Kind
    address: str
    username: str | None = None
    secret: str | None = None
    auth: Literal["basic", "digest", "bearer"] = "basic"


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered; the first of ``names`` is whoever runs this fondly."""

    names: tuple[str, ...]
    timezone: str
    day: PartialDate | None
    target: Target


def read_names(text: str) -> tuple[str, ...]:
    """Names, separated by commas; raises ``ValueError`` with what would be right."""
    names = tuple(name for name in (" ".join(part.split()) for part in text.split(",")) if name)
    if not names:
        raise ValueError("At least one name is needed: yours.")
    for name in names:
        if re.search(r" (?:and|und|et|y|&|\+) ", f" {name} "):
            raise ValueError(f"Is '{name}' one person? Put a comma between the names of two.")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"A name has at most {LONGEST_NAME} letters.")
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
            raise ValueError("A name there holds something that is no letter; please type it again.")
    return names


def ids_of(names: Iterable[str]) -> list[str]:
    """A slug for each name, each of its own: its plain letters, or its number where it has none."""
    ids: list[str] = []
    for number, name in enumerate(names, 1):
        decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
        plain = decomposed.encode("ascii", "ignore").decode()
        base = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’.]", "", plain)).strip("-")[:50].rstrip("-")
        if not base:
            base = f"person-{number}"
        elif base[0].isdigit() or base in _NO_TEXT:
            base = f"person-{base}"
        taken = (f"{base}-{count}" for count in range(2, len(ids) + 3))
        ids.append(base if base not in ids else next(other for other in taken if other not in ids))
    return ids


def machine_zone(environment: Mapping[str, str], known: set[str], etc: Path = Path("/etc")) -> str:
    """The machine's time zone by its IANA name, as far as it can be told; else UTC."""
    candidates = [environment.get("TZ", "").removeprefix(":").rpartition("zoneinfo/")[2]]
    with contextlib.suppress(OSError, UnicodeDecodeError):
        candidates.append((etc / "timezone").read_text(encoding="utf-8").strip())
    with contextlib.suppress(OSError):
        candidates.append(os.readlink(etc / "localtime").rpartition("zoneinfo/")[2])
    return next((zone for zone in candidates if zone in known), "UTC")


def read_zone(text: str, known: set[str]) -> str:
    """A time zone as people write it (``europe/berlin``, ``New York``); raises ``ValueError`` with what it may be."""
    wanted = text.strip().replace(" ", "_")
    if wanted in known:
        return wanted
    low = wanted.casefold()
    same = [zone for zone in known if zone.casefold() == low]
    city = [zone for zone in known if zone.casefold().rpartition("/")[2] == low]
    if len(same or city) == 1:
        return (same or city)[0]
    from fondly.config.fields import zone_hint

    raise ValueError(f"'{text}' is no time zone{zone_hint(wanted, city or known)}")


def quoted(text: str) -> str:
    """The text as YAML in double quotes, in ASCII wherever a letter could be taken for something else."""
    letters = []
    for letter in text:
        if letter in '"\\':
            letters.append("\\" + letter)
        elif letter.isprintable():
            letters.append(letter)
        else:
            letters.append(f"\\U{ord(letter):08X}")
    return '"' + "".join(letters) + '"'


def config_text(answers: Answers, id: str) -> str:
    """The config file for these answers: YAML that fondly takes, with comments and with examples to switch on."""
    ids = ids_of(answers.names)
    everybody = f"[{', '.join(ids)}]"
    return "\n".join(
        [
            "# What fondly plans for you, and where it goes. Made by 'fondly init'; yours to change.",
            "#",
            "# A # with a word right behind it, as in #birthday, marks an example: take the # away to use it.",
            "# 'fondly check' tells what the file means and what is wrong in it.",
            "",
            "# Everything that fondly makes is known by this. Keep it as it is, and to yourself.",
            f"id: {id}",
            "",
            "# What an evening is, the clock here decides.",
            f"timezone: {answers.timezone}",
            "",
            "people:",
            *_people(answers.names, ids),
            "",
            "# Who runs this fondly.",
            f"me: {ids[0]}",
            "",
            "# How much comes, and when it is quiet.",
            "#rhythm: {most_per_week: 3, quiet: 22:00-07:00}",
            "",
            "# The small things, each at its own pace; without this line all of them come now and then.",
            "#practices: {gratitude: weekly, affection: 2 per month, support: off}",
            "",
            "# Date nights. What may one cost?",
            "#dates: {every: 2 weeks, budget: 60, currency: EUR}",
            "",
            *_days(answers.day, ids),
            "",
            "# Where it all goes. 'seen_by' names everybody who can look into a place, and what is secret from one of",
            f"# them never goes there. Can only you look into it? Then write seen_by: [{ids[0]}]",
            "outputs:",
            *_outputs(answers.target, everybody, ids[0]),
            "",
        ]
    )


def _people(names: tuple[str, ...], ids: list[str]) -> list[str]:
    lines = []
    for number, (name, id) in enumerate(zip(names, ids, strict=True)):
        lines += [f"  - id: {id}", f"    name: {quoted(name)}"]
        lines.append("    #birthday: 1992-02-29" if number == 0 else "    #birthday: --07-04  # the year is not known")
        if number == 1:
            lines.append("    #timezone: Europe/London  # where it is another one")
    return lines


def _days(day: PartialDate | None, ids: list[str]) -> list[str]:
    lines = ["# Days to remember. The kind may be wedding, dating, engagement, memorial, or any other word."]
    off = "" if day else "#"
    lines += [f"{off}anniversaries:", f"  {off}dates:"]
    if day:
        name = "Our day" if len(ids) > 1 else "A day of mine"
        lines.append(f"    - {{id: our-day, name: {quoted(name)}, date: {day}}}")
    lines.append('    #- {id: wedding, name: "Wedding", date: 2015-06-20, kind: wedding}')
    if len(ids) > 1:
        secret = f"people: [{ids[0]}], secret_from: [{ids[1]}]"
        lines.append(f'    #- {{id: party, name: "Surprise party", date: 2027-05-14, {secret}}}')
    return lines


def _outputs(target: Target, everybody: str, me: str) -> list[str]:
    lines = [f"  - name: {target.name}", f"    kind: {target.kind}"]
    if target.kind == "caldav":
        lines += [f"    url: {quoted(target.address)}", f"    username: {quoted(target.username or '')}"]
        if target.secret is not None:
            lines.append("    # Or {env: NAME}, {command: [PROGRAM, ARGUMENT]}, {keyring: SERVICE}.")
            lines.append(f"    password: {{file: {quoted(target.secret)}}}")
        if target.auth != "basic":
            lines.append(f"    auth: {target.auth}")
    else:
        lines += ["    # A path starts at the folder of this file.", f"    path: {quoted(target.address)}"]
    lines.append(f"    seen_by: {everybody}")
    server = '{name: server, kind: caldav, url: "https://cloud.example.org/dav/ours/", username: me, '
    others = {
        "markdown": f'  #- {{name: mine, kind: markdown, path: "mine.md", seen_by: [{me}]}}',
        "ics": f'  #- {{name: backup, kind: ics, path: "backup.ics", seen_by: {everybody}}}',
        "caldav": f"  #- {server}password: {{env: SERVER_PASSWORD}}, seen_by: {everybody}}}",
    }
    return lines + [line for kind, line in others.items() if kind != target.kind]


def refuse_taken(path: Path) -> None:
    """Raise `ConfigError` where anything stands at ``path``, or where nothing can be put there."""
    if os.path.lexists(path):
        raise ConfigError(f"{path} stands there already and stays as it is; name another folder with --path DIR")
    around = next(folder for folder in path.parents if os.path.lexists(folder))
    if not around.is_dir():
        raise ConfigError(f"{around} is no folder, so {path} cannot be made; name another with --path DIR")
    if not os.access(around, os.W_OK | os.X_OK):
        raise ConfigError(f"the folder {around} cannot be written to; name another with --path DIR")


def free_name(folder: Path, name: str) -> str:
    """``name``, or the like of it with a number, so that nothing stands there yet."""
    stem, dot, suffix = name.rpartition(".")
    number, free = 1, name
    while os.path.lexists(folder / free):
        number += 1
        free = f"{stem}-{number}{dot}{suffix}"
    return free


def free_path(config: Path, name: str, *, hidden: bool) -> str:
    """Where a file of that name may be put: beside the config file, or at home where people do not look there.

    As it is written in the config, with a number where something stands already.
    """
    if not hidden:
        return free_name(config.parent, name)
    return f"~/{free_name(Path.home(), name)}"


def write_new(files: Mapping[Path, str]) -> None:
    """Write all of these files, for their owner alone to read, or none. Nothing that stands there is touched.

    Missing folders are made. Raises `ConfigError` where a file stands there already, `FondlyError` for what else fails.
    """
    done: list[Path] = []
    folders: list[Path] = []
    path = next(iter(files))
    try:
        for path in files:
            _make_folders(path.parent, folders)
            _write_one(path, files[path].encode("utf-8"), done)
    except BaseException as problem:
        for written in done:
            with contextlib.suppress(OSError):
                written.unlink()
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(problem, FileExistsError):
            raise ConfigError(f"{path} stands there already and stays as it is; nothing was written") from None
        if isinstance(problem, OSError):
            raise FondlyError(f"{path} cannot be written: {problem.strerror or problem}; nothing was left") from None
        raise


def _make_folders(folder: Path, made: list[Path]) -> None:
    for missing in [one for one in (*reversed(folder.parents), folder) if not one.is_dir()]:
        missing.mkdir(mode=0o700)
        made.append(missing)


def _write_one(path: Path, data: bytes, done: list[Path]) -> None:
    """Put the whole file there in one step that fails where something stands; remember in ``done`` what is ours."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        _fill(temporary, data)
        try:
            os.link(temporary, path)
            done.append(path)
        except OSError:  # something stands there, which the next line finds too; or there are no hard links here
            _fill(path, data, done)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _fill(path: Path, data: bytes, done: list[Path] | None = None) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    if done is not None:
        done.append(path)
    with open(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    os.chmod(path, 0o600)  # the umask may have narrowed it
