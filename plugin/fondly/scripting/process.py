"""Running a program of somebody's: with a time limit, a limit to what it prints, and nothing of it left behind."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 1_000_000  # of standard output
MOST_PROSE = 4_000  # the last bytes of standard error, which an error quotes from
CHUNK = 65_536
PATIENCE = 0.05  # seconds between two looks whether a program that keeps silent has ended


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: what it printed, or the ``problem`` in one plain line. ``prose`` ends its standard error."""

    printed: bytes = b""
    prose: str = ""
    problem: str | None = None


def run_program(
    argv: Sequence[str],
    given: bytes,
    environment: Mapping[str, str],
    folder: Path,
    limit: float,
    stopped: Callable[[], bool] = lambda: False,
) -> Ended:
    """Run it in a session of its own, ``given`` on standard input, for at most ``limit`` seconds.

    When it has ended, or was not allowed to go on, the whole group of its processes is ended too: a child that keeps
    standard output open would otherwise be waited for. It is not allowed to go on either once ``stopped`` says so,
    which is asked from time to time. Never raises for what the program does.
    """
    if os.name != "posix":  # pragma: no cover
        return Ended(problem="scripts are not run on this system; write it in Python, as a file in the hooks folder")
    try:
        process = subprocess.Popen(  # noqa: S603  # the person's own program, without a shell
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
    except OSError as refused:
        return Ended(problem=_why_not(refused))
    talk = _Talk(process, given, time.monotonic() + limit, stopped)
    problem: str | None = None
    try:
        talk.listen()
    except TimeoutError:
        problem = f"gave no answer within {limit:g} seconds, so it was ended"
    except OverflowError:
        problem = f"printed more than {MOST_BYTES // 1_000_000} MB, so it was ended"
    finally:
        _end(process)
    prose = bytes(talk.prose[-MOST_PROSE:]).decode("utf-8", "replace")
    code = process.returncode
    if problem is None and code:
        how = f"ended with exit code {code}" if code > 0 else f"was ended by the signal {signal.Signals(-code).name}"
        problem = how + (f": {last}" if (last := _last_line(prose)) else "")
    return Ended(bytes(talk.printed), prose, problem)


class _Talk:
    """The three streams of a running program."""

    def __init__(
        self, process: subprocess.Popen[bytes], given: bytes, deadline: float, stopped: Callable[[], bool]
    ) -> None:
        self.process, self.given, self.deadline, self.stopped = process, memoryview(given), deadline, stopped
        self.printed, self.prose = bytearray(), bytearray()

    def listen(self) -> None:
        """Write and read until the program has ended; raises ``TimeoutError`` and ``OverflowError``."""
        stdin, stdout, stderr = self.process.stdin, self.process.stdout, self.process.stderr
        assert stdin is not None  # noqa: S101  # they were opened as pipes, all three
        assert stdout is not None  # noqa: S101
        assert stderr is not None  # noqa: S101
        os.set_blocking(stdin.fileno(), False)
        with selectors.DefaultSelector() as selector:
            selector.register(stdin, selectors.EVENT_WRITE)
            selector.register(stdout, selectors.EVENT_READ, self.printed)
            selector.register(stderr, selectors.EVENT_READ, self.prose)
            reading = 2
            while reading:
                ready = selector.select(min(self._time_left(), PATIENCE))
                if not ready and _has_ended(self.process):
                    return  # somebody else holds its streams open
                for key, _ in ready:
                    if key.fileobj is stdin:
                        if not self._write(stdin.fileno()):
                            selector.unregister(stdin)
                            stdin.close()
                    elif not self._read(key.fd, key.data):
                        selector.unregister(key.fileobj)
                        reading -= 1
        pause = 0.0005
        while not _has_ended(self.process):  # it closed its streams and goes on
            time.sleep(min(pause, self._time_left()))
            pause = min(2 * pause, PATIENCE)

    def _time_left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0 or self.stopped():
            raise TimeoutError
        return left

    def _write(self, descriptor: int) -> bool:
        """Write what it takes now; whether there is more."""
        try:
            self.given = self.given[os.write(descriptor, self.given[:CHUNK]) :]
        except BlockingIOError:
            return True
        except OSError:  # it does not read
            return False
        return bool(self.given)

    def _read(self, descriptor: int, into: bytearray) -> bool:
        """Read what is there; whether there may be more."""
        chunk = os.read(descriptor, CHUNK)
        into += chunk
        if into is self.prose:
            del into[:-MOST_PROSE]
        elif len(into) > MOST_BYTES:
            raise OverflowError
        return bool(chunk)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended. Where that is possible it is left unreaped, so that its number is nobody else's yet."""
    if not hasattr(os, "waitid"):  # macOS, before Python 3.13
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of it and of its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()


def _why_not(problem: OSError) -> str:
    if isinstance(problem, FileNotFoundError):
        return "cannot be run: the program that its first line names is not there"
    remedy = "; its first line has to name what runs it, such as #!/bin/sh" if problem.errno == 8 else ""  # ENOEXEC
    return f"cannot be run: {problem.strerror or problem}{remedy}"


def _last_line(prose: str) -> str:
    lines = [line.strip() for line in prose.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""
