"""`fondly init` as a newcomer meets it: on a real terminal, with real servers, stopped at any question."""

from __future__ import annotations

import base64
import http.client
import http.server
import io
import json
import os
import re
import resource
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from fondly.config import load_config
from fondly_hooks.yamlfile import load_yaml
from servers import PASSWORD, USER, Calendar, serving

FONDLY = str(Path(sys.executable).with_name("fondly"))
NOW = "2026-11-22T09:00:00+01:00"
WRONG = "not-the-right-one"
PLACE = {"file": "1", "server": "2", "note": "3"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of a newcomer."""
    folder = tmp_path / "home of ana"
    folder.mkdir()
    return folder


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a newcomer on a plain terminal, in Berlin."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "XDG_"))}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "FONDLY_CONFIG": "",
        "TZ": "Europe/Berlin",
        "TERM": "dumb",
        "LANG": "C.UTF-8",
        **more,
    }


class Terminal:
    """`fondly` on a real terminal; ``text`` is all that it has shown."""

    def __init__(self, home: Path, *arguments: str, **more: str) -> None:
        self.shown = io.StringIO()
        self.child = pexpect.spawn(
            FONDLY,
            list(arguments),
            env=surroundings(home, **more),
            cwd=str(home),
            encoding="utf-8",
            timeout=60,
            dimensions=(50, 200),
        )
        self.child.logfile_read = self.shown

    def answer(self, question: str, text: str = "") -> None:
        """Wait for the question and type the answer; a password once it is not shown: what comes before is lost."""
        self.wait(question)
        if question.startswith("Password"):
            assert self.child.waitnoecho(60)
        self.child.sendline(text)

    def wait(self, question: str) -> None:
        """Wait until it is asked."""
        self.child.expect(re.escape(question))

    def stop(self) -> int:
        """Press Ctrl-C, as a person does: once more where nothing happens. Whoever presses it in the very moment in
        which readline begins to listen is not heard. The exit code."""
        for _ in range(4):
            self.child.sendcontrol("c")
            if self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=20) == 0:
                break
        return self.end()

    def end(self) -> int:
        """Wait for the end; the exit code."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        assert self.child.signalstatus is None
        return int(self.child.exitstatus)

    @property
    def text(self) -> str:
        """All that was shown, with plain line ends."""
        return self.shown.getvalue().replace("\r\n", "\n")

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)


def run(home: Path, *arguments: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """`fondly` without a terminal."""
    return subprocess.run(
        [FONDLY, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        env=surroundings(home, **more),
        cwd=home,
        timeout=120,
        check=False,
    )


def everything(folder: Path) -> list[str]:
    """All that is in a folder, hidden things too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def doorman(address: str) -> Iterator[str]:
    """A door before a server that has none: the password is asked for, all else is passed on. Gives its address."""
    host, port = re.match(r"http://([^:/]+):(\d+)/", address).groups()  # type: ignore[union-attr]
    wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != wanted:
                status, headers, content = 401, {"WWW-Authenticate": 'Basic realm="door"'}, b""
            else:
                connection = http.client.HTTPConnection(host, int(port), timeout=30)
                sent = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                connection.request(self.command, self.path, body, sent)
                answer = connection.getresponse()
                status, content = answer.status, answer.read()
                left_out = ("content-length", "transfer-encoding", "connection", "server", "date")
                headers = {name: value for name, value in answer.getheaders() if name.lower() not in left_out}
                connection.close()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("PROPFIND", "REPORT", "PUT", "DELETE", "GET"):
        setattr(Handler, f"do_{method}", Handler.pass_on)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def several_calendars(kind: str, folder: Path) -> Iterator[tuple[str, Calendar, Calendar]]:
    """A real server that wants a password: its address, and two calendars there, the first by name first."""
    with serving(kind, folder) as first:
        server = re.match(r"http://[^/]+/", first.url)[0]  # type: ignore[index]
        path = first.url.removeprefix(server).rstrip("/").rpartition("/")[0]
        body = (
            '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>'
            "<d:displayname>Together</d:displayname></d:prop></d:set></c:mkcalendar>"
        )
        status, _, answer = first.request("MKCALENDAR", f"{server}{path}/two/", body, Content_Type="application/xml")
        assert status == 201, answer
        if kind == "radicale":
            yield server, first, Calendar(f"{server}{path}/two/", USER, PASSWORD)
        else:
            with doorman(server) as door:
                moved = first.url.replace(server, door)
                yield door, Calendar(moved, USER, PASSWORD), Calendar(f"{door}{path}/two/", USER, PASSWORD)


def test_enter_alone(home: Path) -> None:
    """Five times Enter make a working example at the usual place, for its owner alone to read."""
    with Terminal(home, "init") as terminal:
        terminal.answer("Names [Ana, Ben]: ")
        terminal.answer("Time zone [Europe/Berlin]: ")
        terminal.answer("Day [none]: ")
        terminal.answer("Place [1]: ")
        terminal.answer("File [~/us.ics]: ")
        assert terminal.end() == 0
        assert "    fondly plan  " in terminal.text
        assert "    fondly sync  " in terminal.text
        assert "--config" not in terminal.text
    path = home / "config/fondly/fondly.yaml"
    assert everything(home / "config") == ["fondly", "fondly/fondly.yaml"]
    assert mode(path) == 0o600
    relationship = load_config(path).relationship
    assert [person.name for person in relationship.people] == ["Ana", "Ben"]
    assert relationship.timezone == "Europe/Berlin"
    plan = run(home, "--now", NOW, "plan")
    assert plan.returncode == 0, plan.stderr
    assert "Next week" in plan.stdout
    sync = run(home, "--now", NOW, "sync")
    assert sync.returncode == 0, sync.stderr
    assert (home / "us.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_own_answers(home: Path) -> None:
    """What is answered is what stands in the file, and the note gets the list; the commands to go on are right."""
    with Terminal(home, "init", "--path", "our plans") as terminal:
        terminal.answer("Names", " Zoë ,  José María, 美咲")
        terminal.answer("Time zone", "new york")
        terminal.answer("Day", "--02-29")
        terminal.answer("Place", "3")
        terminal.answer("File [us.md]", "../notes/us.md")
        assert terminal.end() == 0
        (sync,) = re.findall(r"^    (fondly .* sync)  ", terminal.text, re.MULTILINE)
    path = home / "our plans/fondly.yaml"
    config = load_config(path)
    assert {person.id: person.name for person in config.relationship.people} == {
        "zoe": "Zoë",
        "jose-maria": "José María",
        "person-3": "美咲",
    }
    assert config.relationship.me == "zoe"
    assert config.relationship.timezone == "America/New_York"
    assert [str(date.date) for date in config.relationship.remembered] == ["--02-29"]
    assert sync == f"fondly --config '{path}' sync"
    words = ["--now", NOW, "--config", str(path), "sync"]
    assert run(home, *words).returncode == 0
    assert "- " in (home / "notes/us.md").read_text(encoding="utf-8")


def test_wrong_answers(home: Path) -> None:
    """Each wrong answer is told in its own words and asked again; nothing wrong gets into the file."""
    (home / "config/fondly/mine").mkdir(parents=True)
    (home / "config/fondly/theirs.ics").write_text("theirs", encoding="utf-8")
    with Terminal(home, "init") as terminal:
        terminal.answer("Names", " , ")
        terminal.wait("At least one name is needed")
        terminal.answer("Names", "Ana")
        terminal.answer("Time zone", "Europe/Berln")
        terminal.wait("did you mean 'Europe/Berlin'?")
        terminal.answer("Time zone", "")
        terminal.answer("Day", "20 June")
        terminal.wait("write YYYY-MM-DD, or --MM-DD")
        terminal.answer("Day", "2015-02-30")
        terminal.wait("is no day of the calendar")
        terminal.answer("Day", "2015-06-20")
        terminal.answer("Place", "5")
        terminal.wait("write 1, 2 or 3")
        terminal.answer("Place", "file")
        for wrong, words in (
            ("mine", "cannot be that file"),
            ("fondly.yaml", "cannot be that file"),
            ("theirs.ics", "stands there already"),
            ("~nobody-here/us.ics", "begins at a home"),
        ):
            terminal.answer("File [~/us.ics]: ", wrong)
            terminal.wait(words)
        terminal.answer("File", "ours.ics")
        assert terminal.end() == 0
    text = (home / "config/fondly/fondly.yaml").read_text(encoding="utf-8")
    assert 'path: "ours.ics"' in text
    assert "date: 2015-06-20}" in text
    assert (home / "config/fondly/theirs.ics").read_text(encoding="utf-8") == "theirs"


@pytest.mark.parametrize("count", range(5))
@pytest.mark.parametrize("place", ["file", "note"])
def test_stopped(home: Path, place: str, count: int) -> None:
    """Ctrl-C at any question leaves nothing behind."""
    with Terminal(home, "init") as terminal:
        questions = ["Names", "Time zone", "Day", "Place", "File"]
        for question in questions[:count]:
            terminal.answer(f"{question} [", PLACE[place] if question == "Place" else "")
        terminal.wait(f"{questions[count]} [")
        assert terminal.stop() == 130
        assert "Stopped." in terminal.text
    assert everything(home) == []


@pytest.mark.parametrize("count", range(4))
def test_stopped_on_the_way_to_a_server(home: Path, tmp_path: Path, count: int) -> None:
    """Ctrl-C at any question about the server leaves nothing behind, not even the password."""
    with several_calendars("radicale", tmp_path) as (server, _, _), Terminal(home, "init") as terminal:
        for question, text in (("Names", ""), ("Time zone", ""), ("Day", ""), ("Place", "2")):
            terminal.answer(f"{question} [", text)
        questions = [("Address [file]", server), ("Username [ana]", ""), ("Password (", PASSWORD), ("Calendar [1]", "")]
        for question, text in questions[:count]:
            terminal.answer(question, text)
        terminal.wait(questions[count][0])
        assert terminal.stop() == 130
        assert "Stopped." in terminal.text
        assert PASSWORD not in terminal.text
    assert everything(home) == []


def test_stopped_while_it_looks(home: Path) -> None:
    """Ctrl-C while a server does not answer ends at once."""
    with socket.create_server(("127.0.0.1", 0)) as silent, Terminal(home, "init") as terminal:
        for question, text in (("Names", ""), ("Time zone", ""), ("Day", ""), ("Place", "2")):
            terminal.answer(f"{question} [", text)
        terminal.answer("Address", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        terminal.answer("Username", "ana")
        terminal.answer("Password", PASSWORD)
        silent.settimeout(60)
        silent.accept()[0].recv(1)
        terminal.child.sendcontrol("c")
        assert terminal.end() == 130
    assert everything(home) == []


def test_the_end_of_what_is_typed(home: Path) -> None:
    """Ctrl-D is Ctrl-C's like."""
    with Terminal(home, "init") as terminal:
        terminal.wait("Names")
        terminal.child.sendeof()
        assert terminal.end() == 130
    assert everything(home) == []


@pytest.mark.parametrize("kind", ["radicale", "xandikos"])
def test_a_calendar_on_a_server(home: Path, tmp_path: Path, kind: str) -> None:
    """A wrong password, then the right one; the calendar that was chosen gets what is planned, no other does."""
    with several_calendars(kind, tmp_path) as (server, first, second):
        with Terminal(home, "init", TERM="xterm-256color") as terminal:
            for question, text in (("Names", "Ana, Ben"), ("Time zone", ""), ("Day", "2015-06-20"), ("Place", "2")):
                terminal.answer(f"{question} [", text)
            terminal.answer("Address [file]: ", server)
            terminal.answer("Username [ana]: ", USER)
            terminal.answer("Password (not shown while you type): ", WRONG)
            terminal.wait("That did not work: the server 127.0.0.1 does not accept this username and password")
            terminal.answer(f"Address [{server}]: ")
            terminal.answer(f"Username [{USER}]: ")
            terminal.answer("Enter takes the one from before): ", PASSWORD)
            terminal.wait("  2  Together")
            terminal.answer("Calendar [1]: ", "3")
            terminal.wait("write a number from 1 to 2")
            terminal.answer("Calendar [1]: ", "2")
            assert terminal.end() == 0
            assert PASSWORD not in terminal.text
            assert WRONG not in terminal.text
        folder = home / "config/fondly"
        assert everything(folder) == ["fondly.yaml", "ours.password"]
        assert {mode(path) for path in folder.iterdir()} == {0o600}
        text = (folder / "fondly.yaml").read_text(encoding="utf-8")
        assert PASSWORD not in text
        assert 'password: {file: "ours.password"}' in text
        assert (folder / "ours.password").read_text(encoding="utf-8") == f"{PASSWORD}\n"
        (output,) = load_yaml(text)["outputs"]
        assert output["url"] == second.url
        plan = run(home, "--now", NOW, "plan")
        assert plan.returncode == 0, plan.stderr
        sync = run(home, "--now", NOW, "--json", "sync")
        assert sync.returncode == 0, sync.stderr
        assert PASSWORD not in sync.stdout + sync.stderr
        assert len(second.hrefs()) == json.loads(sync.stdout)["outputs"][0]["created"] > 5
        assert second.find("Our day: 12 years")
        assert first.hrefs() == []


def test_enter_keeps_the_password(home: Path, tmp_path: Path) -> None:
    """Who mistyped the address need not type the password again; an email address is the username."""
    with several_calendars("radicale", tmp_path) as (server, _, _), Terminal(home, "init") as terminal:
        for question, text in (("Names", "Zoë"), ("Time zone", ""), ("Day", ""), ("Place", "server")):
            terminal.answer(f"{question} [", text)
        terminal.answer("Address", "ana@127.0.0.1:1")
        terminal.answer("Username [ana@127.0.0.1:1]: ", "zoe")
        terminal.answer("Password", PASSWORD)
        terminal.wait("That did not work: the server 127.0.0.1 does not answer; look at the address and its port.")
        terminal.answer("Address [ana@127.0.0.1:1]: ", f"https://ana:{WRONG}@127.0.0.1/")
        terminal.wait("Leave the username and the password out of the address")
        terminal.answer("Address [ana@127.0.0.1:1]: ", f"{server}ana/ours/")
        terminal.answer("Username [zoe]: ", USER)
        terminal.answer("Password (not shown while you type; Enter takes the one from before): ", "")
        terminal.answer("Calendar [1]: ", "")
        assert terminal.end() == 0
        assert PASSWORD not in terminal.text
    (output,) = load_yaml((home / "config/fondly/fondly.yaml").read_bytes())["outputs"]
    assert output["url"] == f"{server}ana/ours/"
    assert output["username"] == USER


@pytest.mark.parametrize("after_a_failure", [False, True])
def test_a_file_after_all(home: Path, after_a_failure: bool) -> None:
    """'file' in the place of an address goes on with a file, and no password is kept."""
    with Terminal(home, "init") as terminal:
        for question, text in (("Names", ""), ("Time zone", ""), ("Day", ""), ("Place", "2")):
            terminal.answer(f"{question} [", text)
        if after_a_failure:
            terminal.answer("Address [file]", "http://cloud.example.org/")
            terminal.answer("Username", "")
            terminal.answer("Password", PASSWORD)
            terminal.wait("in the clear")
            terminal.answer("Address [http", "file")
        else:
            terminal.answer("Address [file]", "")
        terminal.answer("File [~/us.ics]", "")
        assert terminal.end() == 0
    assert everything(home / "config/fondly") == ["fondly.yaml"]
    assert "kind: ics" in (home / "config/fondly/fondly.yaml").read_text(encoding="utf-8")


def test_a_password_file_that_stands_there(home: Path, tmp_path: Path) -> None:
    """Somebody's password file is not overwritten: ours gets another name, which the config names."""
    folder = home / "config/fondly"
    folder.mkdir(parents=True)
    (folder / "ours.password").write_text("theirs", encoding="utf-8")
    with several_calendars("radicale", tmp_path) as (server, _, _):
        done = run(home, "init", typed=f"\n\n\n2\n{server}\n{USER}\n{PASSWORD}\n1\n")
    assert done.returncode == 0, done.stderr
    assert (folder / "ours.password").read_text(encoding="utf-8") == "theirs"
    assert (folder / "ours-2.password").read_text(encoding="utf-8") == f"{PASSWORD}\n"
    assert 'password: {file: "ours-2.password"}' in (folder / "fondly.yaml").read_text(encoding="utf-8")
    assert PASSWORD not in done.stdout + done.stderr


@pytest.mark.parametrize("what", ["file", "empty file", "folder", "dangling link"])
@pytest.mark.parametrize("arguments", [["init"], ["init", "--yes"], ["--json", "init", "--yes"]])
def test_what_stands_there_stays(home: Path, what: str, arguments: list[str]) -> None:
    """Where anything has that name already nothing is asked and nothing is written."""
    path = home / "fondly.yaml"
    if what == "folder":
        path.mkdir()
    elif what == "dangling link":
        path.symlink_to("nowhere")
    else:
        path.write_bytes(b"theirs: \xff" if what == "file" else b"")
    before = path.lstat()
    done = run(home, "--config", str(path), *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert (
        done.stderr == f"fondly: {path} stands there already and stays as it is; name another folder with --path DIR\n"
    )
    assert path.lstat() == before
    assert everything(home) == ["fondly.yaml"]


@pytest.mark.parametrize(
    ("arguments", "variable", "place"),
    [
        (["init", "--path", "a/b"], "", "a/b/fondly.yaml"),
        (["--config", "c.yaml", "init"], "", "c.yaml"),
        (["--config", "c.yaml", "init", "--path", "a"], "d.yaml", "a/fondly.yaml"),
        (["--config", "c.yaml", "init"], "d.yaml", "c.yaml"),
        (["init"], "~/e/d.yaml", "e/d.yaml"),
        (["init"], "", "config/fondly/fondly.yaml"),
    ],
)
def test_where_the_file_is_put(home: Path, arguments: list[str], variable: str, place: str) -> None:
    """--path, else --config, else $FONDLY_CONFIG, else the usual place; --config is told where it is needed."""
    done = run(home, *arguments, "--yes", FONDLY_CONFIG=variable)
    assert done.returncode == 0, done.stderr
    path = home / place
    assert mode(path) == 0o600
    assert [str(file) for file in home.rglob("*") if file.is_file()] == [str(path)]
    assert str(path) in done.stdout
    usual = place in ("e/d.yaml", "config/fondly/fondly.yaml")
    assert (f"    fondly --config '{path}' plan" in done.stdout) == (not usual)
    assert ("    fondly plan" in done.stdout) == usual


def test_yes_asks_nothing(home: Path) -> None:
    """--yes takes every default, each time with another id."""
    ids = set()
    for folder in ("one", "two"):
        done = run(home, "init", "--path", folder, "--yes")
        assert done.returncode == 0, done.stderr
        assert "[" not in done.stdout.partition("Next:")[0].partition("\n")[0]
        assert "Names" not in done.stdout
        config = load_config(home / folder / "fondly.yaml")
        assert [person.id for person in config.relationship.people] == ["ana", "ben"]
        assert config.relationship.timezone == "Europe/Berlin"
        assert config.private
        ids.add(config.relationship.id)
    assert len(ids) == 2


def test_yes_beside_a_calendar_that_stands_there(home: Path) -> None:
    """A calendar file of somebody's gets a neighbour of another name, and stays as it is."""
    (home / "us.ics").write_text("theirs", encoding="utf-8")
    done = run(home, "init", "--path", ".", "--yes")
    assert done.returncode == 0, done.stderr
    assert run(home, "--config", "fondly.yaml", "--now", NOW, "sync").returncode == 0
    assert everything(home) == ["fondly.yaml", "us-2.ics", "us.ics"]
    assert (home / "us.ics").read_text(encoding="utf-8") == "theirs"


def test_arrow_keys(home: Path) -> None:
    """What is typed can be mended with the arrow keys."""
    with Terminal(home, "init", TERM="xterm") as terminal:
        terminal.answer("Names", "An\x1b[D\x1b[DJo-\x1b[C\x1b[Cna")
        for question in ("Time zone", "Day", "Place", "File"):
            terminal.answer(f"{question} [")
        assert terminal.end() == 0
    assert 'name: "Jo-Anna"' in (home / "config/fondly/fondly.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", [True, False])
def test_json(home: Path, asked: bool) -> None:
    """--json prints its one document on standard output; what is asked goes to standard error."""
    done = run(home, "--json", "init", *([] if asked else ["--yes"]), typed="\n" * 5)
    assert done.returncode == 0, done.stderr
    path = str(home / "config/fondly/fondly.yaml")
    assert json.loads(done.stdout) == {"fondly": 1, "config": path, "failures": []}
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("{")
    assert ("Names [Ana, Ben]" in done.stderr) == asked


def test_quiet(home: Path) -> None:
    """-q asks its questions and says nothing else; with --yes it says nothing at all."""
    done = run(home, "-q", "init", typed="\n" * 5)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(": ")[:5] == [
        "Names [Ana, Ben]",
        "Time zone [Europe/Berlin]",
        "Day [none]",
        "Place [1]",
        "File [~/us.ics]",
    ]
    assert "Next" not in done.stdout
    silent = run(home, "-q", "init", "--yes", "--path", "another")
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, "", "")


@pytest.mark.parametrize("count", range(5))
def test_piped_answers_that_end(home: Path, count: int) -> None:
    """Too few answers end as if stopped, with nothing written."""
    done = run(home, "init", typed="\n" * count)
    assert done.returncode == 130
    assert done.stderr.endswith("Stopped.\n")
    assert "Traceback" not in done.stderr
    assert everything(home) == []


def test_a_full_disk(home: Path) -> None:
    """A file that cannot be written in full is one plain line, and nothing is left behind."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = subprocess.run(
        [FONDLY, "init", "--yes"],
        capture_output=True,
        text=True,
        env=surroundings(home, PYTHONDONTWRITEBYTECODE="1"),
        cwd=home,
        preexec_fn=limit,
        check=False,
    )
    assert done.returncode == 1
    assert re.fullmatch(r"fondly: .*fondly\.yaml cannot be written: .*; nothing was left\n", done.stderr)
    assert everything(home) == []


def test_a_folder_that_is_none(home: Path) -> None:
    """A path below a file is told before anything is asked."""
    (home / "file").write_text("", encoding="utf-8")
    done = run(home, "init", "--path", "file/below")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "is no folder" in done.stderr
    done = run(home, "init", "--path", "~nobody-here/x")
    assert done.returncode == 2
    assert "begins at a home that this machine does not know" in done.stderr


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("ana@example.org", "ana@example.org"),
        ("https://cloud.example.org/remote.php/dav/calendars/ana/us/", "ana"),
        ("https://cloud.example.org/remote.php/dav/principals/users/ana/", "ana"),
        ("https://caldav.example.org/dav/calendars/user/ana@example.org/x/", "ana@example.org"),
        ("https://cloud.example.org/calendars/", ""),
        ("https://cloud.example.org/", ""),
        ("cloud.example.org", ""),
    ],
)
def test_the_username_in_an_address(address: str, name: str) -> None:
    """What the address tells of the username is offered."""
    from fondly.cli.questions import _username_in

    assert _username_in(address) == name


def test_only_what_can_be_used_is_offered(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Lists of tasks and calendars to read only are named, not offered; where there is nothing else that is said."""
    from fondly.cli.questions import Dialogue, _choose
    from fondly_calendar.discovery import FoundCalendar

    tasks = FoundCalendar("Tasks", "https://x.example/tasks/", ("VTODO",), True)
    fixed = FoundCalendar("Birthdays", "https://x.example/birthdays/", ("VEVENT",), False)
    us = FoundCalendar("Us", "https://x.example/a%20b/", ("VEVENT",), None)
    monkeypatch.setattr("sys.stdin", io.StringIO("Us\n"))
    dialogue = Dialogue(err=False, quiet=False)
    assert _choose(dialogue, [us, fixed, tasks]) == us
    shown = capsys.readouterr().out
    assert "  1  Us  /a b/" in shown
    assert "Not offered, because they take no events or cannot be written to: Birthdays, Tasks." in shown
    with pytest.raises(ValueError, match=r"\(Birthdays, Tasks\) takes no events, or lets you only read"):
        _choose(dialogue, [fixed, tasks])
