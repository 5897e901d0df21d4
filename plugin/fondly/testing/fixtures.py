"""The fixtures for authors of plugins. None needs another, so that each can be imported alone."""

from __future__ import annotations

import base64
import datetime as dt
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fondly.config import HooksConfig
from fondly.config.load import load_config
from fondly.plugins import Plugins, Surroundings, load_plugins
from fondly.plugins.settings import settings_maker
from fondly.testing.worlds import CONFIG, MakeWorld, World, make_world
from fondly_hooks.errors import FondlyError
from fondly_hooks.types.people import Relationship

NOW = dt.datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Europe/Berlin"))


@dataclass(frozen=True)
class Radicale:
    """An empty calendar on a real CalDAV server of this process, on the loopback."""

    url: str
    username: str
    password: str

    def output(self, name: str = "ours", seen_by: str = "[ana, ben]") -> str:
        """The line of a config that delivers there."""
        return (
            f'{{name: {name}, kind: caldav, url: "{self.url}", username: {self.username}, '
            f'password: "{self.password}", seen_by: {seen_by}}}'
        )

    def text(self) -> str:
        """All that stands in the calendar, as one iCalendar text with its folded lines put together."""
        token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        request = urllib.request.Request(self.url, headers={"Authorization": f"Basic {token}"})  # noqa: S310
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=20) as answer:
            found: str = answer.read().decode().replace("\r\n ", "")
            return found


@pytest.fixture
def clock() -> dt.datetime:
    """A Sunday morning, 22 November 2026, in Berlin."""
    return NOW


@pytest.fixture
def relationship(tmp_path: Path) -> Relationship:
    """Ana and Ben, who live in Berlin."""
    return _people(tmp_path)


def _people(folder: Path) -> Relationship:
    file = folder / "ana-and-ben.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    file.chmod(0o600)
    return load_config(file).relationship


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeWorld:
    """Makes a `World`, whose state is its own, on the morning of `clock`."""
    monkeypatch.setenv("FONDLY_STATE_DIR", str(tmp_path / "state"))

    def make(
        *, hooks: Path | Iterable[Path] = (), outputs: Iterable[str] = (), config: str = "", settings: str = ""
    ) -> World:
        return make_world(tmp_path, NOW, hooks, outputs, config, settings)

    return make


@pytest.fixture
def plugins(tmp_path: Path) -> Callable[..., Plugins]:
    """Loads modules or objects as plugins, beside fondly's own: ``plugins(tea, settings={"tea": {…}})``.

    Their names are those of the modules or classes. What fails is in ``failures`` of what comes back.
    """

    def load(*given: object, settings: Mapping[str, Any] | None = None) -> Plugins:
        extra = [(_name(one), one, getattr(one, "__file__", None) or "a test") for one in given]
        loaded = load_plugins(HooksConfig(None), extra)
        loaded.surroundings = Surroundings(
            now=NOW,
            relationship=_people(tmp_path),
            config=tmp_path / "fondly.yaml",
            caches=tmp_path / "cache",
            settings=settings_maker(settings or {}, loaded, tmp_path),
        )
        return loaded

    return load


@pytest.fixture
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """An empty calendar on a real CalDAV server, for as long as the test runs."""
    from fondly.embedded import EmbeddedServer, make_calendar

    user, password = "ana", "open sesame"
    try:
        server = EmbeddedServer(tmp_path_factory.mktemp("radicale"), {user: password})
    except FondlyError:
        pytest.skip("Radicale is not installed: pip install 'fondly[server]'")
    with server:
        yield Radicale(make_calendar(server.url, user, password, "ours", "Ours"), user, password)


def _name(plugin: object) -> str:
    name = getattr(plugin, "__name__", None) or type(plugin).__name__
    return str(name).rpartition(".")[2]
