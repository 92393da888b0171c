"""How common a text is in ordinary events: a guess, from a small sample of them.

It decides only which texts are looked for first. A wrong guess costs time, never a match.
"""

from __future__ import annotations

from functools import cache

from edr_tui.detect.pattern import fold

_RARE = 0.01  # a text of one character that the sample does not know; each two more halve it
_LONG = 48  # characters: no line of the sample has so long a text in common with a rule
_WITHIN_WORDS = 0.3  # letters stand in the middle of words: two of them are somewhere in most lines

_PROGRAMS = (
    r"C:\Windows\System32\cmd.exe",
    r"C:\Windows\System32\cmd.exe",
    r"C:\Windows\System32\cmd.exe",
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    r"C:\Windows\System32\svchost.exe",
    r"C:\Windows\System32\svchost.exe",
    r"C:\Windows\System32\conhost.exe",
    r"C:\Windows\System32\conhost.exe",
    r"C:\Windows\System32\services.exe",
    r"C:\Windows\explorer.exe",
    r"C:\Windows\System32\rundll32.exe",
    r"C:\Windows\System32\reg.exe",
    r"C:\Windows\System32\net.exe",
    r"C:\Windows\System32\sc.exe",
    r"C:\Windows\System32\wbem\WMIC.exe",
    r"C:\Windows\System32\wbem\WmiPrvSE.exe",
    r"C:\Windows\System32\taskhostw.exe",
    r"C:\Windows\System32\schtasks.exe",
    r"C:\Windows\System32\backgroundTaskHost.exe",
    r"C:\Windows\SysWOW64\cmd.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE",
    r"C:\Users\someone\AppData\Local\Temp\setup.exe",
    r"C:\ProgramData\Vendor\agent.exe",
    "/usr/bin/dash",
    "/bin/sh",
    "/bin/sh",
    "/usr/bin/bash",
    "/usr/bin/bash",
    "/usr/bin/python3.11",
    "/usr/bin/python3",
    "/usr/bin/git",
    "/usr/bin/cat",
    "/usr/bin/ls",
    "/usr/bin/grep",
    "/usr/bin/sed",
    "/usr/bin/sudo",
    "/usr/bin/curl",
    "/usr/sbin/sshd",
    "/usr/lib/systemd/systemd",
    "/usr/local/bin/node",
)
_LINES = (
    r"C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule",
    r"C:\Windows\System32\svchost.exe -k LocalServiceNetworkRestricted -p",
    r"\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1",
    r'"C:\Windows\system32\cmd.exe" /c "whoami /all"',
    r"C:\Windows\system32\cmd.exe /c dir C:\Users",
    r'"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -Command "Get-Process"',
    r"powershell.exe -ExecutionPolicy Bypass -File C:\Users\someone\Documents\script.ps1",
    r"powershell -nop -w hidden -enc SQBFAFgAKABOAGUAdwAtAE8AYgBqAGUAYwB0AA==",
    r'"C:\Program Files\Google\Chrome\Application\chrome.exe" --type=renderer --lang=en-US --id=5',
    r'"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" --type=utility --mojo=1 /prefetch:8',
    r"C:\Windows\System32\rundll32.exe shell32.dll,Control_RunDLL user.cpl",
    r"reg add HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run /v Name /t REG_SZ /d value /f",
    r"reg query HKCU\Software\Microsoft",
    r"net user administrator /domain",
    r"sc create service binPath= C:\Windows\Temp\a.exe start= auto",
    r"schtasks /create /tn task /tr C:\Windows\System32\cmd.exe /sc daily",
    r"wmic /node:host process call create calc.exe",
    r"C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding",
    r"C:\Windows\System32\taskhostw.exe KEYROAMING",
    r"C:\Windows\Explorer.EXE",
    r"C:\Users\someone\AppData\Local\Temp\installer.exe /S /quiet",
    r"C:\ProgramData\Microsoft\update.exe --service",
    "python script.py --output /tmp/result.json",
    "/bin/sh -c 'ls -la /etc | grep conf'",
    "bash -c 'cd /home/someone && make test'",
    "/bin/sh -e /usr/lib/update/update-check",
    "git -c core.pager=cat log --oneline -5",
    "curl -s http://localhost:8080/health",
    "curl -fsSL https://example.org/file.txt -o /tmp/file.txt",
    "cat /etc/hostname",
    "grep -r pattern /var/log",
    "sed -e s/a/b/ file.txt",
    "sudo systemctl restart nginx",
    "/usr/bin/python3 /usr/local/bin/tool run",
    "ls --color=auto",
    "/usr/sbin/sshd -D -R",
)
_NAMES = ("Cmd.Exe", "PowerShell.EXE", "svchost.exe", "CONHOST.EXE", "RUNDLL32.EXE", "reg.exe", "net.exe")
_USERS = (r"NT AUTHORITY\SYSTEM", r"HOST\someone", "root", "www-data")
_SAMPLES = {
    "Image": _PROGRAMS,
    "ParentImage": _PROGRAMS,
    "GrandParentImage": _PROGRAMS,
    "Ancestors": _PROGRAMS,
    "ImageInvoked": _PROGRAMS,
    "CommandLine": _LINES,
    "ParentCommandLine": _LINES,
    "AncestorCommandLines": _LINES,
    "OriginalFileName": _NAMES,
    "User": _USERS,
    "IntegrityLevel": ("Medium", "High", "System"),
    "Company": ("Microsoft Corporation",),
    "Product": ("Microsoft® Windows® Operating System",),
}
_SEVERAL = 6  # how many values a field with many of them has, more or less


@cache
def _sample(field: str) -> tuple[str, int]:
    """The lines of a field's sample, folded, between line feeds; and how many they are."""
    lines = _SAMPLES.get(field, ())
    return "\n".join(("", *map(fold, lines), "")), len(lines)


def share(field: str, test: str, text: str) -> float:
    """The share of ordinary events, 0 to 1, whose field passes a test ("contains") with a folded text."""
    joined, lines = _sample(field)
    hits = 0
    if lines and len(text) <= _LONG:
        match test:
            case "is":
                hits = joined.count(f"\n{text}\n")
            case "starts with":
                hits = joined.count(f"\n{text}")
            case "ends with":
                hits = joined.count(f"{text}\n")
            case _:
                hits = joined.count(text)
    rare: float = _RARE * 0.5 ** (len(text) / 2) * (1 if text.isascii() else 0.01)
    if test == "contains" and text.isascii() and text.isalnum():
        rare = max(rare, _WITHIN_WORDS * 0.45 ** len(text))
    guess = rare + (hits / lines if lines else 0.002)
    return min(1.0, guess * (_SEVERAL if field in ("Ancestors", "AncestorCommandLines") else 1))
