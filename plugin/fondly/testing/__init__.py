"""What a plugin's author tests against: the real host, a real CalDAV server, two people and a clock.

The fixtures are imported where they are used (``from fondly.testing import world``), or all at once by
``pytest_plugins = ["fondly.testing"]`` in a ``conftest.py``.
"""

from __future__ import annotations

import importlib.util

if importlib.util.find_spec("pytest") is None:
    raise ImportError("fondly.testing needs pytest; install it with: pip install pytest")

from fondly.testing.contract import OutputContract
from fondly.testing.fixtures import Radicale, clock, plugins, radicale, relationship, world
from fondly.testing.worlds import MakeWorld, World

__all__ = [
    "MakeWorld",
    "OutputContract",
    "Radicale",
    "World",
    "clock",
    "plugins",
    "radicale",
    "relationship",
    "world",
]
