"""Radicale in a process of its own, for tests that measure the other one: prints URL, user and password, and stays.

With ``quick`` behind the folder uploads are put into its folder directly and answered at once: Radicale looks through
the whole calendar for each one, so that filling a large one takes very long.
"""

from __future__ import annotations

import hashlib
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from faults import Fault, Forward, Request, Response, faulty, on
from servers import serving


def storing(folder: Path) -> Fault:
    """Answers an upload in Radicale's place, and gives it the file."""
    root = folder / "radicale" / "collections" / "collection-root"

    def store(request: Request, forward: Forward) -> Response:
        (root / request.path.lstrip("/")).write_bytes(request.body)
        return Response(201, {"ETag": f'"{hashlib.sha256(request.body).hexdigest()}"'})

    return store


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with serving("radicale", folder) as calendar, faulty(calendar) as proxy:
        quick = sys.argv[2:] == ["quick"]
        found = proxy.calendar if quick else calendar
        with proxy.doing(on("PUT", storing(folder))) if quick else proxy.doing():
            print(found.url, found.user, found.password, sep="\t", flush=True)
            signal.pause()
