"""The random tests that must always hold, with many more worlds than there is time for each day (`make test-long`)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "plugin"))

import test_feeds_keep_secrets
import test_gate
import test_planner
import test_suggesting
import test_year


@pytest.mark.long
@settings(max_examples=2000)
@given(case=test_gate.cases())
def test_secrets_leave_no_trace_in_2000_worlds(case: tuple[test_gate.World, str, tuple[int, ...]]) -> None:
    """Nobody can tell from any byte that something is kept from them."""
    test_gate.check(*case)


@pytest.mark.long
@settings(max_examples=5000)
@given(case=test_feeds_keep_secrets.cases())
def test_feeds_tell_nothing_in_5000_worlds(case: test_feeds_keep_secrets.Case) -> None:
    """Nobody can tell from any byte of their feeds, pages and published files that something is kept from them."""
    test_feeds_keep_secrets.check(case)


@pytest.mark.long
@settings(max_examples=3000)
@given(life=test_planner.lives())
def test_promises_hold_for_3000_lives(life: test_planner.Life) -> None:
    """Whoever the people are and however they live, the plan keeps every promise."""
    test_planner.check(life)


@pytest.mark.long
@settings(max_examples=500, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(life=test_year.years())
def test_shares_of_500_years(life: test_planner.Life) -> None:
    """Each practice that is on comes within one turn of its share a quarter, whoever the people are."""
    test_year.check_year(life)


@pytest.mark.long
def test_fifty_relationships_for_two_years(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is repeated while anything that fits is unused; the share that came again within 90 days is printed."""
    told = [test_suggesting.two_years(test_suggesting.random_life(number)) for number in range(50)]
    total, soon = sum(one.total for one in told), sum(one.soon for one in told)
    parts = sorted(one.soon / one.total for one in told if one.total)
    with capsys.disabled():
        print(f"\n{total} suggestions in 100 years, {soon / total:.1%} of them again within 90 days; ", end="")
        print(f"of 50 relationships, the middle one {parts[len(parts) // 2]:.1%}, the worst {parts[-1]:.1%}")
    assert total > 5000
