"""Makes docs/plan.svg, the picture in the README: run `python docs/picture.py` from the project's root."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from fondly.agenda import print_agenda
from fondly.demo import running_demo
from fondly.gate import visible
from fondly.planner import Horizons, Past
from fondly.preparing import make_plan
from fondly_hooks.types.times import Span

NOW = dt.datetime.fromisoformat("2026-11-23T08:00:00+01:00")
THEME = TerminalTheme(
    (250, 247, 242),
    (51, 46, 43),
    [
        (51, 46, 43),
        (168, 50, 50),
        (60, 110, 60),
        (150, 100, 10),
        (50, 80, 140),
        (150, 50, 110),
        (20, 110, 120),
        (90, 84, 80),
    ],
)


def picture() -> str:
    """The agenda of the demo's couple on a fixed day, as SVG that asks nobody for a font."""
    console = Console(record=True, width=88, highlight=False, file=open("/dev/null", "w"), force_terminal=True)  # noqa: SIM115
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder) / "demo", NOW) as demo:
        people = demo.prepared.relationship
        window = Span(demo.now.date(), demo.now.date() + dt.timedelta(days=14))
        _, plan = make_plan(demo.prepared, Past(), Horizons.all_in(window), demo.now)
        print_agenda(visible(plan.entries, [people.me]), (), people, people.me, demo.now, console=console)
    svg = console.export_svg(title="fondly plan --days 14", theme=THEME, unique_id="fondly")
    svg = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("plan.svg").write_text(picture(), encoding="utf-8")
