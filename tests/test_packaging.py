"""What is built is what is in the tree: the wheel has rules, styles and every theme, and runs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from edr_tui import __version__

ROOT = Path(__file__).resolve().parents[1]


def tracked(pattern):
    listed = subprocess.run(
        ["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return {name for name in listed if (ROOT / name).exists()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (path,) = out.glob("*.whl")
    return path


def test_every_theme_and_rule_and_module_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    themes = {f"edr_tui/{name}" for name in tracked("themes/*.toml")}
    assert themes
    assert themes <= names
    assert {name for name in names if name.startswith("edr_tui/themes/")} == themes
    package = tracked("edr_tui/**") | tracked("edr_tui/*")
    assert package <= names
    assert not any(name.startswith(("tests/", "docs/")) for name in names)


def test_the_wheel_says_what_it_is(wheel):
    metadata = zipfile.ZipFile(wheel).read(f"edr_tui-{__version__}.dist-info/METADATA").decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    entry_points = zipfile.ZipFile(wheel).read(f"edr_tui-{__version__}.dist-info/entry_points.txt").decode()
    assert "edr-tui = edr_tui.__main__:main" in entry_points


def test_the_program_runs_from_the_unpacked_wheel(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from edr_tui.detect import load_rules; from edr_tui.paths import bundled_themes;"
        "import edr_tui; print(edr_tui.__file__); print(len(load_rules().rules)); print(bundled_themes())"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.splitlines()
    assert told[0].startswith(str(tmp_path))
    assert int(told[1]) >= 9
    assert told[2].startswith(str(tmp_path))
