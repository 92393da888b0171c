"""config.toml: what is read, what is refused, and the sentence for it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edr_tui import config, paths, tomlfile
from edr_tui.config import Config, load
from edr_tui.model.alert import Severity

PAGE = Path(__file__).parents[1] / "docs" / "config.md"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def faults_of(file: Path, text: str | bytes) -> list[str]:
    """The faults of a file with this text, each without the folder."""
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return [fault.removeprefix(f"{file.parent}/") for fault in load(file).faults]


def test_everything_can_be_set(file: Path) -> None:
    file.write_text(
        """
        theme = "edr-light"
        level = "High"
        [sensor]
        name = "poll"
        interval = 2
        [retention]
        processes = 10
        seconds = 0.5
        [rules]
        paths = ["mine", "/abs/x.yml", "~/r"]
        bundled = false
        [keys]
        pause = "z"
        """
    )
    loaded, faults = load(file, sensors=("poll",))
    assert faults == ()
    assert loaded == Config(
        theme="edr-light",
        level=Severity.HIGH,
        sensor="poll",
        interval=2.0,
        retention_processes=10,
        retention_seconds=0.5,
        rules=(file.parent / "mine", Path("/abs/x.yml"), Path.home() / "r"),
        bundled=False,
        keys={"pause": "z"},
    )


def test_the_documented_file_is_right_and_names_every_key(file: Path) -> None:
    text = PAGE.read_text().split("```toml\n")[1].split("```")[0]
    assert faults_of(file, text) == []
    document = tomllib.loads(text)
    assert set(document) == {"theme", "level", "sensor", "retention", "rules", "keys"}
    assert set(document["sensor"]) == {"name", "interval"}
    assert set(document["retention"]) == {"processes", "seconds"}
    assert set(document["rules"]) == {"paths", "bundled"}
    loaded = load(file).config
    defaults = Config()
    assert (loaded.theme, loaded.level, loaded.interval) == (
        defaults.theme,
        defaults.level,
        defaults.interval,
    )
    assert loaded.retention_processes == defaults.retention_processes
    assert loaded.retention_seconds == defaults.retention_seconds


def test_an_empty_file_changes_nothing(file: Path) -> None:
    assert faults_of(file, "") == []
    assert load(file).config == Config()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[sensor]\ninterval = 0.01", "config.toml: [sensor] interval: 0.01 is too small: from 0.05"),
        ("[sensor]\ninterval = inf", "config.toml: [sensor] interval: inf is too large: up to 3600"),
        ("[sensor]\ninterval = nan", "config.toml: [sensor] interval: nan is not a number of seconds"),
        ("[sensor]\ninterval = true", "config.toml: [sensor] interval: true is not a number of seconds"),
        ("[sensor]\ninterval = '1'", "config.toml: [sensor] interval: '1' is not a number of seconds"),
        ("[sensor]\nname = 'pol'", "config.toml: [sensor] name: 'pol' is not a sensor: use poll"),
        (
            "level = 'loud'",
            "config.toml: level: 'loud' is not a level: "
            "use one of informational, low, medium, high, critical",
        ),
        ("theme = 1", 'config.toml: theme: 1 is not a text in quotes, such as "abc"'),
        ("theme = ' '", "config.toml: theme: ' ' is not a text in quotes, such as \"abc\""),
        (
            "them = 'x'",
            "config.toml: them: is not known: the file has theme, level, sensor, retention, rules and keys",
        ),
        (
            "[sensor]\nintervall = 1",
            "config.toml: [sensor] intervall: is not known: [sensor] has name and interval",
        ),
        ("sensor = 'poll'", "config.toml: sensor: 'poll' is not a table: write [name] on a line of its own"),
        (
            "[retention]\nprocesses = -1",
            "config.toml: [retention] processes: -1 is out of range: from 0 to 1000000",
        ),
        ("[retention]\nprocesses = 1.5", "config.toml: [retention] processes: 1.5 is not a whole number"),
        (
            "[rules]\npaths = 'x'",
            'config.toml: [rules] paths: \'x\' is not a list of paths: write paths = ["one", "two"]',
        ),
        ("[rules]\npaths = [1]", 'config.toml: [rules] paths: 1 is not a text in quotes, such as "abc"'),
        ("[rules]\nbundled = 'no'", "config.toml: [rules] bundled: 'no' is neither true nor false"),
        ("[keys]\npause = 1", 'config.toml: [keys] pause: 1 is not a text in quotes, such as "abc"'),
        ("a = 1\nb = = 2", "config.toml:2: column 5: invalid value"),
        ("a = 1\nb = [", "config.toml:2: invalid value at the end of the file"),
        (b"a = 1\n# \xff", "config.toml:2: not UTF-8"),
        ("a = " + "[" * 100_000, "config.toml: nested too deeply"),
    ],
)
def test_a_fault_is_a_sentence_with_its_place(file: Path, text: str | bytes, fault: str) -> None:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    loaded = load(file, sensors=("poll",))
    assert [each.removeprefix(f"{file.parent}/") for each in loaded.faults] == [fault]
    assert loaded.config == Config()


def test_all_faults_are_told_at_once_and_the_rest_is_kept(file: Path) -> None:
    faults = faults_of(
        file, "theme = 1\nlevel = 'low'\nx = 2\n[sensor]\ninterval = 0\n[keys]\na = 1\nb = 'q'"
    )
    assert len(faults) == 4
    loaded = load(file).config
    assert loaded.level is Severity.LOW
    assert loaded.theme == Config().theme
    assert loaded.keys == {"b": "q"}


def test_a_long_number_is_a_fault(file: Path) -> None:
    assert len(faults_of(file, "a = " + "1" * 5000)) == 1


def test_an_unprintable_key_is_escaped(file: Path) -> None:
    (fault,) = faults_of(file, '"\\u001b[2J" = 1')
    assert fault.isprintable()


def test_without_a_file_of_the_user_the_defaults_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert load() == (Config(), ())
    (tmp_path / "edr-tui").mkdir()
    (tmp_path / "edr-tui" / "config.toml").write_text("theme = 'x'")
    assert load().config.theme == "x"


def test_a_named_file_has_to_be_there(file: Path) -> None:
    assert load(file).faults == (f"{file}: no such file",)


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert load(pipe).faults == (f"{pipe}: not a regular file",)
    assert load(Path("/dev/zero")).faults == ("/dev/zero: not a regular file",)
    assert load(tmp_path).faults == (f"{tmp_path}: not a regular file",)
    (fault,) = load(Path("a\0b")).faults
    assert fault.isprintable()


def test_a_link_to_a_regular_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "dotfiles.toml").write_text("theme = 'x'")
    link = tmp_path / "config.toml"
    link.symlink_to("dotfiles.toml")
    assert load(link).config.theme == "x"


def test_a_file_over_the_limit_is_not_read(file: Path) -> None:
    assert faults_of(file, "#" * tomlfile.LIMIT) == []
    assert faults_of(file, "#" * (tomlfile.LIMIT + 1)) == ["config.toml: larger than 1 MiB"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_root_reads_no_file_that_others_can_write(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("theme = 'x'")
    file.chmod(0o646)
    assert load(file).faults == (f"{file}: everybody can change it, so root does not read it",)
    file.chmod(0o664)
    os.chown(file, 0, 1000)
    assert load(file).faults == (f"{file}: group 1000 can change it, so root does not read it",)
    file.chmod(0o600)
    os.chown(file, 1000, 1000)
    assert load(file).faults == (f"{file}: user 1000 can change it, so root does not read it",)
    monkeypatch.setenv("SUDO_UID", "1000")  # who called sudo and stays root is root, and nobody else
    assert load(file).faults == (f"{file}: user 1000 can change it, so root does not read it",)
    os.chown(file, 0, 0)
    file.parent.chmod(0o777)
    assert load(file).faults == (f"{file}: everybody can change {file.parent}, so root does not read it",)


def test_the_command_line_wins() -> None:
    given = Config(theme="a", rules=(Path("x"),), bundled=True)
    changed = config.with_options(given, theme="b", level=Severity.HIGH, rules=(Path("y"),), bundled=False)
    assert (changed.theme, changed.level, changed.rules) == ("b", Severity.HIGH, (Path("x"), Path("y")))
    assert not changed.bundled
    assert config.with_options(given) == given


def test_an_interval_is_typed() -> None:
    assert config.interval("0.05") == 0.05
    for wrong, says in (
        ("0.01", "too small"),
        ("x", "not a number"),
        ("nan", "not a number"),
        ("1e9", "too large"),
    ):
        with pytest.raises(ValueError, match=says):
            config.interval(wrong)


@given(text=st.text(max_size=80))
def test_any_text_gives_a_configuration(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    loaded, faults = load(file)
    assert isinstance(loaded, Config)
    assert all(fault.isprintable() for fault in faults)


def test_places_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable, place in (
        ("XDG_CONFIG_HOME", paths.config_home),
        ("XDG_DATA_HOME", paths.data_home),
        ("XDG_STATE_HOME", paths.state_home),
    ):
        monkeypatch.setenv(variable, str(tmp_path))
        assert place() == tmp_path / "edr-tui"
        monkeypatch.setenv(variable, "relative")
        assert place().is_absolute()
        assert place().is_relative_to(Path.home())
    assert paths.config_file().parent == paths.config_home()
    assert paths.user_themes().parent == paths.config_home()
    assert paths.user_rules().parent == paths.config_home()
    assert (paths.bundled_themes()).is_dir()
