"""Names of ATT&CK v19: every tactic, and the techniques that the bundled rules speak of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from edr_tui.model.alert import Technique

TACTICS = {
    "reconnaissance": "Reconnaissance",
    "resource-development": "Resource Development",
    "initial-access": "Initial Access",
    "execution": "Execution",
    "persistence": "Persistence",
    "privilege-escalation": "Privilege Escalation",
    "stealth": "Stealth",
    "defense-impairment": "Defense Impairment",
    "defense-evasion": "Defense Evasion",  # until v18; v19 parted it into the two above
    "credential-access": "Credential Access",
    "discovery": "Discovery",
    "lateral-movement": "Lateral Movement",
    "collection": "Collection",
    "command-and-control": "Command and Control",
    "exfiltration": "Exfiltration",
    "impact": "Impact",
}

TECHNIQUES = {
    "T1003.001": "LSASS Memory",
    "T1027.010": "Command Obfuscation",
    "T1059": "Command and Scripting Interpreter",
    "T1059.001": "PowerShell",
    "T1059.003": "Windows Command Shell",
    "T1059.004": "Unix Shell",
    "T1059.005": "Visual Basic",
    "T1059.006": "Python",
    "T1059.007": "JavaScript",
    "T1095": "Non-Application Layer Protocol",
    "T1105": "Ingress Tool Transfer",
    "T1140": "Deobfuscate/Decode Files or Information",
    "T1190": "Exploit Public-Facing Application",
    "T1203": "Exploitation for Client Execution",
    "T1204.002": "Malicious File",
    "T1218.005": "Mshta",
    "T1490": "Inhibit System Recovery",
    "T1505.001": "SQL Stored Procedures",
    "T1505.003": "Web Shell",
    "T1543.003": "Windows Service",
    "T1566.001": "Spearphishing Attachment",
    "T1569.002": "Service Execution",
    "T1620": "Reflective Code Loading",
}

_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)\Z", re.IGNORECASE)


def techniques(tags: Iterable[str]) -> tuple[Technique, ...]:
    """The techniques among Sigma's tags: attack.t1059.001 is T1059.001, PowerShell."""
    found = (match.group(1).upper() for tag in tags if (match := _TECHNIQUE.match(tag)))
    return tuple(Technique(id=id_, name=TECHNIQUES.get(id_)) for id_ in dict.fromkeys(found))


def tactics(tags: Iterable[str]) -> tuple[str, ...]:
    """The names of the tactics among Sigma's tags: attack.initial-access is Initial Access."""
    found = (
        tag.lower().removeprefix("attack.").replace("_", "-") for tag in tags if tag.lower()[:7] == "attack."
    )
    return tuple(dict.fromkeys(TACTICS[slug] for slug in found if slug in TACTICS))
