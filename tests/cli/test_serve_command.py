"""``fondly serve`` and ``fondly feeds`` as a person types them."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from certificate import TLS
from feedserver import request
from world import World

FEEDS = ["{name: phone, kind: feed, seen_by: [ben]}", "{name: work, kind: feed, seen_by: [ana], titles: busy}"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A couple with two feeds."""
    found = World(tmp_path, list(FEEDS))
    found.write()
    return found


def words(world: World, *arguments: str) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "fondly", "--config", str(world.config), *arguments]


def fondly(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    return subprocess.run(words(world, *arguments), capture_output=True, text=True, timeout=60, check=False)


def told(world: World, *arguments: str) -> dict[str, object]:
    """What it says in JSON."""
    done = fondly(world, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    document: dict[str, object] = json.loads(done.stdout)
    return document


def feed_of(world: World, name: str = "phone") -> dict[str, str]:
    """What `feeds` tells of one feed."""
    feeds = told(world, "feeds")["feeds"]
    assert isinstance(feeds, list)
    found: dict[str, str] = next(feed for feed in feeds if feed["name"] == name)
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(world: World, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`fondly serve` under way, and its address."""
    port = str(free_port())
    with log_of(world).open("w") as log:
        command = words(world, "serve", "--port", port, *arguments)
        process = subprocess.Popen(command, stderr=log, stdout=subprocess.PIPE, text=True)
    try:
        end = time.monotonic() + 60
        while not (match := re.search(r"Serving at (\S+)/\. ", log_of(world).read_text())):
            assert process.poll() is None, log_of(world).read_text()
            assert time.monotonic() < end, "it did not start"
        yield process, f"{match[1]}/"
    finally:
        process.terminate()
        process.communicate(timeout=30)


def log_of(world: World) -> Path:
    """What it says goes there."""
    return world.folder / "serve.log"


def test_serve_feeds_and_stop(world: World) -> None:
    """Two commands: one serves, one tells the whole addresses; a signal ends it, and the log tells nothing."""
    with serving(world) as (process, address):
        feed = feed_of(world)
        assert feed["url"] == f"{feed['page']}phone.ics"
        assert feed["page"].startswith(f"{address}feeds/")
        assert len(feed["page"].split("/")[-2]) >= 22, "128 bits"
        assert Path(feed["path"]).read_bytes() == request(feed["url"]).body
        assert request(feed["page"]).status == 200
        assert request(f"{address}feeds/wrong/").status == 404
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    err = log_of(world).read_text()
    assert process.returncode == 0
    assert out == ""
    assert "up to a day later" in err
    assert "Stopped." in err
    assert feed["page"].split("/")[-2] not in err
    assert err.count("127.0.0.1") == 1, "its own address alone"
    assert not re.search(r"\d\d:\d\d", err)


def test_ctrl_c(world: World) -> None:
    """The other signal, quietly."""
    with serving(world) as (process, _):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_it_plans_again_by_itself(world: World) -> None:
    """A change of the file is in the feed moments later."""
    with serving(world):
        url = feed_of(world)["url"]
        assert "Our wedding" not in request(url).text
        world.dates = [date.replace("name: Wedding", "name: Our wedding") for date in world.dates]
        world.write()
        end = time.monotonic() + 60
        while "Our wedding" not in request(url).text:
            assert time.monotonic() < end, "the change never came"


@pytest.mark.parametrize(
    ("arguments", "words_of_it"),
    [
        (["--host", "0.0.0.0"], "others could read along"),
        (["--host", "192.0.2.1"], "--behind-proxy"),
        (["--tls-cert", "a.pem"], "belong together"),
        (["--tls-cert", "none.pem", "--tls-key", "none.pem"], "none.pem"),
        (["--tls-cert", "fondly.yaml", "--tls-key", "fondly.yaml"], "are no certificate with its key"),
        (["--port", "0"], "0"),
    ],
)
def test_what_is_refused(world: World, arguments: list[str], words_of_it: str) -> None:
    """Wrong usage is one clear line and exit code 2, before anything is served or written."""
    done = subprocess.run(
        words(world, "serve", *arguments), cwd=world.folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert words_of_it in done.stderr
    assert "Traceback" not in done.stderr
    assert not (world.folder / "state-of-the-test").exists()


def test_other_things_that_cannot_be(world: World) -> None:
    """A taken port, a config without feeds, one that is broken, --json."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = fondly(world, "serve", "--port", port)
    assert done.returncode != 0
    assert (
        f"127.0.0.1:{port} cannot be listened on: Address already in use; name another one with --port" in done.stderr
    )
    assert fondly(world, "--json", "serve").returncode == 2
    world.outputs = ["{name: file, kind: ics, path: us.ics, seen_by: [ana]}"]
    world.write()
    done = fondly(world, "serve")
    assert done.returncode == 2
    assert "- {name: phone, kind: feed, seen_by: [ben]}" in done.stderr
    assert "no feed" in fondly(world, "feeds").stdout
    assert told(world, "feeds")["feeds"] == []
    world.config.write_text("nonsense", encoding="utf-8")
    assert fondly(world, "serve").returncode == 2


def test_tls(world: World) -> None:
    """With a certificate it speaks TLS, and the links say so."""
    pem = world.folder / "tls.pem"
    pem.write_text(TLS, encoding="utf-8")
    with serving(world, "--host", "localhost", "--tls-cert", str(pem), "--tls-key", str(pem)) as (_, address):
        feed = feed_of(world)
        assert feed["url"].startswith("https://localhost:")
        assert address.startswith("https://localhost:")
        context = ssl.create_default_context(cafile=str(pem))
        with urllib.request.urlopen(feed["url"], context=context, timeout=30) as answer:
            assert answer.read().startswith(b"BEGIN:VCALENDAR")


def test_behind_a_proxy(world: World) -> None:
    """A trusted proxy says whose guesses these are; links bear the address that the config names, and a path of it."""
    world.extra = 'serve: {address: "https://home.example.org/ours"}'
    world.write()
    with serving(world, "--behind-proxy", "127.0.0.1"):
        feed = feed_of(world)
        assert feed["url"].startswith("https://home.example.org/ours/feeds/")
        assert "SOURCE;VALUE=URI:https://home.example.org/ours/feeds/" in Path(feed["path"]).read_text(encoding="utf-8")


def test_rotate_revoke_invite(world: World) -> None:
    """New links, none, and one for a chat; each says what it did, and of an unknown feed what is known."""
    first = feed_of(world)
    out = fondly(world, "feeds", "rotate", "phone").stdout
    second = feed_of(world)
    assert second["url"] != first["url"]
    assert second["url"] in out
    assert feed_of(world, "work")["url"] not in out
    assert "Nobody can fetch 'phone'" in fondly(world, "feeds", "revoke", "phone").stdout
    assert feed_of(world)["url"] is None
    assert "it has no link" in fondly(world, "feeds").stdout
    invited = told(world, "feeds", "invite", "phone")
    assert str(invited["invitation"]).startswith("http://127.0.0.1:8515/invite/")
    assert feed_of(world)["url"] not in (None, second["url"])
    done = fondly(world, "feeds", "rotate", "phon")
    assert done.returncode == 2
    assert "there is no feed 'phon'; did you mean 'phone'?" in done.stderr
    assert "known are phone, work" in fondly(world, "feeds", "revoke", "x").stderr


def test_what_feeds_says(world: World) -> None:
    """Names, readers, links, and that they work on this device alone as long as no address is named."""
    done = fondly(world, "feeds")
    assert re.search(
        r"phone, for Ben\n  page      http://127.0.0.1:8515/feeds/\S+/\n  calendar  \S+/phone.ics\n", done.stdout
    )
    assert "on this device alone" in done.stderr
    state = world.folder / "state-of-the-test"
    kept = next(state.rglob("feeds.json"))
    assert os.stat(kept).st_mode & 0o777 == 0o600


def test_sync_and_doctor_say_what_a_subscription_cannot(world: World) -> None:
    """Once at the first sync, and whenever doctor is asked."""
    first, second, doctor = fondly(world, "sync"), fondly(world, "sync"), fondly(world, "doctor")
    assert "up to a day later, and most ring no alarms" in first.stderr
    assert "use a CalDAV calendar" in first.stderr
    assert second.stderr == ""
    assert "up to a day later" in doctor.stdout
