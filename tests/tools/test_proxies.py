"""What docs/serve.md tells to put in front of it, nginx and Caddy from Debian, with a real `fondly serve` behind."""

from __future__ import annotations

import re
import shutil
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
from world import World

PAGE = (Path(__file__).parents[2] / "docs/serve.md").read_text(encoding="utf-8")
NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
uwsgi_temp_path {folder}; scgi_temp_path {folder};
{server}
}}
"""


def block(about: str) -> str:
    """The configuration that the page shows after that word."""
    shown = re.search(rf"\*\*{about}\*\*.*?```text\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None, about
    return shown[1]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def fetched(url: str, pem: Path) -> str:
    """What is there, over TLS."""
    context = ssl.create_default_context(cafile=str(pem))
    with urllib.request.urlopen(url, context=context, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


@contextmanager
def running(command: list[str], log: Path) -> Iterator[None]:
    """A program under way."""
    with log.open("w") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, cwd=log.parent)
    try:
        yield
        assert process.poll() is None, log.read_text()
    finally:
        process.terminate()
        process.wait(30)


def within_a_minute(url: str, pem: Path) -> str:
    """What is there once all are ready."""
    end = time.monotonic() + 60
    while True:
        try:
            return fetched(url, pem)
        except OSError:
            assert time.monotonic() < end, f"{url} never answered"
            time.sleep(0.1)  # two programs are starting, and neither tells when it is ready


@pytest.mark.tools
@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_the_page_s_proxy(tmp_path: Path, proxy: str) -> None:
    """The lines of the page, with our ports and certificate, bring page and feed over TLS, and log no request."""
    program = shutil.which(proxy) or shutil.which(proxy, path="/usr/sbin")
    if program is None:
        pytest.skip(f"{proxy} is not installed; .ci/run installs it")
    port, inner, pem = free_port(), free_port(), tmp_path / "tls.pem"
    pem.write_text(TLS, encoding="utf-8")
    address = f"https://localhost:{port}"
    world = World(tmp_path, ["{name: phone, kind: feed, seen_by: [ben]}"], extra=f"serve: {{address: '{address}'}}")
    world.write()
    fondly = [sys.executable, "-m", "fondly", "--config", str(world.config)]
    if proxy == "nginx":
        server = block("nginx").replace("443", str(port)).replace("fondly.example.org;", "localhost;")
        server = re.sub(r"/etc/letsencrypt/\S+;", f"{pem};", server)
        config = NGINX.format(folder=tmp_path, server=server.replace("8515", str(inner)))
        command = [program, "-p", str(tmp_path), "-c", str(tmp_path / "proxy.conf")]
    else:
        site = block("Caddy").replace("fondly.example.org {", f"{address} {{\n    tls {pem} {pem}")
        config = "{\n    admin off\n    auto_https off\n}\n" + site.replace("8515", str(inner))
        command = [program, "run", "--adapter", "caddyfile", "--config", str(tmp_path / "proxy.conf")]
    (tmp_path / "proxy.conf").write_text(config, encoding="utf-8")
    serve = [*fondly, "serve", "--port", str(inner), "--behind-proxy", "127.0.0.1"]
    with running(serve, tmp_path / "serve.log"), running(command, tmp_path / "proxy.log"):
        assert within_a_minute(f"{address}/healthz", pem) == "ok\n"
        shown = subprocess.run([*fondly, "feeds"], capture_output=True, text=True, check=True).stdout
        (feed,) = re.findall(r"calendar  (\S+)", shown)
        assert fetched(feed, pem).startswith("BEGIN:VCALENDAR")
        assert "Bring it into your calendar" in fetched(feed.removesuffix("phone.ics"), pem)
    token = feed.split("/")[-2]
    for log in ("serve.log", "proxy.log"):
        assert token not in (tmp_path / log).read_text(encoding="utf-8")
