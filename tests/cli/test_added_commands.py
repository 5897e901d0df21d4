"""Commands that plugins add: a broken one costs only its own command, and who has none does not wait for any."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fondly.service.scaffold import example_of
from support import config_text, write_config

NOW = "2026-11-22T09:00:00+01:00"
HEAD = "import click\nfrom fondly import hookimpl\n\n@hookimpl\ndef fondly_commands(cli):\n"
GOOD = HEAD + '    @cli.command()\n    def wave():\n        "Wave at everybody."\n        click.echo("o/")\n'


def fondly(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command line in that folder."""
    return subprocess.run(
        [sys.executable, "-m", "fondly", "--config", "fondly.yaml", "--now", NOW, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a config, and a plugin whose command works."""
    write_config(tmp_path, config_text())
    (tmp_path / "hooks").mkdir(mode=0o755)
    write(tmp_path, "waving", GOOD)
    return tmp_path


def write(home: Path, name: str, source: str) -> None:
    """A plugin file."""
    path = home / "hooks" / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    path.chmod(0o644)


def test_the_example_works(home: Path) -> None:
    """The example of the specification is a command: with an argument, without, and in the help."""
    write(home, "hello", example_of("fondly_commands"))
    assert fondly(home, "hello", "Ana").stdout == "Hello, Ana.\n"
    done = fondly(home, "hello")
    assert done.returncode == 2
    assert "Missing argument 'NAME'" in done.stderr
    assert "Greet somebody." in fondly(home, "hello", "--help").stdout
    shown = fondly(home, "--help").stdout
    assert "From plugins:\n  hello  Greet somebody.\n  wave   Wave at everybody.\n" in shown
    assert "did you mean 'hello'?" in fondly(home, "helo").stderr


BROKEN = {
    "raises in the hook": (
        HEAD + '    @cli.command()\n    def bad(): pass\n    raise ValueError("no")\n',
        "plugin 'broken' failed in fondly_commands (HOOK): ValueError: no",
    ),
    "leaves in the hook": (HEAD + "    raise SystemExit(3)\n", "failed in fondly_commands (HOOK): SystemExit: 3"),
    "takes fondly's own name": (
        HEAD + '    @cli.command("plan")\n    def mine(): pass\n',
        "the command 'plan' is fondly's own; choose another name",
    ),
    "takes another's name": (
        HEAD.replace("broken", "x") + '    @cli.command("wave")\n    def mine(): pass\n',
        "the command 'wave' is added by 'awaving' already",
    ),
    "has an odd name": (
        HEAD + '    @cli.command("Two Words")\n    def mine(): pass\n',
        "the command 'Two Words' cannot have this name",
    ),
    "adds nonsense": (HEAD + '    cli.commands["bad"] = 42\n', "adds a int where a click.Command belongs"),
    "does not load": ("# fondly_commands\nimport nothing_like_that\n", "No module named 'nothing_like_that'"),
    "is no Python": ("fondly_commands = = 1\n", "SyntaxError: invalid syntax (line 1)"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_one_costs_only_its_own(home: Path, name: str) -> None:
    """It is named with its file; the help, fondly's own commands, and the others' work."""
    source, words = BROKEN[name]
    (home / "hooks/waving.py").rename(home / "hooks/awaving.py")
    write(home, "broken", source)
    path = str(home / "hooks/broken.py")
    for arguments in (["--help"], ["wave"]):
        done = fondly(home, *arguments)
        assert done.returncode == 0, done.stderr
        assert words.replace("HOOK", path) in done.stderr
        assert path in done.stderr
        assert "Traceback" not in done.stderr
    assert done.stdout == "o/\n"
    assert fondly(home, "bad").returncode == 2
    (home / "hooks/broken.py").unlink()
    without = fondly(home, "plan").stdout
    write(home, "broken", source)
    assert fondly(home, "plan").stdout == without != ""


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("raise KeyError('tea')", 1, "fondly: plugin 'broken' failed in the command 'fall' (HOOK): KeyError: 'tea'"),
        ("return 3", 3, ""),
        ("return True", 0, ""),
        ("raise SystemExit(4)", 4, ""),
        ("raise SystemExit('no tea left')", 1, "fondly: no tea left"),
        ("raise click.UsageError('say what')", 2, "Error: say what"),
        ("from fondly import FondlyError; raise FondlyError('all gone')", 1, "fondly: all gone"),
    ],
)
def test_a_command_that_fails_is_named(home: Path, body: str, code: int, words: str) -> None:
    """With its plugin and its file, in one line; the exit code is its own."""
    write(home, "broken", f"{HEAD}    @cli.command()\n    def fall():\n        {body}\n")
    done = fondly(home, "fall")
    assert done.returncode == code
    assert words.replace("HOOK", str(home / "hooks/broken.py")) in done.stderr
    assert "Traceback" not in done.stderr
    if body.startswith("raise Key"):
        assert "Traceback" in fondly(home, "-vv", "fall").stderr


def test_a_type_of_its_own_that_fails_is_named(home: Path) -> None:
    """Mistakes while the arguments are read are the plugin's too."""
    source = HEAD + (
        '    @cli.command()\n    @click.argument("x", type=lambda text: 1 / 0)\n    def fall(x):\n        pass\n'
    )
    write(home, "broken", source)
    assert "plugin 'broken' failed in the command 'fall'" in fondly(home, "fall", "1").stderr


def test_what_is_printed_at_import_stays_away_from_the_output(home: Path) -> None:
    """Standard output is the command's own."""
    write(home, "loud", 'print("look at me")\n' + GOOD.replace("wave", "shout"))
    assert fondly(home, "shout").stdout == "o/\n"


def test_settings_reach_the_plugin_while_it_adds(home: Path) -> None:
    """The context is that of any hook."""
    source = GOOD.replace("(cli):", "(cli, context):").replace('"o/"', 'context.settings["sign"]')
    write(home, "waving", source)
    write_config(home, config_text(hooks="{settings: {waving: {sign: hey}}}"))
    assert fondly(home, "wave").stdout == "hey\n"


def test_with_a_wrong_config(home: Path) -> None:
    """The help still shows what there is; the command waits until the config is right."""
    write_config(home, config_text(mee="ana"))
    shown = fondly(home, "--help")
    assert shown.returncode == 0
    assert "wave   Wave" in shown.stdout.replace("wave  Wave", "wave   Wave")
    done = fondly(home, "wave")
    assert done.returncode == 2
    assert "mee: is not known here" in done.stderr
    assert fondly(home, "nothing").returncode == 2


def test_without_a_config(home: Path) -> None:
    """A folder of hooks where the config would be is enough."""
    (home / "fondly.yaml").unlink()
    assert fondly(home, "wave").stdout == "o/\n"


def test_a_folder_that_the_config_names(home: Path) -> None:
    """Its plugins add commands as well."""
    (home / "hooks").rename(home / "mine")
    write_config(home, config_text(hooks="{folder: mine}"))
    assert fondly(home, "wave").stdout == "o/\n"


def test_disabled_plugins_add_nothing(home: Path) -> None:
    """Who is blocked is not asked."""
    write_config(home, config_text(hooks="{disable: [waving]}"))
    assert "there is no command 'wave'" in fondly(home, "wave").stderr


def test_an_installed_distribution_adds_commands(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An entry point in the group `fondly` is found."""
    site = tmp_path_factory.mktemp("site")
    (site / "greeting.py").write_text(GOOD.replace("wave", "greet"), encoding="utf-8")
    info = site / "greeting-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[fondly]\ngreeting = greeting\n", encoding="utf-8")
    (home / "hooks/waving.py").unlink()
    assert fondly(home, "greet", PYTHONPATH=str(site)).stdout == "o/\n"
    assert "greet" in fondly(home, "--help", PYTHONPATH=str(site)).stdout
    assert fondly(home, "greet").returncode == 2


def test_the_help_loads_nothing_where_no_plugin_can_add(home: Path) -> None:
    """Neither the plugins' machinery nor the config's is imported for it."""
    (home / "hooks/waving.py").unlink()
    code = (
        "import sys\nfrom fondly.cli import cli\n"
        "try:\n    cli.main(['--config', 'fondly.yaml', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pluggy', 'pydantic', 'yaml', 'importlib.metadata', 'rich'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stderr == "[]\n"
    assert "plan" in done.stdout
