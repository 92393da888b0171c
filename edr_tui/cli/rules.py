"""edr-tui rules: look at rules, check them, try them on recordings, and see what they cost."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edr_tui.cli.usage import WRONG_USE, WrongUse, complain, say, to_the_end

if TYPE_CHECKING:
    from edr_tui.config import Config
    from edr_tui.detect import LoadedRules, Rule

FAILED = 1


def add_parser(commands: Any) -> None:
    """Declare the commands below rules, with their options."""
    parser = commands.add_parser(
        "rules",
        help="list, check, test, explain and time rules",
        description="Look at Sigma rules: which run, whether they are sound, what they match and cost.",
    )
    below = parser.add_subparsers(metavar="COMMAND", required=True, help="each has its own --help")
    listed = below.add_parser(
        "list", help="what is loaded, in numbers, and what is not", description=list_rules.__doc__
    )
    listed.add_argument("--all", action="store_true", help="every rule on a line of its own")
    _rule_options(listed)
    listed.set_defaults(run=_run(list_rules))

    checked = below.add_parser(
        "check", help="every fault of these files and folders", description=check_rules.__doc__
    )
    checked.add_argument("paths", metavar="PATH", type=Path, nargs="+", help="a file or a folder")
    checked.set_defaults(run=_run(check_rules))

    tested = below.add_parser(
        "test", help="rules against recordings that say what must match", description=test_rules.__doc__
    )
    tested.add_argument("paths", metavar="PATH", type=Path, nargs="+", help="a folder, or an info.yml")
    tested.add_argument(
        "--rules",
        metavar="DIR",
        type=Path,
        action="append",
        default=[],
        help="the rules that are tried (the bundled ones, and those of the collection that PATH belongs to)",
    )
    tested.set_defaults(run=_run(test_rules))

    told = below.add_parser(
        "explain", help="a rule as a tree, each part true or false", description=explain_rule.__doc__
    )
    told.add_argument("rule", metavar="RULE-ID", help="its id, or the name of its file without .yml")
    told.add_argument("event", metavar="EVENT.jsonl", type=Path, nargs="?", help="a recording")
    told.add_argument("--pid", metavar="N", type=int, help="which process of the recording")
    _rule_options(told)
    told.set_defaults(run=_run(explain_rule))

    timed = below.add_parser(
        "bench", help="how fast the rules are, and which cost most", description=bench_rules.__doc__
    )
    timed.add_argument("events", metavar="EVENTS", type=Path, nargs="*", help="recordings")
    _rule_options(timed)
    timed.set_defaults(run=_run(bench_rules))


def _rule_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules",
        metavar="PATH",
        type=Path,
        action="append",
        default=[],
        help="Sigma rules: a file or a folder; may be repeated",
    )
    parser.add_argument("--no-bundled", action="store_true", help="without the rules that come along")
    parser.add_argument("--config", metavar="FILE", type=Path, help="read this file instead of config.toml")


def _run(command: Any) -> Any:
    return lambda options: to_the_end(lambda: command(options))


def list_rules(options: argparse.Namespace) -> int:
    """Count the rules that edr-tui would run, by system, level and status; say what is not run, and why."""
    from edr_tui.cli.rules_shown import counted, listed

    loaded = _loaded(options)
    for line in (*counted(loaded.rules), *(listed(loaded.rules) if options.all else ())):
        say(line)
    if loaded.skipped or loaded.faults:
        say("")
        say(f"Not loaded: {len(loaded.skipped)} left out, {len(loaded.faults)} with faults")
    for skipped in loaded.skipped:
        say(str(skipped))
    for fault in loaded.faults:
        say(str(fault))
    return 0


def check_rules(options: argparse.Namespace) -> int:
    """Say every fault as path:line: sentence; exit code 2 if there is one. To leave a rule out is none."""
    import sys

    from edr_tui.detect import load_rules
    from edr_tui.model.printable import printable

    loaded = load_rules(options.paths, bundled=False)
    for skipped in loaded.skipped:
        say(str(skipped))
    for fault in loaded.faults:
        print(printable(str(fault)), file=sys.stderr)
    say(
        f"{_count(len(loaded.rules), 'rule')} sound, {len(loaded.skipped)} left out,"
        f" {_count(len(loaded.faults), 'fault')}"
    )
    return WRONG_USE if loaded.faults else 0


def test_rules(options: argparse.Namespace) -> int:
    """Try rules on recordings; exit code 0 only if all pass.

    Recordings are SigmaHQ's regression data (info.yml), and folders that are named after a rule and
    hold match.jsonl or no_match.jsonl.
    """
    from edr_tui.detect import load_rules
    from edr_tui.detect.trials import Trial, trials_in, tried

    folders = options.rules or _collections(options.paths)
    loaded = load_rules(folders, bundled=not options.rules)
    missing = [fault for fault in loaded.faults if fault.line == 1 and Path(fault.path) in options.rules]
    if missing:
        raise WrongUse(*map(str, missing))
    passed = failed = 0
    for path in options.paths:
        for found in trials_in(path):
            verdict = tried(found, loaded.rules) if isinstance(found, Trial) else found
            if verdict.fault is None:
                passed += 1
            else:
                failed += 1
                say(f"{verdict.place}: {verdict.fault}")
    for fault in loaded.faults:
        complain(str(fault))
    say(f"{passed} of {passed + failed} passed")
    return 0 if passed and not failed else FAILED


def explain_rule(options: argparse.Namespace) -> int:
    """Show a rule as the tree of its parts.

    With a recording it says whether each is true: of the first process that matches, else of the last.
    """
    from edr_tui.cli.rules_shown import explained, process_line
    from edr_tui.detect.engine import Detector
    from edr_tui.detect.view import View

    rule = _named(options.rule, _loaded(options).rules)
    view = None
    if options.event is not None:
        seen = [each.subject for each in _seen([options.event])]
        if options.pid is not None:
            seen = [subject for subject in seen if subject.process.pid == options.pid]
        if not seen:
            raise WrongUse(f"{options.event}: tells of no such process")
        detector = Detector([rule])
        subject = next((each for each in seen if detector.evaluate(each)), seen[-1])
        view = View(subject)
        say(process_line(subject))
        if not rule.runs_on(subject.os_type):
            say(f"The rule is for {rule.logsource.product}: it does not run on {subject.os_type}")
    for line in explained(rule, view):
        say(line)
    return 0


def bench_rules(options: argparse.Namespace) -> int:
    """Judge the processes of recordings, or ordinary ones that are made up, again and again.

    It tells how many a second, how long the slowest took, and which rules cost most.
    """
    from edr_tui.cli.rules_timed import made_up, timed

    loaded = _loaded(options)
    subjects = [each.subject for each in _seen(options.events)] if options.events else made_up()
    if not subjects:
        raise WrongUse("the recordings tell of no process")
    for line in timed(loaded.rules, subjects):
        say(line)
    return 0


def _loaded(options: argparse.Namespace) -> LoadedRules:
    """The rules that edr-tui would run. Raises WrongUse where --config names a file with faults."""
    from edr_tui import config as module
    from edr_tui.cli.detection import load_all

    found = module.load(options.config)
    if options.config is not None and found.faults:
        raise WrongUse(*found.faults)
    config: Config = module.with_options(found.config, bundled=False if options.no_bundled else None)
    for fault in found.faults:
        complain(fault)
    return load_all(config, options.rules)


def _named(name: str, rules: Sequence[Rule]) -> Rule:
    for rule in rules:
        if name.lower() == rule.id or name == Path(rule.path).stem:
            return rule
    raise WrongUse(f"there is no rule {name[:60]!r}: edr-tui rules list --all shows them")


def _seen(paths: Sequence[Path]) -> Any:
    from edr_tui.detect.recordings import RecordingError, seen_in

    try:
        return [each for path in paths for each in seen_in(path)]
    except RecordingError as fault:
        raise WrongUse(str(fault)) from None


def _collections(paths: Sequence[Path]) -> list[Path]:
    """The rules beside recordings, as a checkout of SigmaHQ has them: rules, rules-emerging-threats ..."""
    roots = [root for path in paths for root in (path, *path.resolve().parents) if _is_collection(root)]
    return sorted({folder for root in roots for folder in root.glob("rules*") if folder.is_dir()})


def _is_collection(root: Path) -> bool:
    return (root / "regression_data").is_dir() and (root / "rules").is_dir()


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
