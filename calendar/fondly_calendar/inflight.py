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


def side_by_side(
    work: Callable[[Item], Result], items: Sequence[Item], most: int, limit: Callable[[], int]
) -> Iterator[Result]:
    """What ``work`` gives for each item, as it comes; begun in order, never more than ``most`` under way, nor than
    ``limit`` allows at that moment.

    After the first exception nothing further is begun; what is under way is waited for and given, then it is raised.
    Whoever stops listening waits for nothing: the threads end with the program.
    """
    if len(items) < 2 or most < 2:
        yield from map(work, items)
        return
    waiting, done = queue.SimpleQueue[Item](), queue.SimpleQueue[tuple[Result | None, BaseException | None]]()
    for item in items:
        waiting.put(item)
    stop = threading.Event()
    turn = threading.Condition()
    active = [0]

    def run() -> None:
        while not stop.is_set():
            with turn:
                turn.wait_for(lambda: stop.is_set() or active[0] < max(1, limit()))
                active[0] += 1
            try:
                if not stop.is_set():
                    done.put((work(waiting.get_nowait()), None))
            except queue.Empty:
                break
            except BaseException as problem:
                stop.set()
                done.put((None, problem))
            finally:
                with turn:
                    active[0] -= 1
                    turn.notify_all()
        done.put((None, None))  # this worker is through

    workers = min(most, len(items))
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
        with turn:
            turn.notify_all()
    if failed is not None:
        raise failed
