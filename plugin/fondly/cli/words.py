"""``fondly done``, ``skip``, ``not-now``, ``loved``, ``never``: a person's word about what came."""

from __future__ import annotations

import contextlib

import click

from fondly.cli import Options
from fondly.cli.common import day_name, get_ready, open_journal, print_json, say_failures, say_messages
from fondly.observing import tell_done
from fondly.service.words import Said, Word, say, understand
from fondly.state import past_in, state_folder

HELP: dict[Word, str] = {
    "done": "Note that something was done. The day is kept, never who.",
    "skip": "Let something go this time. Nothing piles up.",
    "not-now": "Let something go that may come another time.",
    "loved": "Say that something was good; it comes back sooner.",
    "never": "Have a suggestion never again.",
}

ID = (
    "ID is what 'fondly -v plan' shows, a title, a suggestion such as gratitude/one-small-thing, or the name of a "
    "practice (or 'date'), which stands for the one of today or the nearest."
)


def _command(word: Word) -> click.Command:
    @click.command(word, help=f"{HELP[word]}\n\n{ID}")
    @click.argument("id", metavar="ID")
    @click.pass_obj
    def command(options: Options, id: str) -> int:
        prepared, now = get_ready(options)
        said = understand(prepared, past_in(state_folder(prepared.relationship.id)), now, word, id)
        with contextlib.closing(open_journal(prepared)) as journal:
            fresh = say(journal, said, now.date())
        if fresh and said.planned:
            tell_done(prepared.plugins, [said.planned])
        if options.json:
            found = {"word": said.word, "entry": said.entry, "suggestion": said.suggestion, "day": f"{now:%Y-%m-%d}"}
            print_json(
                {"said": [found], "failures": [failure.as_json() for failure in prepared.plugins.failures]},
            )
        elif options.verbosity >= 0:
            click.echo(_answer(said))
        say_messages(prepared, options)
        say_failures(prepared.plugins.failures)
        return int(prepared.serious)

    return command


def _answer(said: Said) -> str:
    """What a person reads: one line, and one more where something happens at the next sync."""
    title = f"'{said.title}'"
    lines = {
        "done": f"Noted: {title}.",
        "skip": f"Let go: {title}. Nothing piles up.",
        "not-now": f"Another time: {title}."
        + (f" It may come again from {day_name(said.until)} on." if said.until else ""),
        "loved": f"Glad to hear it: {title} comes back sooner, once the others had their turn.",
        "never": f"{title} will not come again.",
    }
    line = lines[said.word]
    changes = {"gone": "\nThe next sync takes it away.", "another": "\nThe next sync puts another one in its place."}
    return line + (changes[said.change] if said.change else "")


commands = {word: _command(word) for word in HELP}
