"""Whose an object is: UIDs that tell nothing, and marks that fit one object only."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fondly_calendar.canonical import fields_of
from fondly_calendar.identity import base_for, differing, generation_of, is_ref, ref_for, uid_for
from fondly_calendar.render import calendar_object, managed_fields
from fondly_calendar.standing import thing_of
from support import KEY, RELATIONSHIP, component_of, entry, identity, rendered

ENTRY = "practice/communication/2026-W48/1"
UID = uid_for(RELATIONSHIP, "us", ENTRY, 0)
OTHER = uid_for(RELATIONSHIP, "us", "practice/support/2026-W48/1", 0)
REF = ref_for(KEY, "us", UID, 0)
FIELDS = managed_fields(entry())


def test_uid_is_the_same_on_every_machine() -> None:
    """A UID is reckoned, never drawn: a lost journal finds it again."""
    assert uid_for(RELATIONSHIP, "us", ENTRY, 0) == UID
    assert UID == "dae7e753-1434-54fb-96c7-65501e7c4558"


@pytest.mark.parametrize(
    "other",
    [
        (RELATIONSHIP.replace("7", "8"), "us", ENTRY, 0),
        (RELATIONSHIP, "work", ENTRY, 0),
        (RELATIONSHIP, "us", "practice/communication/2026-W48/2", 0),
        (RELATIONSHIP, "us", ENTRY, 1),
    ],
    ids=["relationship", "output", "entry", "generation"],
)
def test_uid_differs(other: tuple[str, str, str, int]) -> None:
    """Another relationship, output, entry or generation has another UID."""
    assert uid_for(*other) != UID


@given(st.text(), st.text(), st.integers(0, 99999))
def test_uid_tells_nothing(output: str, id: str, generation: int) -> None:
    """A UID is a plain UUID of version 5: nothing of what it names can be read from it."""
    made = uuid.UUID(uid_for(RELATIONSHIP, output, id, generation))
    assert made.version == 5


def test_uid_does_not_speak_of_the_content() -> None:
    """Another title, time or text in the same entry leaves its UID alone."""
    changed = entry(title="Something else", description="…", busy=True)
    assert component_of(rendered(changed)).text("UID") == component_of(rendered(entry())).text("UID") == UID


def test_the_marks_do_not_speak_of_the_content() -> None:
    """Without the key nobody can tell from the marks of two objects whether they say the same."""
    one = component_of(calendar_object(entry(), identity(id="a")))
    two = component_of(calendar_object(entry(), identity(id="b")))
    for mark in ("X-REF", "X-BASE"):
        assert one.text(mark) != two.text(mark)
    hashes = [dict(part.split("-") for part in item.text("X-BASE").split(".")) for item in (one, two)]
    assert not any(hashes[0][name] == hashes[1][name] for name in hashes[0])


def test_a_mark_fits_its_own_object() -> None:
    """The mark that was made for this UID in this output is known again, among several outputs too."""
    assert is_ref(KEY, ["us"], UID, REF)
    assert is_ref(KEY, ["work", "us"], UID, REF)


@pytest.mark.parametrize(
    ("key", "outputs", "uid", "ref"),
    [
        (b"somebody else", ["us"], UID, REF),
        (KEY, ["work"], UID, REF),
        (KEY, [], UID, REF),
        (KEY, ["us"], UID.upper(), REF),
        (KEY, ["us"], OTHER, REF),
        (KEY, ["us"], UID, REF.replace("1-0-", "1-1-")),
        (KEY, ["us"], UID, REF.replace("1-0-", "2-0-")),
        (KEY, ["us"], UID, REF[:-1]),
        (KEY, ["us"], UID, REF + "a"),
        (KEY, ["us"], UID, ""),
    ],
)
def test_a_mark_fits_nothing_else(key: bytes, outputs: list[str], uid: str, ref: str) -> None:
    """Another key, output, UID or generation, or a mark with anything changed, is not ours."""
    assert not is_ref(key, outputs, uid, ref)


def test_a_copy_is_not_ours() -> None:
    """An object that somebody copied, our marks and all, under a new UID is theirs."""
    text = rendered(entry())
    ours, copy = (thing_of([component_of(t)], KEY, "us") for t in (text, text.replace(UID, OTHER)))
    assert (ours.mine, ours.theirs) == (True, frozenset())
    assert copy.mine is False


def test_an_object_of_another_output_is_not_ours() -> None:
    """What one output made is a stranger to another."""
    assert thing_of([component_of(rendered(entry()))], KEY, "work").mine is False


def test_the_generation_can_be_read() -> None:
    """A mark says of which generation it is; a mark of another version says nothing."""
    assert generation_of(ref_for(KEY, "us", UID, 12)) == 12
    assert generation_of(ref_for(KEY, "us", UID, 12).replace("1-", "2-", 1)) is None


@given(st.text() | st.from_regex(r"1-\d{1,7}-.*") | st.text("1-.0\u0661 "))
def test_a_garbled_mark_is_nobodys(ref: str) -> None:
    """Whatever stands in X-REF, it is answered and never an error."""
    assert is_ref(KEY, ["us"], UID, ref) is False
    assert generation_of(ref) is None or generation_of(ref) in range(100_000)


@given(st.text() | st.lists(st.sampled_from([*FIELDS, "", "zz"]) | st.text()).map("-x.".join))
def test_a_garbled_base_tells_nothing(base: str) -> None:
    """Whatever stands in X-BASE, it is answered: it cannot be read, or fields differ."""
    found = differing(KEY, UID, FIELDS, base)
    assert found is None or found <= FIELDS.keys()
    item = component_of(rendered(entry()))
    line = item.get("X-BASE")
    assert line is not None
    line.value = base
    assert thing_of([item], KEY, "us").theirs != frozenset()


def test_a_base_of_other_fields_tells_nothing() -> None:
    """A base that knows fewer or more fields, from another version of fondly, leaves the question to the journal."""
    fewer = {name: value for name, value in FIELDS.items() if name != "co"}
    assert differing(KEY, UID, FIELDS, base_for(KEY, UID, fewer)) is None
    assert differing(KEY, UID, fewer, base_for(KEY, UID, FIELDS)) is None


@given(st.sets(st.sampled_from(sorted(FIELDS))))
def test_differing_names_exactly_what_changed(changed: set[str]) -> None:
    """The fields that were changed are named, all of them and no other."""
    base = base_for(KEY, UID, FIELDS)
    now = {name: value + "!" if name in changed else value for name, value in FIELDS.items()}
    assert differing(KEY, UID, now, base) == changed


def test_a_base_fits_its_own_uid_and_key_only() -> None:
    """The hashes of one object say nothing about another, and nothing to who has not the key."""
    base = base_for(KEY, UID, FIELDS)
    assert differing(KEY, OTHER, FIELDS, base) == FIELDS.keys()
    assert differing(b"somebody else", UID, FIELDS, base) == FIELDS.keys()


def test_the_order_of_fields_decides_nothing() -> None:
    """A base is the same however its fields are ordered."""
    assert base_for(KEY, UID, dict(reversed(FIELDS.items()))) == base_for(KEY, UID, FIELDS)


def test_marks_need_no_escaping() -> None:
    """The marks have characters that no server escapes or folds apart differently."""
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert set(REF) <= allowed
    assert set(base_for(KEY, UID, fields_of(component_of(rendered(entry()))))) <= allowed
