"""The texts that `fondly hooks new` fills in."""

# A plugin in Python that gives entries.
OWN = '''\
"""@TITLE@: what it puts into the calendar."""

import datetime as dt
from collections.abc import Iterator

from fondly import Entry, Relationship, Span, hookimpl

DAY = dt.timedelta(days=1)
SATURDAY = 5  # Monday is 0


@hookimpl
def fondly_entries(relationship: Relationship, window: Span) -> Iterator[Entry]:
    """An entry on every Saturday. Change the days, the title, or all of it."""
    for day in window.days():
        if day.weekday() == SATURDAY:
            yield Entry(
                id=f"custom/@NAME@/{day}",  # stays the same from run to run
                kind="custom",
                title="@TITLE@",
                neutral_title="Reminder",  # for places that show no more than that
                start=day,
                end=day + DAY,
            )
'''

# The frame of a script, by language.
FRAMES = {
    "sh": """\
#!/bin/sh
# @TITLE@: answers @HOOK@. On standard input stands what is asked, as one JSON object.
# Prose goes to standard error. To see both sides: fondly -v hooks test @HOOK@ --plugin @NAME@
@BEFORE@
cat <<END
@ANSWER@
END
""",
    "python": '''\
#!/usr/bin/env python3
"""@TITLE@: answers @HOOK@.

Prose goes to standard error. To see both sides: fondly -v hooks test @HOOK@ --plugin @NAME@
"""

@IMPORTS@import json
import sys

asked = json.load(sys.stdin)
@BEFORE@
answer = @ANSWER@
json.dump(answer, sys.stdout)
''',
    "node": """\
#!/usr/bin/env node
// @TITLE@: answers @HOOK@.
// Prose goes to standard error. To see both sides: fondly -v hooks test @HOOK@ --plugin @NAME@

const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
@BEFORE@
const answer = @ANSWER@;
process.stdout.write(JSON.stringify(answer));
""",
}

# What a script imports beside what the frame does.
IMPORTS = {("fondly_entries", "python"): "import datetime as dt\n"}

# What a script does where its answer depends on the question: lines before it, and the answer.
ENTRIES = {
    ("fondly_entries", "sh"): (
        "today=${FONDLY_NOW%%T*}",
        '{"add": [{"id": "$today", "title": "@TITLE@", "start": "$today"}]}',
    ),
    ("fondly_entries", "python"): (
        """\
day = dt.datetime.fromisoformat(asked["data"]["window"]["start"]).date()
end = dt.datetime.fromisoformat(asked["data"]["window"]["end"]).date()
saturdays = []
while day < end:
    if day.weekday() == 5:  # Monday is 0
        saturdays.append(str(day))
    day += dt.timedelta(days=1)
""",
        """{"add": [{"id": day, "title": "@TITLE@", "start": day} for day in saturdays]}""",
    ),
    ("fondly_entries", "node"): (
        """\
const day = new Date(asked.data.window.start);
const end = new Date(asked.data.window.end);
const saturdays = [];
for (; day < end; day.setUTCDate(day.getUTCDate() + 1)) {
  if (day.getUTCDay() === 6) saturdays.push(day.toISOString().slice(0, 10)); // Sunday is 0
}
""",
        """{ add: saturdays.map((day) => ({ id: day, title: "@TITLE@", start: day })) }""",
    ),
    ("fondly_weather", "sh"): (
        """day=$(sed -n 's/.*"day": "\\([0-9-]*\\)".*/\\1/p')""",
        '{"result": {"day": "$day", "dry": true, "text": "as it looks from here"}}',
    ),
    ("fondly_weather", "python"): (
        "",
        """{"result": {"day": asked["data"]["day"], "dry": True, "text": "as it looks from here"}}""",
    ),
    ("fondly_weather", "node"): (
        "",
        """{ result: { day: asked.data.day, dry: true, text: "as it looks from here" } }""",
    ),
    ("fondly_rank_date_ideas", "sh"): (
        """first=$(sed -n 's/.*"ideas": \\[{"slug": "\\([^"]*\\)".*/\\1/p')""",
        '{"result": [{"slug": "$first", "why": ["It is the first."]}]}',
    ),
    ("fondly_rank_date_ideas", "python"): (
        'cheapest = sorted(asked["data"]["ideas"], key=lambda idea: (idea["cost"], idea["slug"]))',
        """{"result": [{"slug": idea["slug"], "why": ["It costs the least."]} for idea in cheapest]}""",
    ),
    ("fondly_rank_date_ideas", "node"): (
        "const cheapest = asked.data.ideas.sort((a, b) => a.cost - b.cost);",
        """{ result: cheapest.map((idea) => ({ slug: idea.slug, why: ["It costs the least."] })) }""",
    ),
    ("fondly_adjust_entries", "sh"): (
        """first=$(sed -n 's/.*"entries": \\[{"id": "\\([^"]*\\)".*/\\1/p')""",
        '{"change": [{"id": "$first", "location": "The kitchen"}]}',
    ),
    ("fondly_adjust_entries", "python"): (
        'practices = [entry for entry in asked["data"]["entries"] if entry["kind"] == "practice"]',
        """{"change": [{"id": entry["id"], "location": "The kitchen"} for entry in practices]}""",
    ),
    ("fondly_adjust_entries", "node"): (
        """const practices = asked.data.entries.filter((entry) => entry.kind === "practice");""",
        """{ change: practices.map((entry) => ({ id: entry.id, location: "The kitchen" })) }""",
    ),
}

# The test of a plugin, and by hook or kind of hook what it asks for.
TEST = '''\
"""What @NAME@ has to do. Run it with pytest."""

from pathlib import Path

from fondly.testing import MakeWorld, world  # noqa: F401  # a fixture

HOOKS = Path(__file__).parent.parent


@MORE@'''

TESTS = {
    "fondly_entries": '''\
def test_it_comes_into_the_plan(world: MakeWorld) -> None:
    """fondly takes what the plugin gives, and plans it."""
    here = world(hooks=HOOKS)
    assert not here.ask("fondly_entries", "@NAME@").faults
    assert [entry for entry in here.plan() if entry.source == "@NAME@"]
''',
    **dict.fromkeys(
        ("provider", "decider", "adjuster", "command"),
        '''\
def test_it_answers(world: MakeWorld) -> None:
    """fondly takes all that the plugin gives."""
    tried = world(hooks=HOOKS).ask("@HOOK@", "@NAME@")
    assert not tried.faults
    assert tried.gave
''',
    ),
    "observer": '''\
def test_it_listens(world: MakeWorld) -> None:
    """The plugin hears what fondly tells, and does not fail at it."""
    assert not world(hooks=HOOKS).ask("@HOOK@", "@NAME@").faults
''',
}
