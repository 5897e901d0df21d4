"""Carrying actions out: what failed for now is tried again, what met something else than was read is decided anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fondly_hooks.types.delivery import Action, Outcome
from fondly_hooks.types.outputs import Output

WAITS = (1.0, 4.0)  # seconds before the second and the third try


def carry_out(
    output: Output,
    actions: Sequence[Action],
    anew: Callable[[Outcome], Action],
    wait: Callable[[float], None],
) -> Iterator[Outcome]:
    """The outcome of each action; of one that is tried several times, the last.

    Where something of somebody else's stands there, or somebody was faster, ``anew`` says what is to be done now.
    """
    for pause in (*WAITS, None):
        passing: list[Action] = []
        decided: list[Action] = []
        for outcome in output.apply(actions):
            if pause is None or outcome.error is None:
                yield outcome
            elif outcome.taken or outcome.stands is not None:
                decided.append(anew(outcome))
            elif outcome.again:
                passing.append(outcome.action)
            else:
                yield outcome
        if pause is None or not (passing or decided):
            return
        if passing:
            wait(pause)
        actions = [*passing, *decided]
