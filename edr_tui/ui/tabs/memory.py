"""The executable's hash, and the memory maps in numbers."""

from __future__ import annotations

from textual.content import Content

from edr_tui.model.inspection import HASH, MEMORY, Digest, MappedFile, Memory
from edr_tui.model.printable import printable
from edr_tui.model.process import Process
from edr_tui.ui.shown import shown
from edr_tui.ui.tabs.common import Findings, count, heading, indented, sentence, standing, value_runs


def memory_lines(process: Process, findings: Findings, width: int, now_ns: int) -> list[Content]:
    """sha256, then what runs without a file behind it, then the mapped files."""
    digest, maps = findings.of(HASH), findings.of(MEMORY)
    lines = [heading("Executable", "sha256"), *standing(digest, process, now_ns, width)]
    if isinstance(digest.value, Digest):
        told = [(printable(digest.value.sha256[:64]), "bold")]
        lines += indented(told, width, Content("  "), 2)
        lines.append(Content.styled(f"  {size(digest.value.size)}", "$muted"))
    lines += [Content(""), heading("Memory"), *standing(maps, process, now_ns, width)]
    return lines if not isinstance(maps.value, Memory) else [*lines, *_maps(maps.value, width)]


def _maps(memory: Memory, width: int) -> list[Content]:
    lines = sentence(
        f"{count(memory.mappings, 'mapping', 'mappings')}, {size(memory.size)} of addresses", width
    )
    if not memory.complete:
        lines += sentence("There is more than was read.", width, "$warning")
    anonymous, writable = memory.anonymous_executable, memory.writable_executable
    lines += _finding(anonymous, "runs code without a file behind it", width)
    lines += _finding(writable, "is writable and executable at once", width)
    if memory.files:
        lines += [Content(""), heading("Mapped files", f"{memory.files_total:,}")]
    for file in memory.files:
        lines += _file(file, width)
    if memory.files_total > len(memory.files):
        lines += sentence(f"{memory.files_total - len(memory.files):,} more are not listed.", width)
    return lines


def _finding(found: tuple[int, int], words: str, width: int) -> list[Content]:
    number, bytes_ = found
    if number == 0:
        return sentence(f"Nothing {words}.", width)
    return sentence(
        f"{count(number, 'mapping', 'mappings')}, {size(bytes_)}: {words}.", width, "$warning bold"
    )


def _file(file: MappedFile, width: int) -> list[Content]:
    odd = file.path.endswith(" (deleted)") or file.path.startswith("/memfd:")
    first = Content.assemble((f"{size(file.size):>9} ", "$muted"), f"{shown(file.flags, 3):<3} ")
    return indented(value_runs(file.path, "$warning bold" if odd else ""), width, first, 14)


def size(number: int) -> str:
    """1,004 B, 3.2 MiB."""
    amount = float(number)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024 or unit == "GiB":
            return f"{amount:,.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:,.1f} {unit}"
        amount /= 1024
    raise AssertionError
