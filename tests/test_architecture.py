"""The house rules that import-linter does not know: sizes, and who may import what at run time."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "edr_tui"
FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_classes_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        length = getattr(node, "end_lineno", 0) - getattr(node, "lineno", 0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert length <= 60, node.name
        if isinstance(node, ast.ClassDef):
            assert length <= 300, node.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_broad_is_caught_in_silence(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"a bare except in line {node.lineno}"


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("edr_tui.cli.main", {"textual", "rich", "msgspec", "psutil", "yaml", "re2", "asyncio"}),
        (
            "edr_tui.cli.privileged",
            {"textual", "rich", "msgspec", "psutil", "yaml", "re2", "asyncio", "platformdirs", "ctypes"},
        ),
        ("edr_tui.model.table", {"textual", "rich", "msgspec", "psutil", "yaml", "re2"}),
        ("edr_tui.ecs", {"textual", "rich", "psutil", "yaml", "re2"}),
        ("edr_tui.sensors.host", {"textual", "rich", "yaml", "re2"}),
        ("edr_tui.engine", {"textual", "rich", "psutil", "yaml", "re2"}),
        ("edr_tui.headless", {"textual", "rich", "psutil", "yaml", "re2"}),
        ("edr_tui.query", {"textual", "rich", "msgspec", "psutil", "yaml", "re2"}),
        ("edr_tui.detect", {"textual", "rich", "psutil"}),
        ("edr_tui.ui.tree_rows", {"textual", "rich", "msgspec", "psutil", "yaml", "re2"}),
    ],
)
def test_a_room_loads_nothing_that_it_does_not_need(module, unwanted):
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert not unwanted & {name.partition(".")[0] for name in loaded}
