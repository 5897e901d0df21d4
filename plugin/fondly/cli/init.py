"""``fondly init``."""

from __future__ import annotations

import os
import shlex
import uuid
import zoneinfo
from pathlib import Path

import click

from fondly.beginning import (
    Answers,
    Target,
    config_text,
    free_path,
    machine_zone,
    read_names,
    refuse_taken,
    write_new,
)
from fondly.cli import Options
from fondly.place import config_place
from fondly_hooks.errors import ConfigError


@click.command("init")
@click.option("--path", "folder", metavar="DIR", help="The folder for fondly.yaml; it is made where it is missing.")
@click.option("--yes", is_flag=True, help="Ask nothing: an example for Ana and Ben, ready to be changed.")
@click.pass_obj
def command(options: Options, folder: str | None, yes: bool) -> int:
    """Ask a few questions and write a config file."""
    path = _place(options, folder)
    refuse_taken(path)
    known = zoneinfo.available_timezones()
    zone = machine_zone(os.environ, known)
    password = None
    if yes:
        target = Target("file", "ics", free_path(path, "us.ics", hidden=_is_hidden(path)))
        answers = Answers(read_names("Ana, Ben"), zone, None, target)
    else:
        from fondly.cli.questions import Dialogue, ask_all

        dialogue = Dialogue(err=options.json, quiet=options.verbosity < 0)
        answers, password = ask_all(dialogue, path, zone, known, hidden=_is_hidden(path))
    files = {path: config_text(answers, str(uuid.uuid4()))}
    if answers.target.secret is not None:
        files = {path.parent / answers.target.secret: f"{password}\n", **files}
    write_new(files)
    return _say(options, path, answers.target)


def _place(options: Options, folder: str | None) -> Path:
    if folder is None:
        return config_place(options.config)
    try:
        return Path(folder).expanduser().absolute() / "fondly.yaml"
    except RuntimeError:
        raise ConfigError(f"{folder} begins at a home that this machine does not know; write it out") from None


def _is_hidden(path: Path) -> bool:
    """Whether the config file goes to the platform's folder, which file dialogues do not show."""
    import platformdirs

    return path.parent == platformdirs.user_config_path("fondly", appauthor=False)


def _say(options: Options, path: Path, target: Target) -> int:
    """Where the file is, what ``check`` says of it, and how to go on; the exit code."""
    if options.json:
        from fondly.cli.common import print_json

        print_json({"config": str(path), "failures": []})
        return 0
    from fondly.cli.check import say_check

    quiet = options.verbosity < 0
    if not quiet:
        click.echo(f"\nWritten: {path}\nOnly you can read it, and everything in it is yours to change.\n")
    code = say_check(path, options)
    if not quiet:
        option = "" if path == config_place(None) else f" --config {shlex.quote(str(path))}"
        place = (
            "into that calendar"
            if target.kind == "caldav"
            else f"into {path.parent / Path(target.address).expanduser()}"
        )
        commands = [(f"fondly{option} plan", "see what would come"), (f"fondly{option} sync", f"bring it {place}")]
        width = max(len(name) for name, _ in commands)
        click.echo("\nNext:")
        for name, what in commands:
            click.echo(f"    {name:<{width}}  {what}")
    return code
