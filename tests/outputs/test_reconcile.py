"""The decision in the middle, over every mixture of what stands, what is remembered and what is wanted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fondly.outputs.reconcile import Setting, forgettable, reconcile
from fondly_hooks.types.delivery import Remembered, Standing, Thing, Wanted
from fondly_hooks.types.entries import Entry

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
IDS = ["practice/a/2026-W48/1", "practice/b/2026-W49/1", "date/2026-W48", "anniversary/c/yearly/2026"]
ENDS = st.sampled_from([NOW - dt.timedelta(days=3), NOW + dt.timedelta(days=3), dt.date(2026, 11, 20), None])
FIELDS = st.sampled_from([{"su": "one"}, {"su": "two"}, {"su": "a person's"}])


def uid(id: str) -> str:
    """The UID of an entry."""
    return f"uid:{id}"


def wanted(id: str, fields: dict[str, str]) -> Wanted:
    """What is to stand for that entry."""
    entry = Entry(
        id=id,
        kind="custom",
        title="t",
        neutral_title="t",
        start=NOW + dt.timedelta(days=1),
        end=NOW + dt.timedelta(days=2),
    )
    return Wanted(entry=entry, uid=uid(id), generation=0, fields=fields)


THINGS = st.lists(
    st.builds(
        Thing,
        uid=st.sampled_from([*map(uid, IDS), "somebody", "else"]),
        fields=FIELDS,
        mine=st.sampled_from([True, False, None]),
        edited=st.sampled_from([True, False, None]),
        done=st.booleans(),
        ends=ENDS,
        version=st.just('"1"'),
    ),
    unique_by=lambda thing: thing.uid,
)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Remembered]:
    """What the journal may know."""
    return {
        id: Remembered(
            entry_id=id,
            uid=uid(id),
            fields=draw(FIELDS),
            gone=draw(st.sampled_from(["", "", "person", "us"])),  # type: ignore[arg-type]
            pending=draw(st.sampled_from([None, None, "create", "update", "delete"])),  # type: ignore[arg-type]
            pending_fields=draw(FIELDS),
        )
        for id in draw(st.sets(st.sampled_from(IDS)))
    }


STANDING = st.builds(Standing, things=THINGS.map(tuple), complete=st.booleans(), absent=st.booleans()).map(
    lambda s: Standing(things=() if s.absent else s.things, complete=s.complete, absent=s.absent)
)
WANTED = st.dictionaries(st.sampled_from(IDS), FIELDS).map(lambda d: [wanted(id, f) for id, f in sorted(d.items())])


@given(STANDING, rows(), WANTED)
def test_what_must_always_hold(standing: Standing, known: dict[str, Remembered], want: list[Wanted]) -> None:
    """Nothing of others and nothing that a person changed or ticked is written; nobody's deletion is made up."""
    actions = reconcile(standing, known, want, NOW)
    assert len({action.uid for action in actions}) == len(actions)
    by_uid = {row.uid: row for row in known.values()}
    for action in actions:
        thing, row = action.thing, by_uid.get(action.uid)
        if action.verb in ("update", "delete"):
            assert thing is not None
            assert thing.mine is not False
            assert thing.mine or row is not None or action.wanted is not None
            assert thing.edited is not True
            assert not thing.done
        if action.verb == "create":
            assert thing is None
            assert row is None or row.gone != "person"
        if action.verb == "bury":
            assert thing is None
            assert standing.complete
            assert not standing.absent
            assert row is not None
            assert row.pending not in ("create", "delete")
        if action.verb == "update":
            assert action.sequence > action.thing.sequence  # type: ignore[union-attr]
            assert action.changed_at == NOW
        if action.verb == "delete" and not action.entry_id.startswith("practice/"):
            assert thing is not None
            assert thing.ends is None or (
                thing.ends > NOW if isinstance(thing.ends, dt.datetime) else thing.ends > NOW.date()
            ), "dates and anniversaries stay when they are over"


@given(STANDING, rows(), WANTED)
def test_one_run_is_enough(standing: Standing, known: dict[str, Remembered], want: list[Wanted]) -> None:
    """When all that was decided has been done, the next run finds nothing to write."""
    actions = reconcile(standing, known, want, NOW)
    things = {thing.uid: thing for thing in standing.things}
    after = dict(known)
    for action in actions:
        if action.verb in ("create", "update") and action.wanted:
            things[action.uid] = Thing(uid=action.uid, fields=action.wanted.fields, mine=True, edited=False)
            after[action.entry_id] = Remembered(entry_id=action.entry_id, uid=action.uid, fields=action.wanted.fields)
        elif action.verb == "delete":
            del things[action.uid]
        elif action.verb == "bury":
            after[action.entry_id] = Remembered(entry_id=action.entry_id, uid=action.uid, gone="person")
    again = reconcile(Standing(things=tuple(things.values())), after, want, NOW)
    # What stood by the journal and was not seen in a listing that was not complete is known to be gone only now.
    unseen = {row.uid for row in known.values() if not row.gone}
    left = [action for action in again if action.verb in ("create", "update", "delete", "bury")]
    assert [action for action in left if not (action.verb == "bury" and action.uid in unseen)] == []


def test_only_tombstones_outlive_what_they_stood_for() -> None:
    """What stands nowhere and is wanted no more is forgotten, a tombstone is not."""
    known = {
        "a": Remembered(entry_id="a", uid="a"),
        "b": Remembered(entry_id="b", uid="b", gone="person"),
        "c": Remembered(entry_id="c", uid="c"),
        IDS[0]: Remembered(entry_id=IDS[0], uid=uid(IDS[0])),
    }
    standing = Standing(things=(Thing(uid="c", fields={}),))
    assert forgettable(standing, known, [wanted(IDS[0], {})]) == ["a"]


def test_what_another_run_put_there_counts() -> None:
    """A turn that neither a person nor this journal put as it stands is taken over, unless that write was our own."""
    id = IDS[0]
    thing = Thing(uid=uid(id), fields={"su": "two"}, mine=True, theirs=frozenset(), version='"2"')
    row = Remembered(entry_id=id, uid=uid(id), fields={"su": "one"})
    found = []
    for known in (
        row,
        replace(row, pending="update", pending_fields={"su": "two"}),
        replace(row, fields={"su": "two"}),
    ):
        setting = Setting(committed={id})
        actions = reconcile(Standing(things=(thing,)), {id: known}, [wanted(id, {"su": "three"})], NOW, setting)
        found += [(action.verb, action.adopted) for action in actions]
    assert found == [("unchanged", True), ("update", False), ("update", False)]


def test_another_form() -> None:
    """A to-do that is to be an event is made anew as one, but for what a person changed."""
    found = []
    for theirs, touched in ((frozenset({"su"}), False), (frozenset[str](), True), (frozenset[str](), False)):
        thing = Thing(
            uid=uid(IDS[0]),
            fields={"su": "two"},
            mine=True,
            theirs=theirs,
            touched=touched,
            form="VTODO",
            version='"1"',
        )
        (action,) = reconcile(Standing(things=(thing,)), {}, [wanted(IDS[0], {"su": "three", "tr": "x"})], NOW)
        found.append(action.verb)
    assert found == ["keep", "keep", "update"]
