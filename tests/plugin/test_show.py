"""``fondly config``: what it shows means the same as the file, nothing is missing, and no secret is in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from configs import SECRET_NUMBER, SECRET_TEXT, Made, Writer, config_data, configs
from hypothesis import example, given, settings
from pydantic import BaseModel

from fondly.config.document import read_document
from fondly.config.keys import keys_of, models_in
from fondly.config.models import PRACTICES, ConfigModel, OutputModel
from fondly.config.records import HooksConfig
from fondly.config.schema import config_schema
from fondly.config.shown import config_data as data_of
from fondly.config.shown import config_yaml
from fondly.outputs.judging import option_models, output_kinds
from fondly.plugins import load_plugins
from fondly.preparing import Prepared, open_config
from fondly_hooks.errors import ConfigError
from support import RELATIONSHIP, config_text, write_config

EXAMPLES = Path(__file__).parents[2] / "examples"
HIDDEN = "(hidden)"
Folder = pytest.TempPathFactory


def opened(folder: Path, text: str | bytes) -> Prepared:
    """The config that this text makes, in a file of its owner alone."""
    return open_config(write_config(folder, text))


def show(prepared: Prepared) -> tuple[dict[str, Any], str]:
    """What `config show` prints, with ``--json`` and without."""
    data = data_of(prepared.config, [ready.options for ready in prepared.outputs])
    return data, config_yaml(data)


def made(**keys: Any) -> Made:
    """The smallest config with these top keys, as YAML in its plainest style."""
    data = {
        "id": RELATIONSHIP,
        "timezone": "Europe/Berlin",
        "people": [{"id": "ana", "name": "Ana"}, {"id": "ben", "name": "Ben"}],
        "me": "ana",
        **keys,
    }
    return Made(data, Writer(0).document(data))


# What is hidden


SPEAKS_OF_A_SECRET = re.compile("(?i)pass|pw|secret|token|key|bearer|credential|cookie|pin$")


def hidden(value: Any, secret: bool = False) -> Any:
    """The settings as they may be shown.

    Under a name that speaks of a secret every text and every number is hidden, however deep; truth values and "nothing"
    are not, nor are names, nor a mapping that says in a text or a list of texts where a secret comes from.
    """
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)) in ("env", "command", "keyring", "file"):
            inner = next(iter(value.values()))
            if not any(isinstance(item, (dict, list)) for item in (inner if isinstance(inner, list) else [inner])):
                return value
        return {key: hidden(item, secret or bool(SPEAKS_OF_A_SECRET.search(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [hidden(item, secret) for item in value]
    return HIDDEN if secret and value is not None and not isinstance(value, bool) else value


def without_password(options: Any) -> Any:
    """The options of an output, a password that stands there itself hidden."""
    literal = isinstance(getattr(options, "password", None), str)
    return options.model_copy(update={"password": HIDDEN}) if literal else options


def check_same_meaning(folder: Path, given: Made) -> str:
    """That the file as shown means what the file means, but for what is hidden; gives what is shown."""
    before = opened(folder, given.text.encode())
    data, text = show(before)
    after = opened(folder, text)
    assert after.relationship == before.relationship
    assert [ready.spec for ready in after.outputs] == [ready.spec for ready in before.outputs]
    assert [ready.kind for ready in after.outputs] == [ready.kind for ready in before.outputs]
    assert [ready.options for ready in after.outputs] == [without_password(ready.options) for ready in before.outputs]
    assert after.config.busy == before.config.busy
    assert after.config.hooks == replace(before.config.hooks, settings=hidden(before.config.hooks.settings))
    assert show(after) == (data, text)
    assert exactly(after.config.document.data) == exactly(json.loads(json.dumps(data)))
    return text


def exactly(value: Any) -> Any:
    """The same, in a form in which true is not 1; 60.0 and 60 are one number."""
    if isinstance(value, dict):
        return {key: exactly(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exactly(item) for item in value]
    return (isinstance(value, bool), value)


STRANGE = made(people=[{"id": "ana", "name": " a: 'b' #\u2028\x85\ufeff\x1b💕\t\n "}])
NUMBERS = {"a": [1e-05, -0.0, 1e22, 1e300, 5e-324, True, "true", "1e3", "1"], "\n": "\r", "": None, "=": ["<<", "~"]}


@given(made=configs())
@example(made=STRANGE)
@example(made=made(hooks={"settings": {"x": NUMBERS}}))
@example(made=made(people=[{"id": "ana", "name": "„Ana“"}], hooks={"settings": {"x": {"»": ["«", "“"]}}}))
@example(made=made(dates={"place": {"latitude": 1e-05, "longitude": -0.0}, "budget": 1e300, "at": " EVENING "}))
def test_shown_means_the_same(tmp_path_factory: Folder, made: Made) -> None:
    """Who replaces the file by what `config show` prints changes nothing, and gets the same shown again."""
    check_same_meaning(tmp_path_factory.getbasetemp(), made)


@pytest.mark.long
@settings(max_examples=5000)
@given(made=configs())
def test_shown_means_the_same_for_5000(tmp_path_factory: Folder, made: Made) -> None:
    """The same for many more files, their secrets and other readers of YAML included."""
    text = check_same_meaning(tmp_path_factory.getbasetemp(), made)
    assert not tells_a_secret(text)
    assert yaml.safe_load(text)


@given(made=configs())
def test_strategy_reads_as_made(tmp_path_factory: Folder, made: Made) -> None:
    """However it is typed, a file says what it was made from (or the tests with these files would prove nothing)."""
    document = read_document(write_config(tmp_path_factory.getbasetemp(), made.text.encode()))
    assert exactly(document.data) == exactly(made.data)
    assert not document.problems


@given(data=config_data())
def test_schema_accepts_what_is_right(data: dict[str, Any]) -> None:
    """An editor underlines nothing in a file that fondly reads."""
    assert [f"{problem.json_path}: {problem.message}" for problem in validator().iter_errors(data)] == []


@cache
def validator() -> Any:
    """A validator of the schema that `config schema` prints."""
    models = option_models(output_kinds(load_plugins(HooksConfig(None))))
    zones = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return jsonschema.Draft202012Validator(config_schema(models, PRACTICES, zones))


@pytest.mark.parametrize("number", ["1.0e999", "-1.0e+999", "9" * 400 + ".0"])
def test_no_number_is_endless(tmp_path: Path, number: str) -> None:
    """A number that no program could show again is refused where it stands, in a plugin's settings too."""
    with pytest.raises(ConfigError, match=r"fondly\.yaml:7:27: hooks\.settings\.x\.a: cannot be read"):
        opened(tmp_path, config_text(hooks=f"{{settings: {{x: {{a: {number}}}}}}}"))


# Secrets


def tells_a_secret(text: str) -> bool:
    """Whether a secret of the strategy's stands in the text, as it is or the way JSON, YAML or Python quote it."""
    return SECRET_TEXT in text or str(SECRET_NUMBER)[:-3] in text


@given(made=configs())
@example(made=made(outputs=[{"name": "o", "kind": "caldav", "url": "http://x/", "password": f"'{SECRET_TEXT}\n"}]))
@example(made=made(hooks={"settings": {"x": {"API_KEY": [{"a": {"b": [SECRET_TEXT, SECRET_NUMBER]}}]}}}))
@example(made=made(hooks={"settings": {"x": {"token": {"env": "A", "a": SECRET_TEXT}}}}))
@example(made=made(hooks={"settings": {"x": {"token": {"file": {"a": SECRET_TEXT}}}}}))
@example(made=made(hooks={"settings": {"x": {"token": {"command": [{"a": [SECRET_TEXT]}]}}}}))
@example(made=made(hooks={"settings": {"my-token": {"a": {"b": SECRET_TEXT}}}}))
def test_no_secret_is_shown(tmp_path_factory: Folder, made: Made) -> None:
    """A password that stands in the file, and what a plugin is told under a name such as ``token``, is never shown."""
    data, text = show(opened(tmp_path_factory.getbasetemp(), made.text.encode()))
    assert not tells_a_secret(text)
    assert not tells_a_secret(json.dumps(data))
    assert not tells_a_secret(json.dumps(data, ensure_ascii=False))


@pytest.mark.parametrize("name", "pass Passwort pwd my_secret TOKEN apiKey bearer credentials cookie pin".split())
def test_names_that_speak_of_a_secret(tmp_path: Path, name: str) -> None:
    """Each usual name of a secret hides what stands under it, in capitals or not."""
    config = made(hooks={"settings": {"x": {name: SECRET_TEXT, "town": "Berlin"}}})
    data, _ = show(opened(tmp_path, config.text))
    assert data["hooks"]["settings"] == {"x": {name: HIDDEN, "town": "Berlin"}}


def test_a_shown_password_can_be_typed_in_again(tmp_path: Path) -> None:
    """What is hidden stays hidden: the word in its place is no source of a secret, and is hidden in its turn."""
    config = made(outputs=[{"name": "o", "kind": "caldav", "url": "http://x/", "password": SECRET_TEXT}])
    _, text = show(opened(tmp_path, config.text))
    assert f"password: {HIDDEN}" in text
    assert show(opened(tmp_path, text))[1] == text


PLUGIN = """
from pydantic import BaseModel, SecretStr
from fondly_hooks.markers import hookimpl
from fondly_hooks.types.outputs import OutputKind

class Options(BaseModel):
    token: str
    days: int = 7
    password: SecretStr = SecretStr("")

@hookimpl
def fondly_output_kinds():
    yield OutputKind(name="letter", options=Options, open=lambda options, context: None)
"""
LETTER = {"name": "o", "kind": "letter", "token": SECRET_TEXT, "password": SECRET_TEXT}


def test_secrets_of_a_plugins_output(tmp_path: Path) -> None:
    """An output of a plugin's own kind shows its defaults, but nothing under a name that speaks of a secret."""
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "post.py").write_text(PLUGIN)
    data, text = show(opened(tmp_path, made(outputs=[LETTER]).text))
    assert data["outputs"][0]["days"] == 7
    assert not tells_a_secret(text)


def test_secrets_of_an_output_whose_plugin_is_broken(tmp_path: Path) -> None:
    """Where a plugin cannot be loaded nobody knows what its outputs are told, and secrets are hidden by their names."""
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "post.py").write_text("raise RuntimeError('broken')\n")
    path = write_config(tmp_path, made(outputs=[{**LETTER, "to": "Ben", "more": {"api_key": [SECRET_TEXT]}}]).text)
    done = fondly("--config", str(path), "config", "show")
    assert done.returncode == 1
    assert "post" in done.stderr
    assert not tells_a_secret(done.stdout + done.stderr)
    assert yaml.safe_load(done.stdout)["outputs"][0]["to"] == "Ben"


# Defaults

# Keys that have neither a value nor a default where nobody wrote one; a leap month is for the Chinese calendar alone.
NO_VALUE = {
    "PersonModel": {"birthday", "timezone"},
    "PracticeModel": {"every", "at", "minutes", "with", "energy"},
    "DatesModel": {"budget", "place"},
    "RememberedModel": {"gifts"},
    "CalendarDateModel": {"year"},
    "CalDavOptions": {"url", "server", "username", "password", "calendar", "ca_file", "unlisted"},
    "ServeModel": {"address"},
}


def sections(value: Any, model: type[BaseModel]) -> Iterator[tuple[type[BaseModel], dict[str, Any]]]:
    """Each mapping of the shown file that has keys of its own, with the model that tells them."""
    yield model, value
    for key, field in keys_of(model).items():
        inner = list(models_in(field))
        if inner and key in value and inner[0] is not OutputModel:
            found = value[key]
            if model is ConfigModel and key == "practices":
                found = list(found.values())
            for item in found if isinstance(found, list) else [found]:
                if isinstance(item, dict):
                    yield from sections(item, inner[0])


@given(made=configs())
@example(made=made())
@example(made=Made({}, (EXAMPLES / "fondly.yaml").read_text(encoding="utf-8")))
def test_every_key_is_there(tmp_path_factory: Folder, made: Made) -> None:
    """Each section shows every key that it has, in the order of the reference, but for those without a value."""
    prepared = opened(tmp_path_factory.getbasetemp(), made.text.encode())
    data, _ = show(prepared)
    for model, section in sections(data, ConfigModel):
        known = list(keys_of(model))
        left_out = set(known) - set(section)
        may_be = NO_VALUE.get(model.__name__, set())
        assert left_out <= (may_be if section.get("calendar", "chinese") == "chinese" else {*may_be, "leap_month"})
        assert [key for key in section if key != "outputs"] == [
            key for key in known if key not in left_out and key != "outputs"
        ]
    for output, ready in zip(data["outputs"], prepared.outputs, strict=True):
        own = type(ready.options)
        assert list(output)[:2] == ["name", "kind"]
        assert set(keys_of(OutputModel)) <= set(output)
        assert set(keys_of(own)) - set(output) <= NO_VALUE.get(own.__name__, set())
        assert set(output) <= {*keys_of(OutputModel), *keys_of(own)}


def test_gentle_defaults(tmp_path: Path) -> None:
    """Who wrote the least sees how gentle the rest is."""
    data, text = show(opened(tmp_path, made(outputs=[{"name": "o", "kind": "feed", "seen_by": ["ana"]}]).text))
    assert list(data) == list(keys_of(ConfigModel))
    assert data["people"][0] == {
        "id": "ana",
        "name": "Ana",
        "leap_day": "feb-28",
        "apart": "no",
        "takes_part": "yes",
        "visits": [],
    }
    assert data["rhythm"] == {
        "most_per_week": 3,
        "most_per_day": 1,
        "quiet": "22:00-07:00",
        "horizon": "28 days",
        "tidy": "14 days",
        "depth": 2,
        "touch": "no",
        "pauses": [],
    }
    assert data["practices"] == {}
    assert data["dates"] == {
        "every": "every 2 weeks",
        "at": ["fri 18:00-23:00", "sat 11:00-23:00"],
        "minutes": 150,
        "currency": "EUR",
        "never": [],
        "sitter": "no",
        "turns": "no",
    }
    assert data["anniversaries"] == {"horizon": "731 days", "dates": []}
    assert data["hooks"] == {"folder": "hooks", "disable": [], "optional": [], "settings": {}}
    assert data["outputs"] == [
        {
            "name": "o",
            "kind": "feed",
            "seen_by": ["ana"],
            "include": ["practices", "dates", "anniversaries", "custom"],
            "titles": "full",
            "details": "yes",
            "alarms": "yes",
            "practices_as": "event",
        }
    ]
    assert "\n  quiet: 22:00-07:00\n" in text
    assert "\n  touch: no\n" in text


def test_shown_defaults_are_those_of_the_schema(tmp_path: Path) -> None:
    """An editor that offers defaults from the schema offers what `config show` fills in."""
    data, _ = show(opened(tmp_path, made().text))
    schema = validator().schema

    def check(section: dict[str, Any], properties: dict[str, Any]) -> int:
        found = 0
        for key, value in properties.items():
            part = {**schema["$defs"].get(value.get("$ref", "").rpartition("/")[2], {}), **value}
            mapping = part["anyOf"][-1] if part.get("anyOf") else part
            if "properties" in mapping and isinstance(section.get(key), dict):
                found += check(section[key], mapping["properties"])
            elif part.get("default") is not None:
                assert section[key] == part["default"], key
                found += 1
        return found

    assert check(data, schema["properties"]) >= 25


# Other readers


@settings(max_examples=200)
@given(made=configs())
@example(made=STRANGE)
@example(made=made(people=[{"id": "ana", "name": "1990-02-29"}]))
@example(made=made(people=[{"id": "ana", "name": "="}]))
@example(made=made(people=[{"id": "ana", "name": "0x_"}]))
@example(made=made(people=[{"id": "ana", "name": "2001-01-01 99:99:99"}]))
@example(made=made(hooks={"settings": {"x": {"<<": "a"}}}))
@example(made=made(hooks={"settings": {"x": {"=": "a"}}}))
def test_other_readers_do_not_stumble(tmp_path_factory: Folder, made: Made) -> None:
    """A program with a plain YAML reader finds the same people and outputs there; it may read dates otherwise."""
    data, text = show(opened(tmp_path_factory.getbasetemp(), made.text.encode()))
    read = yaml.safe_load(text)
    assert list(read) == list(data)
    assert len(read["people"]) == len(data["people"])
    assert [str(output["kind"]) for output in read["outputs"]] == [output["kind"] for output in data["outputs"]]


# The commands


def fondly(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command; what it prints is UTF-8."""
    return subprocess.run(
        [sys.executable, "-m", "fondly", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("which", ["example", "strange"])
def test_show_from_the_shell(tmp_path: Path, which: str) -> None:
    """The command prints the file with its defaults; the file that it printed is shown as the same bytes."""
    text = (EXAMPLES / "fondly.yaml").read_text(encoding="utf-8") if which == "example" else STRANGE.text
    path = write_config(tmp_path, text)
    first = fondly("--config", str(path), "config", "show")
    assert (first.returncode, first.stderr) == (0, "")
    meant = opened(tmp_path, text).relationship
    assert opened(tmp_path, first.stdout.encode()).relationship == meant
    again = fondly("config", "show", FONDLY_CONFIG=str(path))
    assert again.stdout == first.stdout
    document = json.loads(fondly("--json", "--config", str(path), "config", "show").stdout)
    assert list(document) == ["fondly", "config", "failures"]
    assert exactly(document["config"]) == exactly(read_document(path).data)


def test_no_secret_from_the_shell(tmp_path: Path) -> None:
    """Neither what the command prints, nor its JSON, nor its errors hold a secret of the file."""
    config = made(
        outputs=[{"name": "o", "kind": "caldav", "url": "http://x/", "password": SECRET_TEXT}],
        hooks={"settings": {"x": {"token": SECRET_NUMBER}}},
    )
    path = write_config(tmp_path, config.text)
    for option in ((), ("--json",), ("-vv",)):
        done = fondly(*option, "--config", str(path), "config", "show")
        assert done.returncode == 0
        assert HIDDEN in done.stdout
        assert not tells_a_secret(done.stdout + done.stderr)
    path.chmod(0o644)
    done = fondly("--config", str(path), "config", "show")
    assert done.returncode == 2
    assert "chmod 600" in done.stderr
    assert not tells_a_secret(done.stdout + done.stderr)


@pytest.mark.parametrize("arguments", [(), ("--json",), ("-vv",)])
def test_show_refuses_a_wrong_file(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Of a wrong file nothing is shown but what is wrong with it, and the exit code says so."""
    path = write_config(tmp_path, config_text(me="nobody", rhythm="{depth: 4}"))
    done = fondly(*arguments, "--config", str(path), "config", "show")
    assert (done.returncode, done.stdout) == (2, "")
    assert "fondly.yaml:6:5: me: there is no person 'nobody'" in done.stderr
    assert "rhythm.depth" in done.stderr
    assert "Traceback" not in done.stderr


def test_show_without_a_file(tmp_path: Path) -> None:
    """Where there is no file it is said where it would be, and how to make one."""
    done = fondly("config", "show", FONDLY_CONFIG=str(tmp_path / "none.yaml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert str(tmp_path / "none.yaml") in done.stderr
    assert "fondly init" in done.stderr


def test_path(tmp_path: Path) -> None:
    """The place of the file is printed alone, whether a file is there or not; the option wins over the variable."""
    path = write_config(tmp_path, made().text)
    there = fondly("--config", str(path), "config", "path")
    assert (there.returncode, there.stdout, there.stderr) == (0, f"{path}\n", "")
    other = tmp_path / "other.yaml"
    missing = fondly("config", "path", FONDLY_CONFIG=str(other))
    assert (missing.returncode, missing.stdout) == (0, f"{other}\n")
    assert "fondly init" in missing.stderr
    assert fondly("-q", "config", "path", FONDLY_CONFIG=str(other)).stderr == ""
    option = fondly("--config", str(path), "config", "path", FONDLY_CONFIG=str(other))
    assert option.stdout == f"{path}\n"


def test_path_as_json(tmp_path: Path) -> None:
    """Programs are told the place, and whether a file is there."""
    path = write_config(tmp_path, "what: ever")
    for place, exists in ((path, True), (tmp_path / "none.yaml", False), (tmp_path, False)):
        done = fondly("--json", "--config", str(place), "config", "path")
        assert json.loads(done.stdout) == {"fondly": 1, "config": str(place), "exists": exists, "failures": []}
        assert (done.returncode, done.stderr) == (0, "")


def test_path_at_home(tmp_path: Path) -> None:
    """A path that begins with ``~`` is one of the home of who asks; a stranger's home is refused in words."""
    home = fondly("--config", "~/x/fondly.yaml", "config", "path", HOME=str(tmp_path))
    assert home.stdout == f"{tmp_path}/x/fondly.yaml\n"
    assert fondly("config", "path", FONDLY_CONFIG="~/y.yaml", HOME=str(tmp_path)).stdout == f"{tmp_path}/y.yaml\n"
    stranger = fondly("--config", "~no-such-person/fondly.yaml", "config", "path")
    assert (stranger.returncode, stranger.stdout) == (2, "")
    assert "~no-such-person/fondly.yaml begins at a home that this machine does not know" in stranger.stderr


def test_path_of_the_platform(tmp_path: Path) -> None:
    """Where nothing is said, the file is in the folder that the platform keeps for configs."""
    done = fondly("config", "path", FONDLY_CONFIG="", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path / "config"))
    assert done.returncode == 0
    assert Path(done.stdout.strip()).parts[-2:] == ("fondly", "fondly.yaml")
    assert done.stdout.startswith(str(tmp_path))


@pytest.mark.parametrize("file", ["none", "wrong", "broken", "right"])
def test_schema_needs_no_file(tmp_path: Path, file: str) -> None:
    """The schema is printed before there is a file, and while it is wrong."""
    path = tmp_path / "fondly.yaml"
    texts = {"wrong": config_text(me="nobody"), "broken": "a: [", "right": made().text}
    if file in texts:
        write_config(tmp_path, texts[file])
    done = fondly("config", "schema", FONDLY_CONFIG=str(path))
    assert (done.returncode, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema == validator().schema
