"""Some things at once, each result as soon as it is there."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_background(work: Callable[[], Result]) -> Callable[[], Result]:
    """Begin ``work`` in a thread that ends with the program; what is given back waits for it, and gives or raises what
    it gave or raised."""
    done = queue.SimpleQueue[tuple[list[Result], BaseException | None]]()

    def run() -> None:
        try:
            done.put(([work()], None))
        except BaseException as problem:
            done.put(([], problem))

    threading.Thread(target=run, name="in the background", daemon=True).start()

    def wait() -> Result:
        found, problem = done.get()
        if problem is not None:
            raise problem
        return found[0]

    return wait


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item], at_once: int) -> Iterator[Result]:
    """What ``work`` gives for each item, as it comes; begun in order, never more than ``at_once`` under way.

    After the first exception nothing further is begun; what is under way is waited for and given, then it is raised.
    Whoever stops listening waits for nothing: the threads end with the program.
    """
    if len(items) < 2 or at_once < 2:
        yield from map(work, items)
        return
    waiting, done = queue.SimpleQueue[Item](), queue.SimpleQueue[tuple[Result | None, BaseException | None]]()
    for item in items:
        waiting.put(item)
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                done.put((work(item), None))
            except BaseException as problem:
                stop.set()
                done.put((None, problem))
        done.put((None, None))  # this worker is through

    workers = min(at_once, len(items))
    for number in range(workers):
        threading.Thread(target=run, name=f"in flight {number}", daemon=True).start()
    failed: BaseException | None = None
    try:
        while workers:
            result, problem = done.get()
            if problem is not None:
                failed = failed or problem
            elif result is None:
                workers -= 1
            else:
                yield result
    finally:
        stop.set()
    if failed is not None:
        raise failed
