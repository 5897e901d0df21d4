"""Radicale in a process of its own, for tests that measure the other one: prints URL, user and password, and stays."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from servers import serving

if __name__ == "__main__":
    with serving("radicale", Path(sys.argv[1])) as calendar:
        print(calendar.url, calendar.user, calendar.password, sep="\t", flush=True)
        signal.pause()
