"""The random tests that must always hold, with many more worlds than there is time for each day (`make test-long`)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "plugin"))

import test_gate
import test_planner


@pytest.mark.long
@settings(max_examples=2000)
@given(case=test_gate.cases())
def test_secrets_leave_no_trace_in_2000_worlds(case: tuple[test_gate.World, str, tuple[int, ...]]) -> None:
    """Nobody can tell from any byte that something is kept from them."""
    test_gate.check(*case)


@pytest.mark.long
@settings(max_examples=3000)
@given(life=test_planner.lives())
def test_promises_hold_for_3000_lives(life: test_planner.Life) -> None:
    """Whoever the people are and however they live, the plan keeps every promise."""
    test_planner.check(life)
