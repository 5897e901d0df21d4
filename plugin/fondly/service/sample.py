"""Two people for whom a plugin can be tried before there is a config file, or without telling it of one's own."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from fondly.config import HooksConfig, load_config
from fondly.preparing import Prepared, prepare

SAMPLE = """\
id: 00000000-0000-4000-8000-000000000000
timezone: Europe/Berlin
people:
  - {id: ana, name: Ana, birthday: 1992-02-29}
  - {id: ben, name: Ben, birthday: --07-04}
me: ana
anniversaries:
  dates:
    - {id: wedding, name: Wedding, date: 2015-06-20, kind: wedding}
"""


def sample(hooks: HooksConfig, path: Path) -> Prepared:
    """Ana and Ben, with these hooks, as if their config stood at that ``path``."""
    with tempfile.TemporaryDirectory(prefix="fondly-") as folder:
        file = Path(folder) / "fondly.yaml"
        file.write_text(SAMPLE, encoding="utf-8")
        file.chmod(0o600)
        config = load_config(file)
    return prepare(replace(config, hooks=hooks, path=path))
