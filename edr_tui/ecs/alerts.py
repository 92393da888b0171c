"""Alert <-> Document."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from edr_tui.ecs import timestamp
from edr_tui.ecs.documents import (
    AncestorPart,
    Document,
    EdrAlertPart,
    EdrPart,
    EventPart,
    ParentPart,
    ProcessPart,
    RulePart,
    TacticPart,
    TechniquePart,
    ThreatPart,
    UserPart,
    WhyPart,
)
from edr_tui.ecs.from_document import host_of, present
from edr_tui.ecs.optional import known, maybe, maybe_time, time_or_none
from edr_tui.ecs.to_document import ECS, host_part
from edr_tui.model.alert import (
    Alert,
    AlertState,
    Ancestor,
    RuleReference,
    Severity,
    Technique,
    Why,
)

FRAMEWORK = "MITRE ATT&CK"


def alert_document(alert: Alert) -> Document:
    """The document of an alert; its time is that of the last match that was joined."""
    process = alert.process
    parent = alert.ancestry[-2] if len(alert.ancestry) > 1 else None
    return Document(
        timestamp=timestamp.to_text(alert.last_ns),
        ecs=ECS,
        event=EventPart(
            kind="alert",
            category=("process",),
            type=("info",),
            action=alert.rule.id,
            provider="edr-tui",
            severity=int(alert.level),
        ),
        host=host_part(alert.host),
        process=ProcessPart(
            entity_id=process.entity_id,
            pid=process.pid,
            name=maybe(process.name),
            executable=maybe(process.executable),
            command_line=maybe(process.command_line),
            start=maybe_time(process.start_ns),
            parent=UNSET if parent is None else _parent_part(parent),
        ),
        user=UNSET if process.user is None else UserPart(name=process.user),
        rule=_rule_part(alert.rule),
        threat=_threat_part(alert.rule),
        message=alert.message,
        edr=EdrPart(
            alert=EdrAlertPart(
                id=alert.id,
                level=alert.level.word,
                count=alert.count,
                state=alert.state.value,
                first=timestamp.to_text(alert.first_ns),
                last=timestamp.to_text(alert.last_ns),
                decoded=maybe(alert.decoded),
            ),
            ancestry=tuple(_ancestor_part(ancestor) for ancestor in alert.ancestry),
            chain_start=alert.chain_start,
            why=tuple(_why_part(why) for why in alert.why),
        ),
    )


def alert_of(document: Document) -> Alert:
    """The alert that a document tells. Raises ValueError with a sentence."""
    rule = present(document.rule, "rule")
    edr = present(document.edr, "edr")
    about = present(edr.alert, "edr.alert")
    if not edr.ancestry:
        raise ValueError("edr.ancestry is missing")
    ancestry = tuple(_ancestor(part) for part in edr.ancestry)
    return Alert(
        id=about.id,
        rule=_rule(rule, Severity.of(about.level), document.threat),
        message=present(document.message, "message"),
        entity_id=ancestry[-1].entity_id,
        ancestry=ancestry,
        chain_start=present(edr.chain_start, "edr.chain_start"),
        host=host_of(document.host),
        first_ns=timestamp.from_text(about.first),
        last_ns=timestamp.from_text(about.last),
        why=tuple(_why(part) for part in edr.why),
        decoded=known(about.decoded),
        count=about.count,
        state=AlertState(about.state),
    )


def _parent_part(parent: Ancestor) -> ParentPart:
    return ParentPart(
        entity_id=parent.entity_id,
        pid=parent.pid,
        name=maybe(parent.name),
        executable=maybe(parent.executable),
        command_line=maybe(parent.command_line),
        start=maybe_time(parent.start_ns),
    )


def _rule_part(rule: RuleReference) -> RulePart:
    return RulePart(
        id=rule.id,
        name=rule.name,
        description=maybe(rule.description),
        author=maybe(rule.author),
        reference=rule.references,
        license=maybe(rule.license),
        ruleset=maybe(rule.ruleset),
    )


def _threat_part(rule: RuleReference) -> ThreatPart | UnsetType:
    if not rule.techniques and not rule.tactics:
        return UNSET
    names = tuple(technique.name for technique in rule.techniques if technique.name is not None)
    return ThreatPart(
        framework=FRAMEWORK,
        technique=TechniquePart(
            id=tuple(technique.id for technique in rule.techniques),
            name=names if len(names) == len(rule.techniques) else (),
        ),
        tactic=TacticPart(rule.tactics),
    )


def _rule(part: RulePart, level: Severity, threat: ThreatPart | UnsetType) -> RuleReference:
    techniques: tuple[Technique, ...] = ()
    tactics: tuple[str, ...] = ()
    if not isinstance(threat, UnsetType):
        if not isinstance(threat.technique, UnsetType):
            ids, names = threat.technique.id, threat.technique.name
            named = names if len(names) == len(ids) else (None,) * len(ids)
            techniques = tuple(Technique(id=id_, name=name) for id_, name in zip(ids, named, strict=True))
        if not isinstance(threat.tactic, UnsetType):
            tactics = threat.tactic.name
    return RuleReference(
        id=part.id,
        name=part.name,
        level=level,
        description=known(part.description),
        author=known(part.author),
        references=part.reference,
        license=known(part.license),
        ruleset=known(part.ruleset),
        techniques=techniques,
        tactics=tactics,
    )


def _ancestor_part(ancestor: Ancestor) -> AncestorPart:
    return AncestorPart(
        entity_id=ancestor.entity_id,
        pid=ancestor.pid,
        name=maybe(ancestor.name),
        executable=maybe(ancestor.executable),
        command_line=maybe(ancestor.command_line),
        start=maybe_time(ancestor.start_ns),
        user=maybe(ancestor.user),
        folded=ancestor.folded,
    )


def _ancestor(part: AncestorPart) -> Ancestor:
    return Ancestor(
        entity_id=part.entity_id,
        pid=part.pid,
        name=known(part.name),
        executable=known(part.executable),
        command_line=known(part.command_line),
        start_ns=time_or_none(part.start),
        user=known(part.user),
        folded=part.folded,
    )


def _why_part(why: Why) -> WhyPart:
    return WhyPart(
        selection=why.selection,
        field=why.field,
        test=why.test,
        pattern=why.pattern,
        value=why.value,
        entity_id=maybe(why.entity_id),
    )


def _why(part: WhyPart) -> Why:
    return Why(
        selection=part.selection,
        field=part.field,
        test=part.test,
        pattern=part.pattern,
        value=part.value,
        entity_id=known(part.entity_id),
    )
