"""Detection: Sigma rules against processes with their ancestry."""

from edr_tui.detect.alerts import alert_of
from edr_tui.detect.engine import Detector
from edr_tui.detect.faults import Fault, SkippedRule
from edr_tui.detect.fields import Subject
from edr_tui.detect.ledger import RuleCost
from edr_tui.detect.load import BUNDLED, LoadedRules, load_rules
from edr_tui.detect.match import Match
from edr_tui.detect.rule import Rule

__all__ = [
    "BUNDLED",
    "Detector",
    "Fault",
    "LoadedRules",
    "Match",
    "Rule",
    "RuleCost",
    "SkippedRule",
    "Subject",
    "alert_of",
    "load_rules",
]
