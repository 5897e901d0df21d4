"""What a calendar program meets that fetches a feed: the headers, a 304, HEAD, gzip, and dates that never go back."""

from __future__ import annotations

import datetime as dt
import gzip
import os
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from feedserver import STATE, FeedServer, feed_server, request
from fondly.feeds.output import feed_file
from world import MOVE, WEDDING, World

OUTPUTS = ["{name: phone, kind: feed, seen_by: [ben]}", "{name: work, kind: feed, seen_by: [ana], titles: busy}"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A couple with a feed for each."""
    return World(tmp_path, OUTPUTS, state=STATE)


@pytest.fixture
def server(world: World) -> Iterator[FeedServer]:
    """Their server."""
    with feed_server(world) as found:
        yield found


def test_a_feed_is_what_a_subscription_needs(server: FeedServer) -> None:
    """Type, name, strong ETag, date, nothing kept by others, nothing that tells the server's make."""
    reply = server.feed()
    assert reply.status == 200
    assert reply.body == feed_file(server.keeper.folder, "phone").read_bytes()
    headers = reply.headers
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert headers["cache-control"].startswith("private")
    assert headers["content-disposition"] == 'inline; filename="phone.ics"'
    assert headers["etag"].startswith('"')
    assert headers["x-content-type-options"] == "nosniff"
    assert "noindex" in headers["x-robots-tag"]
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers
    assert "uvicorn" not in str(headers).lower()


def test_it_is_not_sent_twice(server: FeedServer) -> None:
    """Who has it already hears so: by its ETag, else by its date, and the ETag counts where both are told."""
    first = server.feed()
    tag, date = first.headers["etag"], first.headers["last-modified"]
    assert server.feed(If_None_Match=tag).status == 304
    assert server.feed(If_None_Match=f'"other", W/{tag}').status == 304
    assert server.feed(If_None_Match="*").status == 304
    assert server.feed(If_None_Match='"other"').status == 200
    assert server.feed(If_Modified_Since=date).status == 304
    assert server.feed(If_Modified_Since=date, If_None_Match='"other"').status == 200
    before = parsedate_to_datetime(date) - dt.timedelta(seconds=1)
    assert server.feed(If_Modified_Since=f"{before:%a, %d %b %Y %H:%M:%S GMT}").status == 200
    assert server.feed(If_Modified_Since="the day before yesterday").status == 200
    known = server.feed(If_None_Match=tag)
    assert known.body == b""
    assert known.headers["etag"] == tag
    assert known.headers["last-modified"] == date


def test_head_and_compression(server: FeedServer) -> None:
    """The head alone is the same head; who understands gzip gets less, under an ETag of its own."""
    whole = server.feed()
    head = request(server.links().feed, "HEAD")
    assert (head.status, head.body) == (200, b"")
    same = ("etag", "last-modified", "content-length", "content-type")
    assert [head.headers[name] for name in same] == [whole.headers[name] for name in same]
    packed = server.feed(Accept_Encoding="br, gzip;q=0.8")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == whole.body
    assert len(packed.body) < len(whole.body) / 2
    assert packed.headers["etag"] != whole.headers["etag"]
    assert packed.headers["vary"] == "accept-encoding"
    assert server.feed(Accept_Encoding="gzip", If_None_Match=packed.headers["etag"]).status == 304
    for refused in ("gzip;q=0", "identity", "br", "gzip; q=0.0"):
        assert "content-encoding" not in server.feed(Accept_Encoding=refused).headers


def test_the_same_bytes_as_long_as_nothing_changed(world: World, server: FeedServer) -> None:
    """A further run, a day later or a restart writes nothing: no entry looks modified."""
    before = server.feed()
    server.keeper.look()
    assert server.feed().headers["etag"] == before.headers["etag"]
    file = feed_file(server.keeper.folder, "phone")
    written = file.stat().st_mtime_ns
    world.sync()
    assert file.stat().st_mtime_ns == written


def test_dates_never_go_back(world: World, server: FeedServer) -> None:
    """Apple asks by date: each version has a later one, also where the clock was put back, or an entry went."""
    seen = [server.feed()]
    file = feed_file(server.keeper.folder, "phone")
    future = file.stat().st_mtime + 86_400
    os.utime(file, (future, future))  # as if the clock had been a day ahead when it was written
    server.keeper.soon()
    for dates in ([WEDDING], [WEDDING, MOVE], []):
        world.dates = dates
        world.write()
        server.keeper.look()
        seen.append(server.feed())
    moments = [parsedate_to_datetime(reply.headers["last-modified"]) for reply in seen]
    assert len({reply.headers["etag"] for reply in seen}) == 4
    assert all(earlier < later for earlier, later in pairwise(moments)), moments


def test_a_restart_keeps_date_and_tag(world: World, server: FeedServer) -> None:
    """Nobody fetches everything again because the machine was started again."""
    before = server.feed().headers
    with feed_server(world) as again:
        after = again.feed().headers
    assert [after[name] for name in ("etag", "last-modified")] == [before[name] for name in ("etag", "last-modified")]


def test_healthz_robots_and_nothing_else(server: FeedServer) -> None:
    """What watches over it is answered; there is no directory and no banner."""
    health = request(f"{server.address}healthz")
    assert (health.status, health.body) == (200, b"ok\n")
    assert request(f"{server.address}robots.txt").text == "User-agent: *\nDisallow: /\n"
    token = server.links().token
    for path in ("", "feeds", "feeds/", f"feeds/{token}/work.ics", f"feeds/{token}/phone.ics/", "invite/", "docs"):
        reply = request(f"{server.address}{path}")
        assert reply.status in (404, 429), path
        assert "phone" not in reply.text
        assert token not in reply.text
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert request(server.links().feed, method).status == 405
    assert request(server.links().page.rstrip("/")).headers["location"] == f"{token}/"


def test_each_reader_gets_what_is_theirs(server: FeedServer) -> None:
    """The neutral feed names neither the program nor what is planned, and neither does its page."""
    for text in (server.feed("work").text, server.page("work").text):
        assert "fondly" not in text.lower().replace("x-fondly", "")
        assert "Wedding" not in text
        assert "Ana" not in text
    assert "Wedding" in server.feed("phone").text
