"""``fondly practices``."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import click

from fondly.cli import Options
from fondly.cli.common import day_name, get_ready, print_json, say_failures, say_messages, viewer_of
from fondly.gate import failures_for
from fondly.planner.suggesting import key_of
from fondly.service.catalogue import OwnPractice, find_practice, own_practices
from fondly.service.rest import pause_on, span_text
from fondly.state import past_in, state_folder
from fondly_hooks.types.content import Suggestion
from fondly_hooks.types.entries import Entry
from fondly_hooks.types.people import Person

GRADES = {
    "strong": "well supported",
    "fair": "some support",
    "weak": "support for something near it",
    "judgement": "a judgement, no study of this very thing",
}
SETTINGS = {"home": "at home", "out": "out", "apart": "also at a distance", "anywhere": "anywhere"}
DEPTHS = {2: "goes deeper", 3: "goes deep"}
WORDS = {"loved": "loved", "never": "never again", "not-now": "not now"}


@click.command("practices")
@click.argument("slug", required=False)
@click.option("--for", "person", metavar="PERSON", help="As this person may see it.")
@click.pass_obj
def command(options: Options, slug: str | None, person: str | None) -> int:
    """The fifteen practices and what comes next of each, or one of them whole."""
    prepared, now = get_ready(options)
    relationship = prepared.relationship
    viewer = viewer_of(relationship, person)
    past = past_in(state_folder(relationship.id))
    found = own_practices(prepared, past, now, viewer)
    if slug is not None:
        wanted = find_practice((own.practice for own in found), slug)
        found = [own for own in found if own.practice is wanted]
    failures = failures_for(prepared.plugins.failures, viewer, relationship.me)
    if options.json:
        print_json(
            {
                "practices": [own.as_json(whole=slug is not None) for own in found],
                "failures": [failure.as_json() for failure in failures],
            }
        )
    elif slug is None:
        resting = pause_on(relationship, past, now.date())
        if resting:
            click.echo(f"Everything rests {span_text(resting)}.\n")
        _list(found, relationship.person(viewer), now)
    else:
        _page(found[0], relationship.person(viewer), now)
    say_messages(prepared, options, viewer)
    say_failures(failures)
    return int(prepared.serious)


def _minutes(count: int) -> str:
    return f"{count} minute{'' if count == 1 else 's'}"


def facts(one: Suggestion) -> str:
    """What there is to know before one chooses it, in a few words."""
    words = [_minutes(one.minutes), "together" if one.together else "alone"]
    words += [f"{one.energy} energy", SETTINGS[one.setting]]
    words += [DEPTHS[one.depth]] if one.depth in DEPTHS else []
    words += ["touch"] if one.touch else []
    words += [" and ".join(one.seasons)] if one.seasons else []
    return ", ".join(words)


def _when(entry: Entry | None, viewer: Person, now: dt.datetime) -> str:
    """The day, and the hour on the viewer's clock."""
    if entry is None:
        return ""
    zone = ZoneInfo(viewer.zone_on(entry.first_day))
    start = entry.start.astimezone(zone) if isinstance(entry.start, dt.datetime) else None
    day = start.date() if start else entry.first_day
    name = "today" if day == now.astimezone(zone).date() else day_name(day, short=True)
    return f"{name} {start:%H:%M}" if start else name


def _list(found: Iterable[OwnPractice], viewer: Person, now: dt.datetime) -> None:
    from rich.table import Table
    from rich.text import Text

    from fondly.agenda import NARROW, people_console

    out = people_console()
    narrow = out.width < NARROW
    table = Table.grid(padding=(0, 2, 0, 0))
    for column in range(1 if narrow else 4):
        table.add_column(no_wrap=column < 3 and not narrow)
    for own in sorted(found, key=lambda own: (own.state != "planned", own.state, own.practice.slug)):
        rhythm = str(own.every) if own.state == "planned" else own.state
        title = own.coming.title if own.coming else ""
        cells = [
            Text(own.practice.slug, style="bold"),
            Text(rhythm, style="dim"),
            Text(_when(own.coming, viewer, now)),
            Text(title),
        ]
        if narrow:
            cells = [Text("  ").join(cells[:2]) + Text("\n  ") + Text(" ").join(cells[2:])]
        table.add_row(*cells)
    out.print(table)
    out.print(
        Text("\n'fondly practices NAME' has all of one. Rhythms are ceilings; the week's budget is shared.", "dim")
    )


def _page(own: OwnPractice, viewer: Person, now: dt.datetime) -> None:
    from rich.text import Text

    from fondly.agenda import people_console

    out, practice = people_console(), own.practice
    width = min(out.width, 96)

    def paragraph(name: str, text: str) -> None:
        if text:
            out.print(Text(f"\n{name}", style="bold") if name else "")
            for line in text.splitlines():
                out.print(Text(textwrap.fill(line, width - 2, initial_indent="  ", subsequent_indent="  ")))

    out.print(Text(practice.name, style="bold"))
    paragraph("", practice.about)
    who = "together" if own.together else "alone"
    hours = ", ".join(map(str, own.at))
    often = str(own.every) if own.state == "planned" else own.state
    rhythm = f"{often}, {_minutes(own.minutes)}, {who}, {hours}" if own.state != "off" else "switched off"
    paragraph("Here", rhythm)
    if own.coming:
        paragraph("Next", f"{_when(own.coming, viewer, now)}: {own.coming.title}")
    studies = "; ".join(f"{one.author} {one.year}, {one.kind}" for one in practice.studies)
    if practice.evidence or studies:
        grade = f"{GRADES[practice.grade]}{f' ({studies})' if studies else ''}"
        paragraph("What stands behind it", f"{practice.evidence}\n{grade}".strip())
    paragraph("Take care", practice.caution)
    paragraph("Rather not", practice.rather_not)
    paragraph("When it takes more than this", practice.safety)
    out.print(Text(f"\n{len(practice.suggestions)} suggestions", style="bold"))
    for one in practice.suggestions:
        key = key_of(practice, one)
        word = own.words.get(key)
        title = Text.assemble("\n  ", (one.title, "bold"), (f"  {WORDS[word]}" if word else "", "magenta"))
        out.print(title)
        out.print(Text(textwrap.fill(one.text, width - 4, initial_indent="    ", subsequent_indent="    ")))
        out.print(Text(f"    {facts(one)} · {key}", style="dim"))
