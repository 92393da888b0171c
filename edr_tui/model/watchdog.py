"""A sensor that has fallen silent is a finding: whoever stops it has a reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from edr_tui.model.alert import Alert, Ancestor, RuleReference, Severity, Technique, Why, alert_id
from edr_tui.model.event import Host
from edr_tui.model.ledger import SourceHealth, SourceState

SECOND = 1_000_000_000
SILENT_NS = 3 * SECOND  # so that a machine that is busy for a moment is no alert
STATUS_NS = 5 * SECOND
_TECHNIQUE = Technique(id="T1685", name="Disable or Modify Tools")
_TACTIC = "Defense Impairment"


def _rule(id_: str, name: str, description: str) -> RuleReference:
    return RuleReference(
        id=id_,
        name=name,
        level=Severity.HIGH,
        description=description,
        author="edr-tui",
        license="Apache-2.0",
        ruleset="edr-tui watchdog",
        techniques=(_TECHNIQUE,),
        tactics=(_TACTIC,),
    )


SILENT = _rule(
    "b7b1f0a2-6a0c-4c1e-9d53-0c8f5f3f2a01",
    "Sensor is silent",
    "No word has come from the sensor for seconds, though it tells its status every second.",
)
ENDED = _rule(
    "b7b1f0a2-6a0c-4c1e-9d53-0c8f5f3f2a02",
    "Sensor has ended",
    "The sensor ended, and nobody had asked it to; what happens until the next one runs is not seen.",
)
NO_STATUS = _rule(
    "b7b1f0a2-6a0c-4c1e-9d53-0c8f5f3f2a03",
    "Sensor gives no status",
    "The sensor tells events, but its status, which it owes every second, has not come for seconds.",
)
BLIND = _rule(
    "b7b1f0a2-6a0c-4c1e-9d53-0c8f5f3f2a04",
    "Sensor does not see its own test",
    "Every 30 seconds the sensor starts a process of its own; the kernel has not told it of the last one.",
)
RULES = (SILENT, ENDED, NO_STATUS, BLIND)


class Watchdog:
    """Looks at how the sensor is doing, and barks once for each time that it goes wrong."""

    def __init__(self) -> None:
        self._wrong: set[str] = set()

    def look(
        self,
        state: SourceState,
        *,
        sensor: str | None,
        status_ns: int | None,
        blind: Mapping[str, str],
        host: Host,
        now_ns: int,
    ) -> list[Alert]:
        """The alerts that are due. status_ns: when its last status came; None if that need not be watched."""
        wrong = dict(_wrong(state, status_ns, blind, now_ns))
        new = [rule for rule in wrong if rule.id not in self._wrong]
        self._wrong = {rule.id for rule in wrong}
        return [_alert(rule, sensor, wrong[rule], host, now_ns) for rule in new]


def _wrong(
    state: SourceState, status_ns: int | None, blind: Mapping[str, str], now_ns: int
) -> list[tuple[RuleReference, str]]:
    """The rules that apply, each with what there is to say."""
    match state.health:
        case SourceHealth.SILENT if now_ns - state.since_ns >= SILENT_NS:
            return [(SILENT, state.reason or "no word")]
        case SourceHealth.RESTARTING:
            return [(ENDED, state.reason or "it ended")]
        case SourceHealth.LIVE:
            found = []
            if status_ns is not None and now_ns - status_ns >= STATUS_NS:
                found.append((NO_STATUS, f"no status for {(now_ns - status_ns) // SECOND} s"))
            if "canary" in blind:
                found.append((BLIND, blind["canary"]))
            return found
        case _:
            return []


def _alert(rule: RuleReference, sensor: str | None, reason: str, host: Host, now_ns: int) -> Alert:
    name = f"{sensor or 'the'} sensor"
    entity_id = f"edr-tui-sensor-{host.id or host.name or ''}"
    return Alert(
        id=alert_id(rule.id, entity_id, sensor, None),
        rule=rule,
        message=f"{rule.name}: {reason}",
        entity_id=entity_id,
        ancestry=(Ancestor(entity_id=entity_id, pid=0, name=name),),
        chain_start=entity_id,
        host=host,
        first_ns=now_ns,
        last_ns=now_ns,
        why=(
            Why(
                selection="watchdog",
                field="Sensor",
                test="says",
                pattern=reason,
                value=reason,
                entity_id=entity_id,
            ),
        ),
    )
