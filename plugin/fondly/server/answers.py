"""What is answered, with what every answer bears: nobody keeps it, frames it, guesses at it, or tells where it was."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fondly.feeds.page import render_words, style_source
from fondly.feeds.shelf import CLOSED

GONE = "Nothing is here. The link may have been typed wrongly, or it may be an old one: ask for a new one."
MOST_BODY = 2048  # bytes of a form


def page(html: str, status: int = 200) -> Response:
    """A page: nothing but its own style may run in it, and its forms go nowhere else."""
    policy = (
        f"default-src 'none'; style-src {style_source()}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    more = {"content-security-policy": policy, "x-frame-options": "DENY"}
    return _closed(Response(html, status, more, media_type="text/html"))


def text(words: str, status: int = 200, **more: str) -> Response:
    """A line or two; ``more`` are headers, with `_` for `-`."""
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    return _closed(Response(words, status, headers, media_type="text/plain"))


def redirect(where: str, status: int = 303) -> Response:
    """Somewhere else below this server, by a relative address: it may stand behind another one, under another path."""
    return _closed(Response(b"", status, {"location": where}))


def not_there() -> Response:
    """The one answer to everything that is not there."""
    return page(render_words("Nothing is here", GONE), 404)


def not_allowed(methods: str) -> Response:
    """Not in this way."""
    return text(f"This takes {methods}.\n", 405, allow=methods)


def _closed(response: Response) -> Response:
    for name, value in CLOSED:
        response.headers[name.decode()] = value.decode()
    response.headers["cache-control"] = "private, no-store"
    return response


async def body_of(request: Request) -> bytes | None:
    """The whole body; ``None`` where it is too much."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            return None
    return body
