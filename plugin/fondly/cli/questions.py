"""The questions of ``fondly init``, at most eight, each with a default and a word on why it is asked."""

from __future__ import annotations

import contextlib
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

import click

from fondly.beginning import Answers, Target, free_name, free_path, ids_of, read_names, read_zone
from fondly_hooks.errors import OutputError
from fondly_hooks.types.dates import PartialDate, parse_partial_date

if TYPE_CHECKING:
    from fondly_calendar.discovery import FoundCalendar

T = TypeVar("T")
EXAMPLE = "Ana, Ben"
FILE, SERVER, NOTE = Target("file", "ics", "us.ics"), Target("ours", "caldav", ""), Target("note", "markdown", "us.md")
PLACES = {"1": FILE, "2": SERVER, "3": NOTE, "file": FILE, "server": SERVER, "caldav": SERVER, "note": NOTE}


class Dialogue:
    """Asks one thing after the other. Raises `click.Abort` where the person stops it or the answers end."""

    def __init__(self, *, err: bool, quiet: bool) -> None:
        self.err, self.quiet = err, quiet
        self.terminal = sys.stdin.isatty()
        if self.terminal:
            with contextlib.suppress(ImportError):  # Windows has none
                import readline  # noqa: F401  # arrow keys work from here on

    def say(self, text: str) -> None:
        """What helps to answer."""
        if not self.quiet:
            click.echo(text, err=self.err)

    def ask(self, question: str, read: Callable[[str], T], default: str = "", *, shown: str | None = None) -> T:
        """The answer as ``read`` understands it; asked again with its words where it does not."""
        while True:
            prompt = f"{question} [{default if shown is None else shown}]"
            try:
                return read(click.prompt(prompt, default=default, show_default=False, err=self.err).strip())
            except ValueError as problem:
                click.echo(f"{problem}", err=True)

    def ask_secret(self, question: str, default: str) -> str:
        """A password, which a terminal does not show."""
        while True:
            # Where no terminal is, getpass would look for one elsewhere, and not take the answers that are piped in.
            given: str = click.prompt(
                question, default=default or None, show_default=False, hide_input=self.terminal, err=self.err
            )
            if all(unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp") for letter in given):
                return given
            click.echo("That holds something that is no letter; please type it again.", err=True)

    @contextlib.contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Something that takes a while."""
        if self.quiet or not sys.stderr.isatty():
            self.say(text)
            yield
            return
        from rich.console import Console
        from rich.text import Text

        with Console(stderr=True).status(Text(text)):
            yield


def ask_all(
    dialogue: Dialogue, config: Path, zone: str, known: set[str], *, hidden: bool
) -> tuple[Answers, str | None]:
    """All answers, and the password where there is one.

    ``config`` is where the file will stand, ``hidden`` whether people do not look into that folder.
    """
    dialogue.say("A few questions. Enter takes what stands in [brackets].")
    dialogue.say("Nothing is written before the last answer; Ctrl-C stops at any time.")
    dialogue.say("\nWho is this for? Your own name first, with commas between the names.")
    dialogue.say("Entries speak of you by these names. Enter alone makes an example.")
    names = dialogue.ask("Names", read_names, EXAMPLE)
    dialogue.say("\nWhere do you live? So that an evening is an evening on your clock.")
    zone = dialogue.ask("Time zone", lambda text: read_zone(text, known), zone)
    dialogue.say("\nIs there a day to remember, such as your first date or your wedding?")
    dialogue.say("It comes back each year. Write 2015-06-20, or --06-20 without the year.")
    day = dialogue.ask("Day", _day, shown="none")
    dialogue.say("\nWhere shall it all go? It will be in the tools that you use already.")
    dialogue.say("  1  a calendar file (.ics), which your calendar program can open")
    dialogue.say("  2  a calendar on a server (CalDAV), such as iCloud, Nextcloud or Fastmail")
    dialogue.say("  3  a list in a Markdown note")
    target, password = dialogue.ask("Place", _target, "1"), None
    if target is SERVER:
        target, password = _ask_server(dialogue, config.parent, ids_of(names)[0])
    if target is not None and target.kind != "caldav":
        target = _ask_path(dialogue, config, target, hidden=hidden)
    return Answers(names, zone, day, target), password


def _day(text: str) -> PartialDate | None:
    return None if text.casefold() in ("", "-", "no", "none") else parse_partial_date(text)


def _target(text: str) -> Target:
    if text.casefold() not in PLACES:
        raise ValueError(f"'{text}' is none of them; write 1, 2 or 3.")
    return PLACES[text.casefold()]


def _ask_path(dialogue: Dialogue, config: Path, target: Target, *, hidden: bool) -> Target:
    def read(text: str) -> str:
        try:
            path = config.parent / Path(text).expanduser()
        except RuntimeError:
            raise ValueError(f"'{text}' begins at a home that this machine does not know; write it out.") from None
        if not text.isprintable() or path.is_dir() or path == config:
            raise ValueError(f"'{text}' cannot be that file; write another name, such as {target.address}.")
        if target.kind == "ics" and os.path.lexists(path):
            raise ValueError(f"{path} stands there already, and fondly leaves it alone; write another name.")
        return text

    dialogue.say(f"\nWhich file? A name alone is put into {config.parent}.")
    if target.kind == "markdown":
        dialogue.say("It may be a note that you have: the list gets a part of it, the rest stays.")
    name = target.address
    default = free_path(config, name, hidden=hidden) if target.kind == "ics" else f"{'~/' if hidden else ''}{name}"
    return replace(target, address=dialogue.ask("File", read, default))


def _ask_server(dialogue: Dialogue, folder: Path, me: str) -> tuple[Target, str | None]:
    """The calendar that was chosen, and its password; `FILE` where the person would rather have one."""
    from fondly_calendar.discovery import find_calendars  # all that speaks to a network is imported when it is used
    from fondly_calendar.whereabouts import host_of

    address, username, password = "file", "", ""
    dialogue.say("\nWhere is your calendar? Write your email address there, or the address of")
    dialogue.say("the server (https://...). Write 'file' to take a calendar file instead.")
    while True:
        before = address
        address = dialogue.ask("Address", _address, address)
        if address.casefold() == "file":
            return FILE, None
        if _host(before) != _host(address):
            password = ""  # it was for another server
        if before != address or not username:
            username = _username_in(address) or username or me
        username = dialogue.ask("Username", _username, username)
        again = "; Enter takes the one from before" if password else ""
        if not password:
            dialogue.say("Many providers want a password made for one app; their settings make one.")
            dialogue.say("It goes into a file of its own that only you can read.")
        password = dialogue.ask_secret(f"Password (not shown while you type{again})", password)
        try:
            with dialogue.waiting(f"Looking for calendars at {host_of(address) or address} ..."):
                found = find_calendars(address, username, password)
            calendar = _choose(dialogue, found)
        except (OutputError, ValueError) as problem:
            click.echo(f"\nThat did not work: {problem}.", err=True)
            dialogue.say("\nEnter takes what you wrote before; 'file' takes a calendar file instead.")
            continue
        secret = free_name(folder, f"{SERVER.name}.password")
        return replace(SERVER, address=calendar.url, username=username, secret=secret, auth=calendar.auth), password


def _choose(dialogue: Dialogue, found: list[FoundCalendar]) -> FoundCalendar:
    """One of those that can be written to. Raises ``ValueError`` where there is none."""
    fit = [calendar for calendar in found if "VEVENT" in calendar.components and calendar.writable is not False]
    rest = ", ".join(calendar.name for calendar in found if calendar not in fit)
    if not fit:
        raise ValueError(f"what is there ({rest}) takes no events, or lets you only read; make a calendar there first")

    def read(text: str) -> FoundCalendar:
        named = [calendar for calendar in fit if calendar.name == text]
        if len(named) == 1:
            return named[0]
        if not text.isdecimal() or not 1 <= int(text) <= len(fit):
            raise ValueError(f"'{text}' is none of them; write a number from 1 to {len(fit)}.")
        return fit[int(text) - 1]

    dialogue.say("\nWhich calendar? What stands in it stays: fondly touches only what it made.")
    width = max(len(calendar.name) for calendar in fit)
    for number, calendar in enumerate(fit, 1):  # also where little is to be said: a number needs its list
        place = unquote(urlsplit(calendar.url).path)
        click.echo(f"  {number}  {calendar.name:<{width}}  {_shown(place)}", err=dialogue.err)
    if rest:
        dialogue.say(f"Not offered, because they take no events or cannot be written to: {rest}.")
    return dialogue.ask("Calendar", read, "1")


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError("That is no address; write one such as https://cloud.example.org/.") from None
    if "://" in text and "@" in parts.netloc:
        raise ValueError("Leave the username and the password out of the address; they are asked for next.")
    if not text.isprintable():
        raise ValueError("That is no address; write one such as https://cloud.example.org/.")
    return text


def _host(address: str) -> str:
    """The machine that an address speaks of, in whichever form."""
    return urlsplit(address if "://" in address else f"//{address}").hostname or ""


def _username(text: str) -> str:
    if not text or not text.isprintable():
        raise ValueError("That is no username; please type it again.")
    return text


def _username_in(address: str) -> str:
    """Who it is, as far as the address tells; nothing where it does not."""
    if "://" not in address and "@" in address:
        return address
    segments = [segment for segment in unquote(urlsplit(address).path).split("/") if segment]
    for segment in segments:
        if "@" in segment:
            return segment
    for sign in ("users", "user", "calendars", "principals"):
        if sign in segments[:-1]:
            return segments[segments.index(sign) + 1]
    return ""


def _shown(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
