"""The app: feeds from memory, their pages, invitations, and what readers ask for. It keeps no record of anybody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from fondly.feeds.page import render, render_invitation
from fondly.feeds.shelf import Served, Shelf
from fondly.feeds.viewing import ACTIONS, last_day, purpose, view_of
from fondly.outputs.kinds import is_embedded
from fondly.server.answers import body_of, not_allowed, not_there, page, redirect, text
from fondly.server.keeper import Keeper
from fondly.server.throttle import Throttle

BODY_TIME = 10.0  # seconds for a form
LONGEST_REST = 366  # days
ASKING = ["GET", "OPTIONS", "PROPFIND"]  # how programs ask where the calendars are
KEPT = 200  # pages, as they were made; when there are more they are made anew


def make_app(keeper: Keeper, clock: Callable[[], float] = time.monotonic) -> ASGIApp:
    """What the keeper keeps, over HTTP. ``clock`` gives seconds that only go forward, to slow down who guesses."""
    throttle = Throttle(clock)
    desk = _Desk(keeper, throttle)
    app = Starlette(
        routes=[
            Mount("/caldav", _OwnCalendars(desk)),
            Route("/.well-known/caldav", desk.to_calendars, methods=ASKING),
            Route("/feeds/{token}/{name}.ics", desk.feed),
            Route("/feeds/{token}/", desk.page, methods=["GET"]),
            Route("/feeds/{token}", desk.to_page, methods=["GET"]),
            *(Route(f"/feeds/{{token}}/{action}", desk.wish, methods=["POST"]) for action in ACTIONS),
            Route("/invite/{token}", desk.invitation, methods=["GET", "POST"]),
            Route("/healthz", desk.health, methods=["GET"]),
            Route("/robots.txt", desk.robots, methods=["GET"]),
            Route("/favicon.ico", desk.no_icon, methods=["GET"]),
        ],
        exception_handlers={HTTPException: desk.refuse},
    )
    app.router.redirect_slashes = False
    return _Guarded(app, keeper.say)


class _Guarded:
    """The app, none of whose mistakes shows anybody more than that there was one."""

    def __init__(self, app: ASGIApp, say: Callable[[str], None]) -> None:
        self.app, self.say = app, say

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            await self.app(scope, receive, send)
        except (OSError, ClientDisconnect):
            return  # whoever asked has gone
        except Exception as problem:  # Starlette has answered it with a bare 500
            self.say(f"a request could not be answered: a mistake in fondly itself ({type(problem).__name__})")


class _Desk:
    """Where each request is answered."""

    def __init__(self, keeper: Keeper, throttle: Throttle) -> None:
        self.keeper, self.throttle = keeper, throttle
        self._pages: dict[str, str] = {}
        self.feed = _FeedFiles(self)

    async def page(self, request: Request) -> Response:
        """The page of a feed."""
        shelf = self.keeper.current()
        served = shelf.of(request.path_params["token"])
        if served is None:
            return await self.unknown(request)
        return page(await asyncio.to_thread(self._rendered, shelf, served))

    async def to_page(self, request: Request) -> Response:
        """The same without its last slash, which is easily lost in copying."""
        token = request.path_params["token"]
        return await self.unknown(request) if self.keeper.current().of(token) is None else redirect(f"{token}/", 308)

    async def wish(self, request: Request) -> Response:
        """What a reader asks for: `ACTIONS`."""
        shelf, action = self.keeper.current(), request.url.path.rpartition("/")[2]
        served = shelf.of(request.path_params["token"])
        if served is None:
            return await self.unknown(request)
        form = await self._form(request, shelf, purpose(action, served))
        if isinstance(form, Response):
            return form
        last = None
        days = form.get("days", "")
        if action == "pause" and days != "open":
            if not (days.isascii() and days.isdigit() and 1 <= int(days[:5]) <= LONGEST_REST):
                return text(f"'days' is a number from 1 to {LONGEST_REST}, or 'open'.\n", 400)
            last = last_day(shelf, served, self.keeper.now(), int(days))
        await asyncio.to_thread(self.keeper.wish, served.spec.name, action, last)
        return redirect("./")

    async def invitation(self, request: Request) -> Response:
        """A landing that tells nothing to the preview of a chat; who opens it is shown to the feed's page."""
        shelf, token = self.keeper.current(), request.path_params["token"]
        name = shelf.access.invited(token, self.keeper.now().date())
        served = None if name is None else shelf.feeds.get(name)
        if name is None or served is None:
            return await self.unknown(request)
        if request.method != "POST":
            return page(render_invitation(token, shelf.access.proof(f"invite:{token}")))
        form = await self._form(request, shelf, f"invite:{token}")
        if isinstance(form, Response):
            return form
        await asyncio.to_thread(self.keeper.wish, name, "come in")
        return redirect(f"../feeds/{served.links.token}/")

    async def to_calendars(self, request: Request) -> Response:
        """Where a program that knows the host alone is sent to (RFC 6764 §5)."""
        return redirect("../caldav/", 301) if self.has_calendars() else await self.unknown(request)

    def has_calendars(self) -> bool:
        """Whether the config has a calendar on fondly's own server."""
        return any(is_embedded(ready) for ready in self.keeper.shelf.prepared.outputs)

    async def health(self, request: Request) -> Response:
        """Whether all runs, for whoever watches over it."""
        return text("ok\n") if self.keeper.alive else text("nobody looks after the feeds\n", 503)

    async def robots(self, request: Request) -> Response:
        """Nothing here is for search engines."""
        return text("User-agent: *\nDisallow: /\n")

    async def no_icon(self, request: Request) -> Response:
        """Browsers ask for one by themselves; that is no guess."""
        return not_there()

    async def refuse(self, request: Request, problem: Exception) -> Response:
        """What no route takes."""
        if isinstance(problem, HTTPException) and problem.status_code == 405:
            return not_allowed((problem.headers or {}).get("Allow", "GET"))
        return await self.unknown(request)

    async def unknown(self, request: Request) -> Response:
        """Nothing is there; whoever guesses on is told so more and more slowly."""
        address = request.client.host if request.client else ""
        delay = self.throttle.delay(address)
        if delay is None:
            return text("Too many wrong links. Please wait a moment.\n", 429, retry_after="5")
        if delay:
            try:
                await asyncio.sleep(delay)
            finally:
                self.throttle.done(address)
        return not_there()

    def _rendered(self, shelf: Shelf, served: Served) -> str:
        view = view_of(shelf, served, self.keeper.now())
        key = f"{served.etag} {replace(view, items=())!r}"
        if key not in self._pages:
            if len(self._pages) >= KEPT:
                self._pages.clear()
            self._pages[key] = render(view)
        return self._pages[key]

    async def _form(self, request: Request, shelf: Shelf, purpose: str) -> dict[str, str] | Response:
        """What a form of our own page says, or the refusal of one that is not ours."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return text("A form is wanted here.\n", 415)
        if not _is_from_here(request, shelf):
            return text("This form was sent from somewhere else, so it was not heard.\n", 403)
        try:
            body = await asyncio.wait_for(body_of(request), BODY_TIME)
        except TimeoutError:
            return text("That took too long.\n", 408, connection="close")
        if body is None:
            return text("That is too much for this form.\n", 413, connection="close")
        try:
            fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
        except ValueError:
            return text("That is too much for this form.\n", 413)
        form = {name: values[0] for name, values in fields.items()}
        if not shelf.access.is_proof(purpose, form.get("proof", "")):
            return text("This form is an old one, or not from here. Go back to the page, and try again.\n", 403)
        return form


class _OwnCalendars:
    """The CalDAV server, as long as the config has a calendar on it. Who has none does not wait for Radicale."""

    def __init__(self, desk: _Desk) -> None:
        self.desk = desk
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not self.desk.has_calendars():
            await (await self.desk.unknown(Request(scope)))(scope, receive, send)
            return
        if self._app is None:
            from fondly.server.caldav import make_caldav

            self._app = make_caldav(self.desk.keeper.folder, self.desk.throttle)
        await self._app(scope, receive, send)


class _FeedFiles:
    """The files themselves, without the detour of a request and a response: they are asked for all day long."""

    def __init__(self, desk: _Desk) -> None:
        self.desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A feed, or that it is still the same."""
        params = scope["path_params"]
        served = self.desk.keeper.current().of(params["token"])
        if served is None or served.spec.name != params["name"]:
            await (await self.desk.unknown(Request(scope)))(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            await not_allowed("GET, HEAD")(scope, receive, send)
            return
        accepted = etags = since = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepted += value + b","
            elif name == b"if-none-match":
                etags += value + b","
            elif name == b"if-modified-since":
                since = value
        packed = bool(accepted) and takes_gzip(accepted)
        headers, status = served.packed_headers if packed else served.plain_headers, 200
        body = served.packed if packed else served.body
        if (etags or since) and served.is_known(etags.decode("latin-1"), since.decode("latin-1")):
            headers, status, body = served.packed_known_headers if packed else served.known_headers, 304, b""
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def takes_gzip(accepted: bytes) -> bool:
    """Whether an Accept-Encoding allows it (RFC 9110 §12.5.3)."""
    for part in accepted.lower().split(b","):
        coding, _, weight = part.replace(b" ", b"").partition(b";q=")
        if coding in (b"gzip", b"*"):
            return not weight or weight.strip(b"0.") != b""
    return False


def _is_from_here(request: Request, shelf: Shelf) -> bool:
    """Whether a browser says that a form comes from our own page; who is no browser has the proof alone."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = {request.headers.get("host", "")}
    ours |= {urlsplit(served.links.address).netloc for served in shelf.feeds.values()}
    return urlsplit(origin).netloc in ours
