"""Finding somebody's calendars: on real servers, on ones that answer oddly, and on ones that want the password."""

from __future__ import annotations

import base64
import hashlib
import http.server
import re
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dns.message
import dns.resolver
import dns.rrset
import pytest

from certificate import TLS
from fondly.embedded import make_calendar
from fondly_calendar import propfind
from fondly_calendar.connection import Connection
from fondly_calendar.discovery import FoundCalendar, find_calendars
from fondly_calendar.whereabouts import WELL_KNOWN, checked, same_house, starts, why_not
from fondly_hooks.errors import OutputError
from servers import PASSWORD, USER, Calendar, serving

Reply = tuple[int, dict[str, str], str]


@dataclass
class Fake:
    """A server on the loopback that answers by path; ``asked`` is what it was asked, with the Authorization header."""

    replies: dict[str, Reply | Callable[[str], Reply]]
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [path for path, _ in self.asked]


@contextmanager
def fake(replies: dict[str, Reply | Callable[[str], Reply]], certificate: Path | None = None) -> Iterator[Fake]:
    """Run such a server, with TLS where a certificate is given."""
    found = Fake(replies)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PROPFIND(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "")
            found.asked.append((self.path, token))
            reply = found.replies.get(self.path, (404, {}, "nothing here"))
            status, headers, body = reply(token) if callable(reply) else reply
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scheme = "http"
    if certificate:
        scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    found.url = f"{scheme}://localhost:{server.server_port}/"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def listing(*parts: tuple[str, str]) -> Reply:
    """A multistatus of hrefs with their properties."""
    items = "".join(
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{prop}</d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
        for href, prop in parts
    )
    space = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:a="urn:ietf:params:xml:ns:carddav"'
    return (
        207,
        {"Content-Type": "application/xml"},
        f"<?xml version='1.0'?><d:multistatus {space}>{items}</d:multistatus>",
    )


def kind(*names: str) -> str:
    """A resourcetype."""
    return f"<d:resourcetype><d:collection/>{''.join(f'<{name}/>' for name in names)}</d:resourcetype>"


def takes(*names: str) -> str:
    """What a calendar takes."""
    inner = "".join(f'<c:comp name="{name}"/>' for name in names)
    return f"<c:supported-calendar-component-set>{inner}</c:supported-calendar-component-set>"


def home(href: str) -> str:
    """Where the calendars of whoever asks are."""
    me = "<d:current-user-principal><d:href>/me/</d:href></d:current-user-principal>"
    return f"{me}<c:calendar-home-set><d:href>{href}</d:href></c:calendar-home-set>"


READ_ONLY = "<d:current-user-privilege-set><d:privilege><d:read/></d:privilege></d:current-user-privilege-set>"
BOTH = READ_ONLY.replace("<d:read/>", "<d:all/>")


def refused(address: str, password: str = PASSWORD, **more: float) -> str:
    """The words of the refusal: one plain line, without the password."""
    with pytest.raises(OutputError) as caught:
        find_calendars(address, USER, password, **more)
    text = str(caught.value)
    assert "\n" not in text
    assert password not in text
    assert caught.value.__cause__ is None
    return text


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may go out: no request, no question to DNS."""

    def forbidden(*arguments: object, **_: object) -> None:
        pytest.fail(f"something was sent: {arguments}")

    monkeypatch.setattr(Connection, "send", forbidden)
    monkeypatch.setattr(dns.resolver, "resolve", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """The certificate of these tests, which nobody trusts."""
    path = tmp_path / "tls.pem"
    path.write_text(TLS, encoding="utf-8")
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The certificate of these tests, trusted, and its names on the loopback."""
    look_up = socket.getaddrinfo

    def getaddrinfo(host: object, *arguments: object, **options: object) -> object:
        ours = str(host).rstrip(".").endswith("example.test")
        return look_up("127.0.0.1" if ours else host, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return certificate


@pytest.mark.parametrize("form", ["calendar", "calendar without slash", "server", "bare host", "email", "wrong path"])
def test_real_servers(calendar: Calendar, form: str) -> None:
    """Each way to name the place finds the same calendars on real servers, the one that was named first."""
    server = re.match(r"http://[^/]+/", calendar.url)[0]  # type: ignore[index]
    more = calendar.url.rstrip("/").rpartition("/")[0] + "/another/"
    status, _, answer = calendar.request("MKCALENDAR", more)
    assert status == 201, answer
    address = {
        "calendar": more,
        "calendar without slash": more.rstrip("/"),
        "server": server,
        "bare host": server[7:-1],
        "email": f"ana@{server[7:-1]}",
        "wrong path": f"{server}no/such/thing/",
    }[form]
    found = find_calendars(address, USER, PASSWORD)
    assert {one.url for one in found} == {calendar.url, more}
    assert found[0].url == more  # named, or the first by its name
    for one in found:
        assert {"VEVENT", "VTODO"} <= set(one.components)
        assert one.writable is True
        assert one.auth == "basic"
        assert one.name


def test_a_server_with_a_wrong_password(tmp_path: Path) -> None:
    """Told in words that name the app password, whatever was named; one that nobody knows is told alike."""
    with serving("radicale", tmp_path) as calendar:
        for address in (calendar.url, calendar.url.removesuffix("ana/ours/")):
            assert "does not accept this username and password" in refused(address, "wrong-Pass word")
        assert "made for one app" in refused(calendar.url, "пароль ☃")


def test_names_and_order_on_a_real_server(tmp_path: Path) -> None:
    """Names come as people wrote them, in the order of their letters, each time alike."""
    with serving("radicale", tmp_path) as calendar:
        server = calendar.url.removesuffix("ana/ours/")
        for name, title in (("z", "Zoë & Ben <3"), ("a", "äpfel"), ("b", "Before")):
            make_calendar(server, USER, PASSWORD, name, title)
        found = find_calendars(server, USER, PASSWORD)
        assert [one.name for one in found] == ["Before", "Ours", "Zoë & Ben <3", "äpfel"]
        assert found == find_calendars(server, USER, PASSWORD)


def test_an_empty_account(tmp_path: Path) -> None:
    """Somebody without any calendar is told to make one."""
    with serving("radicale", tmp_path) as calendar:
        calendar.delete(calendar.url)
        assert "make one there first" in refused(calendar.url.removesuffix("ana/ours/"))


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://cloud.example.org/dav/", "in the clear"),
        ("HTTP://cloud.example.org", "in the clear"),
        ("http://localhost.example.org/", "in the clear"),
        ("http://127.0.0.1.example.org/", "in the clear"),
        ("http://localhost@example.org/", "out of the address"),
        ("https://ana:hunter2@example.org/", "out of the address"),
        ("http://localhost\\@example.org/", "no address"),
        ("https://exa mple.org/", "no address"),
        ("https://example.org\n/", "no address"),
        ("https://[::1/", "no address"),
        ("https://example.org:99999/", "no address"),
        ("https://..../", "no address"),
        ("https:///path", "no address"),
        ("", "no address"),
        ("  ", "no address"),
        ("@", "no address"),
        ("webcal://example.org/us.ics", "https://"),
        ("file:///etc/passwd", "https://"),
        ("ana@gmail.com", "Google lets no program in"),
        ("https://apidata.googleusercontent.com/caldav/v2/", "Google lets no program in"),
        ("Ana@Hotmail.com", "Outlook lets no program in"),
    ],
)
def test_refused_before_anything_is_sent(address: str, words: str) -> None:
    """What is no address, or would show the password to others, never leaves this machine."""
    text = refused(address)
    assert words in text
    assert "hunter2" not in text


def test_who_does_not_ask_gets_no_password() -> None:
    """A server that knows nothing of calendars sees no password; one that asks gets it from then on."""
    with fake({}) as server:
        assert "no calendars at that address (404)" in refused(server.url)
        assert server.asked == [(WELL_KNOWN, ""), ("/", "")]
    ask = (401, {"WWW-Authenticate": 'Basic realm="x"'}, "")
    token = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def guarded(reply: Reply) -> Callable[[str], Reply]:
        return lambda given: reply if given == token else ask

    replies = {
        WELL_KNOWN: (301, {"Location": "/dav/"}, ""),
        "/dav/": guarded(listing(("/dav/", kind() + home("/dav/ana/")))),
        "/dav/ana/": guarded(listing(("/dav/ana/", kind()), ("/dav/ana/x/", kind("c:calendar")))),
    }
    with fake(replies) as server:
        (found,) = find_calendars(server.url, USER, PASSWORD)
        assert found == FoundCalendar("x", f"{server.url}dav/ana/x/", ("VEVENT", "VTODO"), None)
        assert server.asked == [(WELL_KNOWN, ""), ("/dav/", ""), ("/dav/", token), ("/dav/ana/", token)]


def test_a_server_that_tells_its_own_more() -> None:
    """Who is answered as a stranger asks once more with the password."""
    replies = {"/us/": lambda token: listing(("/us/", kind("c:calendar") + (home("/us/") if token else "")))}
    with fake(replies) as server:
        (found,) = find_calendars(f"{server.url}us/", USER, PASSWORD)
        assert found.url == f"{server.url}us/"
        assert server.asked[0] == ("/us/", "")
        assert server.asked[1][1].startswith("Basic ")


@pytest.mark.parametrize("right", [True, False])
def test_digest(right: bool) -> None:
    """A server that wants the password as a digest gets it so, and the answer says it."""

    def digest(token: str) -> Reply:
        given = dict(re.findall(r'(\w+)="?([^",]+)', token))
        ha1 = hashlib.md5(f"{USER}:x:{PASSWORD if right else 'another'}".encode()).hexdigest()
        ha2 = hashlib.md5(f"PROPFIND:{given.get('uri')}".encode()).hexdigest()
        middle = ":".join(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        wanted = hashlib.md5(f"{ha1}:{middle}:{ha2}".encode()).hexdigest()
        if given.get("response") != wanted:
            return 401, {"WWW-Authenticate": 'Digest realm="x", nonce="abc", qop="auth", algorithm=MD5'}, ""
        return listing(("/us/", kind("c:calendar") + home("/us/")))

    with fake({"/us/": digest}) as server:
        if right:
            (found,) = find_calendars(f"{server.url}us/", USER, PASSWORD)
            assert found.auth == "digest"
        else:
            assert "does not accept" in refused(f"{server.url}us/")
        assert not any(token.startswith("Basic") for _, token in server.asked)


def test_a_server_that_takes_no_password() -> None:
    """Who wants a token and nothing else is told apart from a wrong password."""
    with fake({"/us/": (401, {"WWW-Authenticate": "Bearer"}, "")}) as server:
        assert "lets in nobody by a username and password alone" in refused(f"{server.url}us/")
        assert server.asked == [("/us/", "")]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("http://example.org/dav/", "sends us on to example.org"),
        ("https://evil.example.org/", "answer with https://evil.example.org/"),
        ("//evil.example.org/", "sends us on to evil.example.org"),
        ("http://[", "an address that is none"),
        ("mailto:ana@example.org", "an address that is none"),
        ("ftp://localhost/", "an address that is none"),
        ("http://ana:x@localhost/", "an address that is none"),
        ("/round/", "round in circles"),
    ],
)
@pytest.mark.parametrize("way", ["redirect", "principal", "home"])
def test_sent_elsewhere(target: str, words: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends us to another one, or to plain http, is told; no password and no request goes there."""
    send = Connection.send

    def watched(self: Connection, method: str, url: str, *arguments: object, **options: object) -> object:
        assert url.startswith("http://localhost:"), url
        return send(self, method, url, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Connection, "send", watched)
    principal = f"<d:current-user-principal><d:href>{target}</d:href></d:current-user-principal>"
    reply = {
        "redirect": (302, {"Location": target}, ""),
        "principal": listing(("/us/", kind() + principal)),
        "home": listing(("/us/", kind() + home(target))),
    }[way]
    with fake({"/us/": reply, "/round/": (302, {"Location": "/round/"}, "")}) as server:
        text = refused(f"{server.url}us/")
        # The library looks at redirects itself, though it does not follow them, and stumbles over that one.
        assert words in text or (target == "http://[" and "cannot be reached" in text)
        assert all(path in ("/us/", "/round/", "/", WELL_KNOWN) for path in server.paths)


def test_a_secure_server_sends_to_plain_http(trusted: Path) -> None:
    """From https no way leads back to http."""
    replies = {"/us/": (301, {"Location": "http://dav.example.test/us/"}, "")}
    with fake(replies, trusted) as server:
        address = server.url.replace("localhost", "dav.example.test")
        assert "plain http" in refused(f"{address}us/")


def test_what_is_offered() -> None:
    """Only calendars that take events or tasks: events first, then tasks alone, what is read only behind its like."""
    parts = [
        ("/ana/", kind() + home("/ana/")),
        ("/ana/tasks/", kind("c:calendar") + "<d:displayname>A list</d:displayname>" + takes("VTODO")),
        ("/ana/journal/", kind("c:calendar") + takes("VJOURNAL")),
        ("/ana/people/", kind("a:addressbook") + "<d:displayname>People</d:displayname>"),
        ("/ana/inbox/", kind("c:schedule-inbox")),
        ("/ana/outbox/", kind("c:schedule-outbox")),
        ("/ana/birthdays/", kind("c:calendar") + "<d:displayname>Birthdays</d:displayname>" + READ_ONLY),
        ("/ana/us/", kind("c:calendar") + "<d:displayname>us</d:displayname>" + takes("vevent") + BOTH),
        ("/ana/odd%20one/", kind("c:calendar") + "<d:displayname/>"),
        ("https://evil.example.org/ana/", kind("c:calendar") + "<d:displayname>Evil</d:displayname>"),
        ("/ana/loud/", kind("c:calendar") + "<d:displayname> Two\nlines \x85\u202e\u200b red </d:displayname>"),
        ("/ana/us", kind("c:calendar") + "<d:displayname>the same again</d:displayname>"),
    ]
    for order in (parts, [parts[0], *reversed(parts[1:-1]), parts[-1]]):
        with fake({"/ana/": listing(*order)}) as server:
            found = find_calendars(f"{server.url}ana/", USER, PASSWORD)
            assert [(one.name, one.url.removeprefix(server.url), one.components, one.writable) for one in found] == [
                ("odd one", "ana/odd%20one/", ("VEVENT", "VTODO"), None),
                ("Two lines red", "ana/loud/", ("VEVENT", "VTODO"), None),
                ("us", "ana/us/", ("VEVENT",), True),
                ("Birthdays", "ana/birthdays/", ("VEVENT", "VTODO"), False),
                ("A list", "ana/tasks/", ("VTODO",), None),
            ]


def test_a_calendar_whose_home_is_shut() -> None:
    """What was named is found, though nothing around it can be looked at."""
    replies = {"/us/": listing(("/us/", kind("c:calendar") + home("/shut/"))), "/shut/": (403, {}, "")}
    with fake(replies) as server:
        assert [one.url for one in find_calendars(f"{server.url}us/", USER, PASSWORD)] == [f"{server.url}us/"]


ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><d:x xmlns:d="DAV:">&e;</d:x>'


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((200, {"Content-Type": "text/html"}, "<html>Log in</html>"), "no calendars at that address (200)"),
        ((207, {"Content-Type": "text/html"}, "<html><p>Log in</html>"), "no calendar data"),
        ((207, {}, ""), "no calendar data"),
        ((207, {}, '<d:multistatus xmlns:d="DAV:"><d:resp'), "no calendar data"),
        ((207, {}, '{"not": "xml"}'), "no calendar data"),
        ((207, {}, ENTITY), "no calendar data"),
        ((207, {}, '<d:multistatus xmlns:d="DAV:"/>'), "make one there first"),
        ((405, {}, ""), "(405)"),
        ((403, {}, ""), "(403)"),
        ((500, {}, PASSWORD), "a trouble of its own (500)"),
        ((503, {"Retry-After": "300"}, ""), "come back later (503)"),
        ((429, {}, ""), "come back later (429)"),
        ((302, {}, ""), "(302)"),
    ],
)
def test_odd_answers(reply: Reply, words: str) -> None:
    """Pages, broken listings and troubles end in one plain line each, which says what to try."""
    with fake({"/dav/": reply}) as server:
        assert words in refused(f"{server.url}dav/")


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 207 OK\r\nContent-Length: 999\r\n\r\n<x"])
def test_broken_connections(answer: bytes) -> None:
    """What does not even speak HTTP ends in one plain line."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        assert "look at the address" in refused(f"http://127.0.0.1:{server.server_address[1]}/")
        server.shutdown()


def test_nobody_answers() -> None:
    """A port without a server is told."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "does not answer" in refused(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("slow", ["silent", "dripping", "name", "dns"])
def test_the_whole_search_has_a_time_limit(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing, one that never ends, a name that is looked up for ever: all end in time."""
    done = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65_536)
            if slow == "dripping":
                self.request.sendall(b"HTTP/1.1 207 OK\r\n\r\n")
                while not done.wait(0.01):
                    self.request.sendall(b"x")
            done.wait(20)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        if slow == "name":
            address = "https://cloud.example.test/"
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: done.wait(20))
        if slow == "dns":
            address = "ana@example.test"
            monkeypatch.setattr(dns.resolver, "resolve", lambda *_, **__: done.wait(20))
        begun = time.monotonic()
        text = refused(address, time_limit=0.4)
        assert time.monotonic() - begun < 5
        assert "look at the address, or try again later" in text
        for thread in threading.enumerate():
            if thread.name == "looking for calendars" and slow in ("silent", "dripping"):
                thread.join(5)  # it stops by itself, though nobody waits for it
                assert not thread.is_alive()
        done.set()
        server.shutdown()


def test_stopped_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C no further request goes out."""
    begun, stopped, closed, send = threading.Event(), threading.Event(), threading.Event(), Connection.send

    def slowly(self: Connection, *arguments: object, **options: object) -> object:
        begun.set()
        stopped.wait(20)
        return send(self, *arguments, **options)  # type: ignore[arg-type]

    def interrupted(*_: object) -> None:
        begun.wait(20)
        raise KeyboardInterrupt

    monkeypatch.setattr(Connection, "send", slowly)
    monkeypatch.setattr(propfind.Asker, "close", lambda self: closed.set())
    with fake({WELL_KNOWN: (301, {"Location": "/slow/"}, "")}) as server:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "join", interrupted)
            with pytest.raises(KeyboardInterrupt):
                find_calendars(server.url, USER, PASSWORD)
        stopped.set()
        assert closed.wait(20)
        assert server.paths == [WELL_KNOWN]


def test_an_error_of_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a library raises, nothing of its words is repeated: they may hold the password."""

    def broken(*_: object) -> None:
        raise TypeError(f"cannot use {PASSWORD}")

    monkeypatch.setattr(propfind.Asker, "propfind", broken)
    assert "failed (TypeError); try another address" in refused("http://localhost:1/")


def test_a_certificate_that_nobody_trusts(certificate: Path) -> None:
    """A server that cannot show who it is gets no request at all."""
    with fake({}, certificate) as server:
        assert "certificate" in refused(server.url)
        assert server.asked == []


def test_plain_http_where_tls_is_spoken() -> None:
    """https to a server that speaks http only is told as what it is."""
    with fake({}) as server:
        text = refused(server.url.replace("http://", "https://"))
        assert "look at the address" in text
        assert server.asked == []


def test_neither_netrc_nor_proxies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what was named is spoken to, with nothing but what was typed."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login thief password stolen\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    with fake({"/us/": listing(("/us/", kind("c:calendar") + home("/us/")))}) as server:
        assert len(find_calendars(f"{server.url}us/", USER, PASSWORD)) == 1
        assert {token for _, token in server.asked} == {""}


@contextmanager
def names_served(records: dict[tuple[str, str], str]) -> Iterator[None]:
    """A DNS server on the loopback that knows these records, asked by everybody in this process."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            query = dns.message.from_wire(self.request[0])
            answer = dns.message.make_response(query)
            asked = query.question[0]
            name, type_ = asked.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(asked.rdtype)
            texts = records.get((name, type_), "").split("|")
            if texts != [""]:
                answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", type_, *texts))
            self.request[1].sendto(answer.to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        before = dns.resolver.default_resolver
        dns.resolver.default_resolver = resolver
        try:
            yield
        finally:
            dns.resolver.default_resolver = before
            server.shutdown()


def test_an_email_address(trusted: Path) -> None:
    """An email address alone is enough: DNS names the server and the path, TLS proves it (RFC 6764)."""
    replies = {
        "/dav/": listing(("/dav/", kind() + home("/dav/ana/"))),
        "/dav/ana/": listing(("/dav/ana/us/", kind("c:calendar") + "<d:displayname>Us</d:displayname>")),
    }
    with fake(replies, trusted) as server:
        port = server.url.rstrip("/").rpartition(":")[2]
        records = {
            ("_caldavs._tcp.example.test", "SRV"): f"0 1 {port} dav.example.test.|9 1 1 backup.example.test.",
            ("_caldavs._tcp.example.test", "TXT"): '"path=/dav/"',
        }
        with names_served(records):
            for address in ("ana@example.test", "example.test", " Ana@Example.Test "):
                (found,) = find_calendars(address, USER, PASSWORD)
                assert found.url == f"https://dav.example.test:{port}/dav/ana/us/"


@pytest.mark.parametrize(
    ("srv", "txt", "expected"),
    [
        ("", "", [f"https://example.test{WELL_KNOWN}", "https://example.test/"]),
        ("0 0 0 .", "", [f"https://example.test{WELL_KNOWN}", "https://example.test/"]),
        ("0 1 443 dav.example.test.", "", [f"https://dav.example.test{WELL_KNOWN}", "https://dav.example.test/"]),
        (
            "5 1 443 later.example.test.|1 1 8443 dav.example.test.",
            '"path=/x"',
            [f"https://dav.example.test:8443{path}" for path in ("/x", WELL_KNOWN, "/")],
        ),
        (
            "0 1 443 example.test.",
            '"path=http://evil/"',
            [f"https://example.test{WELL_KNOWN}", "https://example.test/"],
        ),
    ],
)
def test_where_dns_leads(srv: str, txt: str, expected: list[str]) -> None:
    """What SRV and TXT records say, and what is tried without them."""
    records = {("_caldavs._tcp.example.test", "SRV"): srv, ("_caldavs._tcp.example.test", "TXT"): txt}
    with names_served(records):
        assert [start.url for start in starts("ana@example.test")] == expected


@pytest.mark.parametrize("target", ["caldav.provider.test.", "evilexample.test.", "test."])
def test_dns_that_leads_to_somebody_else(target: str) -> None:
    """DNS may be forged, so another domain's server is told and not asked."""
    with names_served({("_caldavs._tcp.example.test", "SRV"): f"0 1 443 {target}"}):
        assert f"answer with https://{target.rstrip('.')}/ as the address" in refused("ana@example.test")


@pytest.mark.parametrize(
    ("host", "other", "trust"),
    [
        ("example.org", "example.org", True),
        ("example.org", "dav.example.org", True),
        ("example.org", "evilexample.org", False),
        ("example.org", "other.org", False),
        ("caldav.icloud.com", "p42-caldav.icloud.com", True),
        ("dav.example.org", "example.org", True),
        ("dav.example.org", "example.org.evil.test", False),
        ("example.co.uk", "other.co.uk", False),
        ("example.com.au", "other.com.au", False),
        ("localhost", "127.0.0.1", True),
        ("localhost", "example.org", False),
        ("example.org", "localhost", False),
        ("example.localhost", "localhost", False),
        ("10.1.2.3", "99.1.2.3", False),
        ("2001:db8::1", "2001:db8::2", False),
    ],
)
def test_the_same_house(host: str, other: str, trust: bool) -> None:
    """A password goes on to what is below a server's name and to its neighbours, and to nobody else."""
    assert same_house(host, other) is trust


def test_checked_keeps_what_a_calendar_has() -> None:
    """Query and fragment go; path, port and letters stay as they are."""
    assert checked("https://Cloud.example.org:8443/ana/%C3%BC/?x=1#y") == "https://Cloud.example.org:8443/ana/%C3%BC/"
    assert checked("http://[::1]:5232/ana/") == "http://[::1]:5232/ana/"
    assert checked("https://bücher.example/") == "https://bücher.example/"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("certificate verify failed: certificate has expired", "expired"),
        ("certificate verify failed: Hostname mismatch, not valid for 'x'", "another name"),
        ("certificate verify failed: self-signed certificate", "does not trust"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "TLS"),
        ("Temporary failure in name resolution", "is not known"),
        ("[Errno -2] Name or service not known", "is not known"),
        ("[Errno 111] Connection refused", "does not answer"),
        ("Read timed out", "no answer in time"),
        ("something else with hunter2", "cannot be reached"),
    ],
)
def test_words_for_failed_connections(error: str, words: str) -> None:
    """Each kind of failure has its own words, and none repeats what a library said."""
    assert words in why_not(OSError(error))
    assert "hunter2" not in why_not(OSError(error))
