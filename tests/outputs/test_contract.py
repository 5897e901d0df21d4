"""The contract suite for authors: on the built-in kinds, on the example of the specification, and on bad ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fondly.outputs import kinds
from fondly.service.scaffold import example_of
from fondly.testing import OutputContract, Radicale, radicale  # noqa: F401  # a fixture
from fondly_hooks import notes
from fondly_hooks.types.outputs import OutputKind

pytest_plugins = ["pytester"]
GIVEN = {kind.name: kind for kind in (*kinds.fondly_output_kinds(), *notes.fondly_output_kinds())}


def _shout() -> OutputKind:
    """The kind that the specification shows."""
    space: dict[str, Any] = {}
    exec(compile(example_of("fondly_output_kinds"), "shout.py", "exec"), space)
    (kind,) = space["fondly_output_kinds"]()
    assert isinstance(kind, OutputKind)
    return kind


class TestFile(OutputContract):
    """An .ics file."""

    kind = GIVEN["ics"]

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        """Where the file is."""
        return {"path": "us.ics"}

    def edit(self, folder: Path) -> bool:
        """Another title in the file."""
        path = folder / "us.ics"
        path.write_bytes(path.read_bytes().replace(b"SUMMARY:Time 2", b"SUMMARY:Tea"))
        return True


class TestNote(OutputContract):
    """A list in a Markdown note."""

    kind = GIVEN["markdown"]

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        """Where the note is."""
        return {"path": "us.md"}


class TestCalendar(OutputContract):
    """A calendar on a real server."""

    kind = GIVEN["caldav"]

    @pytest.fixture
    def options(self, radicale: Radicale) -> Mapping[str, Any]:  # noqa: F811
        """Where the calendar is, and how to be let in."""
        return {"url": radicale.url, "username": radicale.username, "password": radicale.password}


class TestShout(OutputContract):
    """The example of the specification: lines in a file that are written once."""

    kind = _shout()
    changes = False
    knows_its_own = False

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        """Where the file is."""
        return {"path": "shout.txt"}


GOOD = (
    (Path(__file__).parent / "list_kind.py").read_text(encoding="utf-8")
    + """

from fondly.testing import OutputContract

BAD

class TestKind(OutputContract):
    kind = OutputKind(name="kind", options=Options, open=KIND)

    def edit(self, folder):
        path = folder / "list.json"
        path.write_text(path.read_text().replace("Time 2", "Tea"))
        return True
"""
)

BAD = {
    "differs from call to call": (
        """\
    count = 0

    def fields(self, wanted, uid):
        Kind.count += 1
        return {"text": str(Kind.count)}
""",
        "the fields of one entry differ",
    ),
    "loses an outcome": (
        """\
    def apply(self, actions):
        yield from list(super().apply(actions))[:-1]
""",
        "these actions have no outcome",
    ),
    "writes when it is opened": (
        """\
    def __init__(self, options, context):
        super().__init__(options, context)
        self.save(self.load())
""",
        "a file was written in a dry run",
    ),
    "never deletes": (
        """\
    def apply(self, actions):
        for action in actions:
            yield from [Outcome(action=action)] if action.verb == "delete" else super().apply([action])
""",
        "a run in which nothing had changed did this: {'deleted'",
    ),
    "finds nothing of its own": (
        """\
    def read(self, remembered, state):
        return Standing(absent=True)
""",
        "a run in which nothing had changed did this: {'created'",
    ),
    "cuts long texts": (
        """\
    def apply(self, actions):
        for outcome in super().apply(actions):
            self.save({uid: {"text": fields["text"][:40]} for uid, fields in self.load().items()})
            yield outcome
""",
        "are not read as they were written",
    ),
    "calls nothing an edit": (
        """\
    def read(self, remembered, state):
        found = super().read(remembered, state)
        return Standing(things=tuple(Thing(uid=t.uid, fields=t.fields, mine=True, edited=False) for t in found.things))
""",
        "what a person had changed was not left as it was",
    ),
    "takes what failed for done": (
        """\
    def read(self, remembered, state):
        rows = [row for row in remembered.values() if not row.gone]
        return Standing(things=tuple(Thing(uid=row.uid, fields=row.fields, mine=True) for row in rows))
""",
        "what failed passes for delivered",
    ),
    "knows no days": (
        """\
    def fields(self, wanted, uid):
        return {"text": f"{wanted.title} {wanted.start.hour}"}
""",
        "has no attribute 'hour'",
    ),
}


def test_a_good_kind_passes(pytester: pytest.Pytester) -> None:
    """The kind that the bad ones are made from holds all of it."""
    pytester.makepyfile(test_kind=GOOD.replace("BAD", "").replace("KIND", "ListOutput"))
    done = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    assert done.ret == 0, done.outlines
    done.assert_outcomes(passed=14)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_kind_is_told_what_is_wrong(pytester: pytest.Pytester, name: str) -> None:
    """A kind that breaks the contract fails, and the failure says how."""
    method, words = BAD[name]
    bad = f"class Kind(ListOutput):\n{method}\n"
    pytester.makepyfile(test_kind=GOOD.replace("BAD", bad).replace("KIND", "Kind"))
    done = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short")
    assert done.ret == 1
    assert words in "\n".join(done.outlines)
