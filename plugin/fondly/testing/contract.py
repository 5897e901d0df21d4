"""What every kind of output has to hold, whatever it writes to: a class of tests to derive from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from fondly.journal import Journal
from fondly.testing.places import DAY, NOW, Killed, Place, three
from fondly_hooks.types.outputs import OutputKind

HARD = (
    'Semicolons; commas, "quotes", back\\slashes, a\nnew line and another\r\none, <tags> & 50 % ' + "long " * 60,
    "👩‍❤️‍👨 für Ömer, 今日, שלום, e\u0301",
    "- [x] # not a heading :tag: ]] --> %% * END:VEVENT",
)


class OutputContract:
    """Tests of an output kind, run by the real host with a real journal. To derive from it takes five lines::

        class TestShout(OutputContract):
            kind = next(iter(shout.fondly_output_kinds()))

            @pytest.fixture
            def options(self):
                return {"path": "shout.txt"}

    Where a kind cannot do something by its nature, its class says so: a message that was sent is not changed or taken
    back (``changes = False``), and a place that bears no marks does not know fondly's entries without the journal
    (``knows_its_own = False``).
    """

    kind: ClassVar[OutputKind]
    changes: ClassVar[bool] = True
    knows_its_own: ClassVar[bool] = True

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        """The options as a config would name them. Relative paths start at ``tmp_path``."""
        return {}

    @pytest.fixture
    def place(self, tmp_path: Path, options: Mapping[str, Any]) -> Place:
        """The output, empty, and the journal that belongs to it."""
        return Place(self.kind, self.kind.options.model_validate(dict(options)), tmp_path)

    def test_all_of_it_arrives_once(self, place: Place) -> None:
        """Every entry is made in the first run, each action has one outcome, and the second run writes nothing."""
        first = place.deliver(three())
        assert first.report.error is None, first.report.error
        assert first.report.created == 3, f"3 entries were new, and {first.report.created} were made"
        place.expect_quiet(three())

    def test_what_changed_is_changed(self, place: Place) -> None:
        """An entry with another title is updated, and is quiet then."""
        place.deliver(three())
        changed = [replace(three()[0], title="Another title"), *three()[1:]]
        again = place.deliver(changed)
        assert again.report.error is None, again.report.error
        assert again.report.created == 0, "what was changed was made a second time"
        if self.changes:
            assert again.report.updated == 1, "the entry with another title was not updated"
        place.expect_quiet(changed)

    def test_what_is_not_planned_any_more_goes(self, place: Place) -> None:
        """An entry that the plan drops is deleted, and the others stay."""
        place.deliver(three())
        again = place.deliver(three()[1:])
        assert again.report.error is None, again.report.error
        if self.changes:
            assert again.report.deleted == 1, "the entry that is planned no longer was not deleted"
        place.expect_quiet(three()[1:])

    def test_all_can_be_taken_back(self, place: Place) -> None:
        """With nothing planned nothing is left; planned again, all of it comes again."""
        place.deliver(three())
        gone = place.deliver([])
        assert gone.report.error is None, gone.report.error
        if self.changes:
            assert gone.report.deleted == 3, f"3 entries were to go, and {gone.report.deleted} did"
        back = place.deliver(three())
        assert back.report.created == 3, "what was taken back does not come again"
        place.expect_quiet(three())

    def test_a_dry_run_writes_nothing(self, place: Place) -> None:
        """Nothing is applied, and no file is changed."""
        before = place.files()
        shown = place.deliver(three(), dry_run=True)
        assert shown.report.created == 3, "a dry run has to tell what would be made"
        assert place.applied == [], "apply was called in a dry run"
        assert place.files() == before, "a file was written in a dry run"

    @pytest.mark.parametrize("text", HARD, ids=["marks", "letters", "markup"])
    def test_any_text_stands_as_it_is(self, place: Place, text: str) -> None:
        """Whatever a title or a description holds, the second run finds it as it was written."""
        entries = [replace(one, title=text, description=text) for one in three()]
        assert place.deliver(entries).report.error is None
        place.expect_quiet(entries)

    def test_days_and_to_dos_too(self, place: Place) -> None:
        """All-day entries and to-dos come and are quiet."""
        day = NOW.date()
        entries = [
            replace(three()[0], start=day, end=day + DAY),
            replace(three()[1], component="VTODO", status="NEEDS-ACTION"),
        ]
        assert place.deliver(entries).report.created == 2
        place.expect_quiet(entries)

    def test_killed_half_way_it_heals(self, place: Place) -> None:
        """A run that dies after its first write is finished by the next, and nothing stands twice."""
        with pytest.raises(Killed):
            place.deliver(three(), die_after=1)
        healed = place.deliver(three())
        assert healed.report.error is None, healed.report.error
        place.expect_quiet(three())
        uids = place.uids()
        assert len(uids) == len(set(uids)), "an entry stands twice"

    def edit(self, folder: Path) -> bool:
        """Change one title there, as a person would do it; whether one can. To be overridden."""
        return False

    def test_what_a_person_changed_stays(self, place: Place) -> None:
        """In the next run, in the one after it, when the plan changes, and when all is taken back."""
        place.deliver(three())
        if not self.edit(place.folder):
            pytest.skip("nobody can change an entry in this kind, or its suite does not say how (edit)")
        changed = [replace(one, title=f"{one.title}, later") for one in three()]
        for entries, updated in ((three(), 0), (three(), 0), (changed, 2), (changed, 0)):
            report = place.deliver(entries).report
            assert report.error is None, report.error
            assert (report.kept, report.updated) == (1, updated), "what a person had changed was not left as it was"
        assert place.deliver([]).report.kept == 1, "what a person had changed went with the others"

    def test_what_failed_comes_in_the_next_run(self, place: Place) -> None:
        """An entry that could not be written is told, and is made as soon as it can be; the others stand."""
        failed = place.deliver(three(), refuse=three()[1].id)
        assert failed.report.error, "an outcome with an error has to be told"
        assert place.deliver(three()).report.created == 1, "what failed passes for delivered"
        place.expect_quiet(three())

    def test_one_entry_has_one_form(self, place: Place) -> None:
        """The same entry gives the same fields, and they are texts."""
        output = place.open()
        once, twice = (dict(output.fields(three()[0], "a-uid")) for _ in range(2))
        output.close()
        assert once == twice, "the fields of one entry differ from call to call"
        assert all(isinstance(part, str) for pair in once.items() for part in pair), "fields have to be texts"

    def test_a_lost_journal_doubles_nothing(self, place: Place) -> None:
        """What stands is known again without the journal."""
        if not self.knows_its_own:
            pytest.skip("this kind says that it does not know its own without the journal (knows_its_own)")
        place.deliver(three())
        before = place.uids()
        place.journal.close()
        place.journal = Journal(None)
        again = place.deliver(three())
        assert again.report.error is None, again.report.error
        assert place.uids() == before, "without the journal the same entries were made again"
        place.expect_quiet(three())
