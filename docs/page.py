"""Makes docs/page.png, the picture of a feed's page in the README: run `python docs/page.py` from the project's root.

It shows what `fondly serve` has for one of the demo's couple on a fixed day, and needs chromium.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fondly.demo import running_demo

NOW = dt.datetime.fromisoformat("2026-11-23T08:00:00+01:00")
FEED = "  - {name: phone, kind: feed, seen_by: [ben]}\n"
WIDTH, HEIGHT = 1040, 780  # wide enough for the list and the month side by side
FLAGS = "--headless --hide-scrollbars --disable-lcd-text --no-proxy-server --disable-dev-shm-usage".split()


@contextmanager
def served_page(folder: Path) -> Iterator[str]:
    """The address of the page of Ben's feed, while it is served on the loopback."""
    environment = {**os.environ, "FONDLY_STATE_DIR": str(folder / "state")}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with running_demo(folder / "demo", NOW) as demo:
        with demo.config.open("a", encoding="utf-8") as config:
            config.write(FEED)
        fondly = [sys.executable, "-m", "fondly", "--config", str(demo.config), "--now", NOW.isoformat()]
        serve = [*fondly, "serve", "--port", port]
        with subprocess.Popen(serve, env=environment, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603
            try:
                said = server.stderr.readline() if server.stderr else ""
                if not said.startswith("Serving at "):
                    sys.exit(said)
                told = subprocess.check_output([*fondly, "--json", "feeds"], env=environment)  # noqa: S603
                yield json.loads(told)["feeds"][0]["page"]
            finally:
                server.terminate()


def take_picture(target: Path) -> None:
    """What a browser shows of the top of that page, as PNG."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed")
    with tempfile.TemporaryDirectory() as name, served_page(Path(name)) as page:
        flags = [*FLAGS, f"--user-data-dir={name}/profile", f"--window-size={WIDTH},{HEIGHT}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # root cannot have one
        command = [chromium, *flags, f"--screenshot={target}", page]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603


if __name__ == "__main__":
    take_picture(Path(__file__).with_name("page.png"))
