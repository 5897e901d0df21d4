"""The grammar of ``every``."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fondly.config.patterns import EVERY
from fondly_hooks.types.cadence import REMEDY, Cadence, parse_cadence

MOST = {"day": 24, "week": 70, "month": 300, "quarter": 900, "year": 999}
UNITS = st.sampled_from(sorted(MOST))
UNIT_WORDS = [word for unit in sorted(MOST) for word in (unit, f"{unit}s", unit.upper())]


@st.composite
def cadences(draw: st.DrawFn) -> Cadence:
    """Any rhythm that can be written."""
    mode = draw(st.sampled_from(["per", "every", "request", "off"]))
    if mode in ("request", "off"):
        return Cadence(mode)
    unit = draw(UNITS if mode == "per" else st.sampled_from(["day", "week", "month"]))
    return Cadence(mode, draw(st.integers(1, MOST[unit])), unit)


@given(cadences())
def test_parse_undoes_str(cadence: Cadence) -> None:
    """Each rhythm reads back from its own text, and an editor accepts it."""
    assert parse_cadence(str(cadence)) == cadence
    assert re.fullmatch(EVERY, str(cadence))


@pytest.mark.parametrize(
    ("text", "cadence"),
    [
        ("3 per day", Cadence("per", 3, "day")),
        ("2 per week", Cadence("per", 2, "week")),
        ("2 per month", Cadence("per", 2, "month")),
        ("1 per quarter", Cadence("per", 1, "quarter")),
        ("6 per year", Cadence("per", 6, "year")),
        ("daily", Cadence("per", 1, "day")),
        ("weekly", Cadence("per", 1, "week")),
        ("monthly", Cadence("per", 1, "month")),
        ("quarterly", Cadence("per", 1, "quarter")),
        ("yearly", Cadence("per", 1, "year")),
        ("every 10 days", Cadence("every", 10, "day")),
        ("every 2 weeks", Cadence("every", 2, "week")),
        ("every 3 months", Cadence("every", 3, "month")),
        ("every week", Cadence("every", 1, "week")),
        ("2 weeks", Cadence("every", 2, "week")),
        ("1 day", Cadence("every", 1, "day")),
        ("on request", Cadence("request")),
        ("off", Cadence("off")),
    ],
)
def test_the_grammar(text: str, cadence: Cadence) -> None:
    """Each form of the grammar means what it says, whatever its capitals and blanks."""
    assert parse_cadence(text) == cadence
    assert parse_cadence(f"  {text.upper().replace(' ', '   ')} ") == cadence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sometimes",
        "never",
        "two per week",
        "2 per fortnight",
        "2 a week",
        "per week",
        "week",
        "2",
        "-1 per week",
        "1.5 per week",
        "every 2 quarters",
        "every 2 years",
        "every",
        "every weeks 2",
        "2 per week please",
        "1000 per year",
        "on demand",
    ],
)
def test_a_wrong_word_says_what_would_be_right(text: str) -> None:
    """What is no rhythm is quoted, with all the forms that are."""
    with pytest.raises(ValueError, match="is no rhythm") as caught:
        parse_cadence(text)
    assert f"'{text}'" in str(caught.value)
    assert REMEDY in str(caught.value)


@pytest.mark.parametrize(
    ("text", "most"),
    [("0 per week", 70), ("71 per week", 70), ("25 per day", 24), ("every 0 days", 24), ("301 months", 300)],
)
def test_a_number_out_of_range_says_the_range(text: str, most: int) -> None:
    """A number that is too small or too large is told with its limits."""
    with pytest.raises(ValueError, match=f"between 1 and {most}") as caught:
        parse_cadence(text)
    assert f"'{text}'" in str(caught.value)


WORDS = "0 1 2 07 70 1000 every per on request off day week month quarter year s daily weekly quarterly".split()


@given(
    st.text()
    | st.lists(st.sampled_from([*WORDS, " ", " ", " ", " ", "\t", "EVERY", "Week"]), max_size=9).map("".join)
    | st.builds("{}{} {}".format, st.sampled_from(["", "every "]), st.integers(-1, 1001), st.sampled_from(UNIT_WORDS))
    | st.builds("{} per {}".format, st.integers(-1, 1001), st.sampled_from(UNIT_WORDS))
)
@example("every  day")
@example("every months")
@example("007 per week")
@example("0007 per week")
@example("00100 per month")
@example("ON\nREQUEST\t")
def test_any_text_is_a_rhythm_or_refused(text: str) -> None:
    """Any text gives a rhythm that can be written again, or ``ValueError`` with what would be right.

    An editor with the schema says the same, but for numbers that are too large for their unit.
    """
    told, cadence = "", None
    try:
        cadence = parse_cadence(text)
    except ValueError as problem:
        told = str(problem)
    if cadence is not None:
        assert parse_cadence(str(cadence)) == cadence
        assert str(parse_cadence(str(cadence))) == str(cadence)
        assert re.fullmatch(EVERY, text)
    else:
        assert REMEDY in told or "between 1 and" in told
        assert not re.fullmatch(EVERY, text) or "out of range" in told


@given(cadences())
def test_only_numbers_are_planned(cadence: Cadence) -> None:
    """What comes on request or is off is never planned by itself."""
    assert cadence.is_planned == (cadence.mode in ("per", "every"))
